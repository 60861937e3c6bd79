// The arguments of bwrap. They travel in a memory file (`--args`), where no process list shows
// them: the environment among them may hold secrets.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <initializer_list>

#include "sandbox/launcher/talk.h"
#include "sandbox/launcher/walls.h"

namespace doorward::sandbox::launcher {
namespace {

constexpr const char* kInit = "/.doorward-init";
constexpr const char* kInnerId = "1000";

// Of /etc only what libraries need to start, to verify TLS peers and to tell the time.
constexpr const char* kEtc[] = {"ld.so.cache", "alternatives",    "ssl/certs",
                                "pki",         "ssl/openssl.cnf", "ca-certificates",
                                "localtime",   "crypto-policies"};

int memory_file(const std::string& text) {
  const int fd = must("arguments", memfd_create("doorward", MFD_CLOEXEC));
  size_t done = 0;
  while (done < text.size()) {
    done +=
        static_cast<size_t>(must("arguments", write(fd, text.data() + done, text.size() - done)));
  }
  must("arguments", lseek(fd, 0, SEEK_SET));
  return fd;
}

class Arguments {
 public:
  void add(std::initializer_list<std::string> words) {
    for (const auto& word : words) {
      text_.append(word);
      text_.push_back('\0');
    }
  }
  // A memory file that bwrap reads; its number.
  std::string file(const std::string& content) {
    keep_.push_back(memory_file(content));
    return std::to_string(keep_.back());
  }
  std::string text_;
  std::vector<int> keep_;
};

void system_folders(Arguments& to) {
  to.add({"--ro-bind", "/usr", "/usr"});
  for (const char* name : {"bin", "sbin", "lib", "lib32", "lib64", "libx32"}) {
    const std::string path = std::string("/") + name;
    struct stat info{};
    if (lstat(path.c_str(), &info) != 0) continue;
    if (S_ISLNK(info.st_mode)) to.add({"--symlink", std::string("usr/") + name, path});
    if (S_ISDIR(info.st_mode)) to.add({"--ro-bind", path, path});
  }
  to.add({"--dir", "/etc"});
  for (const char* name : kEtc) {
    const std::string path = std::string("/etc/") + name;
    to.add({"--ro-bind-try", path, path});
  }
}

// Rights for Landlock in init: `x` read and execute, `r` read, `w` read and write, `d` list.
void rights(std::vector<std::string>& to, const Spec& spec) {
  const auto add = [&](const char* what, const std::string& path) {
    to.emplace_back(what);
    to.push_back(path);
  };
  add("d", "/");
  for (const char* path : {"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    add("x", path);
  }
  add("r", "/etc");
  for (const char* path : {"/proc", "/tmp"}) add("w", path);
  if (spec.watch) {
    // Memory that is shared through a written /dev/zero shows in no process that let go of it.
    add("r", "/dev");
    for (const char* name : {"null", "full", "random", "urandom", "tty", "shm", "pts", "ptmx"})
      add("w", std::string("/dev/") + name);
  } else {
    add("w", "/dev");
  }
  for (const SpecMount& mount : spec.mounts) add(mount.writable ? "w" : "x", mount.to);
  add("x", spec.program);
}

std::vector<std::string> init_words(const Spec& spec, int link) {
  std::vector<std::string> words = {kInit, std::to_string(link), std::to_string(spec.processes),
                                    spec.observe ? "observe" : "only",
                                    spec.landlock ? "landlock" : "none"};
  if (spec.landlock) rights(words, spec);
  words.emplace_back("--");
  words.push_back(spec.program);
  words.insert(words.end(), spec.arguments.begin(), spec.arguments.end());
  return words;
}

}  // namespace

Command bwrap_command(const Spec& spec, int link) {
  Arguments to;
  to.add({"--as-pid-1", "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts",
          "--unshare-cgroup-try", "--disable-userns", "--die-with-parent", "--new-session",
          "--cap-drop", "ALL", "--clearenv", "--hostname", "mcp", "--uid", kInnerId, "--gid",
          kInnerId});
  system_folders(to);
  for (const auto& [path, text] : spec.files) to.add({"--ro-bind-data", to.file(text), path});
  to.add({"--proc", "/proc", "--dev", "/dev", "--size", "16777216", "--tmpfs", "/dev/shm",
          "--remount-ro", "/dev", "--size", std::to_string(spec.tmp), "--tmpfs", "/tmp"});
  for (size_t i = 0; i < spec.mounts.size(); ++i) {
    const SpecMount& mount = spec.mounts[i];
    to.add({mount.writable ? "--bind" : "--ro-bind", std::string(kStage) + "/" + std::to_string(i),
            mount.to});
  }
  to.add({"--ro-bind", std::string(kStage) + "/init", kInit, "--remount-ro", "/"});
  to.add({"--chdir", spec.folder});
  for (const auto& [name, value] : spec.env) to.add({"--setenv", name, value});
  // bwrap applies the programs in order; the kernel then runs all of them.
  to.add({"--add-seccomp-fd", to.file(spec.seccomp_allow)});
  to.add({"--add-seccomp-fd", to.file(spec.seccomp_deny)});

  Command command;
  const int args = memory_file(to.text_);
  explicit_bzero(to.text_.data(), to.text_.size());
  command.arguments = {"bwrap", "--args", std::to_string(args), "--"};
  for (auto& word : init_words(spec, link)) command.arguments.push_back(std::move(word));
  command.keep = std::move(to.keep_);
  command.keep.push_back(args);
  command.keep.push_back(link);
  return command;
}

}  // namespace doorward::sandbox::launcher
