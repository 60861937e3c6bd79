// The section `limits` and the own limits of servers and tools, as the guards take them.
#pragma once

#include <set>

#include "app/config/config.h"
#include "guards/overload/concurrency.h"
#include "guards/overload/deadline.h"
#include "guards/overload/heavy.h"
#include "guards/overload/server_flood.h"

namespace doorward::app {

[[nodiscard]] guards::Deadlines deadlines(const Config& config);
[[nodiscard]] guards::Concurrency concurrency(const Config& config);
[[nodiscard]] limits::PerTool<limits::Flow> call_flows(const Config& config);
// Of one principal and a server on probation.
[[nodiscard]] limits::Flow probation_flow(const Config& config);
[[nodiscard]] limits::PerTool<limits::Flow> byte_flows(const Config& config);
[[nodiscard]] limits::PerTool<uint32_t> costs(const Config& config);
[[nodiscard]] guards::HeavyLimits heavy_limits(const Config& config);
[[nodiscard]] guards::ServerFlows server_flows(const Config& config);
[[nodiscard]] limits::FailureRules failure_rules(const Config& config);
[[nodiscard]] limits::TaskRules task_rules(const Config& config);
[[nodiscard]] limits::BreakerRules breaker_rules(const Config& config);
// Servers that run once for every session or principal.
[[nodiscard]] std::set<std::string, std::less<>> local_servers(const Config& config);

}  // namespace doorward::app
