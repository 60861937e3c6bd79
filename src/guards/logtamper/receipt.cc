#include "guards/logtamper/receipt.h"

#include <utility>

#include "audit/entry.h"
#include "guards/logtamper/entries.h"
#include "limits/marks.h"

namespace doorward::guards {

using core::Stage;

const core::GuardFacts& Receipt::facts() const {
  static constexpr core::GuardFacts kFacts{
      "logtamper.receipt", core::Area::logtamper,
      core::stages(Stage::accept, Stage::request, Stage::response, Stage::server_message,
                   Stage::client_reply),
      false};
  return kFacts;
}

namespace {
// In Notes: the index of the entry whose way to the disk was waited for, and its target.
constexpr std::string_view kQuota = "logtamper.quota";
constexpr std::string_view kWaited = "audit.waited", kTarget = "audit.target";

bool is_spent(const ReceiptRules& rules, const core::Exchange& exchange, core::Notes& notes) {
  return exchange.principal != nullptr && !exchange.own &&
         rules.budget->is_spent(limits::owner_of(exchange, notes), rules.quota, exchange.steady);
}

core::Verdict too_much(limits::Seconds wait) {
  core::Verdict verdict =
      core::deny(kQuota, "R8.5",
                 "You have filled your part of the audit log for now; one call a second goes "
                 "through. Wait, then go on more slowly.",
                 core::Answer::limited);
  verdict.retry_after = wait;
  return verdict;
}
}  // namespace

bool Receipt::waits_for_disk(const core::Exchange& exchange) const {
  using core::ToolClass;
  if (rules_->all_durable) return true;
  if (!rules_->tool || exchange.message->method() != wire::Method::tools_call) return false;
  return rules_->tool(exchange.server, exchange.message->target())
      .classes.intersects({ToolClass::write, ToolClass::destructive, ToolClass::identity});
}

Expected<Receipt::Written> Receipt::write(const core::Exchange& exchange, core::Notes& notes,
                                          const core::Verdict& verdict, bool brief) const {
  // What is refused is written when its readings are gone.
  detect::Readings* const known =
      verdict.refuses() || exchange.own ? nullptr : &notes.of_message.of<detect::Readings>();
  DecisionEntry entry = decision_entry(*rules_, exchange, notes, verdict, brief, known);
  if (exchange.principal != nullptr && !exchange.own)
    rules_->budget->spend(limits::owner_of(exchange, notes), rules_->quota, exchange.steady,
                          static_cast<double>(entry.line.size()));
  // What is no request of its own is rare and short: it waits here.
  const bool waits = rules_->all_durable && !verdict.refuses() &&
                     !(exchange.stage == Stage::request && exchange.message->is_request());
  const auto index = waits ? log_->append_durable(entry.line) : log_->append(entry.line);
  if (!index) return std::unexpected(index.error());
  return Written{*index, std::move(entry.target)};
}

core::Commitment Receipt::commit(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.message == nullptr) return nullptr;
  const auto broken = [] {
    return std::unexpected(core::deny(
        "logtamper.no_audit", "R8.3",
        "The audit log can't be written, so nothing is let through. Tell the person who runs "
        "Doorward; repeating the call does not help.",
        core::Answer::unavailable));
  };
  const bool asks = exchange.message->is_request() || exchange.stage == Stage::client_reply;
  // Answers and notifications of a server stand in the outcome; a broken log stops them all the
  // same.
  if (exchange.stage == Stage::response || (exchange.stage == Stage::server_message && !asks)) {
    if (!log_->failure_state()) {
      if (exchange.stage == Stage::response)
        remember_clean(*rules_, exchange, notes.of_message.of<detect::Readings>());
      return nullptr;
    }
    return std::unexpected(core::deny(
        "logtamper.no_audit", "R8.3",
        "The audit log can't record how this ended, so the answer is withheld. The server got the "
        "request and may have done all of it: do not repeat it, tell the person who runs "
        "Doorward.",
        core::Answer::unavailable));
  }
  const bool is_call = exchange.stage == Stage::request && exchange.message->is_request();
  // Judged again after it waited for the disk: the entry stands there.
  uint64_t index = 0;
  std::string target;
  bool brief = false;
  if (const auto waited = notes.values.find(kWaited); waited != notes.values.end()) {
    const std::string key = std::string(kDurableNeed) + waited->second;
    const auto answer = notes.values.find(key);
    if (answer == notes.values.end() || answer->second != "yes") return broken();
    index = *notes.audit_index;
    target = std::move(notes.values[std::string(kTarget)]);
    notes.values.erase(waited);
  } else {
    const bool spent = is_call && is_spent(*rules_, exchange, notes);
    if (spent)
      if (const auto wait =
              rules_->budget->slowed(limits::owner_of(exchange, notes), exchange.steady))
        return std::unexpected(too_much(*wait));
    auto written = write(exchange, notes, core::pass(), spent);
    if (!written) return broken();
    brief = spent;
    notes.audit_index = index = written->first;
    target = std::move(written->second);
    if (is_call && waits_for_disk(exchange)) {
      const std::string number = std::to_string(index);
      notes.values[std::string(kWaited)] = number;
      notes.values[std::string(kTarget)] = std::move(target);
      return std::unexpected(core::need(std::string(kDurableNeed) + number));
    }
  }
  if (!is_call) return nullptr;
  return std::make_unique<OutcomeEntry>(log_, rules_, index, std::move(target), exchange, brief);
}

void Receipt::refused(const core::Exchange& exchange, const core::Verdict& verdict,
                      core::Notes& notes) const noexcept {
  // What is refused stays refused, whether or not it can be written down.
  try {
    if (is_counted(exchange, verdict, notes)) return;
    const auto written = write(exchange, notes, verdict, false);
    if (written) notes.audit_index = written->first;
  } catch (...) {
    return;
  }
}

// What a stranger, a server, or a principal beyond its quota adds is counted, not written.
bool Receipt::is_counted(const core::Exchange& exchange, const core::Verdict& verdict,
                         core::Notes& notes) const {
  constexpr unsigned kEachSecond = 20;
  const bool server = exchange.stage == Stage::server_message;
  if (exchange.stage == Stage::request && is_spent(*rules_, exchange, notes)) {
    // One a second is written whole all the same; of the others their number, by what they were.
    if (verdict.reason != kQuota &&
        rules_->budget->writes_refusal(limits::owner_of(exchange, notes), exchange.steady))
      return false;
    rules_->budget->count("requests were refused (" + std::string(verdict.reason) + "), of",
                          exchange.principal->user);
    return true;
  }
  if (exchange.stage != Stage::accept && !server) return false;
  const bool flood = (server ? server_flood_ : flood_).with([&](Flood& state) {
    if (exchange.steady - state.second >= std::chrono::seconds(1)) {
      state.second = exchange.steady;
      state.written = 0;
    }
    return ++state.written > kEachSecond;
  });
  if (!flood) return false;
  rules_->budget->count(
      server ? "messages of a server were dropped, of" : "requests of strangers were refused, from",
      server ? exchange.server : exchange.peer);
  return true;
}

}  // namespace doorward::guards
