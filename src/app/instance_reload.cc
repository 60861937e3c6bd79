// The same file again: all of it takes effect or nothing, and only what the log has.
#include "app/audit_change.h"
#include "app/catalog_setup.h"
#include "app/config/fetched_servers.h"
#include "app/config/load_key.h"
#include "app/doors.h"
#include "app/identity_parts.h"
#include "app/instance.h"
#include "app/last_run.h"
#include "app/log_line.h"
#include "app/policy_change.h"
#include "app/routes.h"
#include "net/oldest_transport.h"

namespace doorward::app {

namespace {
// Two rounds of the sweep of credentials.
constexpr std::chrono::milliseconds kReread{2'200};
}  // namespace

Expected<void> Instance::reload() {
  if (auto open = log_is_open(); !open) return open;
  const auto before = config_.take();
  const auto refuse = [&](Error error) -> Expected<void> {
    event("logtamper.reload_refused", error.what, before->hash, "");
    return std::unexpected(std::move(error));
  };
  if (auto renewed = renew_servers(before->file, log_line); !renewed)
    return refuse(std::move(renewed).error());
  auto loaded = load_config_and_key(before->file);
  if (!loaded) return refuse(std::move(loaded).error());
  auto next = std::make_shared<const Config>(std::move(loaded->config));
  if (next->state != before->state || next->listen.address != before->listen.address ||
      next->admin.address != before->admin.address)
    return refuse({"reload.fixed", Fault::self, false,
                   "`state`, `listen.address` and `admin.address` need a restart"});
  if (takes_local_token(*next) && !takes_local_token(*before))
    return refuse({"reload.identity", Fault::self, false,
                   "the section `identity` is gone, which would let in whoever reads the local "
                   "token; restart Doorward if that is what you want"});
  if (before->identity.has_clients() && !next->identity.has_clients())
    log_line("`identity` names no client any more: none is let in");
  const Change change = changed_lines(before->text, next->text);
  std::string lowered = what_is_lowered(*before, *next);
  // Who can change the key's file could sign for themselves.
  const bool signs_alike = before->policy.signed_file == next->policy.signed_file &&
                           before->catalog.servers == next->catalog.servers;
  if (lowered.empty() && signs_alike && loaded->signing_keys != signing_keys_)
    lowered = "another key that the policy or the servers are signed with";
  if (before->admin.two_person)
    if (const std::string guarded = what_is_guarded(*before, *next); !guarded.empty())
      lowered += (lowered.empty() ? "" : ", ") + guarded;
  std::string approved_by;
  if (!lowered.empty()) {
    const auto waiting = waiting_reload();
    if (waiting && waiting->hash == next->hash) approved_by = waiting->approved_by;
    if (approved_by.empty()) {
      const bool waits = before->admin.two_person && second_admin_is_there(*before);
      if (waits) waiting_reload_.with([&](auto& it) { it = {next->hash, lowered, ""}; });
      event(waits ? "logtamper.reload_waits" : "logtamper.reload_refused", lowered, change.before,
            change.after);
      return std::unexpected(
          Error{waits ? "reload.waits" : "reload.audit_lowered", Fault::self, false,
                "this reload changes what protects (" + lowered + "); " +
                    (waits ? "it waits until a second operator approves it: POST "
                             "/api/v1/reload/approve?hash=" +
                                 next->hash
                           : "nothing of it was taken. Restart Doorward if that is what you "
                             "want")});
    }
  }
  auto tokens = known_tokens(*next);
  if (!tokens) return refuse(std::move(tokens).error());
  Workshops shops = workshops_;
  shops.clients = tokens->clients;
  shops.operators = tokens->operators;
  auto doors = hang_doors(*next, shops);
  if (!doors) return refuse(std::move(doors).error());
  auto routes = make_routes(*next, *providers_, {shops.quarantine, shops.registry, {}});
  if (!routes) return refuse(std::move(routes).error());
  auto pins = shops.registry->read();
  if (!pins) return refuse(std::move(pins).error());
  if (auto ready = providers_->configure(next); !ready) return refuse(std::move(ready).error());
  if (auto ready = exporters_->configure(*next); !ready) return refuse(std::move(ready).error());
  if (auto written = write_down(
          "logtamper.reloaded",
          "a new configuration is " + in_force_text(*next) + " after " + before->hash +
              (approved_by.empty() ? "" : "; " + lowered + " approved by `" + approved_by + "`"),
          change.before, change.after);
      !written) {
    // What was made ready goes back to what is in force.
    if (auto back = providers_->configure(before); !back) log_line(back.error().what);
    if (auto back = exporters_->configure(*before); !back) log_line(back.error().what);
    return written;
  }
  waiting_reload_.with([](auto& it) { it.reset(); });
  signing_keys_ = loaded->signing_keys;
  const auto changed = policy_change(*before, *next);
  reread_.with([&](auto& until) {
    for (const std::string& issuer : reread_issuers(*before, *next))
      until[issuer] = std::chrono::steady_clock::now() + kReread;
  });
  workshops_ = std::move(shops);
  workshops_.registry->adopt(std::move(*pins));
  workshops_.registry->configure(catalog_servers(*next), next->catalog.recheck,
                                 next->catalog.revalidate_after, next->catalog.probation);
  standing_.replace(std::make_shared<const Workshops>(workshops_));
  gateway_->pipeline.replace(std::move(*doors));
  gateway_->routes.replace(std::move(*routes));
  net::OldestTransport::allow(next->listen.legacy_sse);
  remember(*next);
  config_.replace(std::move(next));
  held_->look(*config());
  if (changed) alert("privilege.policy_changed", changed->detail, changed->before, changed->after);
  watch_files();
  if (auto renewed = renew_tls(); !renewed) log_line("TLS: " + renewed.error().what);
  return {};
}

Expected<bool> Instance::approve_reload(std::string_view hash, std::string_view by) {
  const auto waits = [hash](const auto& it) { return it && it->hash == hash; };
  if (!waiting_reload_.with(waits)) return false;
  if (auto written =
          write_down("logtamper.reload_approved", "by `" + std::string(by) + "`", "", hash);
      !written)
    return std::unexpected(std::move(written).error());
  return waiting_reload_.with([&](auto& it) {
    if (!waits(it)) return false;
    it->approved_by = by;
    return true;
  });
}

}  // namespace doorward::app
