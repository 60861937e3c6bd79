#include "app/check_weak.h"

#include <algorithm>
#include <map>

#include "app/channel_modes.h"
#include "app/config/units.h"
#include "sandbox/powers.h"

namespace doorward::app {

namespace {

using Found = std::vector<Weakening>;
using Degree = Weakening::Degree;
using std::chrono::hours;
using std::chrono::minutes;

void say(Found& found, std::string key, std::string what, std::vector<std::string_view> of,
         Degree degree = Degree::partly) {
  found.push_back({std::move(key), std::move(what), std::move(of), degree});
}

// A mode by id wins over `inspection` where that only observes.
bool by_id(const Config& config, const char* guard) {
  const auto own = config.guards.find(guard);
  return own != config.guards.end() && own->second == GuardMode::enforce;
}

// The key that says so: the channel's own, or the one for all.
std::string key_of(bool own, std::string_view channel, std::string_view what) {
  std::string key = "inspection.";
  if (own) key.append(channel).append(".");
  return key.append(what).append(": observe");
}

void weak_injection(const Config& config, Found& found) {
  const Inspection& given = config.inspection;
  const auto observes = [&](ChannelName channel) {
    return injection_mode(given, channel) == InjectionMode::observe;
  };
  if (observes(ChannelName::arguments) &&
      !(by_id(config, "injection.shell_meta") && by_id(config, "injection.sql")))
    say(found, key_of(given.arguments.injection.has_value(), "arguments", "injection"),
        "injected code in arguments is only recorded", {"R1.4", "R6.5"});
  const bool texts_by_id =
      by_id(config, "injection.prompt_text") && by_id(config, "injection.hidden_unicode");
  if (observes(ChannelName::results) && !texts_by_id)
    say(found, key_of(given.results.injection.has_value(), "results", "injection"),
        "instructions in results are only recorded", {"R3.5"});
  if (observes(ChannelName::definitions) && !texts_by_id)
    say(found, key_of(given.definitions.injection.has_value(), "definitions", "injection"),
        "instructions in definitions are only recorded", {"R3.5"});
}

void weak_inspection(const Config& config, Found& found) {
  const Inspection& given = config.inspection;
  weak_injection(config, found);
  const auto observes = [&](ChannelName channel) {
    return secrets_mode(given, channel) == ContentMode::observe;
  };
  if (observes(ChannelName::arguments) && !by_id(config, "secrets.argument_leak"))
    say(found, key_of(given.arguments.secrets.has_value(), "arguments", "secrets"),
        "secrets in arguments reach the servers", {"R7.5"});
  const bool answers_by_id = by_id(config, "secrets.result_dlp");
  if (observes(ChannelName::results) && !answers_by_id)
    say(found, key_of(given.results.secrets.has_value(), "results", "secrets"),
        "secrets in results reach the clients", {"R7.3"});
  if (observes(ChannelName::definitions) && !answers_by_id)
    say(found, key_of(given.definitions.secrets.has_value(), "definitions", "secrets"),
        "secrets in definitions reach the clients", {"R7.3"});
  if (given.credential_paths == PathMode::hold)
    say(found, "inspection.credential_paths: hold",
        "a person can let a call through to a place of credentials", {"R7.4"});
}

void weak_listeners(const Config& config, Found& found) {
  if (config.listen.legacy_sse)
    say(found, "listen.legacy_sse: true", "the old HTTP+SSE transport is served", {"R5.5"});
  if (!config.listen.address.is_loopback() && !config.listen.tls)
    say(found, "listen.trusted_proxies",
        "the way from the load balancer to this gateway has no TLS of its own", {"R5.1"});
  if (!config.admin.two_person)
    say(found, "admin.two_person", "one operator is enough; `true` asks a second one", {"R8.4"},
        Degree::note);
}

void weak_identity(const Config& config, Found& found) {
  const Identity defaults;
  const Identity& given = config.identity;
  const auto far = [&](const char* key, milliseconds now, milliseconds usual, std::string what,
                       std::vector<std::string_view> of) {
    if (now > usual * kFarBeyond)
      say(found, std::string("identity.") + key + ": " + duration_text(now), std::move(what),
          std::move(of));
  };
  far("leeway", given.leeway, defaults.leeway, "tokens count long after they expired", {"R4.2"});
  far("dpop_window", given.dpop_window, defaults.dpop_window, "proofs count long after their time",
      {"R4.3"});
  far("key_refresh", given.key_refresh, defaults.key_refresh,
      "keys that an issuer withdrew count on", {"R4.2"});
  far("key_outage", given.key_outage, defaults.key_outage,
      "keys of an issuer that can't be reached count on", {"R4.2"});
  if (given.signatures)
    far("signatures.window", given.signatures->window, Signatures{}.window,
        "signatures count long after their time", {"R5.7"});
  if (!given.sender_constrained)
    say(found, "identity.sender_constrained",
        "tokens that no key is bound to are taken too; `true` refuses them", {"R4.3"},
        Degree::note);
}

// Programs are installed there too; `powers` tells of it.
bool is_settings(const Path& path) {
  return std::ranges::any_of(path, [](const Path& part) { return part == ".config"; });
}

// Things of one server.
void weak_server(const Config& config, const std::string& name, const Server& server,
                 Found& found) {
  const std::string at = "servers." + name + ".";
  // Without a configuration nobody could have signed before the first sight.
  if (server.pins == Pins::first_use && !config.file.empty())
    say(found, at + "pins: first_use", "what is seen first is taken without a person's approval",
        {"R3.4", "R11.5"});
  if (!server.is_local()) return;
  if (!server.kill_overdue)
    say(found, at + "kill_overdue: false",
        "the server works on after a call's deadline if it doesn't obey the cancellation",
        {"R1.3", "R6.1"});
  if (server.instances == Instances::shared && config.identity.has_clients())
    say(found, at + "instances: shared", "one process serves all principals", {"R10.6"});
  for (const bool writes : {false, true})
    for (const Mount& mount : writes ? server.sandbox.write : server.sandbox.read) {
      const std::string key =
          at + "sandbox." + (writes ? "write" : "read") + ": " + mount.from.string();
      if (writes && !mount.per_principal && config.identity.has_clients())
        say(found, key, "one folder is shared by all principals", {"R10.6"}, Degree::note);
      if (mount.from == "/" || mount.from == "/home" || mount.from == "/root")
        say(found, key, "nearly all of the host's files are mounted", {"R10.1", "R10.2", "R7.4"});
      else if (sandbox::holds_credentials(mount.from) && !is_settings(mount.from))
        say(found, key, "credentials lie there", {"R10.1", "R7.4"});
    }
}

void weak_servers(const Config& config, Found& found) {
  std::map<std::string, std::string> bearers;  // by secret, the first server
  for (const auto& [name, server] : config.servers) {
    weak_server(config, name, server, found);
    // A client secret is shown to the issuer alone, and its tokens can be bound to one server.
    const auto* const bearer = std::get_if<BearerCredential>(&server.credential);
    if (bearer == nullptr) continue;
    const auto [first, fresh] = bearers.emplace(bearer->token.name, name);
    if (!fresh)
      say(found, "servers." + name + ".credential",
          "`" + first->second + "` is sent the same secret", {"R7.6", "R11.7"});
  }
}

void weak_catalog(const Config& config, Found& found) {
  const Catalog defaults;
  const Catalog& given = config.catalog;
  if (given.recheck > defaults.recheck * kFarBeyond)
    say(found, "catalog.recheck: " + duration_text(given.recheck),
        "a definition that changed without word of it is called on until then", {"R3.4"});
  if (given.discover.count() == 0)
    say(found, "catalog.discover: 0s", "nobody looks for servers that go around Doorward",
        {"R11.8"});
  else if (given.discover > hours(24))
    say(found, "catalog.discover: " + duration_text(given.discover),
        "servers that go around Doorward are seen that late", {"R11.8"});
  if (given.sign_offs < 2)
    say(found, "catalog.sign_offs", "one signature is enough; `2` asks two people", {"R11.5"},
        Degree::note);
  if (!config.policy.signed_file)
    say(found, "policy", "not signed; `{ file, signature, key }` takes a signed one", {"R9.7"},
        Degree::note);
}

void weak_audit(const Config& config, Found& found) {
  const Audit defaults;
  const Audit& given = config.audit;
  if (given.arguments == KeptTexts::sizes)
    say(found, "audit.arguments: sizes", "entries hold no arguments", {"R8.6"});
  if (given.results == KeptTexts::sizes)
    say(found, "audit.results: hash", "entries hold no results", {"R8.6"}, Degree::note);
  if (given.heartbeat > defaults.heartbeat * kFarBeyond)
    say(found, "audit.heartbeat: " + duration_text(given.heartbeat),
        "a log that stands still is noticed that late", {"R8.8"});
  if (given.quota.per_second() > defaults.quota.per_second() * static_cast<double>(kFarBeyond))
    say(found, "audit.quota: " + rate_text(given.quota, true), "one principal can fill the log",
        {"R8.5"});
  const bool elsewhere = !given.copy.empty() || !given.exports.empty();
  if (!elsewhere)
    say(found, "audit.copy", "no copy leaves this host; `audit.copy` or `audit.exports` send one",
        {"R8.8"}, Degree::note);
  const bool soon = given.keep.age.count() > 0 && given.keep.age < hours(24 * 30);
  const bool small = given.keep.size > 0 && given.keep.size < (1ULL << 30U);
  if (!elsewhere && given.keep.archive.empty() && (soon || small))
    say(found, "audit.keep: " + (soon ? duration_text(given.keep.age) : size_text(given.keep.size)),
        "older entries are deleted, and nothing else keeps them", {"R8.2", "R8.8"});
}

void weak_rest(const Config& config, Found& found) {
  if (config.approvals.timeout > hours(24))
    say(found, "approvals.timeout: " + duration_text(config.approvals.timeout),
        "an approval stands for longer than a day", {"R1.5", "R9.6"});
  if (config.approvals.pending > Approvals{}.pending * kFarBeyond)
    say(found, "approvals.pending: " + std::to_string(config.approvals.pending),
        "more than ten times the default", {"R6.8"});
  // What a short window forgets is what the task had read and spent.
  if (config.tasks.window < Tasks{}.window / static_cast<int64_t>(kFarBeyond))
    say(found, "tasks.window: " + duration_text(config.tasks.window),
        "what a task read and spent is soon forgotten", {"R2.5", "R3.8", "R11.9"});
  if (config.tasks.by == TaskBy::traceparent)
    say(found, "tasks.by: traceparent", "a client says itself when a new task begins",
        {"R2.5", "R3.8", "R11.9"}, Degree::note);
}

}  // namespace

std::vector<Weakening> weakenings(const Config& config, const catalog::LockFile* lock) {
  Found found;
  weak_inspection(config, found);
  weak_flow(config, lock, found);
  weak_policy(config, lock, found);
  weak_limits(config, found);
  weak_listeners(config, found);
  weak_identity(config, found);
  weak_servers(config, found);
  weak_catalog(config, found);
  weak_audit(config, found);
  weak_rest(config, found);
  return found;
}

}  // namespace doorward::app
