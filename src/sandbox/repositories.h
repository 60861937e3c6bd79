// Git repositories in folders that a server may write, and what of them must stay as it is: `.git`
// holds hooks, and settings that name programs, which git runs for whoever works there, outside of
// every sandbox.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace doorward::sandbox {

// What becomes a mount of its own, by its path below the folder that was searched.
struct Guarded {
  std::string path;
  bool writable = false;  // only kept in its place: a folder on the way to a repository, or the
                          // `.git` that a server of `git_write` works on
};

struct Repositories {
  std::vector<Guarded> guarded;  // outer ones first
  bool whole = true;             // false: too large to be searched to its end
};

// Searches `folder` without following links, outer folders first, to a depth of 16 and 20,000
// entries, for at most 64 repositories, bare ones among them. `write_git`: hooks, configuration and
// what points to another configuration stay read-only where they exist, the rest of `.git` not.
// A repository that is made later is not known.
[[nodiscard]] Repositories repositories_in(const std::filesystem::path& folder, bool write_git);

// True for `.git`, what lies in one, and bare repositories.
[[nodiscard]] bool is_git_folder(const std::filesystem::path& folder);

}  // namespace doorward::sandbox
