#include "sandbox/repositories.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <set>
#include <string_view>

namespace doorward::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr int kEntries = 20'000;
constexpr int kDepth = 16;
constexpr size_t kRepositories = 64;
// What makes git run programs, or look for its settings elsewhere.
constexpr const char* kRuns[] = {"hooks", "config", "config.worktree", "commondir"};

struct Close {
  void operator()(DIR* list) const { closedir(list); }
};
using Listing = std::unique_ptr<DIR, Close>;

Listing list_of(const fs::path& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return nullptr;
  Listing list(fdopendir(fd));
  if (!list) close(fd);
  return list;
}

enum class What : char { none, file, folder };

What what_is(const fs::path& path) {
  struct stat info{};
  if (lstat(path.c_str(), &info) != 0) return What::none;
  return S_ISDIR(info.st_mode) ? What::folder : S_ISREG(info.st_mode) ? What::file : What::none;
}

class Search {
 public:
  Search(fs::path root, bool write_git) : root_(std::move(root)), write_git_(write_git) {}

  Repositories run() {
    waiting_.push_back({"", 0});
    while (!waiting_.empty() && found_.whole) {
      const auto [path, depth] = waiting_.front();
      waiting_.pop_front();
      look_at(path, depth);
    }
    return std::move(found_);
  }

 private:
  struct Place {
    std::string path;
    int depth;
  };
  static std::string below(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : path + "/" + std::string(name);
  }

  void look_at(const std::string& path, int depth) {
    const Listing list = list_of(root_ / path);
    if (!list) return;
    bool head = false, objects = false, refs = false;
    std::vector<Place> folders;
    while (const dirent* entry = readdir(list.get())) {
      const std::string_view name(entry->d_name);
      if (name == "." || name == "..") continue;
      if (++entries_ > kEntries) {
        found_.whole = false;
        return;
      }
      head = head || name == "HEAD";
      objects = objects || name == "objects";
      refs = refs || name == "refs";
      if (name == ".git") repository(path);
      const bool maybe_folder = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
      if (maybe_folder && name != ".git" && depth < kDepth)
        folders.push_back({below(path, name), depth + 1});
    }
    if (head && objects && refs && !path.empty()) {
      keep_way(fs::path(path).parent_path());
      git_folder(path);
      return;
    }
    waiting_.insert(waiting_.end(), folders.begin(), folders.end());
  }

  // `path` holds `.git`: the folder, or the file that says where it is.
  void repository(const std::string& path) {
    const std::string git = below(path, ".git");
    const What kind = what_is(root_ / git);
    if (kind == What::none) return;
    keep_way(path);
    if (kind == What::folder)
      git_folder(git);
    else
      found_.guarded.push_back({git, false});
  }
  // A folder on the way could be moved aside and made anew, with another repository in it.
  void keep_way(const fs::path& path) {
    if (++repositories_ > kRepositories) found_.whole = false;
    fs::path way;
    for (const auto& part : path) {
      way /= part;
      if (ways_.insert(way.string()).second) found_.guarded.push_back({way.string(), true});
    }
  }
  void git_folder(const std::string& git) {
    found_.guarded.push_back({git, write_git_});
    if (!write_git_) return;
    keep_settings(git);
    for (const char* inner : {"modules", "worktrees"}) {
      const std::string folder = below(git, inner);
      const Listing list = list_of(root_ / folder);
      while (const dirent* entry = list ? readdir(list.get()) : nullptr) {
        const std::string_view name(entry->d_name);
        if (name == "." || name == ".." || ++entries_ > kEntries) continue;
        keep_settings(below(folder, name));
      }
    }
  }
  void keep_settings(const std::string& git) {
    for (const char* name : kRuns) {
      const std::string path = below(git, name);
      if (what_is(root_ / path) != What::none) found_.guarded.push_back({path, false});
    }
  }

  const fs::path root_;
  const bool write_git_;
  std::deque<Place> waiting_;
  std::set<std::string> ways_;
  int entries_ = 0;
  size_t repositories_ = 0;
  Repositories found_;
};

}  // namespace

Repositories repositories_in(const fs::path& folder, bool write_git) {
  return Search(folder, write_git).run();
}

bool is_git_folder(const fs::path& folder) {
  if (std::ranges::find(folder, fs::path(".git")) != folder.end()) return true;
  return what_is(folder / "HEAD") == What::file && what_is(folder / "objects") == What::folder &&
         what_is(folder / "refs") == What::folder;
}

}  // namespace doorward::sandbox
