#include "app/server_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <set>
#include <unordered_map>

#include "app/onboard/named_paths.h"
#include "base/bytes.h"
#include "base/locked.h"

namespace doorward::app {

namespace {

namespace fs = std::filesystem;

struct Bounds {
  size_t files;
  uintmax_t bytes;
};
constexpr Bounds kOfAnybody{5'000, 128U << 20};
constexpr Bounds kOfInstalled{60'000, 1U << 30};
constexpr size_t kKnownHashes = 200'000;

bool lies_in(const Path& path, const Path& folder) {
  const Path relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

// Part of the host and updated with it: an interpreter, a system library.
bool is_the_systems(const Path& path) {
  return std::ranges::any_of(
      std::initializer_list<const char*>{"/usr", "/bin", "/lib", "/sbin", "/etc", "/opt"},
      [&](const char* folder) { return lies_in(path, folder); });
}

// The folder of the package that a file belongs to; the empty path where there is none near.
Path package_of(const Path& file) {
  const char* const home = std::getenv("HOME");
  Path folder = file.parent_path();
  std::error_code ignored;
  for (int up = 0; up < 6 && folder.has_relative_path(); ++up, folder = folder.parent_path()) {
    if (home != nullptr && folder == Path(home)) break;
    for (const char* const mark : {"package.json", "pyproject.toml"})
      if (fs::exists(folder / mark, ignored)) return folder;
  }
  return {};
}

// The folder that Doorward installed a package and all its dependencies into; empty for others.
Path installed_in(const Path& file, const Path& state) {
  std::error_code error;
  const Path packages = fs::weakly_canonical(state / "packages", error);
  if (error || !lies_in(file, packages)) return {};
  return packages / *file.lexically_relative(packages).begin();
}

// The files below a folder, in order; nothing where there are too many. `whole`: links and
// dependencies too.
std::vector<Path> files_below(const Path& folder, bool whole) {
  const Bounds most = whole ? kOfInstalled : kOfAnybody;
  std::vector<Path> files;
  uintmax_t bytes = 0;
  std::error_code error;
  for (auto at = fs::recursive_directory_iterator(
           folder, fs::directory_options::skip_permission_denied, error);
       !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    const auto name = at->path().filename();
    if (whole && at->is_symlink(ignored)) {
      files.push_back(at->path());
      continue;
    }
    if (!whole && at->is_directory(ignored) && (name == "node_modules" || name == ".git")) {
      at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file(ignored) || at->is_symlink(ignored)) continue;
    bytes += at->file_size(ignored);
    files.push_back(at->path());
    if (files.size() > most.files || bytes > most.bytes) return {};
  }
  std::ranges::sort(files);
  return files;
}

// What the system knows of a file; whoever changes its content changes this too, unless they rule
// the machine.
struct Stamp {
  uint64_t device = 0, inode = 0;
  int64_t size = 0, changed_s = 0, changed_ns = 0;
  bool operator==(const Stamp&) const = default;
};

std::string read_hash(const Path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return "unreadable";
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  return hex(sha256(text));
}

std::string content_hash(const Path& path) {
  struct Known {
    Stamp stamp;
    std::string hash;
  };
  static Locked<std::unordered_map<std::string, Known>> known;
  struct stat facts{};
  if (::lstat(path.c_str(), &facts) != 0) return "unreadable";
  if (S_ISLNK(facts.st_mode)) {
    std::error_code error;
    return "link " + fs::read_symlink(path, error).string();
  }
  const Stamp stamp{facts.st_dev, facts.st_ino, facts.st_size, facts.st_ctim.tv_sec,
                    facts.st_ctim.tv_nsec};
  // A file that was changed within the last moments may change again under the same stamp.
  const bool settled = std::time(nullptr) - stamp.changed_s > 2;
  std::string held = known.with([&](const auto& all) -> std::string {
    const auto found = all.find(path.string());
    return settled && found != all.end() && found->second.stamp == stamp ? found->second.hash : "";
  });
  if (!held.empty()) return held;
  std::string hash = read_hash(path);
  if (settled)
    known.with([&](auto& all) {
      if (all.size() >= kKnownHashes) all.clear();
      all[path.string()] = {stamp, hash};
    });
  return hash;
}

}  // namespace

// Code that a script can load: what it reads besides is data, which changes with its work.
bool is_code(const Path& path) {
  const std::string ending = path.extension().string();
  return std::ranges::any_of(
      std::initializer_list<const char*>{".py",   ".pyc",  ".pyd", ".pth",  ".so",  ".js",
                                         ".mjs",  ".cjs",  ".ts",  ".mts",  ".cts", ".node",
                                         ".wasm", ".rb",   ".pl",  ".pm",   ".php", ".lua",
                                         ".sh",   ".bash", ".jar", ".class"},
      [&](const char* one) { return ending == one; });
}

// A script without a package may load what lies beside it, where its sandbox lets it read that.
void add_neighbours(const Server& server, const Path& script, std::set<Path>& files) {
  const Path folder = script.parent_path();
  if (!is_code(script) || is_too_wide(folder)) return;
  const bool readable = std::ranges::any_of(
      server.sandbox.read, [&](const Mount& mount) { return lies_in(folder, mount.from); });
  if (!readable) return;
  for (Path& each : files_below(folder, false))
    if (is_code(each)) files.insert(std::move(each));
}

std::string digest_of_files(const Config& config, const Server& server) {
  std::set<Path> files;
  std::error_code error;
  for (const std::string& word : server.command) {
    if (word.empty() || word.starts_with('-')) continue;
    const Path path =
        fs::weakly_canonical(Path(word).is_absolute() ? Path(word) : config.folder / word, error);
    if (error || !fs::is_regular_file(path, error) || is_the_systems(path)) continue;
    files.insert(path);
    const Path installed = installed_in(path, config.state);
    const Path package = installed.empty() ? package_of(path) : installed;
    if (package.empty()) {
      add_neighbours(server, path, files);
      continue;
    }
    for (Path& each : files_below(package, !installed.empty())) files.insert(std::move(each));
  }
  std::erase_if(files, [&](const Path& path) {
    return std::ranges::any_of(server.sandbox.write,
                               [&](const Mount& mount) { return lies_in(path, mount.from); });
  });
  if (files.empty()) return "";
  std::string whole;
  for (const Path& path : files) whole += path.string() + '\n' + content_hash(path) + '\n';
  return "sha256:" + hex(sha256(whole));
}

}  // namespace doorward::app
