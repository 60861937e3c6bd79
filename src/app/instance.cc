#include "app/instance.h"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "app/approvals.h"
#include "app/catalog_setup.h"
#include "app/config/load.h"
#include "app/config/load_key.h"
#include "app/flow_labels.h"
#include "app/host_memory.h"
#include "app/last_run.h"
#include "app/log_start.h"
#include "app/merged_naming.h"
#include "app/needs.h"
#include "app/operator_api.h"
#include "app/operator_kill.h"
#include "app/receipt_rules.h"
#include "app/routes.h"
#include "app/secrets.h"
#include "app/task_labels.h"
#include "app/tool_classes.h"
#include "audit/entry.h"
#include "guards/injection/classifier.h"
#include "guards/logtamper/kept_text.h"
#include "limits/places.h"
#include "net/oldest_transport.h"
#include "net/tls.h"
#include "store/sqlite_store.h"

namespace doorward::app {

namespace {

Expected<net::GatewaySettings> settings_of(const Config& config) {
  net::GatewaySettings settings;
  auto proxies = net::Networks::parse(config.listen.trusted_proxies);
  if (!proxies) return std::unexpected(std::move(proxies).error().within("listen.trusted_proxies"));
  settings.trusted_proxies = std::move(*proxies);
  settings.revision_floor = config.listen.minimum_revision;
  settings.message_bytes = config.limits.message_bytes;
  settings.depth = config.limits.depth;
  settings.drain = config.drain;
  settings.children =
      config.limits.server_processes.value_or(server_processes_for(usable_memory()));
  // Descriptors that are left for servers, the log and everything else.
  const size_t own_descriptors = 256 + 6 * settings.children;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    settings.connections =
        std::min<size_t>(settings.connections, limit.rlim_cur > 2 * own_descriptors
                                                   ? limit.rlim_cur - own_descriptors
                                                   : limit.rlim_cur / 2);
  settings.version = DOORWARD_VERSION;
  settings.buffers = config.limits.buffers / 2;
  net::EventLog::bound_all(config.limits.buffers / 2);
  settings.sessions_per_principal = std::max<size_t>(config.limits.sessions, 1);
  return settings;
}

Expected<std::shared_ptr<net::asio::ssl::context>> listener_tls(const Config& config,
                                                                core::Listener side) {
  const bool client = side == core::Listener::client;
  const std::optional<ListenTls>& given = client ? config.listen.tls : config.admin.tls;
  // Where tokens count as well, a client need not show a certificate.
  const bool client_optional =
      client && (!config.identity.oauth.empty() || !config.identity.tokens.empty());
  if (!given) return std::shared_ptr<net::asio::ssl::context>();
  return net::server_tls({given->certificate.string(), given->key.string(),
                          given->client_ca.string(), client_optional});
}

std::string of_issuer(const policy::Question& question) {
  const std::string_view issuer = policy::issuer_of(question);
  return issuer.empty() ? "" : " of `" + std::string(issuer) + "`";
}

// What servers write to their standard error ends up here too.
std::string without_secrets(std::string_view text, const detect::HeldSecrets& held) {
  guards::Redactor texts(&held, false);
  const size_t number = texts.add(text);
  texts.scan();
  return texts.text(number);
}

}  // namespace

Expected<std::unique_ptr<Instance>> Instance::make(Config config, Options options) {
  // A server that ends while it is written to is an error of that server, whatever command runs.
  std::signal(SIGPIPE, SIG_IGN);
  std::unique_ptr<Instance> made(new Instance(std::move(config)));
  const auto current = made->config_.take();
  if (options.exclusive) {
    auto lock = StateLock::take(current->state);
    if (!lock) return std::unexpected(std::move(lock).error());
    made->lock_.emplace(std::move(*lock));
  } else if (auto folder = make_state_folder(current->state); !folder) {
    return std::unexpected(std::move(folder).error());
  }
  auto tokens = known_tokens(*current);
  if (!tokens) return std::unexpected(std::move(tokens).error());
  auto keys = signing_keys_digest(*current);
  if (!keys) return std::unexpected(std::move(keys).error());
  made->signing_keys_ = *std::move(keys);

  auto started = start_log(*current, options.log_folder, options.exclusive);
  if (!started) return std::unexpected(std::move(started).error());
  made->remembers_ = options.exclusive;
  made->log_ = made->workshops_.log = std::move(started->log);
  made->workshops_.clients = tokens->clients;
  made->workshops_.operators = tokens->operators;
  made->workshops_.stops = std::make_shared<catalog::Stops>(stops_file(*current).string());
  auto registry = open_registry(*current, made->workshops_.log);
  if (!registry) return std::unexpected(std::move(registry).error());
  made->workshops_.registry = std::move(*registry);
  made->workshops_.classes = classes_of(made->workshops_.registry);
  made->quarantine_ = made->workshops_.quarantine =
      std::make_shared<sandbox::Quarantine>(current->state);
  auto store = store::open_sqlite((current->state / "state.db").string());
  if (!store) return std::unexpected(std::move(store).error());
  made->store_ = std::move(*store);
  made->approvals_ =
      make_approvals(made->store_, made->workshops_.log,
                     [self = made.get()](std::string_view event, const policy::Approval& approval) {
                       self->announce(event, approval);
                     });
  made->workshops_.approvals = made->approvals_;
  made->workshops_.rights = std::make_shared<policy::Rights>(made->store_);
  if (auto recalled = made->workshops_.rights->recall(); !recalled)
    return std::unexpected(std::move(recalled).error());
  made->workshops_.alert = [self = made.get()](const policy::Rights::News& news) {
    self->alert(news.reason, news.detail, news.before, news.after);
  };
  made->workshops_.operator_url = made->operator_url_;
  made->held_ = std::make_unique<HeldWatch>(*current);
  made->held_->held()->tell_of_bait([self = made.get()](const std::string& name) {
    self->alert("secrets.canary_used",
                "the honeytoken `" + name +
                    "` came over the gateway: whoever sent it has read what nobody has a reason to "
                    "read; the entry of the call beside this one says who");
  });
  made->workshops_.held = made->held_->held();
  auto shop =
      make_identity_shop(*current, [self = made.get()](std::string_view source, unsigned count) {
        self->event("identity.failure_burst", std::to_string(count) + " bad credentials from " +
                                                  std::string(source) + " within a minute");
      });
  if (!shop) return std::unexpected(std::move(shop).error());
  made->workshops_.identity = std::move(*shop);
  made->providers_ = std::make_unique<Providers>(made->workshops_.identity.keyring, log_line);
  made->held_->held()->watch(made->providers_->living());
  if (auto ready = made->providers_->configure(current); !ready)
    return std::unexpected(std::move(ready).error());
  auto tasks = open_tasks(current->state, flow_limits(*current));
  if (!tasks) return std::unexpected(std::move(tasks).error());
  made->workshops_.tasks = std::move(*tasks);
  auto doors = hang_doors(*current, made->workshops_);
  if (!doors) return std::unexpected(std::move(doors).error());
  auto routes = make_routes(
      *current, *made->providers_,
      {made->workshops_.quarantine, made->workshops_.registry, std::move(options.observe)});
  if (!routes) return std::unexpected(std::move(routes).error());
  auto settings = settings_of(*current);
  if (!settings) return std::unexpected(std::move(settings).error());

  made->gateway_ =
      std::make_unique<net::Gateway>(std::move(*doors), std::move(*routes), std::move(*settings));
  made->gateway_->log = [held = made->held_->held()](std::string_view text) {
    log_line(without_secrets(text, *held));
  };
  net::OldestTransport::allow(current->listen.legacy_sse);
  made->webhook_ = std::make_unique<WebhookCourier>(
      *made->gateway_,
      WebhookCourier::Facts{
          .config = [self = made.get()] { return self->config(); },
          .event =
              [self = made.get()](std::string_view reason, std::string_view detail) {
                log_line(std::string(reason) + ": " + std::string(detail));
                self->event(reason, detail);
              }});
  made->classifier_ = std::make_unique<ClassifierLine>(
      *made->gateway_,
      ClassifierLine::Facts{
          .config = [self = made.get()] { return self->config(); },
          .event = [self = made.get()](std::string_view reason,
                                       std::string_view detail) { self->alert(reason, detail); }});
  made->look_ = std::make_unique<DefinitionsLook>(*made->gateway_, made->workshops_.registry);
  const auto ask_issuer = [self = made.get()](std::string key, const net::CallFacts* facts) {
    return self->providers_->answer(std::move(key),
                                    identity::network_of(facts != nullptr ? facts->peer : ""));
  };
  made->gateway_->fetch = answer_needs({
      {std::string(limits::PlaceNeed::kPrefix), wait_for_place(made->workshops_.ledger)},
      {std::string(guards::kDurableNeed), wait_for_disk(made->workshops_.log)},
      {std::string(guards::kApprovalNeed),
       approvals_answer(made->approvals_,
                        [self = made.get()] { return approval_bounds(*self->config()); })},
      {"catalog:",
       [look = made->look_.get()](std::string key, const net::CallFacts* facts) {
         return look->answer(std::move(key), facts);
       }},
      {std::string(guards::kClassifierNeed),
       [line = made->classifier_.get()](std::string key, const net::CallFacts*) {
         return line->answer(std::move(key));
       }},
      {std::string(identity::kNeedKeys), ask_issuer},
      {std::string(identity::kNeedIntrospection), ask_issuer},
  });
  made->gateway_->naming = merged_naming();
  made->gateway_->list_changed = [known = made->workshops_.registry](std::string_view server) {
    known->looks().changed(server);
  };
  made->tie_identity();
  made->gateway_->operate = [self = made.get()](const core::Admission& admission,
                                                const net::OperatorRequest& request) {
    return operate(*self, admission, request);
  };
  made->gateway_->wall_event = [self = made.get()](std::string_view server,
                                                   const net::WallEvent& told) {
    self->wall_event(server, told);
  };
  made->server_ = std::make_unique<net::Server>(*made->gateway_, options.threads);
  net::asio::co_spawn(made->server_->executor(), sweep_approvals(made->approvals_),
                      net::asio::detached);
  made->look_->call_time = [self = made.get()](std::string_view server) {
    const auto now = self->config();
    const auto found = now->servers.find(std::string(server));
    return found == now->servers.end()
               ? now->limits.deadline
               : found->second.limits.deadline.value_or(now->limits.deadline);
  };
  made->look_->executor = [server = made->server_.get()] { return server->executor(); };
  const std::string own = options.exclusive ? "" : options.log_folder.parent_path().filename();
  if (const std::string beside = newest_wrap(current->state, own); !beside.empty())
    made->event(kBeside, "a log of a `wrap` process beside this one", "", beside);
  const Restart& restart = started->restart;
  made->event("logtamper.started", "Doorward starts; " + in_force_text(*current),
              restart.before_hash, current->hash);
  if (restart.known && restart.before_hash != current->hash)
    made->alert("logtamper.restarted_otherwise",
                restart.lowered.empty()
                    ? std::string("it starts with another configuration than it ran with")
                    : "it starts with less than it ran with: " + restart.lowered,
                restart.before, restart.after);
  made->remember(*current);
  made->exporters_ = std::make_unique<Exporters>(Exporters::Facts{
      .log = made->log_.get(),
      .log_folder = options.log_folder,
      .executor = made->server_->executor(),
      .event = [self = made.get()](std::string_view reason, std::string_view detail) {
        log_line(std::string(reason) + ": " + std::string(detail));
        self->event(reason, detail);
      }});
  if (auto ready = made->exporters_->configure(*current); !ready)
    return std::unexpected(std::move(ready).error());
  made->housekeeper_ = std::make_unique<Housekeeper>(Housekeeper::Facts{
      .config = [self = made.get()] { return self->config(); },
      .log = made->log_.get(),
      .log_folder = options.log_folder,
      .remembers = options.exclusive,
      .budget = made->workshops_.log_budget,
      .stderr_dropped =
          [self = made.get()] {
            return self->gateway_->counters.stderr_lines_dropped_total.load();
          },
      .exported = [self =
                       made.get()] { return self->exporters_ ? self->exporters_->received() : 0; },
      .event =
          [self = made.get()](std::string_view reason, std::string_view detail,
                              std::string_view before, std::string_view after) {
            log_line(std::string(reason) + ": " + std::string(detail));
            self->event(reason, detail, before, after);
          }});
  return made;
}

// So that the next start knows. What can't be kept is told; nothing waits for it.
void Instance::remember(const Config& config) {
  if (!remembers_) return;
  if (auto kept = keep_configuration(config); !kept) log_line(kept.error().what);
}

Instance::~Instance() {
  housekeeper_.reset();
  exporters_.reset();
  if (server_) server_->drain();
  // Its thread hands answers to the server's: it ends first.
  if (store_) store_->stop();
  classifier_.reset();
  webhook_.reset();
  if (!log_) return;
  event("logtamper.stopped", "Doorward stops; " + in_force_text(*config()));
  if (!remembers_) return;
  const auto last = log_->publish();
  if (!last)
    log_line("the log's last state is not published: " + last.error().what);
  else if (const auto kept = keep_checkpoint(config()->state, last->note); !kept)
    log_line("the log's last state is not kept: " + kept.error().what);
}

void Instance::event(std::string_view reason, std::string_view detail, std::string_view before,
                     std::string_view after) {
  audit::Entry entry;
  entry.kind = audit::Kind::event;
  entry.time = wall_now();
  entry.reason = reason;
  entry.detail = detail;
  entry.before = before;
  entry.after = after;
  if (!log_) return;
  if (const auto appended = log_->append(audit::encode(entry)); !appended)
    log_line(std::string(reason) + " is not in the log: " + appended.error().what);
}

Expected<void> Instance::log_is_open() const {
  if (!log_->failure_state()) return {};
  return failure("audit.closed", Fault::self,
                 "the audit log can't be written, and what is not in it does not take effect: "
                 "nothing was changed. Make room where the log lies, then restart Doorward");
}

Expected<void> Instance::write_down(const audit::Entry& entry, bool durable) {
  const std::string text = audit::encode(entry);
  if (const auto written = durable ? log_->append_durable(text) : log_->append(text); written)
    return {};
  return failure("audit.closed", Fault::self,
                 "the audit log did not take the entry of this, so it was not done. Make room "
                 "where the log lies, then restart Doorward");
}

Expected<void> Instance::write_down(std::string_view reason, std::string_view detail,
                                    std::string_view before, std::string_view after) {
  audit::Entry entry;
  entry.kind = audit::Kind::event;
  entry.time = wall_now();
  entry.reason = reason;
  entry.detail = detail;
  entry.before = before;
  entry.after = after;
  return write_down(entry);
}

void Instance::alert(std::string_view reason, std::string_view detail, std::string_view before,
                     std::string_view after) {
  log_line(std::string(reason) + ": " + std::string(detail));
  event(reason, detail, before, after);
  if (webhook_)
    webhook_->tell("alert." + std::string(reason), alert_notice(reason, detail, before, after));
}

void Instance::announce(std::string_view event, const policy::Approval& approval) {
  const policy::Question& question = approval.question;
  if (event == "redeemed" && question.second_person)
    alert("privilege.identity_call",
          "user `" + question.user + "`" + of_issuer(question) + " calls `" + question.server +
              "." + question.target +
              "`, which changes rights, accounts, policy or logging; approved by operator `" +
              approval.decided_by + "`");
  if (!webhook_) return;
  std::string operator_url = operator_url_->with([](const std::string& url) { return url; });
  const std::string url = approval_url(*config(), std::move(operator_url), approval.id);
  webhook_->tell("approval." + std::string(event), approval_notice(approval, url));
}

Expected<void> Instance::released(std::string_view server, std::string_view by) {
  const std::string text = "server `" + std::string(server) +
                           "` was released from quarantine by `" + std::string(by) + "`";
  auto written = write_down("isolation.released", text);
  if (written) log_line(text);
  return written;
}

void Instance::put_in_quarantine(const std::string& server, std::string why) {
  log_line("server `" + server + "`: it is in quarantine now: " + why);
  event("isolation.quarantined", "server `" + server + "` is in quarantine: " + why);
  if (auto kept = quarantine_->add(server, std::move(why)); !kept)
    log_line("server `" + server + "`: " + kept.error().what);
}

void Instance::wall_event(std::string_view server, const net::WallEvent& told) {
  using Kind = net::WallEvent::Kind;
  const std::string name(server);
  const std::string text =
      "server `" + name + "`: " + told.cause + (told.text.empty() ? "" : ": " + told.text);
  switch (told.kind) {
    case Kind::ended:
      log_line(text);
      if (told.cause == "exited" || told.cause == "stopped") return;
      event("isolation.ended", text);
      if (told.cause == "forbidden")
        put_in_quarantine(name, "it went on making forbidden calls");
      else if ((told.cause == "memory" || told.cause == "disk" || told.cause == "processes") &&
               quarantine_->hit_limit(name, std::chrono::steady_clock::now()))
        put_in_quarantine(name, "it went over its limits again and again, at last " + told.cause);
      return;
    case Kind::egress:
      log_line(text);
      event("isolation.egress_" + told.cause, text);
      return;
    case Kind::violation:
      log_line(text);
      event("isolation.violation", text);
      put_in_quarantine(name, "it tried `" + told.cause + "`");
      return;
  }
}

Expected<std::vector<std::string>> Instance::listen() {
  const auto config = config_.take();
  std::vector<std::string> lines;
  const auto add = [&](const Address& address, const std::optional<ListenTls>& given,
                       core::Listener side, std::string_view word) -> Expected<void> {
    auto tls = listener_tls(*config, side);
    if (!tls) return std::unexpected(std::move(tls).error());
    const std::string host = address.host == "localhost" ? "127.0.0.1" : address.host;
    auto bound = server_->listen({host, address.port, "", *tls}, side);
    if (!bound) return std::unexpected(std::move(bound).error());
    const std::string url = (given ? "https://" : "http://") + *bound;
    (side == core::Listener::operators ? listening_.operators : listening_.client) = url;
    if (side == core::Listener::operators)
      operator_url_->with([&url](std::string& known) { known = url; });
    lines.push_back("listening " + std::string(word) + " " + url);
    return {};
  };
  if (auto client =
          add(config->listen.address, config->listen.tls, core::Listener::client, "client");
      !client)
    return std::unexpected(std::move(client).error());
  if (auto operators =
          add(config->admin.address, config->admin.tls, core::Listener::operators, "operator");
      !operators)
    return std::unexpected(std::move(operators).error());
  watch_files();
  net::asio::co_spawn(server_->executor(), keep_watching(), net::asio::detached);
  return lines;
}

Expected<std::string> Instance::listen_on_socket(const Path& folder) {
  const Path path = (folder.empty() ? config_.take()->state : folder) / "operator.sock";
  return server_->listen({"", 0, path.string(), nullptr}, core::Listener::operators);
}

void Instance::tie_identity() {
  standing_.replace(std::make_shared<const Workshops>(workshops_));
  gateway_->metadata = [this](const core::Exchange& exchange) {
    return resource_metadata(*config(), exchange);
  };
  gateway_->valid = [this](const core::Principal& principal, const core::Credential& credential) {
    const auto shops = standing_.take();
    // What was opened by the rules before is swept once, within two seconds.
    const bool reread = !principal.issuer.empty() && reread_.with([&](const auto& until) {
      const auto found = until.find(principal.issuer);
      return found != until.end() && std::chrono::steady_clock::now() < found->second;
    });
    if (reread) return false;
    return still_valid(*config(), *shops, principal, credential) &&
           (!credential.introspected || providers_->still_active(credential.token_digest));
  };
}

// New connections get the certificates that stand there now; open ones keep theirs.
Expected<void> Instance::renew_tls() {
  const auto now = config();
  for (const auto side : {core::Listener::client, core::Listener::operators}) {
    auto tls = listener_tls(*now, side);
    if (!tls) return std::unexpected(std::move(tls).error());
    if (*tls) server_->set_tls(side, *tls);
  }
  return {};
}

void Instance::watch_files() {
  const auto now = config();
  files_.with([&](FileWatch& watch) {
    watch.clear();
    for (const auto* tls : {&now->listen.tls, &now->admin.tls})
      if (*tls)
        watch.add({(*tls)->certificate, (*tls)->key, (*tls)->client_ca}, [this] {
          auto renewed = renew_tls();
          log_line(renewed ? "TLS: new certificates" : "TLS: " + renewed.error().what);
        });
    for (const auto& [name, server] : now->servers)
      watch.add({server.tls.ca, server.tls.client_certificate, server.tls.client_key}, [this] {
        auto routes =
            make_routes(*config(), *providers_, {quarantine_, standing_.take()->registry, {}});
        if (routes) gateway_->routes.replace(std::move(*routes));
        log_line(routes ? "TLS of servers: new certificates"
                        : "TLS of servers: " + routes.error().what);
      });
  });
}

net::Task<> Instance::keep_watching() {
  net::asio::steady_timer timer(co_await net::asio::this_coro::executor);
  while (!gateway_->draining.load()) {
    timer.expires_after(std::chrono::seconds(1));
    co_await timer.async_wait(net::kTuple);
    files_.with([](FileWatch& watch) { watch.look(); });
    held_->look(*config());
    providers_->ask_again(timer.get_executor());
  }
}

}  // namespace doorward::app
