// `doorward login SERVER [--forget]`: a person's own account at a remote server (R11.7). Nothing is
// kept that does not stand in the audit log first; the log is that of the running gateway, or where
// none runs, of the state folder.
#include <sys/stat.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "app/add_command.h"
#include "app/login/flow.h"
#include "app/login/operator_logins.h"
#include "app/operator_client.h"
#include "app/operator_kill.h"
#include "app/secrets.h"
#include "catalog/stops.h"
#include "catalog/visible.h"
#include "net/own_thread.h"

namespace doorward::app {

namespace {

constexpr auto kWaitForLock = std::chrono::seconds(20);
constexpr int kPatience = 300;  // seconds

struct LoginOptions {
  std::string server, principal, agent, vouched_by;
  uint16_t port = 0;
  bool forget = false;
};

core::Principal principal_of(const LoginOptions& options) {
  core::Principal who = local_principal();
  if (!options.principal.empty()) who.user = options.principal;
  who.agent = options.agent;
  who.issuer = options.vouched_by;
  return who;
}

// Coroutines of the login, on a thread with what the gateway's have.
class Workshop {
 public:
  static Expected<std::unique_ptr<Workshop>> open(const Config& config) {
    std::unique_ptr<Workshop> made(new Workshop);
    auto ready = made->providers_.configure(std::make_shared<const Config>(config));
    if (!ready) return std::unexpected(std::move(ready).error());
    return made;
  }
  template <class T>
  Expected<T> run(net::Task<Expected<T>> task) {
    const auto done = std::make_shared<std::promise<Expected<T>>>();
    auto result = done->get_future();
    net::asio::co_spawn(thread_.executor(), std::move(task),
                        [done](const std::exception_ptr& fault, Expected<T> got) {
                          if (fault)
                            done->set_value(failure("login.fault", Fault::self, "it broke off"));
                          else
                            done->set_value(std::move(got));
                        });
    return result.get();
  }
  Providers& providers() { return providers_; }

