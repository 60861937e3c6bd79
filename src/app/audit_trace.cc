#include "app/audit_trace.h"

#include <algorithm>
#include <array>

namespace doorward::app {

namespace {

constexpr std::array<std::string_view, 3> kTrust = {"trusted", "shared", "untrusted"};
constexpr size_t kMostOpen = 10'000;  // calls under way at one time; the oldest is told without end

void member(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  out.append(",\"").append(name).append("\":");
  wire::append_json_quote(out, text);
}

template <class Names>
void list(std::string& out, std::string_view name, const Names& values) {
  out.append(",\"").append(name).append("\":[");
  bool first = true;
  for (const auto& value : values) {
    if (!std::exchange(first, false)) out += ',';
    wire::append_json_quote(out, value);
  }
  out += ']';
}

// The definition as it was shown, and what a person said of it.
std::string tool_line(const catalog::Pin& pin, const std::optional<Trust>& server) {
  std::string out = pin.definition.text;
  if (!out.ends_with('}') || out == "{}") return out;
  out.pop_back();
  std::vector<std::string_view> classes;
  for (size_t i = 0; i < core::kClassNames.size(); ++i)
    if (pin.classes.has(static_cast<core::ToolClass>(1U << i)))
      classes.push_back(core::kClassNames[i]);
  list(out, "classes", classes);
  if (pin.sign_offs() == 0) return out + R"(,"confirmed":false})";
  // The stricter of the two, as for a running gateway.
  auto trust = std::ranges::find(kTrust, pin.trust);
  if (server && trust != kTrust.end())
    trust = std::max(trust, kTrust.begin() + static_cast<std::ptrdiff_t>(*server));
  if (trust != kTrust.end()) member(out, "trust", *trust);
  if (pin.is_private) out += *pin.is_private ? R"(,"private":true)" : R"(,"private":false)";
  if (!pin.addresses.empty()) list(out, "addresses", pin.addresses);
  return out + "}";
}

}  // namespace

std::string trace_servers(const Config& config, const catalog::LockFile& lock) {
  std::string out;
  for (const auto& [name, server] : config.servers) {
    out += R"({"type":"server","server":)" + wire::json_quote(name) + R"(,"trust":")";
    out.append(kTrust[static_cast<size_t>(server.trust.value_or(Trust::untrusted))]).append("\"");
    // What follows from a guess is only observed, in a replay as in the gateway.
    if (!server.trust) out += R"(,"stated":false)";
    out += R"(,"tools":[)";
    if (const auto* locked = lock.find(name)) {
      bool first = true;
      for (const auto& [tool, pin] :
           locked->pins[static_cast<size_t>(catalog::DefinitionKind::tool)]) {
        if (!std::exchange(first, false)) out += ',';
        out += tool_line(pin, server.trust);
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
  if (entry["method"].text() != "tools/call" || entry["tool"].text().empty()) return "";
  // A name of the merged endpoint that is nobody's: there is no server to judge it by.
  if (entry["kind"].text() == "decision" && entry["server"].text().empty()) {
    ++nobodys_;
    return "";
  }
  if (entry["kind"].text() == "outcome") return ended(entry);
  if (entry["kind"].text() != "decision") return "";
  return decided(static_cast<uint64_t>(parsed->root()["index"].integer().value_or(0)), entry);
}

std::string TraceWriter::decided(uint64_t index, wire::JsonValue entry) {
  std::string arguments = "{}";
  if (const auto kept = entry["arguments"]; kept) {
    const auto read = wire::JsonDocument::parse(std::string(kept.text()));
    if (!read || !read->root().is_object()) {
      ++left_out_;
      return "";
    }
    if (entry["truncated"]["arguments"]) ++shortened_;
    arguments = wire::canonical_json(read->root());  // on one line, whatever the client sent
  }
  ++calls_;
  std::string before;
  if (const std::string_view prompt = entry["prompt"].text(); !prompt.empty()) {
    before = R"({"type":"prompt")";
    member(before, "principal", entry["principal"].text());
    member(before, "task", entry["task"].text());
    member(before, "text", prompt);
    before += "}\n";
  }
  Open open{index, R"({"type":"call","id":"c)" + std::to_string(index) + "\"", {}};
  member(open.text, "principal", entry["principal"].text());
  if (entry["groups"].is_array()) {
    std::vector<std::string> groups;
    for (const wire::JsonValue group : entry["groups"].items()) groups.emplace_back(group.text());
    list(open.text, "groups", groups);
  }
  member(open.text, "task", entry["task"].text());
  member(open.text, "server", entry["server"].text());
  member(open.text, "tool", entry["tool"].text());
  open.text += R"(,"arguments":)" + arguments;
  member(open.end, "time", entry["time"].text());
  // What was refused has no end to wait for.
  if (entry["verdict"].text() != "pass") return before + open.text + open.end + "}\n";
  open_.emplace(index, std::move(open));
  order_.push_back(index);
  while (order_.size() > kMostOpen) {
    if (const auto oldest = open_.extract(order_.front()); !oldest.empty())
      before += oldest.mapped().text + oldest.mapped().end + "}\n";
    order_.pop_front();
  }
  return before;
}

std::string TraceWriter::ended(wire::JsonValue entry) {
  const auto of = entry["of"].integer();
  const auto found = of ? open_.extract(static_cast<uint64_t>(*of)) : decltype(open_)::node_type();
  if (found.empty()) return "";
  const Open& open = found.mapped();
  std::string out = open.text;
  if (const auto kept = entry["result"]; kept) {
    const auto read = wire::JsonDocument::parse(std::string(kept.text()));
    if (read && read->root().is_object())
      out += R"(,"result":)" + wire::canonical_json(read->root());
    if (entry["truncated"]["result"]) ++shortened_;
  }
  return out + open.end + "}\n";
}

std::string TraceWriter::rest() {
  std::string out;
  for (const uint64_t index : order_)
    if (const auto open = open_.extract(index); !open.empty())
      out += open.mapped().text + open.mapped().end + "}\n";
  order_.clear();
  return out;
}

}  // namespace doorward::app
