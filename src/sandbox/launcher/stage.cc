// Mounts, gathered under one folder before root is given up (or inside the user namespace).
//
// A path is opened without following any symbolic link and cloned from that descriptor: what was
// checked is what gets mounted, and the server's user needs no access to the folders above it.
// Where the gateway is root, a folder that belongs to somebody else is id-mapped: its owner's
// files appear as the server's own, and what the server makes belongs to that owner.
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sandbox/launcher/talk.h"
#include "sandbox/launcher/walls.h"

namespace doorward::sandbox::launcher {
namespace {

constexpr const char* kStep = "mounts";

// `path` as a descriptor; ELOOP when a link stands on the way.
int open_exactly(const std::string& path) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const auto fd = static_cast<int>(syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how));
  if (fd >= 0) return fd;
  fail(kStep, "`" + path + "`: " +
                  (errno == ELOOP ? "a symbolic link stands on the path" : std::strerror(errno)));
}

void write_file(const std::string& path, const std::string& text) {
  const int fd = must("id mapping", open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (write(fd, text.data(), text.size()) < 0) fail_errno("id mapping");
  close(fd);
}

// A user namespace that says: `owner` of the file system is `server` here.
int mapping(const struct stat& owner, const Spec& server) {
  int ready[2];
  must("id mapping", pipe2(ready, O_CLOEXEC));
  const pid_t pid = must("id mapping", fork());
  if (pid == 0) {
    const char good = unshare(CLONE_NEWUSER) == 0 ? 'y' : 'n';
    if (write(ready[1], &good, 1) == 1) pause();
    _exit(0);
  }
  close(ready[1]);
  char good = 'n';
  if (read(ready[0], &good, 1) != 1 || good != 'y') fail("id mapping", "no user namespace");
  close(ready[0]);
  const std::string proc = "/proc/" + std::to_string(pid);
  write_file(proc + "/uid_map",
             std::to_string(owner.st_uid) + " " + std::to_string(server.uid) + " 1");
  write_file(proc + "/gid_map",
             std::to_string(owner.st_gid) + " " + std::to_string(server.gid) + " 1");
  const int fd = must("id mapping", open((proc + "/ns/user").c_str(), O_RDONLY | O_CLOEXEC));
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  return fd;
}

bool unsupported(int error) {
  return error == ENOSYS || error == EINVAL || error == EPERM;
}

// Maps the owner of `tree`; where the file system can't, check_staged tells who lacks what.
void map_owner(int tree, const struct stat& info, const Spec& spec) {
  if (info.st_uid == spec.uid) return;
  const int users = mapping(info, spec);
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_IDMAP;
  attributes.userns_fd = static_cast<uint64_t>(users);
  if (mount_setattr(tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) != 0 &&
      !unsupported(errno)) {
    fail_errno("id mapping");
  }
  close(users);
}

// A detached copy of the mount at `path`, restricted; its kind is told in `is_folder`.
int clone_tree(const SpecMount& mount, const Spec& spec, bool& is_folder) {
  const int fd = open_exactly(mount.from);
  struct stat info{};
  must(kStep, fstat(fd, &info));
  is_folder = S_ISDIR(info.st_mode);
  if (!is_folder && !S_ISREG(info.st_mode)) {
    fail(kStep, "`" + mount.from + "` is neither a folder nor a plain file");
  }
  const int tree = must(
      kStep, open_tree(fd, "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  close(fd);
  if (mount.map_owner && spec.uid != 0) map_owner(tree, info, spec);
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  if (!mount.writable) attributes.attr_set |= MOUNT_ATTR_RDONLY;
  // bwrap sets the same flags once more, on kernels that lack this call too.
  if (mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) != 0 &&
      errno != ENOSYS) {
    fail_errno(kStep);
  }
  return tree;
}

void place(int tree, const std::string& at, bool is_folder) {
  if (is_folder) {
    must(kStep, mkdir(at.c_str(), 0755));
  } else {
    close(must(kStep, open(at.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644)));
  }
  must(kStep, move_mount(tree, "", AT_FDCWD, at.c_str(), MOVE_MOUNT_F_EMPTY_PATH));
  close(tree);
}

// Makes what stands at `pin` below the staged mount `at` a mount of its own.
void pin_down(const SpecPin& pin, const std::string& at) {
  const int base = must(kStep, open(at.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const auto place =
      static_cast<int>(syscall(SYS_openat2, base, pin.path.c_str(), &how, sizeof how));
  const int error = errno;
  close(base);
  if (place < 0) {
    // Another process of the server may have changed what was found.
    if (error == ENOENT || error == ELOOP || error == ENOTDIR) return;
    fail(kStep, "`" + pin.path + "`: " + std::strerror(error));
  }
  // A clone of the staged mount, so that owners appear as they do around it.
  const int tree = must(
      kStep,
      open_tree(place, "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  if (!pin.writable) {
    mount_attr attributes{};
    attributes.attr_set = MOUNT_ATTR_RDONLY;
    must(kStep,
         mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes));
  }
  must(kStep, move_mount(tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
  close(tree);
  close(place);
}

}  // namespace

void stage_mounts(const Spec& spec) {
  must(kStep, mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr));
  struct Staged {
    int tree;
    bool is_folder;
  };
  std::vector<Staged> staged;
  for (const SpecMount& mount : spec.mounts) {
    bool is_folder = false;
    const int tree = clone_tree(mount, spec, is_folder);
    staged.push_back({tree, is_folder});
  }
  bool folder = false;
  const int init = clone_tree({spec.init, "", false, false}, spec, folder);
  umask(0);
  must(kStep, mount("doorward", kStage, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
                    "mode=0755,size=65536"));
  for (size_t i = 0; i < staged.size(); ++i) {
    place(staged[i].tree, std::string(kStage) + "/" + std::to_string(i), staged[i].is_folder);
  }
  for (const SpecPin& pin : spec.pins)
    pin_down(pin, std::string(kStage) + "/" + std::to_string(pin.mount));
  place(init, std::string(kStage) + "/init", folder);
}

}  // namespace doorward::sandbox::launcher