 private:
  Workshop() = default;
  net::Gateway gateway_{std::make_shared<const core::Pipeline>(std::vector<core::Pipeline::Door>{}),
                        std::make_shared<const net::Routes>(),
                        {}};
  Providers providers_{std::make_shared<identity::Keyring>(), log_line};
  net::OwnThread thread_{gateway_};
};

// Into the log of the running gateway, or where none runs, into that of the state folder.
// Errors: login.unlogged, and those of Instance::make.
Expected<void> record(const Config& config, const Account& account, LoginAct act) {
  const std::string query = login_query(account, act);
  auto answer = call_operator(config, "POST", "/api/v1/logins?" + query);
  if (!answer && answer.error().code != "operator.unreachable")
    return std::unexpected(std::move(answer).error());
  if (!answer) {
    Config quiet = config;
    quiet.catalog.discover = std::chrono::milliseconds(0);
    auto own = Instance::make(std::move(quiet), {.log_folder = config.state / "audit"});
    if (!own) return std::unexpected(std::move(own).error());
    const auto told =
        operate_logins(**own, "operator", {wire::HttpMethod::post, "/api/v1/logins", query, ""});
    if (!told) return failure("login.unlogged", Fault::self, "there is no such action");
    answer = ApiAnswer{told->status, told->body};
  }
  if (answer->status == 200) return {};
  const auto document = wire::JsonDocument::parse(answer->body);
  const std::string why(document ? document->root()["error"].text() : "");
  return failure("login.unlogged", Fault::self,
                 "the login can't be written into the audit log (HTTP " +
                     std::to_string(answer->status) + (why.empty() ? ")" : "): " + why));
}

// Errors: login.locked.
Expected<Fd> lock(const AccountFile& file) {
  const auto until = std::chrono::steady_clock::now() + kWaitForLock;
  for (;;) {
    auto held = file.try_lock();
    if (!held || *held) return held;
    if (std::chrono::steady_clock::now() >= until)
      return failure("login.locked", Fault::self,
                     "another Doorward uses this login at the moment; try again");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

int report(const CommonOptions& common, std::string_view act, const Account& account,
           const std::string& text) {
  if (common.json)
    std::cout << R"({"act":")" << act << R"(","server":)" << wire::json_quote(account.server)
              << R"(,"principal":)" << wire::json_quote(account.user) << R"(,"issuer":)"
              << wire::json_quote(account.issuer) << "}\n";
  else
    std::cout << text << "\n";
  return kFine;
}

// Errors: those of revoke.
Expected<void> give_back(Workshop& workshop, const Config& config, const Account& account) {
  Secret<> secret;
  const auto server = config.servers.find(account.server);
  const auto* const wanted = server == config.servers.end()
                                 ? nullptr
                                 : std::get_if<AuthorizationCode>(&server->second.credential);
  if (wanted != nullptr && wanted->client_secret)
    if (auto known = read_secret(config, wanted->client_secret.name)) secret = std::move(*known);
  return workshop.run(revoke(workshop.providers(), secret, account));
}

int forget(const CommonOptions& common, const Config& config, const LoginOptions& options) {
  const core::Principal who = principal_of(options);
  const AccountFile file(config.state, options.server, who.key());
  if (file.fingerprint().empty()) {
    std::cerr << "there is no login of `" << catalog::visible(who.user) << "` at `"
              << options.server << "`\n";
    return kFindings;
  }
  auto held = lock(file);
  if (!held) return tell(held.error());
  auto read = file.read();
  Account account;
  if (read) {
    std::optional<Account> found = std::move(*read);
    if (found) account = std::move(*found);
  }
  account.server = options.server;
  account.user = who.user;
  // Taken away in any case: a log that can't be written is no reason to keep a credential.
  const auto recorded = record(config, account, LoginAct::forget);
  if (auto removed = file.remove(); !removed) return tell(removed.error());
  std::string told = "the login is forgotten";
  if (!account.access.empty() || !account.refresh.empty()) {
    auto workshop = Workshop::open(config);
    auto revoked = workshop ? give_back(**workshop, config, account)
                            : Expected<void>(std::unexpected(workshop.error()));
    if (revoked) {
      told += ", and revoked at its issuer";
    } else {
      std::cerr << "its issuer was not told (" << revoked.error().what
                << "); end the session there too\n";
    }
  }
  if (!recorded) return tell(recorded.error());
  return report(common, "forget", account, told);
}

// Errors of usage are told; the exit code, or nothing where all is well.
std::optional<int> refuse(const Config& config, const LoginOptions& options) {
  const auto server = config.servers.find(options.server);
  if (server == config.servers.end()) {
    std::string known;
    for (const auto& [name, _] : config.servers) known += (known.empty() ? "" : ", ") + name;
    std::cerr << "there is no server `" << catalog::visible(options.server)
              << "`; there are: " << known << "\n";
    return kUsage;
  }
  if (!std::holds_alternative<AuthorizationCode>(server->second.credential)) {
    std::cerr << "server `" << options.server
              << "` takes no login; write `credential: { authorization_code: {} }` for it first\n";
    return kUsage;
  }
  if (!options.vouched_by.empty() &&
      std::none_of(config.identity.oauth.begin(), config.identity.oauth.end(),
                   [&](const auto& each) { return each.issuer == options.vouched_by; })) {
    std::cerr << "`--vouched-by` is none of the issuers of `identity.oauth`\n";
    return kUsage;
  }
  struct stat folder{};
  if (::stat(config.state.c_str(), &folder) == 0 && folder.st_uid != ::geteuid()) {
    std::cerr << "`" << config.state.string()
              << "` belongs to another user, who could not read the login; run this as that user\n";
    return kUsage;
  }
  const core::Principal who = principal_of(options);
  if (catalog::Stops(stops_file(config).string()).stops(options.server, "", who.user)) {
    std::cerr << "server `" << options.server << "` or this principal is stopped; `doorward kill "
              << options.server << " --lift` ends that\n";
    return kFindings;
  }
  if (const auto kept = AccountFile(config.state, options.server, who.key()).read(); !kept) {
    std::cerr << "what is kept of an earlier login can't be read (" << kept.error().what << "); `"
              << login_command(options.server, who) << " --forget` takes it away\n";
    return kCouldNot;
  }
  return std::nullopt;
}

int login(const CommonOptions& common, const LoginOptions& options) {
  const auto config = load_config(common.config);
  if (!config) return tell(config.error());
  if (auto folder = make_state_folder(config->state); !folder) return tell(folder.error());
  if (options.forget) return forget(common, *config, options);
  if (const auto refused = refuse(*config, options)) return *refused;
  auto workshop = Workshop::open(*config);
  if (!workshop) return tell(workshop.error());
  LoginWish wish{.config = *config,
                 .server = options.server,
                 .who = principal_of(options),
                 .port = options.port,
                 .patience = std::chrono::seconds(kPatience),
                 .show =
                     [](const std::string& url) {
                       std::cerr << "open this address in a browser on this machine and log in:\n";
                       std::cout << url << std::endl;
                     },
                 .tell = [](const std::string& text) { std::cerr << text << " …\n"; }};
  auto account = (*workshop)->run(log_in((*workshop)->providers(), std::move(wish)));
  if (!account) {
    std::cerr << "no login: " << account.error().what << "\n";
    return kCouldNot;
  }
  const AccountFile file(config->state, options.server, account->principal);
  auto held = lock(file);
  if (!held) return tell(held.error());
  auto before = file.read();
  auto kept = record(*config, *account, LoginAct::login);
  if (kept) kept = file.write(*account);
  if (!kept) {
    // Nobody will use what the issuer gave.
    static_cast<void>(give_back(**workshop, *config, *account));
    std::cerr << "no login: " << kept.error().what << "\n";
    return kCouldNot;
  }
  // Nor what it gave before: nothing here would end it any more.
  if (before && *before)
    if (const Account& old = **before;
        !old.refresh.empty() && !old.refresh.equals(account->refresh.reveal()))
      static_cast<void>(give_back(**workshop, *config, old));
  return report(common, "login", *account,
                "logged in at `" + options.server + "` for `" + catalog::visible(account->user) +
                    "`, by `" + catalog::visible(account->issuer) + "`");
}

}  // namespace

void add_login_command(const CommandLine& line) {
  auto [command, options] =
      add_command(line, line.cli, "login", "a person's own account at a remote server", login);
  command->add_option("SERVER", options->server, "a server with `authorization_code`")->required();
  command->add_option("--principal", options->principal, "whose account it is; absent: `local`");
  command->add_option("--agent", options->agent, "the agent that acts for them, where one does");
  command->add_option("--vouched-by", options->vouched_by,
                      "the issuer of `identity.oauth` that knows them");
  command->add_option("--port", options->port,
                      "of 127.0.0.1, for the way back from the browser; absent: a free one");
  command->add_flag("--forget", options->forget, "ends it, here and at its issuer");
}

}  // namespace doorward::app
