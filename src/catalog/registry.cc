#include "catalog/registry.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "catalog/classes_guess.h"
#include "catalog/whole_file.h"

namespace doorward::catalog {

namespace {

Trust trust_from(std::string_view text, Trust otherwise) {
  if (text == "trusted") return Trust::trusted;
  if (text == "shared") return Trust::shared;
  if (text == "untrusted") return Trust::untrusted;
  return otherwise;
}

}  // namespace

Registry::Registry(Options options, LockFile lock)
    : options_(std::move(options)),
      catalog_(std::move(lock), options_.sign_offs),
      known_(std::make_shared<const Known>()) {}

Expected<std::shared_ptr<Registry>> Registry::open(Options options) {
  std::shared_ptr<Registry> made(new Registry(std::move(options), {}));
  auto lock = made->read();
  if (!lock) return std::unexpected(std::move(lock).error());
  made->catalog_.adopt(std::move(*lock));
  if (auto known = made->recall(); !known) return std::unexpected(std::move(known).error());
  return made;
}

Expected<void> Registry::recall() {
  if (options_.quarantine_path.empty()) return {};
  std::ifstream file(options_.quarantine_path, std::ios::binary);
  if (!file) return {};
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto document = wire::JsonDocument::parse(std::move(text));
  if (!document || !document->root()["quarantined"].is_array())
    return failure("catalog.quarantine", Fault::self,
                   "`" + options_.quarantine_path +
                       "` can't be read; look at `doorward pin diff`, then remove it");
  for (const wire::JsonValue one : document->root()["quarantined"].items()) {
    const auto kind = static_cast<DefinitionKind>(one["kind"].integer().value_or(1));
    const auto cause = static_cast<Cause>(one["cause"].integer().value_or(1));
    const Lookup found = catalog_.find(one["server"].text(), kind, one["name"].text());
    // A new signature since then is a person's word; the quarantine was of the old one.
    if (!found.entry || "sha256:" + hex(found.entry->digest) != one["digest"].text()) continue;
    // It was found above, so that nothing can be wrong with this.
    const auto again = catalog_.quarantine(one["server"].text(), kind, one["name"].text(), cause);
    static_cast<void>(again);
  }
  return {};
}

Expected<void> Registry::remember() const {
  if (options_.quarantine_path.empty()) return {};
  std::string text = R"({"quarantined":[)";
  bool first = true;
  for (const std::string& server : catalog_.servers())
    for (size_t kind = 0; kind < kKinds; ++kind)
      for (const auto& entry : catalog_.list(server, static_cast<DefinitionKind>(kind))) {
        if (entry->state != State::quarantined || !entry->pinned) continue;
        text += std::exchange(first, false) ? "{" : ",{";
        text += R"("server":)" + wire::json_quote(server) + R"(,"kind":)" + std::to_string(kind) +
                R"(,"name":)" + wire::json_quote(entry->name) + R"(,"cause":)" +
                std::to_string(static_cast<int>(entry->cause)) + R"(,"digest":"sha256:)" +
                hex(entry->digest) + "\"}";
      }
  return replace_file(options_.quarantine_path, text + "]}\n");
}

void Registry::configure(Servers servers, std::chrono::milliseconds recheck,
                         std::chrono::milliseconds revalidate_after,
                         std::chrono::milliseconds probation) {
  for (const auto& [name, facts] : servers) catalog_.set_overrides(name, facts.tools);
  const auto before = known_.take();
  for (const auto& [name, _] : before->servers)
    if (!servers.contains(name)) catalog_.set_overrides(name, {});
  known_.replace(std::make_shared<const Known>(
      Known{std::move(servers), recheck, revalidate_after, probation}));
  compare_identities();
}

void Registry::compare_identities() {
  const auto known = known_.take();
  Identities fresh;
  for (const auto& [name, facts] : known->servers) {
    const ServerIdentity pinned = catalog_.identity(name);
    ServerIdentity seen = facts.identity;
    // Told by the files when the server starts, not by the configuration.
    seen.package = pinned.package;
    seen.version = pinned.version;
    seen.integrity = pinned.integrity;
    if (seen.key_pins.empty()) seen.key_pins = pinned.key_pins;
    if (auto faults = identity_changes(pinned, seen); !faults.empty())
      fresh.faults[name] = std::move(faults);
  }
  identities_.with([&](Identities& all) { all.faults = std::move(fresh.faults); });
}

std::vector<std::string> Registry::identity_faults(std::string_view server) const {
  return identities_.with([&](const Identities& all) {
    const auto found = all.faults.find(server);
    return found == all.faults.end() ? std::vector<std::string>() : found->second;
  });
}

Expected<void> Registry::meet_files(std::string_view server, std::string digest) {
  const ServerIdentity pinned = catalog_.identity(server);
  // An integrity of another kind is the package's, checked when it was installed.
  if (!pinned.integrity.starts_with("sha256:") || pinned.integrity == digest) return {};
  const bool reviewed = identities_.with([&](Identities& all) {
    auto& faults = all.faults[std::string(server)];
    if (std::ranges::find(faults, "integrity") == faults.end()) faults.emplace_back("integrity");
    const auto found = all.reviews.find(server);
    return found != all.reviews.end() && found->second > 0;
  });
  if (reviewed) return {};
  return failure("rogue.identity", Fault::server,
                 "its files are not those that were signed; look at `doorward pin diff`, then "
                 "`doorward pin approve " +
                     std::string(server) + "`");
}

