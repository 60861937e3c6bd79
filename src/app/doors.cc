#include "app/doors.h"

#include <algorithm>

#include "app/approvals.h"
#include "app/config/load.h"
#include "app/content_doors.h"
#include "app/flow_labels.h"
#include "app/held_watch.h"
#include "app/limit_rules.h"
#include "app/local_server.h"
#include "app/policy_rules.h"
#include "app/receipt_rules.h"
#include "app/tool_classes.h"
#include "guards/identity/binding.h"
#include "guards/identity/no_passthrough.h"
#include "guards/identity/revoked.h"
#include "guards/identity/session_owner.h"
#include "guards/identity/task_owner.h"
#include "guards/identity/token.h"
#include "guards/injection/url_scheme.h"
#include "guards/instability/call_budget.h"
#include "guards/instability/circuit_breaker.h"
#include "guards/instability/loop.h"
#include "guards/instability/rate.h"
#include "guards/instability/repeat_failure.h"
#include "guards/instability/retry.h"
#include "guards/instability/schema.h"
#include "guards/instability/strict_rpc.h"
#include "guards/isolation/path_root.h"
#include "guards/isolation/quarantine.h"
#include "guards/logtamper/log_config.h"
#include "guards/logtamper/log_level.h"
#include "guards/logtamper/notification_flood.h"
#include "guards/logtamper/receipt.h"
#include "guards/misuse/flow.h"
#include "guards/misuse/result_schema.h"
#include "guards/misuse/tool_visible.h"
#include "guards/overload/byte_quota.h"
#include "guards/overload/concurrency.h"
#include "guards/overload/deadline.h"
#include "guards/overload/heavy.h"
#include "guards/overload/server_flood.h"
#include "guards/overload/size_depth.h"
#include "guards/overload/subscriptions.h"
#include "guards/privilege/escalation_hold.h"
#include "guards/privilege/operator_role.h"
#include "guards/privilege/rights_watch.h"
#include "guards/rogue/kill_switch.h"
#include "guards/rogue/pin_drift.h"
#include "guards/rogue/provenance.h"
#include "guards/rogue/recheck.h"
#include "guards/rogue/registry.h"
#include "guards/rogue/server_state.h"
#include "guards/transport/header_equals_body.h"
#include "guards/transport/open_request.h"
#include "guards/transport/origin_host.h"
#include "guards/transport/param_headers.h"
#include "guards/transport/private_cache.h"
#include "guards/transport/signature.h"
#include "guards/transport/tls.h"

