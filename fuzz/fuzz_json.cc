// Fuzzes module: wire
// What parses has nodes that nest and lie within the buffer, content that quotes back to itself,
// and a canonical form that parses to the same canonical form.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "wire/json.h"

namespace {

using doorward::wire::JsonDocument;
using doorward::wire::JsonLimits;
using doorward::wire::JsonType;

void demand(bool holds) {
  if (!holds) std::abort();
}

void check_nodes(const JsonDocument& document) {
  const auto& nodes = document.nodes();
  demand(!nodes.empty() && nodes[0].next == nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) {
    const auto& node = nodes[i];
    demand(node.begin < node.end && node.end <= document.buffer().size());
    demand(node.next > i && node.next <= nodes.size());
    uint32_t from = node.begin;
    uint32_t children = 0;
    uint32_t names = 0;
    for (uint32_t child = static_cast<uint32_t>(i) + 1; child < node.next;
         child = nodes[child].next) {
      demand(nodes[child].begin > from && nodes[child].end < node.end);
      demand(nodes[child].next <= node.next);
      from = nodes[child].end - 1;
      ++children;
      if (nodes[child].is_name) ++names;
    }
    demand(names == (node.type == JsonType::object ? node.count : 0));
    demand(children == node.count + names);
    if (node.type == JsonType::string) demand(document.text_of(node).size() == node.text_size);
  }
}

void check_strings(const JsonDocument& document) {
  for (const auto& node : document.nodes()) {
    if (node.type != JsonType::string) continue;
    const std::string_view text = document.text_of(node);
    const auto again = JsonDocument::parse(doorward::wire::json_quote(text));
    demand(again && again->root().text() == text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  // Quoting takes any bytes, and makes one line of JSON of them.
  const std::string quoted = doorward::wire::json_quote(input);
  demand(quoted.find('\n') == quoted.npos);
  const bool has_nul = input.find('\0') != input.npos;
  demand(JsonDocument::parse(quoted).has_value() != has_nul);

  const auto document = JsonDocument::parse(input);
  if (!document) {
    demand(document.error().code.starts_with("json."));
    return 0;
  }
  check_nodes(*document);
  check_strings(*document);
  for (const auto& node : document->nodes())
    if (node.type == JsonType::number) {
      const doorward::wire::JsonValue value(
          &*document, static_cast<uint32_t>(&node - document->nodes().data()));
      // A whole number that fits is a number, too.
      if (value.integer()) demand(value.number().has_value());
    }
  const std::string canonical = canonical_json(document->root());
  // The canonical form of a number may be a few bytes longer than it came.
  const auto again = JsonDocument::parse(canonical, JsonLimits{.number_bytes = 128});
  demand(again && canonical_json(again->root()) == canonical);
  return 0;
}
