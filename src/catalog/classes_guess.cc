#include "catalog/classes_guess.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "catalog/schema_evidence.h"
#include "catalog/words.h"

namespace doorward::catalog {

namespace {

using core::ClassSet;
using core::ToolClass;
using Words = std::vector<std::string>;

constexpr size_t kSentenceLimit = 300;
constexpr size_t kDescriptionLimit = 600;

bool only_reads(ClassSet set) {
  return set == ClassSet{ToolClass::read};
}
bool is_third_person(std::string_view word) {
  return word.size() > 3 && word.ends_with('s');
}

std::string_view first_sentence(std::string_view text) {
  text = text.substr(0, kSentenceLimit);
  const size_t line = text.find('\n');
  const size_t stop = text.find(". ");
  return text.substr(0, std::min(line, stop));
}

// The name without the server's own name in front, where a verb is left: git_log of git is log.
Words own_words(const ToolFacts& facts) {
  Words words = name_words(facts.name);
  const Words server = name_words(facts.server);
  if (server.empty() || words.size() <= server.size()) return words;
  if (!std::equal(server.begin(), server.end(), words.begin())) return words;
  Words rest(words.begin() + static_cast<std::ptrdiff_t>(server.size()), words.end());
  const bool says_more = std::ranges::any_of(
      rest, [](const std::string& word) { return !verb_classes(word).empty(); });
  return says_more ? rest : words;
}

// `open` looks at a document and moves a door; `log` alone shows a log, `log_message` adds to one.
ClassSet of_verb(const Words& words, size_t at) {
  if (words[at] == "log" && at == 0 && words.size() > 1) return {ToolClass::write};
  if (words[at] != "open") return verb_classes(words[at]);
  const bool looks =
      std::ranges::any_of(words, [](const std::string& word) { return is_document_noun(word); });
  return looks ? ClassSet{ToolClass::read} : ClassSet{ToolClass::write};
}

// What the first words of a title or description say the tool does.
ClassSet of_opening(std::string_view text) {
  const Words words = text_words(first_sentence(text), kSentenceLimit);
  for (size_t i = 0; i < std::min<size_t>(words.size(), 5); ++i)
    if (const ClassSet found = of_verb(words, i); !found.empty()) return found;
  return {};
}

struct Head {
  ClassSet classes;
  std::string verb;  // "" when the name has none
  size_t at = 0;     // its place in the name
};

// The verb that a name is about. A clear verb counts before a word that may be a noun; such a word
// counts when it leads, and is weighed against the description otherwise.
Head head_of(const Words& words, const ToolFacts& facts) {
  std::optional<size_t> clear;
  std::optional<size_t> vague;
  for (size_t i = 0; i < words.size(); ++i) {
    if (of_verb(words, i).empty() && !is_rights_verb(words[i])) continue;
    auto& slot = is_ambiguous(words[i]) || (is_third_person(words[i]) && i > 0) ? vague : clear;
    if (!slot) slot = i;
  }
  const ClassSet title = of_opening(facts.title);
  const ClassSet said = title.empty() ? of_opening(facts.description) : title;
  if (clear) {
    Head head{of_verb(words, *clear), words[*clear], *clear};
    // `post_status_update` posts and updates, `post_list` lists.
    if (vague == 0u && !(only_reads(head.classes) && *clear + 1 == words.size()))
      head.classes.add(of_verb(words, 0));
    return head;
  }
  if (vague) {
    Head head{of_verb(words, *vague), words[*vague], *vague};
    if (*vague > 0 && !said.empty())
      head.classes = said;
    else
      head.classes.add(said);
    return head;
  }
  return {said, "", 0};
}

bool any_of_rights(const Words& words) {
  return std::ranges::any_of(
      words, [](const std::string& word) { return is_rights_noun(word) || is_record_noun(word); });
}

bool is_negated(const Words& words, size_t at) {
  if (at == 0) return false;
  const std::string& before = words[at - 1];
  return before == "not" || before == "never" || before == "without" || before == "cannot" ||
         before == "dont" || before == "doesnt" || before == "wont";
}

// Verbs that a description adds to the name's: in its first sentence, and where later ones begin.
ClassSet of_description(std::string_view description, bool reads) {
  ClassSet out;
  const Words words = text_words(first_sentence(description), kSentenceLimit);
  for (size_t i = 0; i < words.size(); ++i) {
    const ClassSet found = verb_classes(words[i]);
    if (is_ambiguous(words[i]) || is_negated(words, i)) continue;
    const bool joined = i > 0 && (words[i - 1] == "and" || words[i - 1] == "then");
    if (found.has(ToolClass::destructive) && (!reads || joined || i == 0)) out.add(found);
    if (found.has(ToolClass::egress) && joined) out.add(found);
    if (words[i] == "overwriting" || words[i] == "deletion" || words[i] == "permanently")
      if (!reads) out.add(ToolClass::destructive);
  }
  description = description.substr(0, kDescriptionLimit);
  for (size_t stop = description.find(". "); stop != std::string_view::npos;
       stop = description.find(". ", stop + 2)) {
    const Words next = text_words(description.substr(stop + 2), 40);
    if (next.empty() || is_ambiguous(next[0]) || (reads && !is_third_person(next[0]))) continue;
    const ClassSet found = verb_classes(next[0]);
    if (found.has(ToolClass::destructive) || found.has(ToolClass::egress)) out.add(found);
  }
  return out;
}

// What is done to: `and emails it`, `then disables the log`. Behind a plural there is none of
// these: `issues and updates of a project`.
bool is_object(const std::string& word) {
  static constexpr std::string_view kObjects[] = {
      "it",   "them",  "the",  "a",     "an",    "its",  "their", "any",   "all",
      "each", "every", "this", "these", "those", "your", "money", "funds", "everything"};
  return std::ranges::find(kObjects, word) != std::end(kObjects);
}

// `grants`, `disables`, `searches` as the verb that they are of.
template <class Question>
bool as_verb(std::string_view word, Question question) {
  return question(word) || question(word.substr(0, word.size() - 1)) ||
         (word.ends_with("es") && question(word.substr(0, word.size() - 2)));
}

// Acts on the world, where the tables call it a plain write at most.
ClassSet of_acting(std::string_view word) {
  static constexpr std::string_view kActs[] = {
      "restarts", "reboots",  "transfers", "pays",    "buys",    "orders", "stops",   "kills",
      "cancels",  "approves", "merges",    "creates", "updates", "books",  "changes", "installs"};
  if (std::ranges::find(kActs, word) != std::end(kActs)) return {ToolClass::write};
  if (word == "emails" || word == "mails" || word == "texts" || word == "forwards" ||
      word == "messages")
    return {ToolClass::egress};
  return {};
}

// Verbs behind the one that a description opens with, of a tool that seems to read: `gets a report
// and emails it`, `lists users and grants them a role`, `the rows are then dropped`.
ClassSet of_later_verbs(std::string_view description) {
  ClassSet out;
  const Words words = text_words(description.substr(0, kDescriptionLimit), kDescriptionLimit);
  for (size_t i = 1; i + 1 < words.size(); ++i) {
    const std::string& before = words[i - 1];
    const bool joined = before == "and" || before == "then" || before == "also";
    const bool passive = before == "then" && i > 1 &&
                         (words[i - 2] == "are" || words[i - 2] == "is" || words[i - 2] == "gets");
    if (passive || !joined || !is_third_person(words[i])) continue;
    const bool grants = as_verb(words[i], is_rights_verb);
    const bool silences = as_verb(words[i], is_silencing_verb);
    const bool rights = is_rights_noun(words[i + 1]) || (silences && is_record_noun(words[i + 1]));
    if (!is_object(words[i + 1]) && !rights) continue;
    const ClassSet found = verb_classes(words[i]);
    if (found.has(ToolClass::destructive) || found.has(ToolClass::egress)) out.add(found);
    out.add(of_acting(words[i]));
    const Words near(words.begin() + static_cast<std::ptrdiff_t>(i),
                     words.begin() + static_cast<std::ptrdiff_t>(std::min(words.size(), i + 5)));
    const bool changes = silences || as_verb(words[i], is_admin_verb);
    if (grants || (changes && any_of_rights(near))) out.add(ToolClass::identity);
  }
  for (size_t i = 2; i < words.size(); ++i) {
    if (words[i - 1] != "then" || (words[i - 2] != "are" && words[i - 2] != "is")) continue;
    std::string verb = words[i];
    if (!verb.ends_with("ed")) continue;
    verb.resize(verb.size() - 2);
    const bool doubled = verb.size() > 2 && verb.back() == verb[verb.size() - 2];
    for (const std::string& form :
         {verb, verb + "e", doubled ? verb.substr(0, verb.size() - 1) : verb})
      out.add(ClassSet(verb_classes(form).has(ToolClass::destructive) ||
                               verb_classes(form).has(ToolClass::egress)
                           ? verb_classes(form)
                           : ClassSet{}));
  }
  return out;
}

// `x and y` in a name, and `read_write`.
ClassSet of_second_verb(const Words& words, size_t head) {
  ClassSet out;
  for (size_t i = head + 1; i < words.size(); ++i) {
    const std::string& before = words[i - 1];
    const bool joined = before == "and" || before == "or" || before == "then" || before == "n";
    if (joined || (before == "read" && words[i] == "write")) out.add(verb_classes(words[i]));
  }
  return out;
}

// A running verb with something to run behind it, at most `reach` words on.
bool runs_program(const Words& words, size_t reach, bool third_person_only) {
  for (size_t i = 0; i < words.size(); ++i) {
    if (!is_running_verb(words[i]) || is_negated(words, i)) continue;
    if (third_person_only && !is_third_person(words[i])) continue;
    for (size_t k = i + 1; k < words.size() && k <= i + reach; ++k)
      if (is_program_noun(words[k]) || is_shell_word(words[k])) return true;
  }
  return false;
}

bool is_execute(const Words& name, const Head& head, std::string_view sentence, bool reads) {
  if (!reads || head.verb.empty() || is_ambiguous(head.verb)) {
    if (std::ranges::any_of(name, [](const std::string& word) { return is_shell_word(word); }))
      return true;
  }
  if (head.verb.empty() && !name.empty() && is_interpreter(name.back())) return true;
  if (runs_program(name, name.size(), false)) return true;
  const bool installs = head.verb == "install";
  return installs || runs_program(text_words(sentence, kSentenceLimit), 5, reads);
}

// Account words that are the thing changed: not in `create_user_story`, not behind `for`.
bool names_account(const Words& words) {
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "for" || words[i] == "as" || words[i] == "with" || words[i] == "by")
      return false;
    const bool key = words[i] == "api" && i + 1 < words.size() && words[i + 1].starts_with("key");
    if (key) return true;
    if (!is_account_noun(words[i])) continue;
    if (i + 1 < words.size() && is_no_account_before(words[i + 1])) continue;
    return true;
  }
  return false;
}

