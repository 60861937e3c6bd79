// Fuzzes module: net
// Whatever parses as a message is still one after it was carried to the other era, under the id
// that it was given there and without the members that only its own era knows.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "net/session/to_sessions.h"
#include "net/session/to_stateless.h"
#include "wire/param_headers.h"

namespace {

using namespace doorward;
using wire::Message;

void demand(bool holds) {
  if (!holds) std::abort();
}

Message again(std::string text) {
  wire::JsonLimits limits;
  limits.depth += 16;
  limits.bytes *= 2;
  auto parsed = Message::parse(std::move(text), limits);
  if (!parsed) std::abort();
  return std::move(*parsed);
}

constexpr std::string_view kVersion = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view kSubscription = "io.modelcontextprotocol/subscriptionId";

void carry_request(const Message& message) {
  std::vector<wire::Edit> edits;
  net::strip_stateless(message, edits);
  const Message older = again(net::edited(message, std::move(edits)));
  demand(!older.params()["_meta"][kVersion] && !older.params()["requestState"]);
  demand(older.arguments().raw() == message.arguments().raw());
  demand(older.target() == message.target());

  const net::StatelessClient client = net::stateless_client(message);
  edits.clear();
  net::add_stateless(message, client, edits);
  const Message newer = again(net::edited(message, std::move(edits)));
  demand(newer.params()["_meta"][kVersion].is_string());
  demand(newer.arguments().raw() == message.arguments().raw());
  demand(newer.progress_token().raw() == message.progress_token().raw());
  if (!newer.params()["inputResponses"] && !newer.params()["requestState"]) {
    const Message asked = again(net::answered_request(newer, "77", R"("q":{})", R"("s")"));
    demand(asked.id().raw() == "77" && asked.params()["requestState"].text() == "s");
    demand(asked.arguments().raw() == message.arguments().raw());
  }
  const Message question = again(net::input_required(message, "5", "k", "s"));
  demand(question.result()["inputRequests"]["k"]["method"].text() == message.method_name());
  const auto capabilities = wire::JsonDocument::parse(net::session_capabilities(message));
  demand(capabilities.has_value());
  const net::Subscription wanted = net::subscription_of(message, capabilities->root());
  demand(again(net::acknowledgement(wanted, "5")).params()["_meta"][kSubscription].raw() == "5");
  again(net::listen_request("5", client, message.params(), wanted.uris));
}

void carry_reply(const Message& message) {
  const Message request = again(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})");
  if (const auto text = net::stateless_reply(message, request)) {
    const Message newer = again(*text);
    demand(newer.id().raw() == message.id().raw());
    if (newer.result()) demand(newer.result()["resultType"].is_string());
    const auto code = newer.error()["code"].integer().value_or(0);
    demand(code > -32020 || code < -32099);
  }
  const Message older = again(net::session_message(message, "5"));
  demand(!older.result()["resultType"] && !older.result()["cacheScope"]);
  if (message.result()) {
    demand(wire::JsonDocument::parse(net::discover_result(message.result())).has_value());
    demand(
        wire::JsonDocument::parse(net::initialize_result("x", message.result(), "s")).has_value());
    if (const auto asked = net::questions(message, "p"))
      for (const net::Question& question : *asked) demand(again(question.text).is_request());
    const auto headers = wire::param_headers(message.result());
    if (headers)
      for (const auto& header : *headers) demand(!header.path.empty() && !header.name.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto said = wire::header_text(wire::header_value(text))) demand(*said == text);
  const auto message = Message::parse(text);
  if (!message) return 0;
  if (message->is_request()) carry_request(*message);
  if (message->is_reply()) carry_reply(*message);
  if (message->is_notification()) {
    demand(again(net::tagged(*message, "9")).params()["_meta"][kSubscription].raw() == "9");
    demand(!again(net::session_message(*message, "5")).params()["_meta"][kSubscription]);
  }
  return 0;
}
