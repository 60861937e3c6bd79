#include "app/webhook.h"

#include <array>

#include "app/secrets.h"
#include "base/bytes.h"
#include "base/hmac.h"
#include "net/tls.h"
#include "wire/json.h"

namespace doorward::app {

namespace asio = net::asio;
using net::Task;
using std::chrono::milliseconds;

namespace {

constexpr size_t kMostWaiting = 256;
constexpr std::array<milliseconds, 4> kPauses = {milliseconds(500), milliseconds(2'000),
                                                 milliseconds(8'000), milliseconds(30'000)};
constexpr std::string_view kFailed = "privilege.webhook_failed";

// A receiver that says so is asked again; anything else that is no 2xx will say the same again.
bool may_help_later(int status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

constexpr std::string_view kCodedKey = "whsec_";

// A key that anybody could guess signs nothing.
bool is_usable_key(const Secret<>& secret) {
  constexpr size_t kLeastBytes = 8;
  const std::string_view text = secret.reveal();
  if (!text.starts_with(kCodedKey)) return text.size() >= kLeastBytes;
  const auto bytes = from_base64(text.substr(kCodedKey.size()));
  return bytes && bytes->size() >= kLeastBytes;
}

}  // namespace

std::string webhook_signature(const Secret<>& secret, std::string_view id,
                              std::string_view timestamp, std::string_view body) {
  const std::string_view text = secret.reveal();
  std::string signed_text(id);
  signed_text.append(".").append(timestamp).append(".").append(body);
  if (text.starts_with(kCodedKey))
    if (auto bytes = from_base64(text.substr(kCodedKey.size())))
      return "v1," + base64(hmac_sha256(Secret<>(*std::move(bytes)), signed_text));
  return "v1," + base64(hmac_sha256(secret, signed_text));
}

std::string approval_notice(const policy::Approval& approval, std::string_view url) {
  const policy::Question& question = approval.question;
  std::string out = "{";
  const auto add = [&out](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    if (out.size() > 1) out += ',';
    wire::append_json_quote(out, name);
    out += ':';
    wire::append_json_quote(out, value);
  };
  add("id", approval.id);
  add("state", policy::approval_state_name(approval.state));
  add("url", url);
  add("asked", rfc3339(approval.asked));
  add("expires", rfc3339(approval.expires));
  add("user", question.user);
  add("issuer", policy::issuer_of(question));
  add("agent", question.agent);
  add("server", question.server);
  add("method", question.method);
  add("tool", question.target);
  add("argumentsHash", question.arguments_hash);
  add("rule", question.rule);
  add("decidedBy", approval.decided_by);
  out += R"(,"reasons":[)";
  for (const std::string& reason : question.reasons) {
    if (out.back() != '[') out += ',';
    wire::append_json_quote(out, reason);
  }
  return out + R"(],"secondPerson":)" + (question.second_person ? "true" : "false") + "}";
}

std::string alert_notice(std::string_view reason, std::string_view detail, std::string_view before,
                         std::string_view after) {
  std::string out = R"({"reason":)";
  wire::append_json_quote(out, reason);
  const auto add = [&out](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out.append(",").append(name).append(":");
    wire::append_json_quote(out, value);
  };
  add(R"("detail")", detail);
  add(R"("before")", before);
  add(R"("after")", after);
  return out + "}";
}

WebhookCourier::~WebhookCourier() {
  thread_.with([](auto& thread) { thread.reset(); });
  const size_t left = waiting_.with([](const Waiting& all) { return all.notices.size(); });
  if (left > 0) facts_.event(kFailed, std::to_string(left) + " notices were not delivered yet");
}

void WebhookCourier::tell(std::string_view type, std::string data) {
  if (!facts_.config()->approvals.webhook) return;
  Notice notice{random_id(), std::string(type), rfc3339(wall_now()), std::move(data)};
  bool start = false, lost = false;
  waiting_.with([&](Waiting& all) {
    if (all.notices.size() >= kMostWaiting) {
      lost = !std::exchange(all.full, true);
      return;
    }
    all.full = false;
    all.notices.push_back(std::move(notice));
    start = !std::exchange(all.working, true);
  });
  if (lost) facts_.event(kFailed, "too many notices wait; those that come now are lost");
  if (!start) return;
  thread_.with([&](auto& thread) {
    if (!thread) thread = std::make_unique<net::OwnThread>(gateway_);
    asio::co_spawn(thread->executor(), work(), asio::detached);
  });
}

Task<> WebhookCourier::work() {
  for (;;) {
    // It stays in the queue while it is tried: what the end of the gateway finds there is lost.
    auto next = waiting_.with([](Waiting& all) -> std::optional<Notice> {
      if (!all.notices.empty()) return all.notices.front();
      all.working = false;
      return std::nullopt;
    });
    if (!next) co_return;
    co_await deliver(std::move(*next));
    waiting_.with([](Waiting& all) { all.notices.pop_front(); });
  }
}

Task<> WebhookCourier::deliver(Notice notice) {
  std::string fault;
  size_t tries = 0;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    const Outcome outcome = co_await attempt(notice, fault);
    ++tries;
    if (outcome == Outcome::taken) co_return;
    if (outcome == Outcome::refused || tries > kPauses.size()) break;
    timer.expires_after(kPauses[tries - 1]);
    co_await timer.async_wait(net::kTuple);
  }
  facts_.event(kFailed, "`" + notice.type + "` was not taken: " + fault + ", at attempt " +
                            std::to_string(tries));
}

Task<WebhookCourier::Outcome> WebhookCourier::attempt(const Notice& notice, std::string& fault) {
  const auto config = facts_.config();
  const auto& webhook = config->approvals.webhook;
  if (!webhook) co_return Outcome::taken;  // a reload took it out
  auto url = wire::parse_url(webhook->url);
  auto secret = read_secret(*config, webhook->secret.name);
  auto tls = net::client_tls({.ca = webhook->ca.string()});
  const auto data = wire::JsonDocument::parse(notice.data);
  if (secret && !is_usable_key(*secret)) {
    fault = "the webhook's secret is no key: 8 bytes at least, as they are or as `whsec_BASE64`";
    co_return Outcome::refused;
  }
  if (!url || !secret || !tls || !data) {
    fault = !secret ? secret.error().what : !tls ? tls.error().what : "no URL or no text";
    co_return Outcome::later;
  }
  core::Cleared body = core::Cleared::notice(notice.type, notice.time, data->root());
  const std::string timestamp = std::to_string(
      std::chrono::floor<std::chrono::seconds>(wall_now()).time_since_epoch().count());
  net::OutboundRequest request;
  request.url = std::move(*url);
  request.stated = net::Stated::by_operator;
  request.tls = std::move(*tls);
  request.timeout = milliseconds(10'000);
  const auto put = [&request](std::string name, std::string value) {
    request.headers.emplace_back(std::move(name), Secret<>(std::move(value)));
  };
  put("User-Agent", "doorward");
  put("webhook-id", notice.id);
  put("webhook-timestamp", timestamp);
  put("webhook-signature", webhook_signature(*secret, notice.id, timestamp, body.body()));
  auto answer = co_await net::outbound(std::move(request), std::move(body));
  if (!answer) {
    fault = answer.error().what;
    co_return Outcome::later;
  }
  if (answer->status >= 200 && answer->status < 300) co_return Outcome::taken;
  fault = "status " + std::to_string(answer->status);
  co_return may_help_later(answer->status) ? Outcome::later : Outcome::refused;
}

}  // namespace doorward::app
