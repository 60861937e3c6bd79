#include "app/audit_change.h"

#include <algorithm>
#include <map>

#include "app/config/plaintext.h"
#include "guards/logtamper/kept_text.h"

namespace doorward::app {

namespace {

class Words {
 public:
  void say(bool lowered, std::string_view what) {
    if (!lowered) return;
    if (!text_.empty()) text_ += ", ";
    text_ += what;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Whether every one of `before` is among `after`, as it was.
template <class T>
bool keeps_all(const std::vector<T>& before, const std::vector<T>& after) {
  return std::all_of(before.begin(), before.end(), [&](const T& one) {
    return std::find(after.begin(), after.end(), one) != after.end();
  });
}

// 0 is without bound.
bool is_less(uint64_t after, uint64_t before) {
  return after != before && after != 0 && (before == 0 || after < before);
}

using Lines = std::map<std::string_view, int, std::less<>>;
Lines lines_of(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    ++out[text.substr(0, end)];
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return out;
}

std::string lines_without(std::string_view text, Lines others) {
  std::string out;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (const auto known = others.find(line); known != others.end() && known->second > 0)
      --known->second;
    else
      out.append(out.empty() ? "" : "\n").append(line);
  }
  return out;
}

}  // namespace

std::string what_is_lowered(const Config& before, const Config& after) {
  const Audit& old = before.audit;
  const Audit& now = after.audit;
  Words words;
  words.say(now.durability < old.durability, "`audit.durability`");
  words.say(now.arguments < old.arguments, "`audit.arguments`");
  words.say(now.results < old.results, "`audit.results`");
  words.say(now.heartbeat > old.heartbeat, "`audit.heartbeat`");
  words.say(now.quota.per_second() < old.quota.per_second(), "`audit.quota`");
  words.say(now.copy != old.copy && !old.copy.empty(), "`audit.copy`");
  words.say(!keeps_all(old.exports, now.exports), "`audit.exports`");
  words.say(is_less(now.keep.size, old.keep.size) ||
                is_less(static_cast<uint64_t>(now.keep.age.count()),
                        static_cast<uint64_t>(old.keep.age.count())) ||
                (now.keep.archive != old.keep.archive && !old.keep.archive.empty()),
            "`audit.keep`");
  words.say(!keeps_all(old.witnesses, now.witnesses), "`audit.witnesses`");
  words.say(before.policy.signed_file && before.policy.signed_file != after.policy.signed_file,
            "`policy`, which was signed");
  words.say(!before.catalog.key.empty() && before.catalog.key != after.catalog.key,
            "`catalog.key`");
  words.say(before.admin.two_person && !after.admin.two_person, "`admin.two_person`");
  return words.text();
}

// An edit that is not loaded was not checked: it may hold a secret, by its shape or by what the
// loader goes by.
Change changed_lines(std::string_view before, std::string_view after) {
  const std::string old = without_plain_secrets(lines_without(before, lines_of(after)));
  const std::string now = without_plain_secrets(lines_without(after, lines_of(before)));
  guards::Redactor texts(nullptr, false);
  const size_t first = texts.add(old), second = texts.add(now);
  texts.scan();
  return {texts.text(first), texts.text(second)};
}

std::string what_is_guarded(const Config& before, const Config& after) {
  Words words;
  words.say(before.policy != after.policy, "`policy`");
  words.say(before.flow != after.flow, "`flow`");
  words.say(before.guards != after.guards, "`guards`");
  words.say(before.inspection != after.inspection, "`inspection`");
  words.say(before.identity != after.identity, "`identity`");
  words.say(before.approvals != after.approvals, "`approvals`");
  words.say(before.log_level_from != after.log_level_from, "`log_level_from`");
  words.say(before.prompt_from != after.prompt_from, "`prompt_from`");
  words.say(before.tasks != after.tasks, "`tasks`");
  // A new server has to be signed for anyway; one that is there may not become another.
  words.say(std::ranges::any_of(before.servers,
                                [&](const auto& it) {
                                  const auto now = after.servers.find(it.first);
                                  return now != after.servers.end() && now->second != it.second;
                                }),
            "`servers`");
  return words.text();
}

bool second_admin_is_there(const Config& config) {
  return std::any_of(config.identity.operators.begin(), config.identity.operators.end(),
                     [](const Operator& each) { return each.role == Role::admin; });
}

}  // namespace doorward::app
