#include "app/catalog_setup.h"

#include "app/given_file.h"
#include "app/instance.h"
#include "app/scan.h"
#include "app/secrets.h"
#include "app/server_files.h"
#include "audit/entry.h"
#include "catalog/visible.h"

namespace doorward::app {

namespace {

constexpr size_t kMostNews = 50;  // entries in the log for one report

std::string_view trust_text(Trust trust) {
  switch (trust) {
    case Trust::trusted:
      return "trusted";
    case Trust::shared:
      return "shared";
    case Trust::untrusted:
      break;
  }
  return "untrusted";
}

void put(audit::Log* log, std::string_view reason, std::string_view server, std::string_view name,
         std::string_view detail) {
  log_line(std::string(reason) + ": server `" + std::string(server) + "`" +
           (name.empty() ? "" : " `" + catalog::visible(name) + "`") +
           (detail.empty() ? "" : ": " + std::string(detail)));
  if (log == nullptr) return;
  audit::Entry entry;
  entry.kind = audit::Kind::event;
  entry.time = wall_now();
  entry.reason = reason;
  entry.server = server;
  entry.tool = name;
  entry.detail = detail;
  // Where the log can't be written every request is refused; an event needs no answer of its own.
  const auto written = log->append(audit::encode(entry));
  static_cast<void>(written);
}

void tell_news(audit::Log* log, std::string_view server, const catalog::DriftReport& report) {
  size_t told = 0;
  for (const catalog::Drift& drift : report.drifts) {
    if (!drift.fresh || ++told > kMostNews) continue;
    const std::string reason = "rogue." + std::string(catalog::drift_name(drift.what));
    std::string detail(catalog::kind_name(drift.kind));
    if (!drift.was.empty()) detail += ", was `" + catalog::visible(drift.was) + "`";
    if (!drift.diff.empty()) detail += "\n" + catalog::render(drift.diff);
    put(log, reason, server, drift.name, detail);
  }
  if (report.pinned_now.empty()) return;
  put(log, "rogue.first_use", server, "",
      std::to_string(report.pinned_now.size()) + " definitions remembered at first use");
}

}  // namespace

catalog::Servers catalog_servers(const Config& config) {
  catalog::Servers out;
  for (const auto& [name, server] : config.servers) {
    catalog::ServerFacts facts;
    if (server.trust)
      facts.trust = *server.trust == Trust::trusted  ? catalog::Trust::trusted
                    : *server.trust == Trust::shared ? catalog::Trust::shared
                                                     : catalog::Trust::untrusted;
    facts.first_use = server.pins == Pins::first_use;
    facts.identity.command = server.command;
    facts.identity.url = server.url;
    if (const auto url = wire::parse_url(server.url); url && url->scheme == "https")
      facts.identity.tls_name = url->authority.host;
    facts.identity.key_pins = server.tls.pin_sha256;
    for (const auto& [tool, own] : server.tools) {
      catalog::Override over;
      over.classes = own.classes;
      if (own.trust) over.trust = trust_text(*own.trust);
      if (own.addresses) over.addresses = *own.addresses;
      over.is_private = own.is_private;
      over.idempotent = own.idempotent;
      facts.tools.emplace(tool, std::move(over));
    }
    out.emplace(name, std::move(facts));
  }
  return out;
}

Expected<std::shared_ptr<catalog::Registry>> open_registry(const Config& config,
                                                           std::shared_ptr<audit::Log> log) {
  catalog::Registry::Options options;
  options.lock_path = config.lock_file().string();
  options.quarantine_path = config.pins.empty() ? (config.state / "quarantined.json").string()
                                                : config.pins.string() + ".quarantined";
  options.sign_offs = config.catalog.sign_offs;
  if (!config.catalog.key.empty()) {
    auto text = read_given_file(config.catalog.key.string(), 64 * 1024);
    if (!text) return std::unexpected(std::move(text).error().within("catalog.key"));
    auto key = catalog::VerifyKey::parse(*text);
    if (!key) return std::unexpected(std::move(key).error().within("catalog.key"));
    options.verify = *key;
  }
  if (config.catalog.signing_key) {
    auto secret = read_secret(config, config.catalog.signing_key.name);
    if (!secret) return std::unexpected(std::move(secret).error());
    auto key = catalog::SignKey::parse(*secret);
    if (!key) return std::unexpected(std::move(key).error().within("catalog.signing_key"));
    options.sign = std::make_shared<const catalog::SignKey>(std::move(*key));
  }
  if (!config.pins.empty()) {
    std::error_code ignored;  // a folder that can't be made shows when the file is saved
    std::filesystem::create_directories(config.pins.parent_path(), ignored);
  }
  auto registry = catalog::Registry::open(std::move(options));
  if (!registry) return registry;
  (*registry)->on_news = [log](std::string_view server, const catalog::DriftReport& report) {
    tell_news(log.get(), server, report);
  };
  (*registry)->on_unsaved = [log](const Error& error) {
    put(log.get(), "rogue.unsaved", "", "", error.what);
  };
  (*registry)->on_stranger = [log](std::string_view server, const std::string& what) {
    put(log.get(), "rogue.identity", server, "", what);
  };
  // What nobody signs is taken at first sight where the log says so, and not otherwise.
  (*registry)->suspect = [log](const catalog::Entry& entry) {
    return (log && log->failure_state()) || has_high_finding(entry);
  };
  (*registry)->files_of = [kept = std::make_shared<const Config>(config)](std::string_view name) {
    const auto found = kept->servers.find(std::string(name));
    return found == kept->servers.end() ? std::string() : digest_of_files(*kept, found->second);
  };
  (*registry)->configure(catalog_servers(config), config.catalog.recheck,
                         config.catalog.revalidate_after, config.catalog.probation);
  return registry;
}

}  // namespace doorward::app
