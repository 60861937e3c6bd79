#include "guards/logtamper/entries.h"

#include <array>

#include "audit/entry.h"
#include "base/bytes.h"
#include "guards/logtamper/kept_text.h"
#include "limits/marks.h"

namespace doorward::guards {

namespace {

constexpr size_t kKept = 4096;              // of arguments, and of a result
constexpr size_t kReadResults = 64 * 1024;  // longer ones are told by hash and size

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

void put_principal(audit::Entry& entry, const core::Principal& principal) {
  entry.principal = principal.user;
  entry.actor = principal.agent;
  entry.groups.assign(principal.groups.begin(), principal.groups.end());
  entry.issuer = principal.issuer;
  entry.credential = principal.credential;
}

// A task is told apart, not told: its key holds the session's id.
std::string task_id(const core::Exchange& exchange, const core::Tasks& tasks) {
  constexpr size_t kDigits = 16;
  const std::string key = core::task_of(exchange, tasks).key;
  return key.empty() ? "" : hex(sha256(key)).substr(0, kDigits);
}

void put_classes(audit::Entry& entry, core::ClassSet classes) {
  for (size_t i = 0; i < core::kClassNames.size(); ++i)
    if (classes.has(static_cast<core::ToolClass>(1U << i)))
      entry.classes.push_back(core::kClassNames[i]);
}

// The token that this very message came with: opaque ones have no shape to be known by.
std::string_view presented(const core::Exchange& exchange) {
  if (exchange.head == nullptr) return "";
  const std::string_view value = exchange.head->field("authorization").value_or("");
  const size_t blank = value.rfind(' ');
  return blank == std::string_view::npos ? "" : value.substr(blank + 1);
}

std::string_view prompt_of(const ReceiptRules& rules, const core::Exchange& exchange,
                           const wire::Message& message) {
  if (!rules.believes_prompt || exchange.principal == nullptr ||
      !rules.believes_prompt(*exchange.principal))
    return "";
  return message.meta()["io.doorward/prompt"].text();
}

}  // namespace

DecisionEntry decision_entry(const ReceiptRules& rules, const core::Exchange& exchange,
                             const core::Notes& notes, const core::Verdict& verdict, bool brief,
                             detect::Readings* known) {
  audit::Entry entry;
  entry.kind = audit::Kind::decision;
  entry.time = exchange.now;
  entry.call = exchange.call_id;
  entry.client = exchange.peer;
  entry.server = exchange.server;
  if (exchange.principal != nullptr)
    put_principal(entry, *exchange.principal);
  else if (notes.principal)
    put_principal(entry, *notes.principal);
  const std::string task = task_id(exchange, rules.tasks);
  entry.task = task;
  entry.trace = core::trace_of(exchange);

  // An answer is told by the request that it belongs to.
  const wire::Message* message = exchange.message;
  if (exchange.request != nullptr && (message == nullptr || message->is_reply()))
    message = exchange.request;
  std::vector<std::string_view> clean;
  if (known != nullptr && message != nullptr)
    clean = clean_texts(message->arguments(), *known, rules.held.get());
  Redactor texts(rules.held.get(), rules.hides_personal, clean);
  texts.hide(presented(exchange));
  const size_t detail = texts.add(verdict.detail);
  size_t method = 0, target = 0, prompt = 0, arguments = 0;
  wire::JsonValue given;
  ReceiptRules::Tool tool;
  if (message != nullptr) {
    method = texts.add(message->method_name());
    target = texts.add(message->target());
    prompt = texts.add(prompt_of(rules, exchange, *message));
    given = message->arguments();
    if (given) arguments = texts.add_json(given);
    if (message->method() == wire::Method::tools_call && rules.tool)
      tool = rules.tool(exchange.server, message->target());
  }
  texts.scan();
  std::string kept_method, kept_target, kept_prompt, arguments_hash;
  Redactor::Kept kept;
  if (message != nullptr) {
    entry.method = kept_method = texts.text(method);
    entry.tool = kept_target = texts.text(target);
    entry.prompt = kept_prompt = texts.text(prompt);
    entry.definition = tool.definition;
    put_classes(entry, tool.classes);
    if (given) {
      entry.arguments_hash = arguments_hash = hex(sha256(wire::canonical_json(given)));
      kept = texts.json(arguments, kKept, rules.keeps_texts && !brief);
      entry.arguments = kept.text;
      if (!kept.whole) entry.arguments_bytes = given.raw().size();
    }
  }
  entry.verdict = core::effect_text(verdict.effect);
  entry.reason = verdict.reason;
  entry.requirement = verdict.requirement;
  const std::string kept_detail = texts.text(detail);
  entry.detail = kept_detail;
  if (const auto id = notes.values.find("approval.redeemed"); id != notes.values.end())
    entry.approvals.push_back(id->second);
  if (verdict.approval) entry.approvals.push_back(verdict.approval->id);
  entry.rule = notes.rule;
  entry.policy = rules.policy_version;
  for (const auto& limit : notes.limits) entry.limits.push_back({limit.name, limit.used, limit.of});
  for (const auto& observed : notes.observed) entry.observed.push_back(observed.reason);
  return {audit::encode(entry), std::move(kept_target)};
}

namespace {

// Of the last answer on this thread: its outcome nearly always comes next. Copies, told by their
// bytes: what the client got may be another message.
struct CleanAnswer {
  std::string call;
  std::vector<std::string> texts;
};
CleanAnswer& clean_answer() {
  thread_local CleanAnswer last;
  return last;
}

}  // namespace

void remember_clean(const ReceiptRules& rules, const core::Exchange& exchange,
                    detect::Readings& known) {
  if (!rules.keeps_results || exchange.own || !exchange.reply_expected ||
      exchange.request == nullptr || exchange.request->method() != wire::Method::tools_call ||
      exchange.message->bytes().size() > kReadResults)
    return;
  CleanAnswer& last = clean_answer();
  last.call = exchange.call_id;
  last.texts.clear();
  for (const auto text : clean_texts(exchange.message->result(), known, rules.held.get()))
    last.texts.emplace_back(text);
}

OutcomeEntry::OutcomeEntry(std::shared_ptr<audit::Log> log,
                           std::shared_ptr<const ReceiptRules> rules, uint64_t decision,
                           std::string target, const core::Exchange& exchange, bool brief)
    : log_(std::move(log)),
      rules_(std::move(rules)),
      decision_(decision),
      keeps_result_(!brief && rules_->keeps_results && !exchange.own &&
                    exchange.message->method() == wire::Method::tools_call),
      owner_(limits::owner_of(exchange)),
      call_(exchange.call_id),
      principal_(exchange.principal != nullptr ? exchange.principal->user : ""),
      server_(exchange.server),
      method_(exchange.message->method_name()),
      target_(std::move(target)) {}

void OutcomeEntry::settle(const core::Outcome& outcome) noexcept {
  try {
    audit::Entry entry;
    entry.kind = audit::Kind::outcome;
    entry.time = wall_now();
    entry.call = call_;
    entry.of = decision_;
    entry.principal = principal_;
    entry.server = server_;
    entry.method = method_;
    entry.tool = target_;
    entry.outcome = outcome_word(outcome);
    entry.reason = outcome.reason;
    entry.observed = outcome.observed;
    if (outcome.effect_unknown) entry.effect = "unknown";
    entry.result_hash = outcome.result_hash;
    if (!outcome.result_hash.empty()) entry.result_bytes = outcome.result_bytes;
    entry.latency = outcome.latency;
    Redactor::Kept kept;
    if (keeps_result_ && !outcome.sent.empty() && outcome.sent.size() <= kReadResults) {
      if (const auto answer = wire::JsonDocument::parse(std::string(outcome.sent)); answer) {
        if (const wire::JsonValue result = answer->root()["result"]) {
          const CleanAnswer& last = clean_answer();
          std::vector<std::string_view> clean;
          if (last.call == call_) clean.assign(last.texts.begin(), last.texts.end());
          Redactor texts(rules_->held.get(), rules_->hides_personal, clean);
          const size_t number = texts.add_json(result);
          texts.scan();
          kept = texts.json(number, kKept);
          entry.result = kept.text;
          if (!kept.whole) entry.result_longer = result.raw().size();
        }
      }
    }
    // A log that refuses this refuses every later decision too: nothing goes on unseen.
    const std::string text = audit::encode(entry);
    static_cast<void>(log_->append(text));
    rules_->budget->spend(owner_, rules_->quota, std::chrono::steady_clock::now(),
                          static_cast<double>(text.size()));
  } catch (...) {
    return;  // no memory for the entry: the decision stands without an outcome, which shows
  }
}

}  // namespace doorward::guards
