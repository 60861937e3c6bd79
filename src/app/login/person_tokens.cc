#include "app/login/person_tokens.h"

#include "app/login/flow.h"

namespace doorward::app {

using net::Task;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

constexpr size_t kHeldTokens = 10'000;
constexpr seconds kWaitForOther{15};  // who refreshes the same account, in any process
constexpr seconds kJustRefreshed{5};  // a 401 within it is not of the token's age
constexpr seconds kAfterFailure{3};
constexpr seconds kUnsaidLife{86'400};  // where the issuer does not say how long

std::unexpected<Error> not_for_him(std::string what) {
  return failure("credential.caller_login", Fault::client, std::move(what));
}

int64_t now_in_seconds() {
  return std::chrono::duration_cast<seconds>(wall_now().time_since_epoch()).count();
}

// Renewed a little early: it has to arrive while it counts.
int64_t early(int64_t life) {
  return life < 20 ? 0 : std::min<int64_t>(life / 10 + 1, 30);
}

bool is_fresh(const Account& account) {
  if (account.access.empty()) return false;
  const int64_t left = account.expires - now_in_seconds();
  return account.expires == 0 || left > early(left);
}

}  // namespace

std::optional<Secret<>> PersonTokens::held(const std::string& key, const AccountFile& file,
                                           bool rejected) const {
  const std::string print = file.fingerprint();
  const auto now = steady_clock::now();
  return tokens_.with([&](const Tokens& all) -> std::optional<Secret<>> {
    const auto found = all.find(key);
    if (found == all.end() || found->second.file != print || print.empty()) return std::nullopt;
    const Held& held = found->second;
    if (now >= held.until || (rejected && now - held.refreshed >= kJustRefreshed))
      return std::nullopt;
    return held.token;
  });
}

Secret<> PersonTokens::keep(const Account& account, const AccountFile& file, bool fresh) {
  const auto now = steady_clock::now();
  const int64_t left = account.expires == 0
                           ? kUnsaidLife.count()
                           : std::max<int64_t>(account.expires - now_in_seconds(), 1);
  // Nobody else may see them, whatever they are sent in (R7.3).
  if (is_unmistakable(account.access.reveal()))
    providers_.living()->add(account.access, now, now + seconds(left));
  if (is_unmistakable(account.refresh.reveal()))
    providers_.living()->add(account.refresh, now, now + kUnsaidLife);
  Held held{.token = account.access,
            .until = now + seconds(left - early(left)),
            .refreshed = fresh ? now : SteadyTime{},
            .file = file.fingerprint()};
  tokens_.with([&](Tokens& all) {
    if (all.size() >= kHeldTokens)
      std::erase_if(all, [&](const auto& each) { return each.second.until <= now; });
    if (all.size() >= kHeldTokens) all.erase(all.begin());
    all[account.principal] = std::move(held);
  });
  return account.access;
}

Task<Expected<void>> PersonTokens::refresh(Account& account, const AccountFile& file,
                                           std::string command) {
  const auto& wanted = std::get<AuthorizationCode>(server_.credential);
  Secret<> secret;
  if (wanted.client_secret) {
    auto known = secrets_->get(wanted.client_secret.name);
    if (!known) co_return std::unexpected(std::move(known).error());
    secret = std::move(*known);
  }
  net::OutboundRequest request;
  request.form.emplace_back("grant_type", Secret<>(std::string("refresh_token")));
  request.form.emplace_back("refresh_token", account.refresh);
  auto answer = co_await ask_token(providers_, secret, account, std::move(request));
  if (answer) {
    adopt(std::move(*answer), account, now_in_seconds());
    // Written before it is used: where the old one was taken back, this is the only one.
    co_return file.write(account);
  }
  if (answer.error().code != "login.ended") co_return std::unexpected(std::move(answer).error());
  account.access = account.refresh = Secret<>();
  if (const auto kept = file.write(account); !kept) providers_.log(kept.error().what);
  co_return failure("login.ended", Fault::client,
                    "the login there has ended; it takes a new one, `" + command + "`");
}

Task<Expected<Secret<>>> PersonTokens::locked(core::Principal who, AccountFile file,
                                              bool rejected) {
  const std::string key = who.key();
  const std::string command = login_command(name_, who);
  auto read = file.read();
  if (!read)
    co_return not_for_him(
        "what is kept of the login can't be read; the person who runs Doorward runs `" + command +
        " --forget` and `" + command + "`");
  std::optional<Account> found = std::move(*read);
  if (!found)
    co_return not_for_him(
        "nobody has logged in for this user; the person who runs Doorward runs `" + command + "`");
  Account& account = *found;
  if (!fits(account, name_, server_, key))
    co_return not_for_him(
        "the login was for another address, issuer or client than is configured "
        "now; the person who runs Doorward runs `" +
        command + "` again");
  const auto used = tokens_.with([&](const Tokens& all) -> std::optional<Secret<>> {
    const auto mine = all.find(key);
    return mine == all.end() ? std::nullopt : std::optional(mine->second.token);
  });
  const bool is_another = used && !used->equals(account.access.reveal());
  if (is_fresh(account) && (!rejected || is_another)) co_return keep(account, file, false);
  if (account.refresh.empty())
    co_return not_for_him("the login there has ended; the person who runs Doorward runs `" +
                          command + "` again");
  // An issuer that can't be asked is not asked by every call.
  if (tokens_failed(key))
    co_return not_for_him(
        "the login there can't be renewed at its issuer just now; try again in a few seconds");
  auto refreshed = co_await refresh(account, file, command);
  if (!refreshed && refreshed.error().code == "login.ended")
    co_return not_for_him(refreshed.error().what);
  if (!refreshed) {
    failed_.with([&](Failed& all) {
      std::erase_if(all, [](const auto& each) { return each.second <= steady_clock::now(); });
      if (all.size() < kHeldTokens) all[key] = steady_clock::now() + kAfterFailure;
    });
    providers_.log("server `" + name_ + "`: a login can't be renewed: " + refreshed.error().what);
    co_return not_for_him(
        "the login there can't be renewed at its issuer just now; where that does not pass, the "
        "person who runs Doorward runs `" +
        command + "` again");
  }
  co_return keep(account, file, true);
}

Task<Expected<Secret<>>> PersonTokens::token(const core::Principal* caller, bool rejected) {
  if (caller == nullptr) co_return not_for_him("nobody can be told to be the caller");
  // `own`: no client can have it; see app/definitions_look.cc.
  const core::Principal who = caller->credential == "own" ? local_principal() : *caller;
  const std::string key = who.key();
  const AccountFile file(state_, name_, key);
  if (auto token = held(key, file, rejected)) co_return std::move(*token);
  if (file.fingerprint().empty())
    co_return not_for_him(
        "nobody has logged in for this user; the person who runs Doorward runs `" +
        login_command(name_, who) + "`");
  net::asio::steady_timer pause(co_await net::asio::this_coro::executor);
  const auto until = steady_clock::now() + kWaitForOther;
  for (;;) {
    auto lock = file.try_lock();
    if (!lock) co_return not_for_him("what is kept of the login can't be locked");
    if (*lock) {
      // Somebody else may have refreshed it just now.
      if (auto token = held(key, file, rejected)) co_return std::move(*token);
      auto token = co_await locked(who, file, rejected);
      co_return token;
    }
    if (steady_clock::now() >= until)
      co_return not_for_him("the login there is being renewed; try again in a moment");
    pause.expires_after(milliseconds(20));
    co_await pause.async_wait(net::kTuple);
    if (auto token = held(key, file, rejected)) co_return std::move(*token);
  }
}

bool PersonTokens::tokens_failed(const std::string& key) const {
  return failed_.with([&](const Failed& all) {
    const auto found = all.find(key);
    return found != all.end() && steady_clock::now() < found->second;
  });
}

size_t PersonTokens::drop() {
  return tokens_.with([](Tokens& tokens) {
    const size_t held = tokens.size();
    tokens.clear();
    return held;
  });
}

}  // namespace doorward::app