bool is_evaluating_verb(const std::string& word) {
  static constexpr std::string_view kEvaluating[] = {"compile", "eval",      "evaluate", "exec",
                                                     "execute", "interpret", "run"};
  return std::ranges::find(kEvaluating, word) != std::end(kEvaluating);
}

bool names_log_level(const Words& words) {
  for (size_t i = 0; i + 1 < words.size(); ++i)
    if ((words[i] == "log" || words[i] == "logging") && words[i + 1].starts_with("level"))
      return true;
  return false;
}

template <class Question>
bool any(const Words& words, Question question) {
  return std::ranges::any_of(words, question);
}

bool is_setting_noun(const std::string& word) {
  static constexpr std::string_view kSettings[] = {"config",  "configuration", "level", "settings",
                                                   "setting", "off",           "mode",  "policy"};
  return std::ranges::find(kSettings, word) != std::end(kSettings);
}

// A noun of rights. `logging` is one where something is done to it: a tool *with* logging has it.
bool names_rights(const Words& name, const Head& head) {
  return any(name, [&](const std::string& word) {
    if (!is_rights_noun(word)) return false;
    return word != "logging" || name.size() == 1 || is_admin_verb(head.verb) ||
           is_silencing_verb(head.verb) || any(name, is_setting_noun);
  });
}

