#include "detect/inspector.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "detect/hidden.h"
#include "detect/model.h"
#include "detect/pattern_set.h"
#include "detect/rules.h"
#include "detect/score.h"
#include "detect/shell.h"
#include "detect/signs.h"
#include "detect/sql.h"
#include "detect/statement.h"
#include "detect/views.h"

namespace doorward::detect {

namespace {

const PatternSet& instruction_patterns() {
  static const PatternSet set(
      {instruction_rules(), guise_rules(), language_rules(), definition_rules()});
  return set;
}

// Documents and programs may hold any language: few rules are for them, found much faster alone.
constexpr unsigned kLanguages = bit(Role::code) | bit(Role::command) | bit(Role::sql);

using PatternSets = std::vector<const PatternSet*>;

// Three sets cost a third of one: what begins with any sign makes all others slow beside it.
const PatternSets& value_patterns() {
  static constexpr unsigned kValues = kAllRoles & ~kLanguages;
  static const PatternSet sql({sql_rules()}, kValues);
  static const PatternSet command({command_rules()}, kValues);
  static const PatternSet others({markup_rules(), code_rules(), path_rules()}, kValues);
  static const PatternSets sets{&sql, &command, &others};
  return sets;
}

const PatternSets& language_patterns() {
  static const PatternSet set(
      {sql_rules(), command_rules(), markup_rules(), code_rules(), path_rules()}, kLanguages);
  static const PatternSets sets{&set};
  return sets;
}

const PatternSets& attack_patterns(Role role) {
  return (bit(role) & kLanguages) != 0 ? language_patterns() : value_patterns();
}

const PatternSet& secret_patterns() {
  static const PatternSet set({vendor_secret_rules(), generic_secret_rules(), pii_rules()});
  return set;
}

const PatternSet& number_patterns() {
  static const PatternSet set({pii_number_rules()});
  return set;
}

// Kinds whose rules add up to one judgement; the others stand for themselves.
bool adds_up(Kind kind) {
  return kind != Kind::secret && kind != Kind::pii && kind != Kind::hidden_text &&
         kind != Kind::credential_path;
}

// Evidence counts where it stands together: hints scattered over a long text are none.
constexpr size_t kTogether = 900;
constexpr size_t kMostSigns = 4096;

struct Sign {
  size_t at;  // in the given text
  std::string_view rule;
  double weight;
};

// The most that rules say within any stretch of `kTogether` bytes, each rule once.
double strongest_stretch(std::vector<Sign> signs) {
  std::stable_sort(signs.begin(), signs.end(),
                   [](const Sign& a, const Sign& b) { return a.at < b.at; });
  // Rules by number, so that to have seen one is a look into a list.
  std::unordered_map<std::string_view, size_t> numbers;
  std::vector<size_t> number;
  double most = 0;  // that any stretch can say
  for (const Sign& sign : signs) {
    number.push_back(numbers.try_emplace(sign.rule, numbers.size()).first->second);
    most = std::max(most, sign.weight + Evidence::kMostBeside);
  }
  std::vector<size_t> seen(numbers.size(), signs.size());
  double best = 0;
  for (size_t i = 0; i < signs.size() && best < most; ++i) {
    if (i > 0 && signs[i].at == signs[i - 1].at) continue;
    Evidence evidence;
    for (size_t j = i; j < signs.size() && signs[j].at < signs[i].at + kTogether; ++j)
      if (std::exchange(seen[number[j]], i) != i) evidence.add(signs[j].weight);
    best = std::max(best, evidence.total());
  }
  return best;
}

// Findings that were told: rule and place.
class Told {
 public:
  // False where it was told before.
  bool add(const Finding& finding) { return told_.insert({finding.rule, finding.span}).second; }

 private:
  struct Key {
    std::string_view rule;
    Span span;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const {
      return std::hash<std::string_view>()(key.rule) ^ (key.span.from * 0x9E3779B97F4A7C15ULL) ^
             (key.span.to * 0xD6E8FEB86659FD93ULL);
    }
  };
  std::unordered_set<Key, Hash> told_;
};

constexpr double kInDocument = 0.6;  // of a sign that isn't sure

class Inspection {
 public:
  Inspection(const Question& question, std::span<const View> views)
      : question_(question), views_(views), document_(is_document(question)) {}

  Report run() {
    if ((question_.wanted & kHidden) != 0) {
      find_hidden(question_.text, report_.findings);
      for (const Finding& finding : report_.findings) told_.add(finding);
    }
    gather();
    if ((question_.wanted & weighed_part()) != 0) weigh();
    return finish();
  }

