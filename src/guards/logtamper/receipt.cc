#include "guards/logtamper/receipt.h"

#include <utility>

#include "audit/entry.h"
#include "base/bytes.h"

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

std::string_view outcome_word(const core::Outcome& outcome) {
  using core::Ending;
  switch (outcome.ending) {
    case Ending::answered:
      return outcome.tool_error ? "tool_error" : "ok";
    case Ending::error_answer:
      return "error";
    case Ending::deadline:
      return "timeout";
    case Ending::refused:
      return "refused";
    case Ending::upstream_gone:
      return "upstream_gone";
    case Ending::client_gone:
      return "abandoned";
    case Ending::cancelled:
      return "cancelled";
  }
  return "error";
}

// Arguments as the log keeps them: names, numbers and booleans as they are, texts as their size.
// What a text said is proven by the hash of the whole; a secret in it is not kept (R8.7).
void append_shape(std::string& out, const wire::JsonValue& value) {
  constexpr size_t kEnough = 4096;
  if (out.size() > kEnough) return;
  if (value.is_object()) {
    out += '{';
    bool first = true;
    for (const auto& [name, inner, name_value] : value.members()) {
      if (!std::exchange(first, false)) out += ',';
      wire::append_json_quote(out, name.substr(0, 64));
      out += ':';
      append_shape(out, inner);
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    bool first = true;
    for (const wire::JsonValue inner : value.items()) {
      if (!std::exchange(first, false)) out += ',';
      append_shape(out, inner);
    }
    out += ']';
  } else if (value.is_string()) {
    out += "\"<text of " + std::to_string(value.text().size()) + " bytes>\"";
  } else {
    out += value.raw().substr(0, 64);
  }
}

// Writes the outcome when the call ends, however it ends.
class OutcomeEntry : public core::Permit {
 public:
  OutcomeEntry(std::shared_ptr<audit::Log> log, uint64_t decision, const core::Exchange& exchange)
      : log_(std::move(log)),
        decision_(decision),
        call_(exchange.call_id),
        principal_(exchange.principal != nullptr ? exchange.principal->user : ""),
        server_(exchange.server),
        method_(exchange.message->method_name()),
        tool_(exchange.message->target()) {}

  void settle(const core::Outcome& outcome) noexcept override {
    audit::Entry entry;
    entry.kind = audit::Kind::outcome;
    entry.time = wall_now();
    entry.call = call_;
    entry.of = decision_;
    entry.principal = principal_;
    entry.server = server_;
    entry.method = method_;
    entry.tool = tool_;
    entry.outcome = outcome_word(outcome);
    entry.reason = outcome.reason;
    entry.result_hash = outcome.result_hash;
    if (!outcome.result_hash.empty()) entry.result_bytes = outcome.result_bytes;
    entry.latency = outcome.latency;
    // A log that refuses this refuses every later decision too: nothing goes on unseen.
    static_cast<void>(log_->append(audit::encode(entry)));
  }

 private:
  const std::shared_ptr<audit::Log> log_;
  const uint64_t decision_;
  const std::string call_, principal_, server_, method_, tool_;
};

}  // namespace

Expected<uint64_t> Receipt::decision(const core::Exchange& exchange, const core::Notes& notes,
                                     const core::Verdict& verdict, bool durable) const {
  audit::Entry entry;
  entry.kind = audit::Kind::decision;
  entry.time = exchange.now;
  entry.call = exchange.call_id;
  entry.client = exchange.peer;
  entry.task = exchange.session;
  entry.server = exchange.server;
  const core::Principal* principal = exchange.principal != nullptr
                                         ? exchange.principal
                                         : (notes.principal ? &*notes.principal : nullptr);
  if (principal != nullptr) {
    entry.principal = principal->user;
    entry.actor = principal->agent;
  }
  std::string arguments_hash, shape;
  // An answer is told by the request that it belongs to.
  const wire::Message* message = exchange.message;
  if (exchange.request != nullptr && (message == nullptr || message->is_reply()))
    message = exchange.request;
  if (message != nullptr) {
    entry.method = message->method_name();
    entry.tool = message->target();
    if (const wire::JsonValue arguments = message->arguments()) {
      arguments_hash = hex(sha256(wire::canonical_json(arguments)));
      entry.arguments_hash = arguments_hash;
      append_shape(shape, arguments);
      entry.arguments = shape;
    }
  }
  entry.verdict = core::effect_text(verdict.effect);
  entry.reason = verdict.reason;
  entry.requirement = verdict.requirement;
  entry.detail = verdict.detail;
  std::string redeems;
  if (const auto id = notes.values.find("approval.redeemed");
      id != notes.values.end() && entry.detail.empty()) {
    redeems = "redeems approval " + id->second;
    entry.detail = redeems;
  }
  entry.rule = notes.rule;
  entry.policy = policy_version_;
  for (const auto& observed : notes.observed) entry.observed.push_back(observed.reason);
  const std::string text = audit::encode(entry);
  return durable ? log_->append_durable(text) : log_->append(text);
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
    if (log_->failure_state()) return broken();
    return nullptr;
  }
  auto written = decision(exchange, notes, core::pass(), durable_);
  if (!written) return broken();
  notes.audit_index = *written;
  if (!exchange.message->is_request() || exchange.stage != Stage::request) return nullptr;
  return std::make_unique<OutcomeEntry>(log_, *written, exchange);
}

void Receipt::refused(const core::Exchange& exchange, const core::Verdict& verdict,
                      core::Notes& notes) const noexcept {
  // What is refused stays refused, whether or not it can be written down.
  try {
    if (is_flood(exchange)) return;
    const auto written = decision(exchange, notes, verdict, false);
    if (written) notes.audit_index = *written;
  } catch (...) {
    return;
  }
}

bool Receipt::is_flood(const core::Exchange& exchange) const {
  constexpr unsigned kEachSecond = 20;
  const bool server = exchange.stage == Stage::server_message;
  if (exchange.stage != Stage::accept && !server) return false;
  uint64_t left_out = 0;
  const bool flood = (server ? server_flood_ : flood_).with([&](Flood& state) {
    if (exchange.steady - state.second >= std::chrono::seconds(1)) {
      left_out = std::exchange(state.left_out, 0);
      state.second = exchange.steady;
      state.written = 0;
    }
    if (state.written < kEachSecond) {
      ++state.written;
      return false;
    }
    ++state.left_out;
    return true;
  });
  if (left_out > 0) {
    audit::Entry entry;
    entry.kind = audit::Kind::event;
    entry.time = exchange.now;
    entry.reason = "logtamper.refusals_counted";
    const std::string detail =
        std::to_string(left_out) + (server ? " more messages of servers were dropped"
                                           : " more requests of strangers were refused");
    entry.detail = detail;
    static_cast<void>(log_->append(audit::encode(entry)));
  }
  return flood;
}

}  // namespace doorward::guards