bool is_identity(const Words& name, const Head& head, std::string_view sentence, bool reads) {
  if (any(name, is_rights_verb)) return !reads || is_rights_verb(head.verb);
  if (reads) return false;
  const bool makes_text = head.verb == "generate" || head.verb == "suggest";
  if (!makes_text && (names_rights(name, head) || names_log_level(name))) return true;
  if (is_admin_verb(head.verb) && names_account(name)) return true;
  if (is_silencing_verb(head.verb) && any(name, is_record_noun)) return true;
  const Words said = text_words(sentence, kSentenceLimit);
  for (size_t i = 0; i < said.size(); ++i) {
    if (!is_admin_verb(said[i]) || is_negated(said, i)) continue;
    const auto from = said.begin() + static_cast<std::ptrdiff_t>(i);
    const Words near(from,
                     from + static_cast<std::ptrdiff_t>(std::min<size_t>(6, said.size() - i)));
    if (any(near, is_rights_noun) || names_log_level(near)) return true;
  }
  return false;
}

bool is_in(std::string_view word, std::initializer_list<std::string_view> all) {
  return std::ranges::find(all, word) != all.end();
}

// `issue_token`: to issue is a verb there, elsewhere a thing.
bool hands_out_credential(const Words& name) {
  if (name.empty() || !is_in(name.front(), {"issue", "mint"})) return false;
  return any(name, [](const std::string& word) {
    return is_in(word, {"token", "tokens", "key", "keys", "credential", "credentials"});
  });
}

