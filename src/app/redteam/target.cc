#include "app/redteam/target.h"

#include <algorithm>
#include <array>

#include "app/given_file.h"
#include "app/operator_client.h"
#include "app/state.h"
#include "net/session/revision.h"
#include "wire/http.h"
#include "wire/json.h"

namespace doorward::app::redteam {

using wire::JsonValue;

namespace {

constexpr size_t kMostVisits = 8;  // servers

Error unfit(std::string code, std::string what) {
  return Error{std::move(code), Fault::self, false, std::move(what)};
}

Expected<Place> place_of(const std::string& url, const std::optional<ListenTls>& tls) {
  auto parsed = wire::parse_url(url);
  if (!parsed) return std::unexpected(std::move(parsed).error());
  Place place;
  place.address = parsed->authority.host;
  if (place.address.starts_with('['))
    place.address = place.address.substr(1, place.address.size() - 2);
  // Who listens everywhere listens on loopback.
  if (place.address == "0.0.0.0") place.address = "127.0.0.1";
  if (place.address == "::") place.address = "::1";
  place.port = parsed->port();
  if (tls) {
    auto context = trusting(tls->certificate.string());
    if (!context) return std::unexpected(std::move(context).error());
    place.tls = std::move(*context);
    place.server_name = parsed->authority.host;
  }
  return place;
}

// The name under which a listener is to be called: one that it accepts.
std::string host_of(const Place& place, const std::vector<std::string>& hosts) {
  if (!hosts.empty()) return hosts.front();
  const bool six = place.address.find(':') != std::string::npos;
  return (six ? "[" + place.address + "]" : place.address) + ":" + std::to_string(place.port);
}

// One argument of a tool that is all that it requires.
struct Lever {
  std::string tool, argument;
};

bool is_lever(JsonValue tool, std::string_view argument, JsonValue schema) {
  if (schema["type"].text() != "string") return false;
  for (const JsonValue name : tool["inputSchema"]["required"].items())
    if (name.text() != argument) return false;
  return true;
}

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::any_of(
      names, [&](std::string_view one) { return name.find(one) != std::string_view::npos; });
}

// A tool that takes nothing but, say, a path. Where an attack on it is not stopped it is carried
// out, so only tools that read by their name are asked.
Lever lever(JsonValue tools, std::span<const std::string_view> arguments) {
  constexpr std::array<std::string_view, 5> kReads = {"read", "get", "list", "fetch", "view"};
  for (const JsonValue tool : tools.items()) {
    if (!is_one_of(tool["name"].text(), kReads)) continue;
    for (const auto [name, schema, quoted] : tool["inputSchema"]["properties"].members())
      if (is_one_of(name, arguments) && is_lever(tool, name, schema))
        return {std::string(tool["name"].text()), std::string(name)};
  }
  return {};
}

// What is known of the tools of a server; `local`: Doorward starts it.
void learn_tools(JsonValue tools, bool local, Facts& facts) {
  constexpr std::array<std::string_view, 3> kPaths = {"path", "file", "directory"};
  constexpr std::array<std::string_view, 2> kUrls = {"url", "uri"};
  const auto know = [&facts](const char* tool_fact, const char* argument_fact, Lever found) {
    if (found.tool.empty() || facts.contains(tool_fact)) return;
    facts[tool_fact] = std::move(found.tool);
    facts[argument_fact] = std::move(found.argument);
  };
  know("path_tool", "path_argument", lever(tools, kPaths));
  know("url_tool", "url_argument", lever(tools, kUrls));
  if (local) know("local_path_tool", "local_path_argument", lever(tools, kPaths));
  for (const JsonValue tool : tools.items()) {
    if (!facts.contains("tool")) facts["tool"] = tool["name"].text();
    const JsonValue schema = tool["inputSchema"];
    if (schema["properties"].size() > 0 && !schema["additionalProperties"] &&
        !facts.contains("typed_tool"))
      facts["typed_tool"] = tool["name"].text();
  }
}

// An honest client of one server.
class Visit {
 public:
  Visit(const Target& target, std::string server) : target_(target), server_(std::move(server)) {}

