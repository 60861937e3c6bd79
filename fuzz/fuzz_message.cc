// Fuzzes module: wire
// What parses as a message keeps its bytes, has the members that its kind demands, and still is the
// same message after its id was spliced.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "wire/message.h"
#include "wire/readable_id.h"

namespace {

using doorward::wire::Message;
using doorward::wire::MessageKind;

void demand(bool holds) {
  if (!holds) std::abort();
}

void check_parts(const Message& message) {
  demand(message.is_reply() == message.method_name().empty());
  demand(message.is_reply() == !(message.is_request() || message.is_notification()));
  demand(static_cast<bool>(message.result()) == (message.kind() == MessageKind::response));
  demand(static_cast<bool>(message.error()) == (message.kind() == MessageKind::error));
  if (message.is_request()) demand(message.id().is_string() || message.id().is_number());
  if (message.is_notification()) demand(!message.id());
  if (message.params()) demand(message.params().is_object());
  if (!message.target().empty()) demand(static_cast<bool>(message.params()));
  if (message.progress_token()) demand(static_cast<bool>(message.meta()));
}

void check_splice(const Message& message) {
  const auto id = message.id();
  if (!id) return;
  const auto changed =
      Message::parse(doorward::wire::splice(message.bytes(), {{id.begin(), id.end(), "\"gw-1\""}}));
  demand(changed && changed->id().text() == "gw-1");
  demand(changed->kind() == message.kind() && changed->method() == message.method());
  demand(changed->params().raw() == message.params().raw());
  demand(changed->result().raw() == message.result().raw());
  demand(changed->target() == message.target());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  if (const auto batch = doorward::wire::split_batch(input))
    demand(!batch->empty() && batch->size() <= 100);
  const auto message = Message::parse(input);
  if (!message) {
    demand(message.error().code.starts_with("rpc.") || message.error().code.starts_with("json."));
    return 0;
  }
  demand(message->bytes() == input);
  const std::string_view id = doorward::wire::readable_id(input);
  demand(id.empty() || id == message->id().raw());
  check_parts(*message);
  check_splice(*message);
  return 0;
}