void Registry::pin_identity(std::string_view server, bool replace) {
  const auto known = known_.take();
  const auto facts = known->servers.find(server);
  if (facts == known->servers.end()) return;
  ServerIdentity pinned = catalog_.identity(server);
  if (!replace && pinned != ServerIdentity{}) return;
  ServerIdentity now = facts->second.identity;
  if (!now.command.empty() && pinned.command == now.command) {
    now.package = pinned.package;
    now.version = pinned.version;
  }
  if (!now.command.empty() && files_of) now.integrity = files_of(server);
  catalog_.set_identity(server, std::move(now));
  compare_identities();
}

void Registry::review(std::string_view server, bool begins) {
  identities_.with([&](Identities& all) { all.reviews[std::string(server)] += begins ? 1 : -1; });
}

Expected<LockFile> Registry::read() const {
  if (options_.lock_path.empty()) return LockFile{};
  auto lock = load_lock(options_.lock_path, options_.verify ? &*options_.verify : nullptr);
  if (!lock && lock.error().code == "catalog.lock_missing") return LockFile{};
  return lock;
}

void Registry::adopt(LockFile lock) {
  for (const auto& [name, _] : lock.servers) looks_.changed(name);
  catalog_.adopt(std::move(lock));
  compare_identities();
}

Expected<void> Registry::save() const {
  const std::lock_guard hold(saving_);  // the last one saved is the newest
  if (auto remembered = remember(); !remembered) return remembered;
  if (options_.lock_path.empty()) return {};
  return save_lock(options_.lock_path, catalog_.lock(), options_.sign.get());
}

bool Registry::is_registered(std::string_view server) const {
  return known_.take()->servers.contains(server);
}

bool Registry::is_fresh(std::string_view server, std::string_view viewer, DefinitionKind kind,
                        SteadyTime now) const {
  return looks_.is_fresh(server, viewer, kind, now, recheck());
}

bool Registry::is_due(const Lookup& found, WallTime now) const {
  const auto age = known_.take()->revalidate_after;
  if (age.count() <= 0) return false;
  return !found.validated || now - *found.validated >= age;
}

std::chrono::milliseconds Registry::recheck() const {
  return known_.take()->recheck;
}

ToolView Registry::tool(std::string_view server, std::string_view name) const {
  const auto known = known_.take();
  const auto facts = known->servers.find(server);
  const Trust trust = facts == known->servers.end() ? Trust::untrusted : facts->second.trust;
  Lookup found = catalog_.tool(server, name);
  ToolView view;
  view.server = found.server;
  view.trust = trust;
  if (found.entry) {
    view.state = found.entry->state;
    view.cause = found.entry->cause;
    view.classes = found.entry->classes;
    view.confirmed = found.entry->confirmed;
    view.is_private = found.entry->is_private;
    view.trust = trust_from(found.entry->trust, trust);
    view.entry = std::move(found.entry);
    return view;
  }
  view.classes = guess_classes({.server = server, .name = name});
  if (facts == known->servers.end()) return view;
  const auto own = facts->second.tools.find(name);
  if (own == facts->second.tools.end()) return view;
  view.is_private = own->second.is_private;
  view.trust = trust_from(own->second.trust, trust);
  if (const auto& classes = own->second.classes; classes && !classes->empty()) {
    view.classes = *classes;
    view.confirmed = true;
  }
  return view;
}

bool Registry::instructions_are_signed(std::string_view server, wire::JsonValue result) const {
  const Lookup found = catalog_.find(server, DefinitionKind::server, "");
  if (!found.entry || !found.entry->pinned)
    return found.server == ServerState::submitted && pins_first_use(server);
  if (!is_callable(found.server) || found.entry->approved.empty()) return false;
  if (found.entry->digest == server_definition(result).digest) return true;
  const auto signed_words = wire::JsonDocument::parse(found.entry->pinned->text);
  return signed_words && wire::canonical_json(signed_words->root()["instructions"]) ==
                             wire::canonical_json(result["instructions"]);
}

bool Registry::pins_first_use(std::string_view server) const {
  const auto known = known_.take();
  const auto found = known->servers.find(server);
  return found != known->servers.end() && found->second.first_use;
}

void Registry::observe_list(Observation observation) {
  observation.first_use = pins_first_use(observation.server);
  tell(observation.server, catalog_.observe_list(observation));
}

void Registry::observe_server(std::string_view server, wire::JsonValue result, WallTime now) {
  tell(server, catalog_.observe_server(server, result, pins_first_use(server), now));
}

void Registry::tell(std::string_view server, const Expected<DriftReport>& report) {
  if (!report || !report->has_news()) return;
  Expected<void> saved{};
  if (!report->pinned_now.empty()) {
    pin_identity(server, false);
    saved = save();
  } else {
    const std::lock_guard hold(saving_);
    saved = remember();
  }
  if (!saved && on_unsaved) on_unsaved(saved.error());
  if (on_news) on_news(server, *report);
}

}  // namespace doorward::catalog