  // What the server offers; nothing where no session can be had.
  Expected<Facts> learn(bool local) {
    revision_ = net::newest_session_revision().name;
    auto opened = send("POST", R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":)"
                               R"({"protocolVersion":")" +
                                   revision_ +
                                   R"(","capabilities":{},)"
                                   R"("clientInfo":{"name":"doorward-redteam","version":"1"}}})");
    if (!opened) return std::unexpected(std::move(opened).error());
    wire::HttpResponseHead head;
    const auto parsed = wire::parse_response_head(opened->head, head);
    if (!parsed || !*parsed || opened->status != 200) return Facts{};
    session_ = head.field("mcp-session-id").value_or("");
    auto told = send("POST", R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
    if (!told) return std::unexpected(std::move(told).error());
    auto listed = send("POST", R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})");
    if (!listed) return std::unexpected(std::move(listed).error());
    const auto list = wire::JsonDocument::parse(listed->message);
    if (!list || !list->root()["result"]) return Facts{};
    Facts facts = {{"server", server_}, {"session", session_}, {"revision", revision_}};
    learn_tools(list->root()["result"]["tools"], local, facts);
    return facts;
  }
  void leave() {
    if (!session_.empty()) static_cast<void>(send("DELETE", ""));
  }

 private:
  Expected<Reply> send(std::string method, std::string body) {
    PlainRequest request;
    request.method = std::move(method);
    request.target = "/mcp/" + server_;
    request.headers = {{"Host", target_.facts.at("host")},
                       {"Authorization", "Bearer " + target_.facts.at("token")},
                       {"Content-Type", "application/json"},
                       {"Accept", "application/json, text/event-stream"},
                       {"Mcp-Session-Id", session_},
                       {"MCP-Protocol-Version", revision_}};
    request.body = std::move(body);
    return attack(target_.client, bytes_of(request));
  }

  const Target& target_;
  const std::string server_;
  std::string session_, revision_;
};

// The server that offers most to attack, of the first ones; the others are left again.
Expected<void> choose_server(JsonValue servers, Target& target) {
  Facts best;
  std::optional<Visit> staying;
  size_t visits = 0;
  for (const JsonValue server : servers.items()) {
    if (++visits > kMostVisits) break;
    Visit visit(target, std::string(server["name"].text()));
    auto facts = visit.learn(server["kind"].text() == "local");
    if (!facts) return std::unexpected(std::move(facts).error());
    if (facts->size() <= best.size()) {
      visit.leave();
      continue;
    }
    if (staying) staying->leave();
    best = std::move(*facts);
    staying.emplace(std::move(visit));
  }
  target.facts.merge(best);
  return {};
}

// The credential of a client, where there is one.
Expected<std::string> client_token(const Config& config, const std::string& token_file) {
  if (token_file.empty() && !takes_local_token(config)) return "";
  const std::string file =
      token_file.empty() ? (config.state / "local-token").string() : token_file;
  auto text = read_given_file(file, 64 * 1024);
  if (!text) return std::unexpected(unfit("redteam.credential", std::move(text).error().what));
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  return std::move(*text);
}

}  // namespace

Expected<Target> look_around(const Config& config, const std::string& token_file) {
  auto answer = call_operator(config, "GET", "/api/v1/status");
  if (!answer) return std::unexpected(std::move(answer).error());
  const auto status = wire::JsonDocument::parse(answer->body);
  if (answer->status != 200 || !status)
    return std::unexpected(unfit("operator.unreachable", "the running Doorward does not answer"));
  Target target;
  target.client_url = status->root()["listeners"]["client"].text();
  target.operator_url = status->root()["listeners"]["operator"].text();
  if (target.client_url.empty())
    return std::unexpected(
        unfit("redteam.no_client_side",
              "the running Doorward has no listener that could be attacked; start `doorward run`"));
  auto client = place_of(target.client_url, config.listen.tls);
  if (!client) return std::unexpected(std::move(client).error());
  target.client = std::move(*client);
  auto operators = place_of(target.operator_url, config.admin.tls);
  if (!operators) return std::unexpected(std::move(operators).error());
  target.operators = std::move(*operators);
  auto token = client_token(config, token_file);
  if (!token) return std::unexpected(std::move(token).error());
  target.facts["host"] = host_of(target.client, config.listen.hosts);
  target.facts["operator_host"] = host_of(target.operators, config.admin.hosts);
  if (token->empty()) return target;
  target.facts["token_cut"] = token->substr(0, token->size() - 1);
  target.facts["token"] = std::move(*token);
  if (auto chosen = choose_server(status->root()["servers"], target); !chosen)
    return std::unexpected(std::move(chosen).error());
  return target;
}

}  // namespace doorward::app::redteam
