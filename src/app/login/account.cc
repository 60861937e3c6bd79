#include "app/login/account.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "app/secret_store.h"
#include "app/state.h"
#include "base/bytes.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

constexpr std::string_view kFolder = "logins";
constexpr std::string_view kEntry = "login";
constexpr size_t kMostAccounts = 10'000;

std::string file_name(std::string_view server, std::string_view principal) {
  std::string text = std::to_string(server.size()) + ":";
  const Sha256 digest = sha256(text.append(server).append(principal));
  return base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Expected<std::optional<Account>> read_from(const Path& state, const Path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(state / file, ignored)) return std::nullopt;
  auto store = SecretStore::open(state, file);
  if (!store) return std::unexpected(std::move(store).error());
  auto value = store->get(std::string(kEntry));
  if (!value) return std::unexpected(std::move(value).error());
  auto account = decode_account(value->reveal());
  if (!account) return std::unexpected(std::move(account).error());
  return std::move(*account);
}

}  // namespace

std::string encode(const Account& account) {
  std::string out = "{";
  const auto put = [&out](std::string_view name, std::string_view value) {
    out.append(out.size() > 1 ? ",\"" : "\"").append(name).append("\":");
    wire::append_json_quote(out, value);
  };
  put("server", account.server);
  put("url", account.url);
  put("issuer", account.issuer);
  put("principal", account.principal);
  put("user", account.user);
  put("agent", account.agent);
  put("vouched_by", account.vouched_by);
  put("client_id", account.client_id);
  put("client_secret", account.client_secret.reveal());
  put("resource", account.resource);
  put("scope", account.scope);
  put("access", account.access.reveal());
  put("refresh", account.refresh.reveal());
  out.append(R"(,"issuer_stated":)").append(account.issuer_stated ? "true" : "false");
  out.append(R"(,"registered":)").append(account.registered ? "true" : "false");
  return out.append(R"(,"expires":)").append(std::to_string(account.expires)).append("}");
}

Expected<Account> decode_account(std::string text) {
  const auto document = wire::JsonDocument::parse(std::move(text), {.depth = 4});
  if (!document || !document->root().is_object())
    return failure("login.account", Fault::self, "what is kept of a login can't be read");
  const wire::JsonValue root = document->root();
  const auto take = [&root](std::string_view name) { return std::string(root[name].text()); };
  Account account;
  account.server = take("server");
  account.url = take("url");
  account.issuer = take("issuer");
  account.principal = take("principal");
  account.user = take("user");
  account.agent = take("agent");
  account.vouched_by = take("vouched_by");
  account.client_id = take("client_id");
  account.client_secret = Secret<>(take("client_secret"));
  account.resource = take("resource");
  account.scope = take("scope");
  account.access = Secret<>(take("access"));
  account.refresh = Secret<>(take("refresh"));
  account.issuer_stated = root["issuer_stated"].boolean().value_or(false);
  account.registered = root["registered"].boolean().value_or(false);
  account.expires = root["expires"].integer().value_or(0);
  return account;
}

bool fits(const Account& account, std::string_view name, const Server& server,
          std::string_view principal) {
  const auto* const wanted = std::get_if<AuthorizationCode>(&server.credential);
  if (wanted == nullptr || account.server != name || account.url != server.url ||
      account.principal != principal || account.issuer.empty())
    return false;
  // An issuer that was trusted because the configuration named it counts only while it does.
  if (wanted->issuer.empty() ? account.issuer_stated : wanted->issuer != account.issuer)
    return false;
  return account.registered ? wanted->client_id.empty() : wanted->client_id == account.client_id;
}

Path accounts_folder(const Path& state) {
  return state / kFolder;
}

AccountFile::AccountFile(Path state, std::string_view server, std::string_view principal)
    : state_(std::move(state)), file_(Path(kFolder) / file_name(server, principal)) {}

