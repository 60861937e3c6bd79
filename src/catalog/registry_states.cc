// How servers go from state to state (R11.5).
#include "catalog/registry.h"

namespace doorward::catalog {

namespace {

std::unexpected<Error> skipped(std::string_view server, std::string why) {
  return failure("catalog.state_skipped", Fault::client,
                 "`" + std::string(server) + "` " + std::move(why));
}

Lookup state_of(const Catalog& catalog, std::string_view server) {
  return catalog.find(server, DefinitionKind::server, "");
}

}  // namespace

bool Registry::is_staged() const {
  return options_.sign_offs > 1 || known_.take()->probation.count() > 0;
}

bool Registry::is_on_probation(const Lookup& found, WallTime now) const {
  if (found.server != ServerState::probation) return false;
  const auto lasts = known_.take()->probation;
  // A beginning that nobody knows, or that lies ahead, is not over.
  return lasts.count() <= 0 || !found.since || *found.since > now || now - *found.since < lasts;
}

Expected<void> Registry::advance(std::string_view server, ServerState to, WallTime now) {
  const Lookup found = state_of(catalog_, server);
  if (auto next = doorward::catalog::advance(found.server, to); !next)
    return std::unexpected(std::move(next).error());
  if (to == ServerState::signed_off && !catalog_.is_signed_off(server))
    return skipped(server, "is not signed off by " + std::to_string(options_.sign_offs) +
                               (options_.sign_offs == 1 ? " person" : " people"));
  // Without a length a person ends it.
  if (to == ServerState::active && known_.take()->probation.count() > 0 &&
      is_on_probation(found, now))
    return skipped(server, "is on probation until its time is over");
  return catalog_.set_state(server, to, now);
}

size_t Registry::validate(std::string_view server, std::string_view by, WallTime now) {
  const size_t said = identities_.with([&](Identities& all) {
    auto& people = all.validated_by[std::string(server)];
    people[std::string(by)] = now;
    std::erase_if(people, [&](const auto& one) {
      return one.second > now || now - one.second > std::chrono::hours(24);
    });
    return people.size();
  });
  if (said < options_.sign_offs) return options_.sign_offs - said;
  identities_.with([&](Identities& all) { all.validated_by[std::string(server)].clear(); });
  catalog_.set_validated(server, now);
  return 0;
}

bool Registry::settle(std::string_view server, WallTime now) {
  bool moved = false;
  if (state_of(catalog_, server).server == ServerState::scanned)
    moved = advance(server, ServerState::signed_off, now).has_value() &&
            advance(server, ServerState::probation, now).has_value();
  const Lookup found = state_of(catalog_, server);
  // With no probation asked for it is over as it begins.
  const bool over = found.server == ServerState::probation &&
                    (known_.take()->probation.count() <= 0 ? moved : !is_on_probation(found, now));
  if (over) moved = catalog_.set_state(server, ServerState::active, now).has_value() || moved;
  return moved;
}

}  // namespace doorward::catalog
