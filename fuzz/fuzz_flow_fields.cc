// Fuzzes module: policy
// A result's text as fields, its addresses, its way into an index: no input may break a bound.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "policy/flow/address.h"
#include "policy/flow/fields.h"
#include "policy/flow/index.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 64 * 1024) return 0;
  namespace flow = doorward::policy::flow;
  const std::string text(reinterpret_cast<const char*>(data), size);
  flow::read_fields(text, [](const flow::Field& field) {
    if (field.name.size() > (64 << 10)) std::abort();
  });
  for (const auto& found : flow::find_addresses(text)) {
    const bool inside = found.text.data() >= text.data() &&
                        found.text.data() + found.text.size() <= text.data() + text.size();
    if (!inside || flow::normal_address(found).empty()) std::abort();
  }
  flow::TaskIndex task;
  task.add_prompt(text);
  const auto quoted = doorward::wire::JsonDocument::parse(R"({"content":[{"type":"text","text":)" +
                                                          doorward::wire::json_quote(text) + "}]}");
  if (!quoted) return 0;
  flow::ToolLabels labels;
  labels.is_private = true;
  for (int i = 0; i < 3; ++i) task.add_result({"server", "tool", &labels, {}, quoted->root(), {}});
  if (task.bytes() > 256 * 1024) std::abort();
  static_cast<void>(task.origin_of(text));
  static_cast<void>(task.derivable(text, true));
  static_cast<void>(task.names_tool(text.substr(0, 64), true));
  std::string value;
  if (task.private_piece(text, value) >= 0 && value.size() > 512) std::abort();
  return 0;
}
