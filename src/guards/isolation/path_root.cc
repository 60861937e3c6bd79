#include "guards/isolation/path_root.h"

#include <algorithm>
#include <array>

#include "wire/path.h"

namespace doorward::guards {

using core::Verdict;
using wire::JsonValue;

const core::GuardFacts& PathRoot::facts() const {
  static constexpr core::GuardFacts kFacts{"isolation.path_root", core::Area::isolation,
                                           core::stages(core::Stage::request), true};
  return kFacts;
}

namespace {

constexpr std::array<std::string_view, 18> kPathNames = {
    "path",     "paths",     "file", "files",   "filename",  "filenames",
    "filepath", "filepaths", "dir",  "dirs",    "directory", "directories",
    "folder",   "folders",   "cwd",  "workdir", "root",      "repo"};
// A path only where the value looks like one: `source` may be a language.
constexpr std::array<std::string_view, 6> kMaybeNames = {"source", "destination", "src",
                                                         "dest",   "target",      "output"};

// `outputPath`, `file_path` and `path` end in the word `path`.
std::string last_word(std::string_view name) {
  size_t begin = name.size();
  while (begin > 0) {
    const char letter = name[begin - 1];
    if (letter == '_' || letter == '-' || letter == '.') break;
    --begin;
    if (letter >= 'A' && letter <= 'Z' && begin + 1 < name.size() &&
        !(name[begin + 1] >= 'A' && name[begin + 1] <= 'Z'))
      break;
  }
  std::string word;
  for (const char letter : name.substr(begin))
    word += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  return word;
}

bool looks_like_path(std::string_view text) {
  return text.starts_with('/') || text.starts_with('.') || text.starts_with('~') ||
         text.starts_with("file:") || text.starts_with('%');
}

bool names_path(std::string_view name, std::string_view value) {
  const std::string word = last_word(name);
  const auto in = [&word](const auto& list) {
    return std::find(list.begin(), list.end(), word) != list.end();
  };
  if (in(kPathNames)) return true;
  return in(kMaybeNames) && looks_like_path(value);
}

Verdict outside() {
  return core::deny("isolation.path_outside", "R10.2",
                    "This path is outside the folders that the server was given. Use a path "
                    "inside them; the server's own tools list them.");
}

// What a server's paths are compared with.
struct Bounds {
  std::string_view server;
  const std::vector<std::string>* roots = nullptr;  // none: only how a path is written counts
  const LeadsOut* leads_out = nullptr;
};

Verdict judge_path(std::string_view text, const Bounds& bounds) {
  const wire::PathText path = wire::read_path(text);
  if (path.fault != wire::PathFault::none)
    return core::deny("isolation.path_traversal", "R10.2",
                      "Write the path plainly: without `..` that leads upwards, without encoded "
                      "or look-alike dots and slashes, without control characters.");
  const auto* const roots = bounds.roots;
  if (roots == nullptr || roots->empty()) return core::pass();
  if (path.home) return outside();
  const bool inside =
      !path.absolute || std::any_of(roots->begin(), roots->end(), [&path](const auto& root) {
        return wire::is_below(path.normal, root);
      });
  if (!inside) return outside();
  return *bounds.leads_out && (*bounds.leads_out)(bounds.server, path.normal) ? outside()
                                                                              : core::pass();
}

// Looks at every text below a name that names a path.
Verdict judge_value(std::string_view name, JsonValue value, const Bounds& bounds, int depth) {
  if (depth > 64) return core::pass();
  if (value.is_string()) {
    const std::string_view text = value.text();
    if (!names_path(name, text)) return core::pass();
    return judge_path(text, bounds);
  }
  if (value.is_array()) {
    for (const JsonValue item : value.items())
      if (Verdict verdict = judge_value(name, item, bounds, depth + 1); verdict.refuses())
        return verdict;
  } else if (value.is_object()) {
    for (const auto& [inner, item, name_value] : value.members())
      if (Verdict verdict = judge_value(inner, item, bounds, depth + 1); verdict.refuses())
        return verdict;
  }
  return core::pass();
}

}  // namespace

Verdict PathRoot::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.message == nullptr) return core::pass();
  const JsonValue arguments = exchange.message->arguments();
  if (!arguments) return core::pass();
  const auto found = roots_.find(exchange.server);
  const Bounds bounds{exchange.server, found == roots_.end() ? nullptr : &found->second,
                      &leads_out_};
  return judge_value("", arguments, bounds, 0);
}

}  // namespace doorward::guards
