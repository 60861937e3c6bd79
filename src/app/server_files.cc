#include "app/server_files.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

#include "base/bytes.h"

namespace doorward::app {

namespace {

namespace fs = std::filesystem;

constexpr size_t kMostFiles = 5'000;
constexpr uintmax_t kMostBytes = 128U << 20;

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

// The regular files below a folder, in order; nothing where there are too many.
std::vector<Path> files_below(const Path& folder) {
  std::vector<Path> files;
  uintmax_t bytes = 0;
  std::error_code error;
  for (auto at = fs::recursive_directory_iterator(
           folder, fs::directory_options::skip_permission_denied, error);
       !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    const auto name = at->path().filename();
    if (at->is_directory(ignored) && (name == "node_modules" || name == ".git")) {
      at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file(ignored) || at->is_symlink(ignored)) continue;
    bytes += at->file_size(ignored);
    files.push_back(at->path());
    if (files.size() > kMostFiles || bytes > kMostBytes) return {};
  }
  std::ranges::sort(files);
  return files;
}

std::string content_hash(const Path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return "unreadable";
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  return hex(sha256(text));
}

}  // namespace

std::string digest_of_files(const Config& config, const Server& server) {
  std::set<Path> files;
  std::error_code error;
  for (const std::string& word : server.command) {
    if (word.empty() || word.starts_with('-')) continue;
    const Path path =
        fs::weakly_canonical(Path(word).is_absolute() ? Path(word) : config.folder / word, error);
    if (error || !fs::is_regular_file(path, error) || is_the_systems(path)) continue;
    files.insert(path);
    const Path package = package_of(path);
    if (package.empty()) continue;
    for (Path& each : files_below(package)) files.insert(std::move(each));
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
