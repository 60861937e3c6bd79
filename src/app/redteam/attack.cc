#include "app/redteam/attack.h"

#include "wire/http.h"
#include "wire/json.h"

namespace doorward::embedded {
extern const std::string_view redteam_attacks;
}

namespace doorward::app::redteam {

using wire::JsonValue;

namespace {

constexpr size_t kDeep = 10'000;   // levels
constexpr size_t kLong = 200'000;  // items
constexpr size_t kWide = 100'000;  // bytes of a header

std::string long_list() {
  std::string out = "[0";
  for (size_t i = 1; i < kLong; ++i) out += ",0";
  return out + "]";
}

// Facts that are the same everywhere.
const Facts& made_up() {
  static const Facts kFacts = {
      {"deep", std::string(kDeep, '[') + std::string(kDeep, ']')},
      {"long", long_list()},
      {"filler", std::string(kWide, 'x')},
  };
  return kFacts;
}

// The row with its facts in, as JSON text; the name of the first missing one in `missing`. `id` is
// the row's own: a session refuses an id that comes twice.
std::string filled(std::string_view row, const std::string& id, const Facts& facts,
                   std::string& missing) {
  std::string out;
  size_t at = 0;
  for (size_t open = row.find("{{"); open != std::string_view::npos; open = row.find("{{", at)) {
    const size_t close = row.find("}}", open);
    if (close == std::string_view::npos) break;
    const std::string_view name = row.substr(open + 2, close - open - 2);
    out += row.substr(at, open - at);
    at = close + 2;
    if (name == "id") {
      out += id;
      continue;
    }
    const Facts& from = made_up().contains(name) ? made_up() : facts;
    const auto fact = from.find(name);
    if (fact == from.end() || fact->second.empty()) {
      if (missing.empty()) missing = name;
      continue;
    }
    const std::string quoted = wire::json_quote(fact->second);
    out += std::string_view(quoted).substr(1, quoted.size() - 2);
  }
  return out.append(row.substr(at));
}

using Headers = std::vector<std::pair<std::string, std::string>>;

void set_header(Headers& headers, std::string_view name, std::string_view value) {
  for (auto& [known, text] : headers)
    if (wire::equals_ignoring_case(known, name)) {
      text = value;
      return;
    }
  headers.emplace_back(name, value);
}

Headers usual_headers(const Facts& facts, bool on_operator_side, bool with_token) {
  const auto fact = [&facts](std::string_view name) {
    const auto found = facts.find(name);
    return found == facts.end() ? std::string() : found->second;
  };
  Headers headers = {{"Host", fact(on_operator_side ? "operator_host" : "host")},
                     {"Authorization", with_token ? "Bearer " + fact("token") : ""},
                     {"Content-Type", "application/json"}};
  if (on_operator_side) return headers;
  set_header(headers, "Accept", "application/json, text/event-stream");
  set_header(headers, "Mcp-Session-Id", fact("session"));
  set_header(headers, "MCP-Protocol-Version", fact("revision"));
  return headers;
}

// What the row's usual headers need and the target lacks; "" where nothing.
std::string_view missing_for(JsonValue row, const Facts& facts) {
  if (row["raw"]) return "";
  const bool on_operator_side = row["side"].text() == "operator";
  const JsonValue own = row["headers"]["Authorization"];
  const bool with_token = on_operator_side ? row["token"].boolean().value_or(false) : !own;
  if (!with_token) return "";
  if (!facts.contains("token")) return "token";
  if (!on_operator_side && !row["headers"]["Mcp-Session-Id"] && !facts.contains("session"))
    return "session";
  return "";
}

Attack attack_of(JsonValue row, const Facts& facts) {
  Attack attack;
  attack.on_operator_side = row["side"].text() == "operator";
  attack.benign = row["benign"].boolean().value_or(false);
  if (row["raw"]) {
    attack.bytes = row["raw"].text();
    return attack;
  }
  PlainRequest request;
  if (row["method"]) request.method = row["method"].text();
  const auto server = facts.find("server");
  request.target = row["path"] ? std::string(row["path"].text())
                               : "/mcp" + (server == facts.end() ? "" : "/" + server->second);
  if (row["query"]) request.target.append("?").append(row["query"].text());
  request.headers =
      usual_headers(facts, attack.on_operator_side,
                    !attack.on_operator_side || row["token"].boolean().value_or(false));
  for (const auto [name, value, name_value] : row["headers"].members())
    set_header(request.headers, name, value.text());
  request.body = row["text"] ? std::string(row["text"].text()) : std::string(row["body"].raw());
  attack.bytes = bytes_of(request);
  return attack;
}

}  // namespace

std::string bytes_of(const PlainRequest& request) {
  std::string out = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : request.headers)
    if (!value.empty()) out.append(name).append(": ").append(value).append("\r\n");
  out += "Connection: close\r\n";
  if (request.method == "POST")
    out += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return out.append("\r\n").append(request.body);
}

Expected<std::vector<Row>> attacks_on(const Facts& facts) {
  const auto broken = [](std::string what) {
    return failure("redteam.attacks", Fault::self, "attacks.json: " + std::move(what));
  };
  auto table = wire::JsonDocument::parse(std::string(embedded::redteam_attacks));
  if (!table) return broken(table.error().what);
  std::vector<Row> rows;
  for (const JsonValue plain : table->root().items()) {
    Skipped head;
    head.id = plain["id"].text();
    head.area = head.id.substr(0, head.id.find('.'));
    head.requirement = plain["requirement"].text();
    head.what = plain["attack"].text();
    head.benign = plain["benign"].boolean().value_or(false);
    const auto row = wire::JsonDocument::parse(filled(plain.raw(), head.id, facts, head.missing));
    if (!head.missing.empty()) {
      rows.emplace_back(std::move(head));
      continue;
    }
    if (!row) return broken(head.id + ": " + row.error().what);
    if (head.missing = missing_for(row->root(), facts); !head.missing.empty()) {
      rows.emplace_back(std::move(head));
      continue;
    }
    Attack attack = attack_of(row->root(), facts);
    attack.id = std::move(head.id);
    attack.area = std::move(head.area);
    attack.requirement = std::move(head.requirement);
    attack.what = std::move(head.what);
    rows.emplace_back(std::move(attack));
  }
  return rows;
}

}  // namespace doorward::app::redteam
