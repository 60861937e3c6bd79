#include "sandbox/resolve.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

namespace doorward::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSystemPath = "/usr/local/bin:/usr/bin:/bin";
constexpr int kDepth = 4;  // of interpreters of interpreters

std::unexpected<Error> bad(std::string what) {
  return failure("sandbox.plan", Fault::client, std::move(what));
}

bool is_program(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

fs::path look_up(const std::string& name, const std::string& search_path) {
  std::istringstream folders(search_path.empty() ? kSystemPath : search_path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    // A relative entry would depend on where the gateway happens to stand.
    if (!folder.starts_with('/')) continue;
    fs::path path = (fs::path(folder) / name).lexically_normal();
    if (is_program(path)) return path;
  }
  return {};
}

// The program behind a shim of a version manager (`ROOT/shims/NAME` with `ROOT/version`).
fs::path behind_shim(const fs::path& shim) {
  const fs::path root = shim.parent_path().parent_path();
  std::ifstream in(root / "version");
  std::string version;
  std::getline(in, version);
  if (version.empty() || version.find('/') != std::string::npos) return {};
  fs::path path = root / "versions" / version / "bin" / shim.filename();
  return is_program(path) ? path : fs::path();
}

// The folder that belongs to PREFIX/bin/NAME as a whole, where it is one version of one tool.
fs::path prefix_of(const fs::path& path) {
  if (path.parent_path().filename() != "bin") return {};
  const fs::path prefix = path.parent_path().parent_path();
  std::error_code error;
  if (fs::exists(prefix / "pyvenv.cfg", error)) return prefix;
  // Home folders, ~/.local, /usr/local and the like hold more than one tool.
  if (prefix == "/" || prefix.parent_path() == "/home" || prefix.filename() == ".local" ||
      prefix.parent_path() == "/" || fs::exists(prefix / "share/applications", error)) {
    return {};
  }
  return fs::is_directory(prefix / "lib", error) ? prefix : fs::path();
}

void need(std::vector<fs::path>& needs, const fs::path& path) {
  if (path.empty() || is_system(path)) return;
  for (const auto& have : needs) {
    if (is_within(path, have)) return;
  }
  needs.push_back(path);
}

// The words of a `#!` line; empty when there is none.
std::vector<std::string> interpreter_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  char mark[2] = {};
  if (!in.read(mark, 2) || mark[0] != '#' || mark[1] != '!') return {};
  std::string line(256, '\0');
  in.getline(line.data(), static_cast<std::streamsize>(line.size()));
  std::istringstream words(line.c_str());
  std::vector<std::string> all;
  for (std::string word; words >> word;) all.push_back(word);
  return all;
}

Expected<void> gather(const fs::path& path, const std::string& search_path, int depth,
                      std::vector<fs::path>& needs) {
  if (depth > kDepth) return bad("`" + path.string() + "`: too many interpreters in a row");
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error) return bad("`" + path.string() + "`: " + error.message());
  need(needs, prefix_of(path));
  need(needs, prefix_of(real));
  need(needs, real);
  const auto words = interpreter_of(real);
  if (words.empty()) return {};
  size_t at = 0;
  fs::path next = words[0];
  if (next.filename() == "env") {
    while (++at < words.size() && words[at].starts_with('-')) {
    }
    if (at == words.size()) return bad("`" + path.string() + "`: its first line names nothing");
    next = look_up(words[at], search_path);
    if (next.empty())
      return bad("`" + words[at] + "`, which `" + path.string() + "` needs, was not found");
  }
  return gather(next, search_path, depth + 1, needs);
}

// Where a path of the host stands inside; the innermost mount counts.
std::optional<std::string> place_inside(const fs::path& path, const LaunchPlan& plan) {
  const Mount* best = nullptr;
  for (const auto* mounts : {&plan.read, &plan.write}) {
    for (const Mount& mount : *mounts) {
      if (!is_within(path, mount.from)) continue;
      if (best == nullptr || is_within(mount.from, best->from)) best = &mount;
    }
  }
  if (best == nullptr) return std::nullopt;
  const fs::path& to = best->to.empty() ? best->from : best->to;
  const fs::path below = path.lexically_relative(best->from);
  return below == "." ? to.string() : (to / below).lexically_normal().string();
}

