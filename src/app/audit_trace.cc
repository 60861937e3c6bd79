#include "app/audit_trace.h"

#include <array>

#include "wire/json.h"

namespace doorward::app {

namespace {

constexpr std::array<std::string_view, 3> kTrust = {"trusted", "shared", "untrusted"};

void member(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  out.append(",\"").append(name).append("\":");
  wire::append_json_quote(out, text);
}

}  // namespace

std::string trace_servers(const Config& config, const catalog::LockFile& lock) {
  std::string out;
  for (const auto& [name, server] : config.servers) {
    out += R"({"type":"server","server":)" + wire::json_quote(name) + R"(,"trust":")";
    out.append(kTrust[static_cast<size_t>(server.trust.value_or(Trust::untrusted))])
        .append(R"(","tools":[)");
    if (const auto* locked = lock.find(name)) {
      bool first = true;
      for (const auto& [tool, pin] :
           locked->pins[static_cast<size_t>(catalog::DefinitionKind::tool)]) {
        if (!std::exchange(first, false)) out += ',';
        out += pin.definition.text;
      }
    }
    out += "]}\n";
  }
  return out;
}

std::string TraceWriter::line(std::string_view exported) {
  const auto parsed = wire::JsonDocument::parse(std::string(exported));
  if (!parsed) return "";
  const wire::JsonValue entry = parsed->root()["entry"];
  if (entry["kind"].text() != "decision" || entry["method"].text() != "tools/call" ||
      entry["tool"].text().empty())
    return "";
  std::string arguments = "{}";
  if (const auto kept = entry["arguments"]; kept) {
    const auto read = wire::JsonDocument::parse(std::string(kept.text()));
    if (entry["truncated"]["arguments"] || !read || !read->root().is_object()) {
      ++left_out_;
      return "";
    }
    arguments = wire::canonical_json(read->root());  // on one line, whatever the client sent
  }
  ++calls_;
  const auto seq = parsed->root()["index"].integer();
  std::string out = R"({"type":"call","id":"c)" + std::to_string(seq.value_or(0)) + "\"";
  member(out, "principal", entry["principal"].text());
  member(out, "task", entry["task"].text());
  member(out, "server", entry["server"].text());
  member(out, "tool", entry["tool"].text());
  out += R"(,"arguments":)" + arguments;
  member(out, "time", entry["time"].text());
  return out + "}\n";
}

}  // namespace doorward::app
