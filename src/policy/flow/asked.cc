#include "policy/flow/asked.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "policy/flow/words.h"

namespace doorward::policy::flow {

namespace {

struct Token {
  std::string_view text;
  bool starts_clause = false;  // behind `.`, `;`, `:`, `!`, `?`, a new line, a dash
  bool behind_comma = false;
  bool in_compound = false;    // `remove-policy`: part of a longer word
  bool ends_question = false;  // a `?` stands behind it
};

bool is_in(std::string_view word, std::initializer_list<std::string_view> all) {
  return std::ranges::find(all, word) != all.end();
}

std::vector<Token> tokens_of(std::string_view low) {
  std::vector<Token> out;
  size_t behind = 0;
  for (const Word& word : words_of(low)) {
    const std::string_view between = low.substr(behind, word.begin - behind);
    Token token{low.substr(word.begin, word.end - word.begin)};
    token.starts_clause = out.empty() ||
                          between.find_first_of(".;:!?\n") != std::string_view::npos ||
                          between.find(" - ") != std::string_view::npos;
    token.behind_comma = between.find(',') != std::string_view::npos;
    const bool joined = between == "-" || between == "_";
    const char next = word.end < low.size() ? low[word.end] : ' ';
    token.in_compound = joined || next == '-' || next == '_';
    if (!out.empty()) out.back().ends_question = between.find('?') != std::string_view::npos;
    behind = word.end;
    out.push_back(token);
  }
  if (!out.empty()) out.back().ends_question = low.find('?', behind) != std::string_view::npos;
  return out;
}

// `can you pay`, `please pay`, `and pay`: what stands before a verb that asks.
bool leads_to_verb(std::string_view word) {
  return is_in(
      word,
      {"to",    "please", "you",     "i",           "we",     "also",     "just",   "now",
       "can",   "could",  "should",  "must",        "will",   "would",    "shall",  "may",
       "might", "let",    "lets",    "kindly",      "help",   "go",       "ahead",  "finally",
       "first", "next",   "instead", "immediately", "simply", "directly", "always", "afterwards",
       "me",    "us",     "quickly", "ll",          "d"});
}
bool joins(std::string_view word) {
  return is_in(word, {"and", "or", "then", "plus", "but", "so"});
}
bool is_gerund(std::string_view word) {
  return word.size() > 5 && word.ends_with("ing");
}
bool denies(std::string_view word) {
  return is_in(word, {"not", "never", "without", "no", "dont", "don", "cannot", "avoid", "nor",
                      "neither", "refrain", "wont", "won", "doesn", "shouldn", "mustn", "nothing"});
}
// Sentences that begin so ask for words, not for deeds: unless somebody is asked to do it.
bool opens_question(std::string_view word) {
  return is_in(word, {"what", "which", "who", "whom", "whose", "how", "where", "why", "is", "are",
                      "was", "were", "does", "did", "has", "have", "had", "any"});
}
// An order has the plain form of its verb: `plan it`, not `plans`.
bool is_plain_form(std::string_view word) {
  return !(word.ends_with('s') && !word.ends_with("ss")) && !word.ends_with("ed");
}

// Things that are made by a plainer verb: `make a reservation`, `do a transfer`.
bool is_deed(std::string_view word) {
  return is_in(word, {"reservation", "booking",    "payment",  "transfer", "transaction", "order",
                      "appointment", "deposit",    "purchase", "refund",   "donation",    "reply",
                      "post",        "comment",    "reminder", "message",  "email",       "mail",
                      "answer",      "invitation", "invite",   "note",     "update",      "change",
                      "booking",     "upload",     "copy",     "backup"});
}
bool makes(std::string_view word) {
  return is_in(
      word, {"make",     "do",   "create",  "set",   "place",    "schedule", "submit",  "write",
             "leave",    "add",  "give",    "issue", "initiate", "perform",  "process", "arrange",
             "complete", "send", "prepare", "draft", "need",     "want"});
}

class Reader {
 public:
  explicit Reader(std::string_view low) : tokens_(tokens_of(low)) {}