Expected<std::optional<Account>> AccountFile::read() const {
  return read_from(state_, file_.string() + ".store");
}

Expected<void> AccountFile::write(const Account& account) const {
  if (auto folder = make_state_folder(accounts_folder(state_)); !folder) return folder;
  auto store = SecretStore::open(state_, file_.string() + ".store");
  if (!store) return std::unexpected(std::move(store).error());
  return store->set(std::string(kEntry), Secret<>(encode(account)), false);
}

Expected<bool> AccountFile::remove() const {
  const Path path = state_ / (file_.string() + ".store");
  if (::unlink(path.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  return failure("secrets.store", Fault::self,
                 "`" + path.string() + "` can't be removed: " + std::strerror(errno));
}

Expected<Fd> AccountFile::try_lock() const {
  if (auto folder = make_state_folder(accounts_folder(state_)); !folder)
    return std::unexpected(std::move(folder).error());
  const Path path = state_ / (file_.string() + ".lock");
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd)
    return failure("secrets.store", Fault::self,
                   "`" + path.string() + "` can't be opened: " + std::strerror(errno));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return Fd();
  return fd;
}

std::string AccountFile::fingerprint() const {
  struct stat facts{};
  if (::stat((state_ / (file_.string() + ".store")).c_str(), &facts) != 0) return "";
  return std::to_string(facts.st_ino) + "," + std::to_string(facts.st_size) + "," +
         std::to_string(facts.st_mtim.tv_sec) + "." + std::to_string(facts.st_mtim.tv_nsec);
}

std::vector<Account> all_accounts(const Path& state) {
  std::vector<Account> out;
  std::error_code fault;
  for (std::filesystem::directory_iterator it(accounts_folder(state), fault), end;
       !fault && it != end && out.size() < kMostAccounts; it.increment(fault)) {
    if (it->path().extension() != ".store") continue;
    auto account = read_from(state, Path(kFolder) / it->path().filename());
    if (!account) continue;
    std::optional<Account> found = std::move(*account);
    if (found) out.push_back(std::move(*found));
  }
  return out;
}

core::Principal local_principal() {
  return {"local", "", {}, {}, "local"};
}

std::string login_command(std::string_view server, const core::Principal& principal) {
  std::string command = "doorward login ";
  command += server;
  const auto plain = [](std::string_view text) {
    return !text.empty() && text.size() <= 200 &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) {
             return std::isalnum(c) != 0 ||
                    std::string_view("@._-:/").find(static_cast<char>(c)) != std::string_view::npos;
           });
  };
  // A name that came from elsewhere is not handed to anybody to paste into a shell.
  const auto add = [&](std::string_view option, std::string_view value, std::string_view stand_in) {
    command.append(" ").append(option).append(" ").append(plain(value) ? value : stand_in);
  };
  if (principal.key() == local_principal().key()) return command;
  add("--principal", principal.user, "NAME");
  if (!principal.agent.empty()) add("--agent", principal.agent, "AGENT");
  if (!principal.issuer.empty()) add("--vouched-by", principal.issuer, "ISSUER");
  return command;
}

std::vector<LoginState> login_states(const Config& config) {
  std::vector<LoginState> out;
  std::vector<Account> accounts;
  for (const auto& [name, server] : config.servers) {
    if (!std::holds_alternative<AuthorizationCode>(server.credential)) continue;
    if (out.empty()) accounts = all_accounts(config.state);
    LoginState state{.server = name, .local = false, .users = {}, .outdated = false};
    for (const Account& account : accounts) {
      if (account.server != name) continue;
      const bool ended = account.access.empty() && account.refresh.empty();
      if (ended || !fits(account, name, server, account.principal))
        state.outdated = true;
      else if (account.principal == local_principal().key())
        state.local = true;
      else
        state.users.push_back(account.user);
    }
    std::sort(state.users.begin(), state.users.end());
    out.push_back(std::move(state));
  }
  return out;
}

}  // namespace doorward::app
