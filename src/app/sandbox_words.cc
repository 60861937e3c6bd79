#include "app/sandbox_words.h"

#include "app/local_server.h"
#include "app/routes.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

std::string list_json(const std::vector<std::string>& sentences) {
  std::string out = "[";
  for (const auto& each : sentences) out += (out.size() > 1 ? "," : "") + wire::json_quote(each);
  return out + "]";
}

}  // namespace

sandbox::LaunchPlan plan_to_show(const Config& config, const std::string& name) {
  const Server& server = config.servers.at(name);
  sandbox::LaunchPlan plan = launch_plan(config, name, server);
  for (const auto& [variable, value] : server.sandbox.env) {
    const auto* literal = std::get_if<std::string>(&value);
    plan.env.emplace(variable, Secret<>(literal != nullptr ? *literal : std::string()));
  }
  return plan;
}

std::string explanation_json(const sandbox::Explanation& parts) {
  return R"({"server":)" + wire::json_quote(parts.server) + R"(,"local":true,"score":)" +
         std::to_string(parts.score) +
         (parts.refused.empty() ? "" : R"(,"refused":)" + wire::json_quote(parts.refused)) +
         R"(,"can":)" + list_json(parts.can) + R"(,"cannot":)" + list_json(parts.cannot) +
         R"(,"reduced":)" + list_json(parts.reduced) + R"(,"tighten":)" + list_json(parts.tighten) +
         "}";
}

std::string remote_json(const std::string& name, const std::string& url) {
  return R"({"server":)" + wire::json_quote(name) + R"(,"local":false,"url":)" +
         wire::json_quote(url) + "}";
}

std::string remote_text(const std::string& name, const std::string& url) {
  return "server `" + name + "` runs elsewhere, at " + url +
         "\nDoorward starts nothing for it and puts no walls around it; what it gets is what "
         "single "
         "calls send there\n";
}

}  // namespace doorward::app
