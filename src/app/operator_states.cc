#include "app/operator_states.h"

#include "app/scan.h"

namespace doorward::app {

using catalog::DefinitionKind;
using catalog::ServerState;

namespace {

constexpr size_t kToldFindings = 5;

ServerState state_of(Instance& instance, std::string_view server) {
  return instance.registry().catalog().find(server, DefinitionKind::server, "").server;
}

void log_state(Instance& instance, std::string_view server, ServerState before) {
  const ServerState now = state_of(instance, server);
  if (now == before) return;
  const std::string text = "server `" + std::string(server) + "` is " +
                           std::string(catalog::state_name(now)) + ", was " +
                           std::string(catalog::state_name(before));
  log_line(text);
  instance.event("rogue.server_state", text);
}

}  // namespace

Expected<void> scanned(Instance& instance, std::string_view server) {
  catalog::Registry& registry = instance.registry();
  std::vector<std::string> names;
  Entries entries;
  bool any = false;
  for (const auto& [name, _] : instance.config()->servers) {
    names.push_back(name);
    for (size_t kind = 0; kind < catalog::kKinds; ++kind)
      for (auto& entry : registry.catalog().list(name, static_cast<DefinitionKind>(kind))) {
        any = any || (name == server && entry->seen);
        entries.push_back(std::move(entry));
      }
  }
  if (!any)
    return failure("catalog.unseen", Fault::server,
                   "`" + std::string(server) + "` showed nothing that could be scanned");
  size_t high = 0;
  std::string told;
  for (const ScanFinding& finding : scan_definitions(names, entries)) {
    if (finding.server != server || finding.severity != Severity::high) continue;
    if (++high <= kToldFindings)
      told += "; " + (finding.name.empty() ? "" : "`" + finding.name + "`: ") + finding.text;
  }
  if (high > 0)
    return failure("catalog.findings", Fault::server,
                   "`" + std::string(server) + "` has " + std::to_string(high) +
                       " findings of high severity and is not signed off before they are gone" +
                       told);
  return registry.advance(server, ServerState::scanned, wall_now());
}

Expected<void> ready_to_sign(Instance& instance, std::string_view server) {
  if (!instance.registry().is_staged()) return {};
  const ServerState before = state_of(instance, server);
  switch (before) {
    case ServerState::revoked:
      return failure("catalog.state_skipped", Fault::client,
                     "`" + std::string(server) +
                         "` is revoked; submit it again first: `doorward "
                         "pin state " +
                         std::string(server) + " submitted`");
    case ServerState::submitted:
    case ServerState::quarantined: {
      auto done = scanned(instance, server);
      if (done) log_state(instance, server, before);
      return done;
    }
    default:
      return {};
  }
}

Expected<void> to_state(Instance& instance, std::string_view server, ServerState state) {
  const ServerState before = state_of(instance, server);
  auto done = state == ServerState::scanned
                  ? scanned(instance, server)
                  : instance.registry().advance(server, state, wall_now());
  if (done) log_state(instance, server, before);
  return done;
}

void settle_states(Instance& instance) {
  // What time brings about is an entry too.
  if (!instance.log_is_open()) return;
  catalog::Registry& registry = instance.registry();
  bool moved = false;
  for (const auto& [name, _] : instance.config()->servers) {
    const ServerState before = state_of(instance, name);
    if (!registry.settle(name, wall_now())) continue;
    moved = true;
    log_state(instance, name, before);
  }
  if (!moved) return;
  if (auto saved = registry.save(); !saved) log_line(saved.error().what);
}

}  // namespace doorward::app
