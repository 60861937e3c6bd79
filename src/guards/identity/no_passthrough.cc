#include "guards/identity/no_passthrough.h"

#include "guards/identity/challenge.h"

namespace doorward::guards {

using core::Stage;

const core::GuardFacts& NoPassthrough::facts() const {
  static constexpr core::GuardFacts kFacts{"identity.no_passthrough", core::Area::identity,
                                           core::stages(Stage::request, Stage::client_reply),
                                           false};
  return kFacts;
}

namespace {
bool holds(const wire::JsonDocument& document, std::string_view token) {
  if (document.buffer().find(token) != std::string_view::npos) return true;
  for (const wire::JsonNode& node : document.nodes())
    if (node.type == wire::JsonType::string && node.unescaped &&
        document.text_of(node).find(token) != std::string_view::npos)
      return true;
  return false;
}
}  // namespace

core::Verdict NoPassthrough::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.head == nullptr || exchange.message == nullptr) return core::pass();
  const auto presented = presented_token(*exchange.head);
  const wire::JsonValue body = exchange.message->params()   ? exchange.message->params()
                               : exchange.message->result() ? exchange.message->result()
                                                            : exchange.message->error();
  constexpr size_t kShortest = 16;  // a shorter one is found in any text
  if (!presented || presented->token.size() < kShortest || !body || body.document() == nullptr)
    return core::pass();
  if (!holds(*body.document(), presented->token)) return core::pass();
  return core::deny("identity.token_passed_on", "R4.5",
                    "This message holds your own access token. A server must never see it: send "
                    "the message without it.");
}

}  // namespace doorward::guards
