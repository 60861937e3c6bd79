#include "detect/surroundings.h"

#include <algorithm>
#include <array>
#include <string>

#include "detect/characters.h"
#include "detect/sql.h"

namespace doorward::detect {

namespace {

constexpr size_t kAround = 240;  // bytes on either side that are looked at

// Words that hold sentences together and that no language of programs has.
constexpr auto kOfSentences = std::to_array<std::string_view>(
    {"about",    "also",     "an",         "are",  "because",    "been",    "between", "can",
     "compared", "could",    "deprecated", "did",  "difference", "does",    "explain", "explained",
     "found",    "he",       "her",        "his",  "how",        "instead", "its",     "mean",
     "meaning",  "means",    "might",      "my",   "our",        "please",  "she",     "should",
     "syntax",   "than",     "that",       "the",  "their",      "there",   "these",   "they",
     "those",    "tutorial", "versus",     "very", "vs",         "was",     "we",      "were",
     "what",     "which",    "who",        "why",  "without",    "working", "works",   "would",
     "you",      "your"});
static_assert(std::ranges::is_sorted(kOfSentences));

struct Words {
  size_t plain = 0;  // of letters only
  size_t sentence = 0;
  bool code = false;    // signs that part commands, statements or tags
  bool parted = false;  // a semicolon, which long sentences have too
};

void count_words(std::string_view text, Words& words) {
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    words.parted = words.parted || c == ';';
    if (c == '|' || c == '<' || c == '>' || c == '{' || c == '}' || c == '\\') words.code = true;
    if (!is_word(c)) {
      ++at;
      continue;
    }
    const size_t from = at;
    bool letters = true;
    while (at < text.size() && is_word(text[at])) letters = is_letter(text[at++]) && letters;
    const bool joined = at < text.size() && (text[at] == '(' || text[at] == '=');
    if (!letters || joined || (from > 0 && text[from - 1] == '$')) continue;
    const bool free_before = from == 0 || is_space(text[from - 1]) || text[from - 1] == '(' ||
                             text[from - 1] == '"' || text[from - 1] == '\'';
    const bool free_after = at == text.size() || is_space(text[at]) ||
                            std::string_view(".,?!:)\"'`").find(text[at]) != std::string_view::npos;
    if (!free_before || !free_after) continue;
    ++words.plain;
    std::string word(text.substr(from, at - from));
    for (char& letter : word) letter = lower(letter);
    words.sentence += std::ranges::binary_search(kOfSentences, word) ? 1 : 0;
  }
}

// The line around the match, in two parts.
Words words_around(const Match& match) {
  std::string_view before = match.text.substr(0, match.from);
  if (before.size() > kAround) before.remove_prefix(before.size() - kAround);
  if (const size_t line = before.rfind('\n'); line != before.npos) before.remove_prefix(line + 1);
  std::string_view after = match.text.substr(match.from + match.value.size());
  after = after.substr(0, std::min(kAround, after.find('\n')));
  Words words;
  count_words(before, words);
  count_words(after, words);
  return words;
}

bool is_sentence(const Words& words) {
  constexpr size_t kLong = 8;
  return !words.code && (!words.parted || words.plain >= kLong) && words.plain >= 2 &&
         words.sentence >= 1;
}

size_t count_of(std::string_view text, char c) {
  return static_cast<size_t>(std::ranges::count(text, c));
}

// Files that programs keep for themselves, and those that no source names as a neighbour.
bool is_read_by_servers(std::string_view path) {
  std::string small(path);
  for (char& c : small) c = lower(c);
  if (small.empty() || small.starts_with(".") || small.find("/.") != small.npos ||
      small.find("\\.") != small.npos)
    return true;
  const std::string_view first = std::string_view(small).substr(0, small.find_first_of("/\\"));
  constexpr std::string_view kFolders[] = {"etc",   "proc",    "dev",      "var",   "root",
                                           "boot",  "usr",     "bin",      "sys",   "windows",
                                           "winnt", "web-inf", "meta-inf", "admin", "inetpub"};
  if (std::ranges::find(kFolders, first) != std::end(kFolders)) return true;
  for (const std::string_view tail :
       {".php", ".ini", ".conf", ".log", ".key", ".pem", ".htaccess", ".bak", ".sql", ".db",
        ".sqlite", ".config", ".properties", "passwd", "shadow", "secret.txt", "secrets.txt",
        "flag", "flag.txt"})
    if (small.ends_with(tail)) return true;
  return false;
}

// The word that ends a text, and what stands before it without blanks.
std::string_view without_last_word(std::string_view text) {
  while (!text.empty() && (is_word(text.back()) || text.back() == '.')) text.remove_suffix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool ends_in_comparison(std::string_view text) {
  if (text.empty()) return false;
  if (text.back() == '=' || text.back() == '<' || text.back() == '>') return true;
  for (const std::string_view word : {"like", "between", "LIKE", "BETWEEN", "Like"})
    if (text.ends_with(word)) return true;
  return false;
}

// `1=1`, `'a'='a`, `2 > 1`: nothing in it is a name of the value's own world.
bool compares_constants(std::string_view text) {
  const size_t sign = text.find_last_of("=<>");
  if (sign == text.npos) return false;
  const auto operand = [](std::string_view side, bool last) {
    const auto is_rim = [](char c) {
      return is_space(c) || std::string_view("'\"(!<>=+~-").find(c) != std::string_view::npos;
    };
    while (!side.empty() && is_rim(side.back())) side.remove_suffix(1);
    while (!side.empty() && is_rim(side.front())) side.remove_prefix(1);
    if (!last) return side;
    size_t from = side.size();
    while (from > 0 && is_word(side[from - 1])) --from;
    return side.substr(from);
  };
  const std::string_view left = operand(text.substr(0, sign), true);
  const std::string_view right = operand(text.substr(sign + 1), false);
  const auto is_number = [](std::string_view side) {
    return !side.empty() && std::ranges::all_of(side, is_digit);
  };
  return (!left.empty() && left == right) || (is_number(left) && is_number(right));
}

}  // namespace

bool is_not_prose(const Match& match) {
  return !is_sentence(words_around(match));
}

bool is_not_quoted_prose(const Match& match) {
  return match.value.find('`') == match.value.npos || is_not_prose(match);
}

bool closes_foreign_quote(const Match& match) {
  if (match.value.empty()) return true;
  const char quote = match.value.front();
  if (quote != '\'' && quote != '"' && quote != '`') return true;
  return count_of(match.text.substr(0, match.from), quote) % 2 == 0 ||
         compares_constants(match.value);
}

bool breaks_condition(const Match& match) {
  if (match.value.empty() || match.value.front() == ')' || compares_constants(match.value))
    return true;
  if (match.value.front() == '\'' || match.value.front() == '"') return closes_foreign_quote(match);
  return !ends_in_comparison(without_last_word(match.text.substr(0, match.from)));
}

bool runs_as_sql(const Match& match) {
  return !is_value_or_comment(match.text, match.from, match.from + match.value.size());
}

bool is_not_table(const Match& match) {
  // Several rows, each with a sign at its end; a command behind a value has neither.
  size_t rows = 0;
  bool here = false;
  for (size_t from = 0; from < match.text.size();) {
    const size_t to = std::min(match.text.find('\n', from), match.text.size());
    const std::string_view line = match.text.substr(from, to - from);
    const size_t last = line.find_last_not_of(" \t\r");
    if (line.starts_with("|") && last != line.npos && last > 1 && line[last] == '|') {
      ++rows;
      here = here || (match.from <= to && match.from + match.value.size() > from);
    }
    from = to + 1;
  }
  return rows < 2 || !here;
}

bool is_not_table_or_prose(const Match& match) {
  return is_not_table(match) && is_not_quoted_prose(match);
}

bool climbs_out(const Match& match) {
  const auto is_part = [](char c) {
    return is_word(c) || std::string_view(".-/\\@*+~").find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  size_t from = match.from;
  while (from < match.text.size() && !is_part(match.text[from])) ++from;
  while (from > 0 && is_part(match.text[from - 1])) --from;
  size_t to = from;
  while (to < match.text.size() && is_part(match.text[to])) ++to;
  const bool goes_on = to < match.text.size() && match.text[to] == '%';
  std::string_view path = match.text.substr(from, to - from);
  if (goes_on || path.empty()) return true;
  if (path.starts_with("./")) path.remove_prefix(2);
  size_t steps = 0;
  for (; path.starts_with("../") || path.starts_with("..\\"); ++steps) path.remove_prefix(3);
  if (steps == 0 && path == "..") return false;
  if (steps > 3) return true;
  // A single step back within the path, from a folder of its own.
  const size_t back = path.find("..");
  if (back == path.npos) return steps == 0 || is_read_by_servers(path);
  if (steps > 0 || path.find("//") != path.npos || path.find("..", back + 2) != path.npos ||
      back < 2 || back + 3 >= path.size() || !is_word(path[back - 2]) ||
      (path[back + 2] != '/' && path[back + 2] != '\\'))
    return true;
  return is_read_by_servers(path.substr(back + 3));
}

bool leads_to_system(const Match& match) {
  if (!is_not_prose(match)) return false;
  // `hosts.example`, `passwd-guide`: another file.
  const size_t end = match.from + match.value.size();
  if (is_word(match.value.back()) && end + 1 < match.text.size() &&
      (match.text[end] == '-' || match.text[end] == '.') && is_letter(match.text[end + 1])) {
    std::string_view tail = match.text.substr(end + 1);
    size_t size = 0;
    while (size < tail.size() && is_word(tail[size])) ++size;
    tail = tail.substr(0, size);
    constexpr std::string_view kCopies[] = {"bak",  "old", "orig", "save", "conf", "cfg", "gz",
                                            "html", "jpg", "png",  "gif",  "pdf",  "php", "txt"};
    if (std::ranges::find(kCopies, tail) == std::end(kCopies)) return false;
  }
  const char first = match.value.front();
  if ((first != '/' && first != '\\') || match.from == 0) return true;
  // A folder of the same name within a path of somebody's own.
  const std::string_view before = match.text.substr(0, match.from);
  if (before.back() == '.' && !before.ends_with("..")) return false;
  return !is_word(before.back()) || before.find("..") != before.npos ||
         before.find("://") != before.npos;
}

bool is_foreign_service(const Match& match) {
  const std::string_view text = match.text;
  if (text.find(".git") != text.npos || text.find("git@") != text.npos) return false;
  const size_t at = text.find_first_not_of(" \t");
  return text.substr(at).starts_with("about:blank") ? false : true;
}

bool is_foreign_document(const Match& match) {
  constexpr std::string_view kPublishers[] = {"www.w3.org/",
                                              "w3.org/",
                                              "www.apple.com/DTDs/",
                                              "java.sun.com/",
                                              "www.oasis-open.org/",
                                              "mybatis.org/",
                                              "hibernate.org/",
                                              "hibernate.sourceforge.net/",
                                              "www.docbook.org/",
                                              "docbook.org/",
                                              "checkstyle.org/",
                                              "struts.apache.org/",
                                              "xmlns.jcp.org/",
                                              "www.springframework.org/",
                                              "www.openmobilealliance.org/"};
  const size_t scheme = match.value.find("://");
  if (scheme == match.value.npos || match.value.find("ENTITY") != match.value.npos ||
      match.value.find("entity") != match.value.npos)
    return true;
  const std::string_view rest = match.value.substr(scheme + 3);
  return std::ranges::none_of(kPublishers,
                              [&](std::string_view one) { return rest.starts_with(one); });
}

bool closes_foreign_filter(const Match& match) {
  if (!is_not_prose(match)) return false;
  if (match.text.starts_with("*")) return true;
  int depth = 0;
  for (const char c : match.text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (depth < 0) return true;
  }
  return depth != 0;
}

bool names_foreign_class(const Match& match) {
  if (!is_not_prose(match)) return false;
  const std::string_view before = match.text.substr(0, match.from);
  const std::string_view after = match.text.substr(match.from + match.value.size());
  const bool own = before.ends_with("self.") || before.ends_with("cls.") ||
                   before.ends_with("super().") || before.ends_with("def ");
  return !own || after.starts_with(".__") || after.starts_with("['");
}

bool is_asked_for(const Match& match) {
  constexpr size_t kTalk = 4;  // words around an address that nothing is asked of
  const size_t behind = match.from + match.value.size();
  const bool goes_on =
      behind < match.text.size() && (match.text[behind] == '/' || match.text[behind] == ':');
  const bool talk = is_digit(match.value.front()) && !goes_on && words_around(match).plain >= kTalk;
  if (talk || !is_not_prose(match)) {
    const std::string_view before = match.text.substr(0, match.from);
    return before.ends_with("://") || before.ends_with("@") || before.ends_with("//");
  }
  // The place in its URL, where it stands in one.
  size_t from = match.from;
  while (from > 0 && !is_space(match.text[from - 1]) && match.text[from - 1] != '"') --from;
  const std::string_view before = match.text.substr(from, match.from - from);
  const size_t scheme = before.find("://");
  if (scheme == before.npos || before.find('/', scheme + 3) == before.npos) return true;
  // The path of another host: a service's own paths tell, its address in a title does not.
  if (before.find('?') != before.npos || before.find('=') != before.npos) return true;
  const size_t end = match.from + match.value.size();
  const char next = end < match.text.size() ? match.text[end] : '/';
  return !is_digit(match.value.front()) && (next == '/' || next == '?' || is_space(next));
}

bool is_not_page_word(const Match& match) {
  constexpr size_t kPage = 400;
  constexpr std::ptrdiff_t kLines = 6;
  return !match.value.starts_with(".env") || match.text.size() < kPage ||
         std::ranges::count(match.text, '\n') < kLines;
}

bool runs_script(const Match& match) {
  if (!is_not_prose(match)) return false;
  constexpr std::string_view kNothing = "void(0)";
  const size_t at = match.text.find(kNothing, match.from);
  return at == match.text.npos || at > match.from + match.value.size() + 1 ||
         match.text.find_first_of("(=", at + kNothing.size()) != match.text.npos;
}

bool is_read(const Match& match) {
  std::string_view before = match.text.substr(0, match.from);
  const auto is_part = [](char c) {
    return is_word(c) || std::string_view("~/.-${}\"'").find(c) != std::string_view::npos;
  };
  while (!before.empty() && is_part(before.back())) before.remove_suffix(1);
  while (!before.empty() && is_space(before.back())) before.remove_suffix(1);
  if (!before.ends_with("-i")) return true;
  const size_t command = before.find_last_of(";|&\n");
  const std::string_view own = before.substr(command == before.npos ? 0 : command + 1);
  for (const std::string_view program : {"ssh ", "scp ", "sftp ", "rsync ", "ansible", "autossh "})
    if (own.find(program) != own.npos) return false;
  return true;
}

}  // namespace doorward::detect
