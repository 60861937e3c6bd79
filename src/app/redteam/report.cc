#include "app/redteam/report.h"

#include <algorithm>

#include "wire/json.h"

namespace doorward::app::redteam {

using wire::JsonValue;

namespace {

std::string_view end_name(End end) {
  switch (end) {
    case End::stopped:
      return "stopped";
    case End::came_through:
      return "came_through";
    case End::skipped:
      break;
  }
  return "skipped";
}

// What the gateway says of a refusal: in the result of a tool, or in the data of an error.
JsonValue decision_in(JsonValue message) {
  const JsonValue of_result = message["result"]["_meta"]["io.doorward/decision"];
  return of_result ? of_result : message["error"]["data"];
}

// No answer may show a credential, where Doorward keeps its state, or its own insides (R7.7).
bool tells_too_much(const Reply& reply, const Config& config, const Facts& facts) {
  const auto token = facts.find("token");
  const std::string all = reply.head + reply.body;
  return (token != facts.end() && !token->second.empty() &&
          all.find(token->second) != std::string::npos) ||
         all.find(config.state.string()) != std::string::npos;
}

void judge(const Reply& reply, Outcome& outcome) {
  outcome.status = reply.status;
  bool refused = reply.status == 0 || reply.status >= 300;
  auto message = wire::JsonDocument::parse(reply.message);
  if (message) {
    const JsonValue decision = decision_in(message->root());
    const std::string_view verdict = decision["verdict"].text();
    outcome.reason = decision["reason"].text();
    outcome.entry = decision["id"].integer().value_or(-1);
    refused = refused || verdict == "deny" || verdict == "hold" || message->root()["error"];
  }
  if (outcome.reason.empty() && reply.status == 0) outcome.reason = "connection closed";
  const bool good = outcome.benign ? !refused : refused;
  outcome.end = good ? End::stopped : End::came_through;
}

void leave_session(const Target& target) {
  const auto fact = [&target](std::string_view name) {
    const auto found = target.facts.find(name);
    return found == target.facts.end() ? std::string() : found->second;
  };
  if (fact("session").empty()) return;
  PlainRequest request;
  request.method = "DELETE";
  request.target = "/mcp/" + fact("server");
  request.headers = {{"Host", fact("host")},
                     {"Authorization", "Bearer " + fact("token")},
                     {"Mcp-Session-Id", fact("session")},
                     {"MCP-Protocol-Version", fact("revision")}};
  static_cast<void>(attack(target.client, bytes_of(request)));
}

// What the target lacks, in words.
std::string missing_text(std::string_view fact) {
  if (fact == "token" || fact == "token_cut") return "needs a credential of a client";
  if (fact == "url_tool") return "needs a tool that reads a URL";
  if (fact == "path_tool") return "needs a tool that reads a path";
  if (fact == "local_path_tool") return "needs a local server's tool that reads a path";
  if (fact == "typed_tool" || fact == "tool") return "needs a tool with arguments";
  return "needs a server that answers";
}

std::string padded(std::string text, size_t width) {
  text.resize(std::max(width, text.size() + 1), ' ');
  return text;
}

}  // namespace

size_t Report::count(End end) const {
  return static_cast<size_t>(std::ranges::count_if(
      outcomes, [end](const Outcome& one) { return !one.benign && one.end == end; }));
}

bool Report::honest_served() const {
  const auto ended = [this](End end) {
    return std::ranges::any_of(outcomes,
                               [end](const Outcome& one) { return one.benign && one.end == end; });
  };
  return ended(End::stopped) && !ended(End::came_through);
}

Expected<Report> attack_all(const Config& config, const Target& target) {
  auto rows = attacks_on(target.facts);
  if (!rows) return std::unexpected(std::move(rows).error());
  Report report;
  report.client_url = target.client_url;
  if (const auto server = target.facts.find("server"); server != target.facts.end())
    report.server = server->second;
  for (Row& row : *rows) {
    Outcome outcome;
    if (const auto* skipped = std::get_if<Skipped>(&row)) {
      outcome = {skipped->id, skipped->area, skipped->requirement, skipped->what};
      outcome.benign = skipped->benign;
      outcome.reason = missing_text(skipped->missing);
      report.outcomes.push_back(std::move(outcome));
      continue;
    }
    auto& one = std::get<Attack>(row);
    outcome = {one.id, one.area, one.requirement, one.what};
    outcome.benign = one.benign;
    auto reply =
        attack(one.on_operator_side ? target.operators : target.client, std::move(one.bytes));
    if (!reply && reply.error().code != "redteam.silent")
      return std::unexpected(std::move(reply).error());
    if (reply) {
      judge(*reply, outcome);
      if (tells_too_much(*reply, config, target.facts)) {
        outcome.end = End::came_through;
        outcome.reason = "the answer shows a credential or a path";
      }
    } else {
      outcome.end = End::came_through;
      outcome.reason = "no answer";
    }
    report.outcomes.push_back(std::move(outcome));
  }
  leave_session(target);
  return report;
}

std::string report_text(const Report& report) {
  std::string out = "attacked: " + report.client_url +
                    (report.server.empty() ? ", no server behind it answers"
                                           : ", server `" + report.server + "`") +
                    "\n";
  std::string_view area;
  for (const Outcome& one : report.outcomes) {
    if (one.benign && one.end != End::came_through) continue;
    if (one.area != area) out.append("\n").append(area = one.area).append("\n");
    std::string line = "  " + padded(one.benign                     ? "not served"
                                     : one.end == End::stopped      ? "stopped"
                                     : one.end == End::came_through ? "CAME THROUGH"
                                                                    : "skipped",
                                     14);
    line += padded(one.requirement, 7) + padded(one.what, 62) + one.reason;
    if (one.reason.empty()) line += "HTTP " + std::to_string(one.status);
    out += line + "\n";
  }
  const size_t stopped = report.count(End::stopped), through = report.count(End::came_through);
  out += "\n" + std::to_string(stopped + through) + " attacks: " + std::to_string(stopped) +
         " stopped, " + std::to_string(through) + " came through; " +
         std::to_string(report.count(End::skipped)) + " skipped\n";
  return out;
}

std::string report_json(const Report& report) {
  std::string out = R"({"target":)" + wire::json_quote(report.client_url) + R"(,"server":)" +
                    wire::json_quote(report.server) + R"(,"attacks":[)";
  bool first = true;
  for (const Outcome& one : report.outcomes) {
    if (one.benign) continue;
    if (!std::exchange(first, false)) out += ',';
    out += R"({"id":)" + wire::json_quote(one.id) + R"(,"area":)" + wire::json_quote(one.area) +
           R"(,"requirement":)" + wire::json_quote(one.requirement) + R"(,"attack":)" +
           wire::json_quote(one.what) + R"(,"result":)" + wire::json_quote(end_name(one.end));
    if (one.end != End::skipped) out += R"(,"status":)" + std::to_string(one.status);
    if (!one.reason.empty()) out += R"(,"reason":)" + wire::json_quote(one.reason);
    if (one.entry >= 0) out += R"(,"entry":)" + std::to_string(one.entry);
    out += '}';
  }
  out += R"(],"honestServed":)" + std::string(report.honest_served() ? "true" : "false");
  out += R"(,"summary":{"attacks":)" +
         std::to_string(report.count(End::stopped) + report.count(End::came_through)) +
         R"(,"stopped":)" + std::to_string(report.count(End::stopped)) + R"(,"came_through":)" +
         std::to_string(report.count(End::came_through)) + R"(,"skipped":)" +
         std::to_string(report.count(End::skipped)) + "}}";
  return out;
}

}  // namespace doorward::app::redteam