bool is_script(const fs::path& path) {
  static constexpr const char* kEndings[] = {".js", ".mjs", ".cjs", ".ts", ".py", ".rb", ".sh"};
  return std::ranges::find(kEndings, path.extension()) != std::end(kEndings);
}

}  // namespace

bool is_within(const fs::path& path, const fs::path& folder) {
  const auto [end, unused] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end() || (end->empty() && std::next(end) == folder.end());
}

bool is_system(const fs::path& path) {
  for (const char* root : {"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    if (is_within(path, root)) return true;
  }
  return false;
}

Expected<Program> resolve_program(const std::string& name, const fs::path& folder,
                                  const std::string& search_path) {
  if (name.empty()) return bad("the command is empty");
  Program program;
  if (name.find('/') != std::string::npos) {
    program.path = (folder / name).lexically_normal();
    if (!is_program(program.path)) return bad("`" + program.path.string() + "` is no program");
  } else {
    program.path = look_up(name, search_path);
    if (program.path.empty()) return bad("`" + name + "` was not found in PATH");
  }
  if (program.path.parent_path().filename() == "shims") {
    const fs::path real = behind_shim(program.path);
    if (real.empty()) {
      return bad("`" + program.path.string() + "` is a shim; name the program itself");
    }
    program.path = real;
  }
  if (auto done = gather(program.path, search_path, 0, program.needs); !done) {
    return std::unexpected(done.error());
  }
  // The name that is executed must exist inside. A link outside /usr need not: take its target.
  const bool seen = is_system(program.path) || std::ranges::any_of(program.needs, [&](auto& each) {
                      return is_within(program.path, each);
                    });
  if (!seen) program.path = fs::canonical(program.path);
  return program;
}

std::vector<std::string> inside_words(const LaunchPlan& plan) {
  std::vector<std::string> words = plan.command;
  for (size_t i = 1; i < words.size() && !plan.folder.empty(); ++i) {
    std::string& word = words[i];
    if (word.empty() || word.starts_with('-') || word.starts_with('/')) continue;
    const fs::path path = plan.folder / word;
    std::error_code error;
    const bool is_file = fs::is_regular_file(path, error);
    const bool is_folder = word.find('/') != std::string::npos && fs::is_directory(path, error);
    if (!is_file && !is_folder) continue;
    for (const fs::path& name : {path.lexically_normal(), fs::canonical(path, error)}) {
      if (auto seen = place_inside(name, plan)) {
        word = *seen;
        break;
      }
    }
  }
  return words;
}

std::vector<Mount> default_reads(const std::vector<std::string>& command, const fs::path& folder) {
  std::vector<fs::path> found;
  for (size_t i = 0; i < command.size(); ++i) {
    const std::string& word = command[i];
    if (word.empty() || word.starts_with('-')) continue;
    if (i == 0 && word.find('/') == std::string::npos) continue;
    std::error_code error;
    const fs::path path = fs::canonical(folder / word, error);
    if (error || !fs::is_regular_file(path, error)) continue;
    fs::path tree;
    for (fs::path part; const auto& each : path) {
      if (each == "node_modules") {
        tree = part / each;
        break;
      }
      part /= each;
    }
    const fs::path parent = path.parent_path();
    if (!tree.empty()) {
      need(found, tree);
    } else if (is_script(path) && (fs::exists(parent / "package.json", error) ||
                                   fs::exists(parent / "pyproject.toml", error))) {
      need(found, parent);
    } else if (is_script(path)) {
      need(found, path);
    }
  }
  std::vector<Mount> mounts;
  for (auto& path : found) mounts.push_back({path, path});
  return mounts;
}

}  // namespace doorward::sandbox