  RuleWord rules_only() {
    gather();
    return {evidence(), std::move(marks_)};
  }

 private:
  [[nodiscard]] bool is_argument() const { return question_.channel == Channel::tool_arguments; }
  // The kinds of this channel that rules and model judge together.
  [[nodiscard]] unsigned weighed_part() const { return is_argument() ? kAttacks : kInstructions; }

  [[nodiscard]] double evidence() const { return strongest_stretch(signs_); }

  // What a sign counts where it stands: a rule that is certain is a verdict, and a page that speaks
  // of code has many signs that are none.
  [[nodiscard]] double counted(const Finding& finding, double weight) const {
    if (!is_argument()) return weight;
    if (finding.certainty == Certainty::certain) return std::max(weight, kSure);
    return weight < kSure && document_ ? weight * kInDocument : weight;
  }

  void gather() {
    seen_.reserve(views_.size());
    for (const View& view : views_) {
      marks_.emplace_back();
      seen_.emplace_back();
      if ((question_.wanted & kSecrets) != 0) {
        look(view, secret_patterns());
        if (view.depth() == 0 && has_dense_digits(view.text())) look(view, number_patterns());
      }
      if ((question_.wanted & weighed_part()) == 0) continue;
      if (!is_argument()) {
        look(view, instruction_patterns());
        continue;
      }
      for (const PatternSet* const patterns : attack_patterns(question_.role))
        look(view, *patterns);
      look_by_role(view);
    }
  }

  // Words of a statement that waits, where nothing runs them.
  [[nodiscard]] bool is_only_named(const Rule& rule, std::string_view text, const Hit& hit) const {
    if (rule.id != "sql.delay") return false;
    return question_.role == Role::sql ? is_value_or_comment(text, hit.from, hit.to)
                                       : is_prose_about_sql(text);
  }

  void look(const View& view, const PatternSet& patterns) {
    const unsigned channel = bit(question_.channel);
    const unsigned role = bit(question_.role);
    std::optional<PatternSet::Base> base;
    if (const PatternSet::Seen* const known = seen_in_parent(view, patterns); known != nullptr)
      base.emplace(view.text(), views_[view.parent()].text(), *known, view.kept());
    const PatternSet::Seen& seen =
        seen_.back()
            .emplace_back(&patterns,
                          patterns.find(view.text(), base ? &*base : nullptr,
                                        [&](const Rule& rule) {
                                          if (rule.kind == Kind::pii && view.depth() > 0)
                                            return false;
                                          return (rule.channels & channel) != 0 &&
                                                 (!is_argument() || (rule.roles & role) != 0);
                                        }))
            .second;
    for (const Hit& hit : seen.hits) {
      const Rule& rule = *hit.rule;
      if (view.is_given() && is_only_named(rule, view.text(), hit)) {
        // The words that the model would be alarmed by are those that were understood.
        only_named_ = true;
        continue;
      }
      if (adds_up(rule.kind) && marks_.back().size() < kMostSigns)
        marks_.back().push_back(mark_of(rule.id, rule.weight, hit.from));
      add({rule.id, rule.kind, rule.certainty, probability(rule.weight),
           view.span(hit.from, hit.to), view.how()},
          rule.weight);
    }
  }

  // Null where the view has nothing of its parent, or that was not searched.
  [[nodiscard]] const PatternSet::Seen* seen_in_parent(const View& view,
                                                       const PatternSet& patterns) const {
    if (view.kept().empty() || view.parent() + 1 >= seen_.size()) return nullptr;
    for (const auto& [set, seen] : seen_[view.parent()])
      if (set == &patterns) return &seen;
    return nullptr;
  }

  void look_by_role(const View& view) {
    std::vector<Finding> found;
    if (question_.role == Role::command) judge_command_line(view.text(), found);
    if (question_.role == Role::sql && view.is_given()) judge_statement(view.text(), found);
    if ((question_.role == Role::path || question_.role == Role::identifier ||
         question_.role == Role::host) &&
        view.depth() <= 1 && (view.is_given() || view.how() == "percent"))
      judge_name(view.text(), question_.role, found);
    for (Finding& finding : found) {
      finding.span = view.span(finding.span.from, finding.span.to);
      finding.view = view.how();
      add(finding, finding.certainty == Certainty::certain ? 5.0 : 3.6);
    }
  }

  void add(const Finding& finding, double weight) {
    if (!told_.add(finding)) return;
    if (adds_up(finding.kind) && signs_.size() < kMostSigns)
      signs_.push_back({finding.span.from, finding.rule, counted(finding, weight)});
    report_.findings.push_back(finding);
  }

