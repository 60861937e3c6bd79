// Every rule finds what it is for: texts made up from its pattern hold what its trigger looks for.
// A trigger that is narrower than its pattern is a rule that never fires.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "detect/rules.h"
#include "detect/rules_secret_vendor.h"

namespace doorward::detect {
namespace {

// Makes up a text that a pattern takes. Of a class it takes letters and digits, where it has any;
// borders and anchors count for nothing, so that not every text is taken.
class Sampler {
 public:
  Sampler(std::string_view pattern, std::mt19937& random) : pattern_(pattern), random_(random) {}
  std::string text() { return alternatives(); }

 private:
  size_t pick(size_t most) { return random_() % most; }
  bool at_end() const { return at_ >= pattern_.size(); }

  std::string alternatives() {
    std::vector<std::string> all{sequence()};
    while (!at_end() && pattern_[at_] == '|') {
      ++at_;
      all.push_back(sequence());
    }
    return all[pick(all.size())];
  }
  std::string sequence() {
    std::string out;
    while (!at_end() && pattern_[at_] != '|' && pattern_[at_] != ')') out += repeated();
    return out;
  }
  std::string repeated() {
    const size_t begin = at_;
    std::string once = atom();
    const auto [least, most] = bounds();
    const size_t behind = at_;
    const size_t count = least + pick(std::min<size_t>(most - least, 4) + 1);
    std::string out = count > 0 ? std::move(once) : "";
    for (size_t i = 1; i < count; ++i) {
      at_ = begin;
      out += atom();
    }
    at_ = behind;
    return out;
  }
  std::pair<size_t, size_t> bounds() {
    std::pair<size_t, size_t> out{1, 1};
    if (at_end()) return out;
    const char c = pattern_[at_];
    if (c == '?' || c == '*' || c == '+') {
      ++at_;
      out = {c == '+' ? 1 : 0, c == '?' ? 1 : 8};
    } else if (c == '{') {
      const size_t end = pattern_.find('}', at_);
      const std::string inside(pattern_.substr(at_ + 1, end - at_ - 1));
      const size_t comma = inside.find(',');
      out.first = std::stoul(inside);
      out.second = comma == std::string::npos   ? out.first
                   : comma + 1 == inside.size() ? out.first + 8
                                                : std::stoul(inside.substr(comma + 1));
      at_ = end + 1;
    }
    if (!at_end() && pattern_[at_] == '?') ++at_;  // the shortest first
    return out;
  }
  std::string atom() {
    const char c = pattern_[at_++];
    if (c == '(') {
      if (pattern_.substr(at_, 2) == "?:") at_ += 2;
      std::string out = alternatives();
      ++at_;
      return out;
    }
    if (c == '[') return one_of(class_members());
    if (c == '\\') return escaped();
    if (c == '^' || c == '$') return "";
    return std::string(1, c == '.' ? 'x' : c);
  }
  std::string escaped() {
    const char c = pattern_[at_++];
    if (c == 'b' || c == 'B') return "";
    std::string members;
    add_escape(c, members);
    return one_of(members);
  }
  void add_escape(char c, std::string& members) {
    if (c == 's')
      members += ' ';
    else if (c == 'd')
      members += "0123456789";
    else if (c == 'w')
      members += "abcxyzABC0189";
    else if (c == 'S')
      members += "abcXYZ0189";
    else if (c == 'W')
      members += "-=: ";
    else if (c == 'D')
      members += "abcXYZ";
    else if (c == 'n')
      members += '\n';
    else if (c == 'r')
      members += '\r';
    else if (c == 't')
      members += '\t';
    else if (c == 'x') {
      members += static_cast<char>(std::stoul(std::string(pattern_.substr(at_, 2)), nullptr, 16));
      at_ += 2;
    } else
      members += c;
  }
  std::string class_members() {
    const bool negated = pattern_[at_] == '^';
    if (negated) ++at_;
    std::string members;
    for (bool first = true; first || pattern_[at_] != ']'; first = false) {
      const char c = pattern_[at_++];
      if (c == '\\') {
        add_escape(pattern_[at_++], members);
      } else if (pattern_[at_] == '-' && pattern_[at_ + 1] != ']') {
        for (char each = c; each < pattern_[at_ + 1]; ++each) members += each;
        members += pattern_[at_ + 1];
        at_ += 2;
      } else {
        members += c;
      }
    }
    ++at_;
    if (!negated) return members;
    std::string others;
    for (const char c : std::string_view("abcdefxyzABCXYZ0189.-_/ "))
      if (members.find(c) == std::string::npos) others += c;
    return others;
  }
  std::string one_of(const std::string& members) {
    std::string plain;
    std::copy_if(members.begin(), members.end(), std::back_inserter(plain),
                 [](unsigned char c) { return std::isalnum(c) != 0; });
    const std::string& from = plain.empty() ? members : plain;
    return from.empty() ? "" : std::string(1, from[pick(from.size())]);
  }

  const std::string_view pattern_;
  std::mt19937& random_;
  size_t at_ = 0;
};

re2::RE2::Options options_of(const Rule& rule) {
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_case_sensitive(rule.exact_case);
  options.set_dot_nl(true);
  return options;
}

// "" where each text of the pattern that was made up holds the trigger.
std::string missed_by_trigger(const Rule& rule, std::mt19937& random) {
  constexpr int kTexts = 200;
  const re2::RE2 pattern("(" + std::string(rule.pattern) + ")", options_of(rule));
  const re2::RE2 trigger(rule.trigger, options_of(rule));
  for (int i = 0; i < kTexts; ++i) {
    const std::string text = Sampler(rule.pattern, random).text();
    if (re2::RE2::PartialMatch(text, pattern) && !re2::RE2::PartialMatch(text, trigger))
      return text;
  }
  return "";
}

// Its pattern is any row of that length; what tells it from others is the trigger.
constexpr std::string_view kToldByTrigger = "secret.azure_openai_new";

TEST(Triggers, AreNoNarrowerThanTheirPatterns) {
  std::mt19937 random(20261127);
  for (const auto& table :
       {instruction_rules(), guise_rules(), language_rules(), definition_rules(), sql_rules(),
        command_rules(), markup_rules(), code_rules(), path_rules(), host_secret_rules(),
        service_secret_rules()})
    for (const Rule& rule : table)
      if (rule.trigger != nullptr && rule.id != kToldByTrigger)
        EXPECT_EQ(missed_by_trigger(rule, random), "") << rule.id;
}

}  // namespace
}  // namespace doorward::detect
