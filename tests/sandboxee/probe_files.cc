// Reading and writing what was not given.
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "probe.h"

namespace probe {
namespace {

Result can_read(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY);
  char byte = 0;
  return fd >= 0 && read(fd, &byte, 1) == 1 ? Result::open : Result::denied;
}
Result can_make(const std::string& path) {
  const int fd = open(path.c_str(), O_CREAT | O_WRONLY, 0600);
  if (fd >= 0) unlink(path.c_str());
  return refused(fd);
}
Result can_open(const char* path, int how = O_RDWR) {
  return refused(open(path, how));
}
Result any_open(std::initializer_list<const char*> paths, int how) {
  for (const char* path : paths) {
    if (open(path, how) >= 0) return Result::open;
  }
  return Result::denied;
}
Result has_entries(const char* path) {
  DIR* folder = opendir(path);
  int count = 0;
  while (folder != nullptr && readdir(folder) != nullptr) ++count;
  return count > 2 ? Result::open : Result::denied;
}

// A program that the server wrote itself.
Result can_run_written(const std::string& path) {
  const int from = open("/bin/true", O_RDONLY);
  const int to = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0700);
  if (from < 0 || to < 0) return Result::broken;
  char buffer[65536];
  for (ssize_t n = 0; (n = read(from, buffer, sizeof buffer)) > 0;) {
    if (write(to, buffer, static_cast<size_t>(n)) != n) return Result::broken;
  }
  close(to);
  const pid_t pid = fork();
  if (pid == 0) {
    execl(path.c_str(), "true", nullptr);
    _exit(99);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  unlink(path.c_str());
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? Result::open : Result::denied;
}

std::string made_file() {
  const std::string path = given("P_WORK") + "/made";
  close(open(path.c_str(), O_CREAT | O_WRONLY, 0700));
  return path;
}

bool has_set_id(const std::string& path) {
  struct stat info{};
  return stat(path.c_str(), &info) == 0 && (info.st_mode & (S_ISUID | S_ISGID)) != 0;
}

Result by_set_id(const std::string& path) {
  const Result result = has_set_id(path) ? Result::open : Result::denied;
  unlink(path.c_str());
  return result;
}

Result set_id_by_chmod() {
  const std::string path = made_file();
  chmod(path.c_str(), 04755);
  return by_set_id(path);
}
Result set_group_id() {
  const std::string path = made_file();
  chmod(path.c_str(), 02755);
  return by_set_id(path);
}
Result set_id_by_fchmod() {
  const std::string path = made_file();
  fchmod(open(path.c_str(), O_RDONLY), 04755);
  return by_set_id(path);
}
Result set_id_by_fchmodat2() {
  const std::string path = made_file();
  syscall(452, AT_FDCWD, path.c_str(), 04755, 0);
  return by_set_id(path);
}
Result set_id_by_open() {
  const std::string path = given("P_WORK") + "/opened";
  syscall(SYS_openat, AT_FDCWD, path.c_str(), O_CREAT | O_WRONLY, 04755);
  return by_set_id(path);
}
Result set_id_by_openat2() {
  const std::string path = given("P_WORK") + "/opened2";
  struct {
    uint64_t flags, mode, resolve;
  } how{O_CREAT | O_WRONLY, 04755, 0};
  syscall(437, AT_FDCWD, path.c_str(), &how, sizeof how);
  return by_set_id(path);
}
Result set_id_by_creat() {
  const std::string path = given("P_WORK") + "/created";
  creat(path.c_str(), 04755);
  return by_set_id(path);
}
Result set_id_by_temporary() {
  const int fd = open(given("P_WORK").c_str(), O_TMPFILE | O_RDWR, 04755);
  struct stat info{};
  return fd >= 0 && fstat(fd, &info) == 0 && (info.st_mode & S_ISUID) != 0 ? Result::open
                                                                           : Result::denied;
}
Result file_capability() {
  const std::string path = made_file();
  const uint32_t value[5] = {0x02000001, 0xFFFFFFFF, 0, 0, 0};
  return refused(setxattr(path.c_str(), "security.capability", value, sizeof value, 0));
}
Result immutable_flag() {
  int flags = FS_IMMUTABLE_FL;
  return refused(ioctl(open(made_file().c_str(), O_RDONLY), FS_IOC_SETFLAGS, &flags));
}
Result device_node() {
  return refused(mknod((given("P_WORK") + "/mem").c_str(), S_IFCHR | 0600, makedev(1, 1)));
}
Result disk_node() {
  return refused(mknod((given("P_WORK") + "/disk").c_str(), S_IFBLK | 0600, makedev(8, 0)));
}
Result link_out() {
  return refused(link("/usr/bin/env", (given("P_WORK") + "/env").c_str()));
}
Result handle_of_root() {
  struct {
    unsigned size = 64;
    int type = 0;
    char bytes[64] = {};
  } handle;
  int mount = 0;
  return refused(syscall(SYS_name_to_handle_at, AT_FDCWD, "/usr", &handle, &mount, 0));
}
Result open_handle() {
  unsigned handle[20] = {8, 1};
  return unreachable(syscall(SYS_open_by_handle_at, AT_FDCWD, handle, O_RDONLY));
}
// Any descriptor beside the three of standard input and output.
Result stray_descriptor() {
  for (int fd = 3; fd < 1024; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) return Result::open;
  }
  return Result::denied;
}
Result environment() {
  for (char** each = environ; *each != nullptr; ++each) {
    if (std::strstr(*each, "CANARY_OF_THE_GATEWAY") != nullptr) return Result::open;
  }
  return Result::denied;
}
Result chown_to_root() {
  return refused(chown(made_file().c_str(), 0, 0));
}