  // Rules and model together decide; a rule alone may be too little, and then it only counts.
  void weigh() {
    const Judgement judgement =
        judge(question_, evidence(), views_, marks_, asks_model(question_) && !only_named_);
    report_.score = judgement.score;
    for (Finding& finding : report_.findings)
      if (adds_up(finding.kind))
        finding.certainty =
            finding.certainty == Certainty::certain ? Certainty::certain : judgement.certainty;
    if (judgement.certainty != Certainty::weak && judgement.by_model)
      report_.findings.push_back({judgement.rule, judgement.kind, judgement.certainty,
                                  judgement.score, judgement.span, judgement.view});
  }

  Report finish() {
    for (const Finding& finding : report_.findings)
      if (finding.kind != Kind::pii && finding.certainty != Certainty::weak)
        report_.score = std::max(report_.score, finding.score);
    std::stable_sort(
        report_.findings.begin(), report_.findings.end(), [](const Finding& a, const Finding& b) {
          return a.span.from != b.span.from ? a.span.from < b.span.from : a.span.to > b.span.to;
        });
    drop_inner_secrets();
    return std::move(report_);
  }

  // A token is told once: the maker's rule wins over the keyword's, the longer over the shorter.
  // Findings are sorted: what covers one stands before it, or beside it with the same span.
  void drop_inner_secrets() {
    auto& all = report_.findings;
    constexpr size_t kCertainties = 3;
    std::array<size_t, kCertainties> furthest{};  // of secrets so far, by their certainty
    std::vector<Finding> kept;
    kept.reserve(all.size());
    for (auto first = all.begin(); first != all.end();) {
      // Those with one span: of secrets the first of the surest stays.
      const auto group = first;
      auto last = first;
      const Finding* surest = nullptr;
      for (; last != all.end() && last->span == first->span; ++last)
        if (last->kind == Kind::secret &&
            (surest == nullptr || last->certainty > surest->certainty))
          surest = &*last;
      for (; first != last; ++first) {
        bool covered = false;
        if (first->kind == Kind::secret || first->kind == Kind::pii) {
          for (size_t least = static_cast<size_t>(first->certainty); least < kCertainties; ++least)
            covered = covered || furthest[least] >= std::max<size_t>(first->span.to, 1);
          covered = covered || (surest != nullptr && surest != &*first &&
                                (surest->certainty > first->certainty ||
                                 (surest->certainty == first->certainty && surest < &*first)));
        }
        if (!covered) kept.push_back(*first);
      }
      for (auto one = group; one != last; ++one) {
        if (one->kind != Kind::secret) continue;
        size_t& to = furthest[static_cast<size_t>(one->certainty)];
        to = std::max(to, one->span.to);
      }
    }
    all = std::move(kept);
  }

  const Question& question_;
  const std::span<const View> views_;
  const bool document_;
  Report report_;
  Told told_;
  // For each view what each set saw there.
  std::vector<std::deque<std::pair<const PatternSet*, PatternSet::Seen>>> seen_;
  std::vector<Sign> signs_;
  Marks marks_;              // for each view
  bool only_named_ = false;  // prose that speaks of a statement, and is none
};

}  // namespace

bool Report::has(Kind kind, Certainty least) const {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.kind == kind && finding.certainty >= least;
  });
}

Report inspect(const Question& question) {
  return inspect(question, views_of(question.text));
}

Report inspect(const Question& question, std::span<const View> views) {
  return Inspection(question, views).run();
}

RuleWord ask_rules(const Question& question) {
  Question asked = question;
  asked.wanted = kInstructions | kAttacks;
  const std::vector<View> views = views_of(question.text);
  return Inspection(asked, views).rules_only();
}

Report inspect_secrets(std::string_view text) {
  return inspect({.channel = Channel::tool_result, .text = text, .wanted = kSecrets});
}

std::string compiled_tables() {
  std::string all = instruction_patterns().compiled() + secret_patterns().compiled() +
                    number_patterns().compiled();
  for (const PatternSets* const sets : {&value_patterns(), &language_patterns()})
    for (const PatternSet* const set : *sets) all += set->compiled();
  return all;
}

void prepare() {
  static_cast<void>(instruction_patterns());
  static_cast<void>(value_patterns());
  static_cast<void>(language_patterns());
  static_cast<void>(secret_patterns());
  static_cast<void>(number_patterns());
  static_cast<void>(Model::built_in());
}

}  // namespace doorward::detect