  Acts acts() {
    Acts out;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].starts_clause) begin_sentence(i);
      const Acts found = acts_at(i);
      if (found.empty() || is_denied(i)) continue;
      out.add(Acts(found.bits() & static_cast<uint16_t>(Act::fetch)));
      if (tokens_[i].in_compound) continue;
      if (is_verb(i) || is_made(i)) {
        if (!only_words_ && !tells_only_me(i)) out.add(found);
      }
    }
    return out;
  }

 private:
  // With the little word behind the verb: `set up` makes what was not there, `throw away` removes.
  Acts acts_at(size_t at) const {
    const std::string_view verb = tokens_[at].text;
    const auto followed_by = [&](std::string_view word, size_t within) {
      for (size_t next = at + 1; next < tokens_.size() && next <= at + within; ++next) {
        if (tokens_[next].starts_clause) return false;
        if (tokens_[next].text == word) return true;
      }
      return false;
    };
    constexpr size_t kObject = 6;  // words that may stand between the two
    if (verb == "set" && followed_by("up", 1)) return Acts(static_cast<uint16_t>(Act::create));
    if (verb == "throw" && (followed_by("away", kObject) || followed_by("out", kObject)))
      return Acts(static_cast<uint16_t>(Act::remove));
    return acts_of_word(verb);
  }
  void begin_sentence(size_t first) {
    size_t last = first;
    while (last + 1 < tokens_.size() && !tokens_[last + 1].starts_clause) ++last;
    const std::string_view word = tokens_[first].text;
    const bool pronoun_next =
        last > first && is_in(tokens_[first + 1].text, {"i", "you", "we", "they", "my", "any"});
    only_words_ = opens_question(word) || (word == "when" && tokens_[last].ends_question) ||
                  (word == "do" && pronoun_next);
    // `what about … , could you pay it?`: somebody is asked to do it.
    for (size_t i = first; i <= last; ++i)
      if (tokens_[i].text == "please" ||
          (i > first && tokens_[i].text == "you" &&
           is_in(tokens_[i - 1].text, {"can", "could", "would", "will", "want", "need", "like"})))
        only_words_ = false;
  }

  // Within the same clause, up to four words before; `don't pay or send`.
  bool is_denied(size_t at) const {
    for (size_t back = 0; back < 5 && at >= back; ++back) {
      const Token& token = tokens_[at - back];
      if (back > 0 && denies(token.text)) return true;
      if (back > 0 && is_in(token.text, {"but", "instead", "just", "only"})) return false;
      if (token.starts_clause) return false;
      if (token.behind_comma) return is_list_of_denied(at - back);
    }
    return false;
  }
  // `don't send, post or pay`: the comma parts a list, not clauses.
  bool is_list_of_denied(size_t at) const {
    return !acts_of_word(tokens_[at - 1].text).empty() && is_denied(at - 1);
  }

  bool is_verb(size_t at) const {
    const Token& token = tokens_[at];
    const bool plain = is_plain_form(token.text);
    if (token.starts_clause) return plain;
    const std::string_view before = tokens_[at - 1].text;
    if (plain && (token.behind_comma || leads_to_verb(before) || joins(before))) return true;
    return is_gerund(token.text) && is_in(before, {"by", "after", "before", "start", "for"});
  }

  bool is_made(size_t at) const {
    if (!is_deed(tokens_[at].text)) return false;
    for (size_t back = 1; back < 5 && at >= back; ++back) {
      if (makes(tokens_[at - back].text) && !is_denied(at - back)) return true;
      if (tokens_[at - back].starts_clause) return false;
    }
    return false;
  }

  // `tell me`, `show us`, `let me know`: to the person, and nobody else.
  bool tells_only_me(size_t at) const {
    return at + 1 < tokens_.size() && !tokens_[at + 1].starts_clause &&
           is_in(tokens_[at + 1].text, {"me", "us"}) &&
           is_in(tokens_[at].text,
                 {"tell", "let", "give", "inform", "report", "answer", "notify", "remind", "ask"});
  }

  std::vector<Token> tokens_;
  bool only_words_ = false;
};

}  // namespace

Acts acts_asked_for(std::string_view prompt) {
  const std::string low = lower(prompt);
  return Reader(low).acts();
}

}  // namespace doorward::policy::flow
