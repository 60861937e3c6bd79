#include "app/trace_servers.h"

#include "app/flow_labels.h"
#include "app/tool_classes.h"
#include "catalog/classes_guess.h"

namespace doorward::app {

namespace flow = policy::flow;

namespace {

Expected<std::optional<flow::Trust>> trust_from(wire::JsonValue value) {
  if (!value || value.is_null()) return std::nullopt;
  const std::string_view text = value.text();
  if (text == "trusted") return flow::Trust::trusted;
  if (text == "shared") return flow::Trust::shared;
  if (text == "untrusted") return flow::Trust::untrusted;
  return failure("replay.line", Fault::client, "`trust` is `trusted`, `shared` or `untrusted`");
}

}  // namespace

TraceServers::Labels TraceServers::make(std::string_view server, wire::JsonValue tool,
                                        std::optional<flow::Trust> trust, bool stated) const {
  const std::string_view name = tool["name"].text();
  const ToolOverride* const own = override_of(*config_, server, name);
  catalog::ToolFacts facts;
  facts.server = server;
  facts.name = name;
  facts.title = tool["title"].text();
  facts.description = tool["description"].text();
  facts.input_schema = tool["inputSchema"];
  facts.annotations = tool["annotations"];
  core::ClassSet classes;
  if (own != nullptr && own->classes) {
    classes = *own->classes;
  } else if (tool["classes"].is_array()) {
    for (const wire::JsonValue one : tool["classes"].items())
      if (const auto known = core::class_from(one.text())) classes.add(*known);
  } else {
    classes = catalog::guess_classes(facts);
  }
  flow::ToolLabels labels =
      flow_labels(*config_, server, name, {facts.description, facts.input_schema}, classes,
                  tool["confirmed"].boolean().value_or(true));
  if (trust && (own == nullptr || !own->trust)) labels.trust = *trust;
  labels.trust_stated = labels.trust_stated || stated;
  if (const auto is_private = tool["private"].boolean(); is_private && !(own && own->is_private))
    labels.is_private = *is_private;
  if (tool["addresses"].is_array() && !labels.addresses) {
    labels.addresses.emplace();
    for (const wire::JsonValue one : tool["addresses"].items())
      labels.addresses->emplace_back(one.text());
  }
  return std::make_shared<const flow::ToolLabels>(std::move(labels));
}

Expected<void> TraceServers::add(wire::JsonValue line) {
  const std::string server(line["server"].text());
  if (server.empty()) return failure("replay.line", Fault::client, "a server line needs `server`");
  auto trust = trust_from(line["trust"]);
  if (!trust) return std::unexpected(std::move(trust).error());
  const bool stated = line["stated"].boolean().value_or(true);
  trust_[server] = {*trust, stated};
  if (!line["tools"].is_array()) return {};
  for (const wire::JsonValue tool : line["tools"].items()) {
    auto own = trust_from(tool["trust"]);
    if (!own) return std::unexpected(std::move(own).error());
    labels_[{server, std::string(tool["name"].text())}] =
        make(server, tool, *own ? *own : *trust, *own || stated);
  }
  return {};
}

core::ClassSet TraceServers::classes(std::string_view server, std::string_view tool) const {
  return labels(server, tool)->classes;
}

TraceServers::Labels TraceServers::labels(std::string_view server, std::string_view tool) const {
  Labels& kept = labels_[{std::string(server), std::string(tool)}];
  if (kept) return kept;
  // A tool that no line defines: by its name.
  const auto named = wire::JsonDocument::parse(R"({"name":)" + wire::json_quote(tool) + "}");
  const auto trust = trust_.find(server);
  const ServerTrust said = trust == trust_.end() ? ServerTrust{} : trust->second;
  kept = make(server, named->root(), said.trust, said.stated);
  return kept;
}

}  // namespace doorward::app