const Probe kProbes[] = {
    {"read_shadow", Kind::attack, [] { return can_read("/etc/shadow"); }},
    {"read_host_file", Kind::bare, [] { return can_read(given("P_CANARY")); }},
    {"read_by_link", Kind::bare, [] { return can_read(given("P_WORK") + "/link"); }},
    {"read_by_dots", Kind::bare,
     [] { return can_read(given("P_WORK") + "/../../../../../../../.." + given("P_CANARY")); }},
    {"read_state", Kind::attack, [] { return can_read(given("P_STATE") + "/operator-token"); }},
    {"read_neighbour", Kind::attack, [] { return can_read(given("P_NEIGHBOUR")); }},
    {"list_root_home", Kind::attack, [] { return has_entries("/root"); }},
    {"list_home", Kind::attack, [] { return has_entries("/home"); }},
    {"list_var", Kind::bare, [] { return has_entries("/var"); }},
    {"list_run", Kind::bare, [] { return has_entries("/run"); }},
    {"list_sys", Kind::bare, [] { return has_entries("/sys"); }},
    {"read_machine_id", Kind::attack, [] { return can_read("/etc/machine-id"); }},
    {"read_tls_keys", Kind::attack, [] { return has_entries("/etc/ssl/private"); }},
    {"write_usr", Kind::attack, [] { return can_make("/usr/made"); }},
    {"write_etc", Kind::attack, [] { return can_make("/etc/made"); }},
    {"write_root", Kind::attack, [] { return can_make("/made"); }},
    {"write_dev", Kind::attack, [] { return can_make("/dev/made"); }},
    {"write_program", Kind::attack, [] { return can_open("/usr/bin/env"); }},
    {"write_passwd", Kind::attack, [] { return can_open("/etc/passwd"); }},
    {"write_init", Kind::attack, [] { return can_open("/.doorward-init"); }},
    {"write_read_mount", Kind::attack, [] { return can_make(given("P_READ") + "/made"); }},
    {"run_written", Kind::bare, [] { return can_run_written(given("P_WORK") + "/program"); }},
    {"run_written_in_tmp", Kind::bare, [] { return can_run_written("/tmp/doorward-probe-run"); }},
    {"set_id_by_chmod", Kind::bare, set_id_by_chmod},
    {"set_group_id", Kind::bare, set_group_id},
    {"set_id_by_fchmod", Kind::bare, set_id_by_fchmod},
    {"set_id_by_fchmodat2", Kind::attack, set_id_by_fchmodat2},
    {"set_id_by_open", Kind::bare, set_id_by_open},
    {"set_id_by_openat2", Kind::bare, set_id_by_openat2},
    {"set_id_by_creat", Kind::bare, set_id_by_creat},
    {"set_id_by_temporary", Kind::attack, set_id_by_temporary},
    {"file_capability", Kind::attack, file_capability},
    {"immutable_flag", Kind::attack, immutable_flag},
    {"device_node", Kind::attack, device_node},
    {"disk_node", Kind::attack, disk_node},
    {"link_out", Kind::attack, link_out},
    {"handle_of_root", Kind::bare, handle_of_root},
    {"open_handle", Kind::attack, open_handle},
    {"stray_descriptor", Kind::bare, stray_descriptor},
    {"environment", Kind::bare, environment},
    {"chown_to_root", Kind::attack, chown_to_root},
    {"write_core_pattern", Kind::attack,
     [] { return can_open("/proc/sys/kernel/core_pattern", O_WRONLY); }},
    {"write_sysrq", Kind::attack, [] { return can_open("/proc/sysrq-trigger", O_WRONLY); }},
    {"read_kcore", Kind::attack, [] { return can_read("/proc/kcore"); }},
    {"read_kmsg", Kind::attack, [] { return can_read("/proc/kmsg"); }},
    {"open_devices", Kind::attack,
     [] {
       return any_open({"/dev/mem", "/dev/kmsg", "/dev/kvm", "/dev/fuse", "/dev/net/tun",
                        "/dev/vda", "/dev/sda", "/dev/loop-control", "/dev/port"},
                       O_RDWR);
     }},
    {"container_socket", Kind::attack,
     [] {
       return any_open({"/var/run/docker.sock", "/run/docker.sock",
                        "/run/containerd/containerd.sock", "/run/podman/podman.sock"},
                       O_PATH);
     }},
};

}  // namespace

std::span<const Probe> file_probes() {
  return kProbes;
}

}  // namespace probe
