#include "app/limit_rules.h"

#include <algorithm>

namespace doorward::app {

namespace {

// `read(OwnLimits)` gives what a server or tool says for itself, if it does.
template <class T, class Read>
limits::PerTool<T> per_tool(const Config& config, T general, Read read) {
  limits::PerTool<T> made{std::move(general), {}, {}};
  for (const auto& [name, server] : config.servers) {
    if (auto own = read(server.limits)) made.by_server[name] = std::move(*own);
    for (const auto& [tool, rule] : server.tools)
      if (auto own = read(rule.limits)) made.by_tool[name + "." + tool] = std::move(*own);
  }
  return made;
}

limits::Flow flow(const Rate& rate, double burst) {
  return {.per_second = rate.per_second(), .burst = burst};
}
limits::Flow flow(const Calls& calls) {
  return flow(calls.rate, static_cast<double>(calls.burst));
}
limits::Flow flow(const Rate& volume) {
  return flow(volume, static_cast<double>(volume.amount));
}

}  // namespace

guards::Deadlines deadlines(const Config& config) {
  guards::Deadlines made;
  made.general = config.limits.deadline;
  for (const auto& [name, server] : config.servers) {
    if (server.limits.deadline) made.by_server[name] = *server.limits.deadline;
    for (const auto& [tool, own] : server.tools)
      if (own.limits.deadline) made.by_tool[name + "." + tool] = *own.limits.deadline;
  }
  return made;
}

guards::Concurrency concurrency(const Config& config) {
  guards::Concurrency made;
  made.principal = config.limits.concurrency;
  made.queue = config.limits.queue;
  made.adaptive = config.limits.adaptive;
  made.tool.general = config.limits.tool_concurrency;
  made.server.general = config.limits.server_concurrency;
  for (const auto& [name, server] : config.servers) {
    // A server's own number bounds the server; a tool's own number the tool.
    if (server.limits.concurrency) made.server.by_server[name] = *server.limits.concurrency;
    for (const auto& [tool, own] : server.tools)
      if (own.limits.concurrency) made.tool.by_tool[name + "." + tool] = *own.limits.concurrency;
  }
  return made;
}

limits::PerTool<limits::Flow> call_flows(const Config& config) {
  return per_tool(config, flow(config.limits.calls), [](const OwnLimits& own) {
    return own.calls ? std::optional(flow(*own.calls)) : std::nullopt;
  });
}

limits::Flow probation_flow(const Config& config) {
  return flow(config.catalog.probation_calls);
}

limits::PerTool<limits::Flow> byte_flows(const Config& config) {
  return per_tool(config, flow(config.limits.bytes), [](const OwnLimits& own) {
    return own.bytes ? std::optional(flow(*own.bytes)) : std::nullopt;
  });
}

limits::PerTool<uint32_t> costs(const Config& config) {
  return per_tool(config, uint32_t{1}, [](const OwnLimits& own) { return own.cost; });
}

guards::HeavyLimits heavy_limits(const Config& config) {
  guards::HeavyLimits made;
  made.at_a_time = config.limits.heavy_concurrency;
  made.queue = std::min(made.queue, config.limits.queue);
  made.deadline = config.limits.heavy_deadline;
  for (const auto& [name, server] : config.servers)
    for (const auto& [tool, own] : server.tools)
      if (own.limits.deadline) made.own_deadline.insert(name + "." + tool);
  return made;
}

guards::ServerFlows server_flows(const Config& config) {
  return {.messages = flow(config.limits.server_messages),
          .requests = flow(config.limits.server_requests),
          .changes = flow(config.limits.list_changes)};
}

limits::FailureRules failure_rules(const Config& config) {
  return {.most = config.limits.repeat_failures,
          .window = config.limits.repeat_window,
          .cooldown = config.limits.cooldown};
}

limits::TaskRules task_rules(const Config& config) {
  return {.calls = config.limits.task_calls,
          .time = config.limits.task_time,
          .window = config.tasks.window,
          .cooldown = config.limits.cooldown};
}

limits::BreakerRules breaker_rules(const Config& config) {
  limits::BreakerRules rules;
  rules.failures = config.limits.breaker_failures;
  rules.cooldown = config.limits.breaker_cooldown;
  rules.percent = config.limits.breaker_percent;
  return rules;
}

std::set<std::string, std::less<>> local_servers(const Config& config) {
  std::set<std::string, std::less<>> local;
  for (const auto& [name, server] : config.servers)
    if (server.is_local() && server.instances != Instances::shared) local.insert(name);
  return local;
}

}  // namespace doorward::app