// Verbs that mean another thing of what stands behind them.
bool destroys_by_its_object(const Words& name) {
  const auto has = [&name](std::initializer_list<std::string_view> all) {
    return any(name, [all](const std::string& word) { return is_in(word, all); });
  };
  return (has({"format"}) && has({"disk", "drive", "volume", "partition", "device"})) ||
         (has({"force"}) && has({"push"}));
}

// Typing into a page sends what is typed to whoever serves it.
bool is_page_input(const Words& name, const Head& head, std::string_view sentence) {
  static constexpr std::string_view kInput[] = {"fill", "type", "press", "submit", "click", "drop"};
  const bool enters = any(name, [](const std::string& word) {
    return std::ranges::find(kInput, word) != std::end(kInput);
  });
  if (!enters || only_reads(head.classes)) return false;
  const auto is_page = [](const std::string& word) {
    return word == "browser" || word == "page" || word == "web" || word == "website";
  };
  return any(name, is_page) || any(text_words(sentence, kSentenceLimit), is_page);
}

void add_annotations(ClassSet& set, wire::JsonValue annotations) {
  if (annotations["destructiveHint"].boolean() == true) set.add(ToolClass::destructive);
  if (annotations["readOnlyHint"].boolean() == false) set.add(ToolClass::write);
}

}  // namespace

ClassSet guess_classes(const ToolFacts& facts) {
  const Words name = own_words(facts);
  const std::string_view sentence = first_sentence(facts.description);
  const Head head = head_of(name, facts);
  const bool reads = only_reads(head.classes);

  ClassSet out = head.classes;
  out.add(of_second_verb(name, head.at));
  out.add(of_description(facts.description, reads));
  if (reads) out.add(of_later_verbs(facts.description));
  if (is_execute(name, head, sentence, reads)) out.add(ToolClass::execute);
  if (is_identity(name, head, sentence, reads) || hands_out_credential(name))
    out.add(ToolClass::identity);
  if (destroys_by_its_object(name)) out.add(ToolClass::destructive);
  if (is_page_input(name, head, sentence)) out.add(ToolClass::egress);

  const Words said = text_words(sentence, kSentenceLimit);
  const SchemaContext context{
      .studies = is_studying_verb(head.verb),
      .keeps = head.classes == ClassSet{ToolClass::write} && !is_running_verb(head.verb),
      .runs = any(name, is_running_verb) || any(said, is_running_verb) || any(name, is_shell_word),
      .says_sql = speaks_of_sql(facts.description) || speaks_of_sql(facts.name),
      .evaluates = any(name, is_evaluating_verb),
      .says_database = any(name,
                           [](const std::string& word) {
                             return is_in(word, {"db", "database", "databases", "warehouse"});
                           }),
      .reads = only_reads(out),
  };
  out.add(schema_evidence(facts.input_schema, context));
  add_annotations(out, facts.annotations);
  if (out.has(ToolClass::destructive) || out.has(ToolClass::identity)) out.add(ToolClass::write);
  if (out.empty()) out.add(ToolClass::write);
  return out;
}

}  // namespace doorward::catalog
