#include "catalog/registry.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "catalog/classes_guess.h"
#include "catalog/whole_file.h"

namespace doorward::catalog {

namespace {

constexpr std::chrono::milliseconds kRecheckAnnounced{5'000};

std::optional<Trust> trust_from(std::string_view text) {
  if (text == "trusted") return Trust::trusted;
  if (text == "shared") return Trust::shared;
  if (text == "untrusted") return Trust::untrusted;
  return std::nullopt;
}

// What people said of a tool: the configuration of it, else the stricter of what the configuration
// says of its server and the lock file of the tool. What was signed by fewer than have to sign, or
// is in quarantine, tightens and does not loosen; what first use wrote is nobody's word.
void label(ToolView& view, const std::optional<Trust>& server, const Override* own,
           const Entry* entry) {
  const bool has_signer =
      entry != nullptr && std::ranges::any_of(entry->approved, [](const Approval& approval) {
        return approval.by != kFirstUse;
      });
  const bool active = has_signer && entry->state == State::active;
  std::optional<Trust> trust = own == nullptr ? std::nullopt : trust_from(own->trust);
  if (!trust) {
    trust = server;
    if (const auto pinned = has_signer ? trust_from(entry->trust) : std::nullopt)
      trust = trust ? std::min(*trust, *pinned) : active ? *pinned : Trust::untrusted;
  }
  view.trust_stated = trust.has_value();
  view.trust = trust.value_or(Trust::untrusted);
  view.is_private = own == nullptr ? std::nullopt : own->is_private;
  if (!view.is_private && has_signer && (active || entry->is_private == true))
    view.is_private = entry->is_private;
}

}  // namespace

Registry::Registry(Options options, LockFile lock)
    : options_(std::move(options)),
      catalog_(std::move(lock), options_.sign_offs),
      known_(std::make_shared<const Known>()) {}

Expected<std::shared_ptr<Registry>> Registry::open(Options options) {
  std::shared_ptr<Registry> made(new Registry(std::move(options), {}));
  if (auto serial = made->recall_serial(); !serial)
    return std::unexpected(std::move(serial).error());
  auto lock = made->read();
  if (!lock) return std::unexpected(std::move(lock).error());
  made->serial_ = std::max(made->serial_.load(), lock->serial);
  made->catalog_.adopt(std::move(*lock));
  if (auto known = made->recall(); !known) return std::unexpected(std::move(known).error());
  return made;
}

Expected<std::optional<wire::JsonDocument>> Registry::remembered() const {
  if (options_.quarantine_path.empty()) return std::nullopt;
  std::ifstream file(options_.quarantine_path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text((std::istreambuf_iterator<char>(file)), {});
  auto document = wire::JsonDocument::parse(std::move(text));
  if (!document || !document->root()["quarantined"].is_array())
    return failure("catalog.quarantine", Fault::self,
                   "`" + options_.quarantine_path +
                       "` can't be read; look at `doorward pin diff`, then remove it");
  return std::move(*document);
}

// Another process with the same state may have signed since.
Expected<void> Registry::recall_serial() const {
  const auto document = remembered();
  if (!document) return std::unexpected(document.error());
  if (*document)
    serial_ =
        std::max(serial_.load(), static_cast<uint64_t>(std::max<int64_t>(
                                     (*document)->root()["serial"].integer().value_or(0), 0)));
  return {};
}

Expected<void> Registry::recall() {
  const auto kept = remembered();
  if (!kept) return std::unexpected(kept.error());
  const auto& document = *kept;
  if (!document) return {};
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
  text += "]";
  if (auto known = recall_serial(); !known) return known;
  if (const uint64_t serial = serial_; serial > 0) text += ",\"serial\":" + std::to_string(serial);
  return replace_file(options_.quarantine_path, text + "}\n");
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
    // Told by the connection.
    seen.issuer = met_issuer(name);
    if (seen.issuer.empty() || seen.tls_name.empty()) seen.issuer = pinned.issuer;
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

bool Registry::meet_issuer(std::string_view server, std::string issuer) {
  const ServerIdentity pinned = catalog_.identity(server);
  ServerIdentity seen = pinned;
  seen.issuer = issuer;
  const bool same = identity_changes(pinned, seen).empty();
  bool told = true;
  const bool reviewed = identities_.with([&](Identities& all) {
    all.issuers[std::string(server)] = issuer;
    if (same) return true;
    auto& faults = all.faults[std::string(server)];
    told = std::ranges::find(faults, "issuer") != faults.end();
    if (!told) faults.emplace_back("issuer");
    const auto found = all.reviews.find(server);
    return found != all.reviews.end() && found->second > 0;
  });
  if (!told && on_stranger)
    on_stranger(server, "its certificate is vouched for by `" + issuer + "`, was `" +
                            pinned.issuer + "`; look at `doorward pin diff`");
  return same || reviewed;
}

std::string Registry::met_issuer(std::string_view server) const {
  return identities_.with([&](const Identities& all) {
    const auto found = all.issuers.find(server);
    return found == all.issuers.end() ? std::string() : found->second;
  });
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
  if (!now.tls_name.empty()) now.issuer = met_issuer(server);
  // Nobody was met since the start: it is still the one that was signed.
  if (!now.tls_name.empty() && now.issuer.empty() && now.tls_name == pinned.tls_name)
    now.issuer = pinned.issuer;
  catalog_.set_identity(server, std::move(now));
  compare_identities();
}

void Registry::review(std::string_view server, bool begins) {
  identities_.with([&](Identities& all) { all.reviews[std::string(server)] += begins ? 1 : -1; });
}

Expected<LockFile> Registry::read() const {
  if (options_.lock_path.empty()) return LockFile{};
  auto lock = load_lock(options_.lock_path, options_.verify ? &*options_.verify : nullptr);
  const bool missing = !lock && lock.error().code == "catalog.lock_missing";
  // A file that once was signed is not done away with by removing it.
  if (missing && !(options_.verify && serial_ > 0)) return LockFile{};
  const std::string way = "; put the last one back, or, if you mean to begin anew, remove `" +
                          options_.quarantine_path + "` as well";
  if (missing) return failure("catalog.lock_missing", Fault::client, lock.error().what + way);
  if (lock && options_.verify && lock->serial < serial_)
    return failure("catalog.lock_old", Fault::client,
                   "`" + options_.lock_path + "` is older (" + std::to_string(lock->serial) +
                       ") than one that was used here (" + std::to_string(serial_.load()) + ")" +
                       way);
  return lock;
}

void Registry::adopt(LockFile lock) {
  const uint64_t serial = std::max(serial_.load(), lock.serial);
  if (serial_.exchange(serial) != serial) {
    const std::lock_guard hold(saving_);
    if (auto kept = remember(); !kept && on_unsaved) on_unsaved(kept.error());
  }
  for (const auto& [name, _] : lock.servers) looks_.changed(name);
  catalog_.adopt(std::move(lock));
  compare_identities();
}

Expected<void> Registry::save() const {
  const std::lock_guard hold(saving_);  // the last one saved is the newest
  LockFile lock = catalog_.lock();
  // Rises also where a clock goes back, or where another machine signed the last one.
  if (options_.sign && !options_.lock_path.empty()) {
    if (auto known = recall_serial(); !known) return known;
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(wall_now().time_since_epoch());
    lock.serial = std::max(serial_.load() + 1, static_cast<uint64_t>(now.count()));
  }
  if (!options_.lock_path.empty())
    if (auto saved = save_lock(options_.lock_path, lock, options_.sign.get()); !saved) return saved;
  // After the file: a serial that no file has would refuse the one that is there.
  serial_ = std::max(serial_.load(), lock.serial);
  return remember();
}

bool Registry::is_registered(std::string_view server) const {
  return known_.take()->servers.contains(server);
}

bool Registry::is_fresh(std::string_view server, std::string_view viewer, DefinitionKind kind,
                        SteadyTime now, std::string_view name) const {
  return looks_.is_fresh(server, viewer, kind, now, recheck_of(server), name);
}

bool Registry::is_due(const Lookup& found, WallTime now) const {
  const auto age = known_.take()->revalidate_after;
  if (age.count() <= 0) return false;
  return !found.validated || now - *found.validated >= age;
}

std::chrono::milliseconds Registry::recheck_of(std::string_view server) const {
  const auto known = known_.take();
  const auto facts = known->servers.find(server);
  if (facts == known->servers.end() || facts->second.identity.url.empty()) return known->recheck;
  const bool announces =
      identities_.with([&](const Identities& all) { return all.announcing.contains(server); });
  return announces ? std::min(known->recheck, kRecheckAnnounced) : known->recheck;
}

std::chrono::milliseconds Registry::recheck() const {
  return known_.take()->recheck;
}

ToolView Registry::tool(std::string_view server, std::string_view name) const {
  const auto known = known_.take();
  const auto facts = known->servers.find(server);
  const Override* own = nullptr;
  std::optional<Trust> trust;
  if (facts != known->servers.end()) {
    trust = facts->second.trust;
    const auto tool = facts->second.tools.find(name);
    if (tool != facts->second.tools.end()) own = &tool->second;
  }
  Lookup found = catalog_.tool(server, name);
  ToolView view;
  view.server = found.server;
  label(view, trust, own, found.entry.get());
  if (found.entry) {
    view.state = found.entry->state;
    view.cause = found.entry->cause;
    view.classes = found.entry->classes;
    view.confirmed = found.entry->confirmed;
    view.entry = std::move(found.entry);
    return view;
  }
  view.classes = guess_classes({.server = server, .name = name});
  if (own != nullptr && own->classes && !own->classes->empty()) {
    view.classes = *own->classes;
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

std::optional<std::string> Registry::signed_server_info(std::string_view server,
                                                        wire::JsonValue now) const {
  const Lookup found = catalog_.find(server, DefinitionKind::server, "");
  if (!found.entry || !found.entry->pinned || found.entry->approved.empty()) return std::nullopt;
  const auto words = wire::JsonDocument::parse(found.entry->pinned->text);
  if (!words || !words->root()["serverInfo"].is_object()) return std::nullopt;
  std::string was = wire::canonical_json(words->root()["serverInfo"]);
  if (was == wire::canonical_json(now)) return std::nullopt;
  return was;
}

bool Registry::pins_first_use(std::string_view server) const {
  const auto known = known_.take();
  const auto found = known->servers.find(server);
  return found != known->servers.end() && found->second.first_use;
}

void Registry::observe_list(Observation observation) {
  observation.first_use = pins_first_use(observation.server);
  observation.suspect = &suspect;
  tell(observation.server, catalog_.observe_list(observation));
}

void Registry::observe_server(std::string_view server, wire::JsonValue result, WallTime now) {
  const wire::JsonValue can = result["capabilities"];
  const bool announces = std::ranges::any_of(
      std::initializer_list<const char*>{"tools", "prompts", "resources"},
      [&](const char* list) { return can[list]["listChanged"].boolean().value_or(false); });
  identities_.with([&](Identities& all) {
    if (announces)
      all.announcing.emplace(server);
    else
      all.announcing.erase(std::string(server));
  });
  tell(server,
       catalog_.observe_server(
           {.server = server, .first_use = pins_first_use(server), .now = now, .suspect = &suspect},
           result));
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