namespace doorward::app {

namespace {

// The rules let the caller use the tool with some arguments at some time.
guards::KillSwitch::MaySee sees_tools(std::shared_ptr<const policy::Rules> rules,
                                      guards::ClassesOf classes) {
  return [rules = std::move(rules), classes = std::move(classes)](const core::Exchange& exchange) {
    if (exchange.principal == nullptr || exchange.message == nullptr) return false;
    policy::Action action;
    action.server = exchange.server;
    action.name = exchange.message->target();
    action.classes = classes(action.server, action.name);
    return rules->visible(policy::Subject::of(*exchange.principal), action);
  };
}

// The configuration was checked: its keys are keys.
guards::SignatureRules signature_rules(const Config& config) {
  guards::SignatureRules rules;
  for (const SignatureKey& each : config.identity.signatures->keys)
    if (const auto key = catalog::VerifyKey::parse(each.key))
      rules.signers.push_back({each.id, each.user, *key});
  rules.from_all = config.identity.signatures->required == SignedBy::all;
  rules.window = config.identity.signatures->window;
  rules.leeway = config.identity.leeway;
  rules.place = identity::Place(config.listen.public_url);
  return rules;
}

}  // namespace

Expected<std::vector<core::Pipeline::Door>> make_doors(const Config& config,
                                                       const Workshops& shops) {
  auto compiled = compile_rules(config);
  if (!compiled) return std::unexpected(std::move(compiled).error());
  const auto rules = std::make_shared<policy::Rules>(std::move(*compiled));

  std::vector<core::Pipeline::Door> doors;
  const auto hang = [&doors](std::unique_ptr<const core::Guard> guard) {
    doors.push_back({std::move(guard), core::Mode::enforce});
  };
  // Cheap before costly, authentication before content; the log last (ARCHITECTURE, way of a call).
  hang(std::make_unique<guards::OriginHost>(
      guards::OriginHostRules{config.listen.hosts, config.listen.origins},
      guards::OriginHostRules{config.admin.hosts, {}}));
  hang(std::make_unique<guards::Tls>());
  hang(std::make_unique<guards::SizeDepth>(guards::SizeLimits{
      .client_bytes = config.limits.message_bytes, .result_bytes = config.limits.result_bytes}));
  hang(std::make_unique<guards::Token>(token_door(config, shops)));
  hang(std::make_unique<guards::RevokedCredential>(shops.identity.revocations));
  hang(std::make_unique<guards::Binding>(
      guards::BindingRules{
          config.identity.sender_constrained, identity::Place(config.listen.public_url),
          identity::Place(config.admin.public_url), !config.identity.oauth.empty()},
      shops.identity.proofs));
  if (config.identity.signatures)
    hang(
        std::make_unique<guards::MessageSignature>(signature_rules(config), shops.identity.proofs));
  hang(std::make_unique<guards::OperatorRole>());
  hang(std::make_unique<guards::SessionOwner>());
  hang(std::make_unique<guards::NoPassthrough>());
  hang(std::make_unique<guards::RightsWatch>(shops.rights, shops.alert));
  hang(std::make_unique<guards::StrictRpc>());
  hang(std::make_unique<guards::TaskOwner>(shops.handles));
  hang(std::make_unique<guards::HeaderEqualsBody>());
  hang(std::make_unique<guards::OpenRequest>());
  hang(std::make_unique<guards::PrivateCache>());
  hang(std::make_unique<guards::KillSwitch>(shops.stops, sees_tools(rules, shops.classes)));
  hang(std::make_unique<guards::KnownServers>(shops.registry));
  hang(
      std::make_unique<guards::ServerStates>(shops.registry, shops.ledger, probation_flow(config)));
  hang(std::make_unique<guards::InQuarantine>(shops.quarantine));
  hang(std::make_unique<guards::CircuitBreaker>(shops.ledger, breaker_rules(config),
                                                local_servers(config)));
  hang(std::make_unique<guards::RepeatFailure>(shops.ledger, failure_rules(config)));
  hang(std::make_unique<guards::Loop>(shops.ledger, shops.registry, task_rules(config),
                                      config.tasks));
  hang(std::make_unique<guards::CallBudget>(shops.ledger, task_rules(config), config.tasks,
                                            costs(config)));
  hang(std::make_unique<guards::Rate>(shops.ledger, call_flows(config)));
  // The catalog looks before the policy decides by classes, and speaks after it: an unknown tool
  // and one that is forbidden get the same answer (ADR 0012).
  hang(std::make_unique<guards::Recheck>(shops.registry));
  // Headers are compared before anything is permitted, by the definition that was signed (R5.4).
  hang(std::make_unique<guards::ParamHeaders>(rules, shops.registry));
  hang(std::make_unique<guards::Authorize>(
      rules, shops.classes,
      [kept = std::make_shared<const Config>(config)](const core::Exchange& exchange) {
        return metadata_place(*kept, exchange);
      },
      resource_names_of(shops.registry)));
  hang(std::make_unique<guards::PinDrift>(shops.registry));
  hang(std::make_unique<guards::ArgumentSchema>(shops.registry));
  hang(std::make_unique<guards::ToolVisible>(rules, shops.registry, shops.stops));
  hang(std::make_unique<guards::ResultSchema>(shops.registry));
  hang(std::make_unique<guards::Provenance>(shops.registry));
  hang(std::make_unique<guards::Flow>(
      flow_settings(config),
      shops.labels
          ? shops.labels
          : flow_labels_of(std::make_shared<const Config>(config), shops.classes, shops.registry),
      shops.tasks ? shops.tasks : std::make_shared<policy::flow::Tasks>(flow_limits(config))));
  hang(std::make_unique<guards::EscalationHold>(shops.classes));
  hang(std::make_unique<guards::Deadline>(deadlines(config), shops.ledger));
  // Before the detectors: a delay is told as one, whatever else the text may be.
  hang(std::make_unique<guards::Heavy>(shops.ledger, heavy_limits(config)));
  const auto held =
      shops.held ? shops.held : std::make_shared<const detect::HeldSecrets>(held_values(config));
  for (auto& door : content_doors(config, held, shops.seen_secrets, shops.registry))
    doors.push_back(std::move(door));
  hang(std::make_unique<guards::PathRoot>(path_roots(config), leads_out(config)));
  hang(std::make_unique<guards::ByteQuota>(shops.ledger, byte_flows(config)));
  hang(std::make_unique<guards::Subscriptions>(
      shops.ledger,
      guards::Subscriptions::Most{config.limits.subscriptions, config.limits.streams}));
  hang(std::make_unique<guards::ServerFlood>(shops.ledger, server_flows(config)));
  hang(std::make_unique<guards::NotificationFlood>(shops.ledger, server_flows(config).messages));
  hang(std::make_unique<guards::ConcurrencyGuard>(shops.ledger, concurrency(config)));
  hang(std::make_unique<guards::LogLevel>(config.log_level_from));
  hang(std::make_unique<guards::LogConfig>(shops.classes));
  // Behind all that may still refuse, so that no approval is used up by a call that isn't sent.
  // Where nobody can be asked (a replay) what is held stays held.
  if (shops.approvals) {
    auto terms = approval_terms(config, shops.approvals, rules, shops.classes, shops.operator_url);
    // An approval is of the tool as it is signed now.
    terms.definition_of = [registry = shops.registry, where = std::move(terms.definition_of)](
                              std::string_view server, std::string_view tool) {
      return where(server, tool) + " " + registry->tool(server, tool).digest();
    };
    hang(std::make_unique<guards::Approvals>(std::move(terms)));
  }
  // Behind the approvals: what redeemed one is not repeated.
  hang(std::make_unique<guards::Retry>(shops.ledger, shops.registry, config.limits.retries));
  hang(std::make_unique<guards::Receipt>(shops.log, receipt_rules(config, shops, held)));

  for (const auto& [id, mode] : config.guards) {
    auto door = std::find_if(doors.begin(), doors.end(),
                             [&id = id](const auto& hung) { return hung.guard->facts().id == id; });
    if (door == doors.end())
      return std::unexpected(fault_at(config, "guards", id, "there is no such guard"));
    if (mode == GuardMode::observe && !door->guard->facts().observable)
      return std::unexpected(fault_at(config, "guards", id, "this guard has no observe mode"));
    door->mode = mode == GuardMode::observe ? core::Mode::observe : core::Mode::enforce;
  }
  return doors;
}

Expected<std::shared_ptr<const core::Pipeline>> hang_doors(const Config& config,
                                                           const Workshops& shops) {
  auto doors = make_doors(config, shops);
  if (!doors) return std::unexpected(std::move(doors).error());
  return std::make_shared<const core::Pipeline>(std::move(*doors));
}

}  // namespace doorward::app
