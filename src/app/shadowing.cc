#include "app/shadowing.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "catalog/visible.h"

namespace doorward::app {

using catalog::DefinitionKind;

namespace {

constexpr size_t kMostPassage = 400;  // bytes that are read as one passage
constexpr size_t kMostFindings = 100;

using Words = std::vector<std::string_view>;

// Letters that names of tools are made of.
bool is_of_name(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_' ||
         letter == '-';
}

std::string low(std::string_view text) {
  std::string out(text);
  for (char& letter : out)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + 32);
  return out;
}

Words words_of(std::string_view text) {
  Words out;
  for (size_t at = 0; at < text.size();) {
    if (!is_of_name(text[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    while (end < text.size() && is_of_name(text[end])) ++end;
    out.push_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

bool any_of(const Words& words, std::initializer_list<std::string_view> looked_for) {
  return std::ranges::any_of(words, [&](std::string_view word) {
    return std::ranges::find(looked_for, word) != looked_for.end();
  });
}

// "when X is called", "before using X": something that is to happen with another's calls.
bool speaks_of_calls(const Words& words) {
  return any_of(words, {"when", "whenever", "if", "once", "before", "after", "while", "every",
                        "each", "all", "any"}) &&
         any_of(words, {"invoked", "called", "used", "using", "calling", "invoking", "present",
                        "available", "run", "running", "executed", "sent", "sending", "call",
                        "calls", "invoke"});
}

bool changes(const Words& words) {
  return any_of(words, {"change", "changed", "replace", "replaced", "redirect", "redirected",
                        "rewrite", "override", "alter", "substitute", "swap", "reroute", "must",
                        "append", "bcc", "forward"});
}

bool commands(const Words& words) {
  return any_of(words, {"must", "always", "never", "should", "add", "include", "set", "send",
                        "also", "instead"});
}

bool names_a_target(std::string_view text, const Words& words) {
  if (any_of(words, {"recipient", "recipients", "bcc", "cc", "address", "history"})) return true;
  const size_t at = text.find('@');
  return text.find("http") != std::string_view::npos ||
         (at != std::string_view::npos && at > 0 && is_of_name(text[at - 1]) &&
          text.find('.', at) != std::string_view::npos);
}

bool talks_down(std::string_view passage, std::string_view name) {
  const std::string whole(name);
  for (const char* const before : {"instead of ", "rather than ", "replaces ", "replacement for "})
    for (const char* const mark : {"", "`", "'", "the "})
      if (passage.find(before + std::string(mark) + whole) != std::string_view::npos) return true;
  for (const char* const after :
       {" is deprecated", " is broken", " is insecure", " is obsolete", " is disabled",
        " is outdated", " is unsafe", " must not be used", " should not be used"})
    for (const char* const mark : {"", "`", "'"})
      if (passage.find(whole + mark + after) != std::string_view::npos) return true;
  return false;
}

// A word that is a name and not plain English: it has an underscore or hyphen, stands in marks, or
// beside the word `tool`.
bool is_meant(std::string_view passage, std::string_view name) {
  if (name.size() < 3) return false;
  if (name.find_first_of("_-") != std::string_view::npos) return true;
  const std::string whole(name);
  for (const std::string& form : {"`" + whole + "`", "'" + whole + "'", "tool " + whole + " ",
                                  " " + whole + " tool", "\"" + whole + "\\\""})
    if (passage.find(form) != std::string_view::npos) return true;
  return false;
}

// Passages of a definition's canonical JSON: a sentence with the one behind it, within one string.
std::vector<std::string_view> passages(std::string_view text) {
  std::vector<std::string_view> sentences, out;
  std::vector<bool> last;  // of its string
  for (size_t at = 0, begin = 0; at < text.size(); ++at) {
    const bool quote = text[at] == '"' && (at == 0 || text[at - 1] != '\\');
    const bool stop = (text[at] == '.' || text[at] == '!' || text[at] == '?' || text[at] == ';') &&
                      at + 1 < text.size() && (text[at + 1] == ' ' || text[at + 1] == '\\');
    if (!quote && !stop && at - begin < kMostPassage) continue;
    if (at > begin + 8) {
      sentences.push_back(text.substr(begin, at - begin));
      last.push_back(quote);
    }
    if (quote && !last.empty()) last.back() = true;
    begin = at + 1;
  }
  for (size_t i = 0; i < sentences.size(); ++i) {
    const bool joins = !last[i] && i + 1 < sentences.size();
    const char* const end = joins ? sentences[i + 1].data() + sentences[i + 1].size()
                                  : sentences[i].data() + sentences[i].size();
    out.emplace_back(sentences[i].data(), static_cast<size_t>(end - sentences[i].data()));
  }
  return out;
}

class Names {
 public:
  using Servers = std::set<std::string>;
  void add(std::string name, const std::string& server) {
    begins_[mark_of(name)] = true;
    servers_[std::move(name)].insert(server);
  }
  // The servers that have a tool of this name; null where there are none. Of a large list nearly
  // every word is no name: most are known by how they begin and how long they are.
  [[nodiscard]] const Servers* of(std::string_view name) const {
    if (!begins_[mark_of(name)]) return nullptr;
    const auto found = servers_.find(name);
    return found == servers_.end() ? nullptr : &found->second;
  }

 private:
  static size_t mark_of(std::string_view name) {
    if (name.empty()) return 0;
    const size_t size = std::min<size_t>(name.size(), 63);
    return size * 256 + static_cast<unsigned char>(name[0]);
  }
  std::map<std::string, Servers, std::less<>> servers_;
  std::vector<bool> begins_ = std::vector<bool>(64 * 256);
};

struct Judged {
  Severity severity = Severity::note;
  std::string_view name;
};

Judged judge(const Names& names, const std::string& server, std::string_view passage) {
  const Words words = words_of(passage);
  Judged worst;
  const auto raise = [&](Severity severity, std::string_view name) {
    if (severity > worst.severity) worst = {severity, name};
  };
  for (const std::string_view word : words) {
    const Names::Servers* const found = names.of(word);
    const bool foreign = found != nullptr && !found->contains(server);
    // A tool that nobody here has counts where it is called one.
    const bool unknown = found == nullptr && word.find('_') != std::string_view::npos &&
                         (passage.find("tool " + std::string(word)) != std::string_view::npos ||
                          passage.find("(mcp") != std::string_view::npos);
    if ((!foreign && !unknown) || !is_meant(passage, word)) continue;
    const bool calls = speaks_of_calls(words);
    if (calls && (changes(words) || (commands(words) && names_a_target(passage, words))))
      raise(foreign ? Severity::high : Severity::medium, word);
    if (foreign && talks_down(passage, word)) raise(Severity::medium, word);
  }
  return worst;
}

}  // namespace

std::vector<ScanFinding> shadowing(const Entries& entries) {
  Names names;
  for (const auto& entry : entries)
    if (entry->kind == DefinitionKind::tool && entry->seen)
      names.add(low(entry->name), entry->server);
  std::vector<ScanFinding> out;
  for (const auto& entry : entries) {
    if (!entry->seen || out.size() >= kMostFindings) continue;
    const std::string text = low(entry->seen->text);
    Judged worst;
    std::string_view where;
    for (const std::string_view passage : passages(text)) {
      const Judged now = judge(names, entry->server, passage);
      if (now.severity <= worst.severity) continue;
      worst = now;
      where = passage;
    }
    if (worst.severity == Severity::note) continue;
    const Names::Servers* const found = names.of(worst.name);
    const std::string whose = found == nullptr ? "a tool" : "a tool of `" + *found->begin() + "`";
    out.push_back({worst.severity, "definition.shadowing", entry->server,
                   std::string(catalog::kind_name(entry->kind)), catalog::visible(entry->name),
                   "speaks of `" + std::string(worst.name) + "`, " + whose + ": `" +
                       catalog::visible(where.substr(0, 200)) + "`"});
  }
  return out;
}

}  // namespace doorward::app
