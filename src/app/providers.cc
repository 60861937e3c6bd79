#include "app/providers.h"

#include <algorithm>

#include "app/client_authentication.h"
#include "app/credential_source.h"
#include "app/secrets.h"
#include "base/bytes.h"
#include "identity/access_tokens.h"
#include "net/tls.h"
#include "wire/json.h"

namespace doorward::app {

namespace asio = net::asio;
using net::Task;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds kMetadataLife{10 * 60'000};
constexpr milliseconds kWaitForOther{6'000};

std::unexpected<Error> no_metadata(std::string what) {
  return failure("provider.metadata", Fault::server, std::move(what));
}

}  // namespace

Providers::Providers(std::shared_ptr<identity::Keyring> keyring,
                     std::function<void(std::string_view)> log)
    : keyring_(std::move(keyring)),
      log_(std::move(log)),
      settings_(std::make_shared<const Settings>()) {}

Expected<void> Providers::configure(std::shared_ptr<const Config> config) {
  auto next = std::make_shared<Settings>();
  auto system = net::client_tls({});
  if (!system) return std::unexpected(std::move(system).error());
  next->tls[""] = std::move(*system);
  for (const auto& issuer : config->identity.oauth) {
    if (issuer.ca.empty()) continue;
    auto own = net::client_tls({.ca = issuer.ca.string()});
    if (!own) return std::unexpected(std::move(own).error().within("identity.oauth"));
    next->tls[issuer.issuer] = std::move(*own);
  }
  next->config = std::move(config);
  settings_.replace(std::move(next));
  known_.with([](auto& known) { known.clear(); });
  return {};
}

void Providers::aim(net::OutboundRequest& request, const std::string& issuer,
                    net::Stated whose) const {
  const auto settings = settings_.take();
  const auto own = wire::parse_url(issuer);
  const bool same_place = own && own->origin() == request.url.origin();
  request.stated = same_place ? whose : net::Stated::by_stranger;
  auto found = settings->tls.find(issuer);
  if (found == settings->tls.end()) found = settings->tls.find("");
  if (found != settings->tls.end()) request.tls = found->second;
}

Task<Expected<net::OutboundAnswer>> Providers::ask(std::string issuer, net::OutboundRequest request,
                                                   net::Stated whose) {
  aim(request, issuer, whose);
  auto answer = co_await net::outbound(std::move(request));
  co_return answer;
}

Task<Expected<net::OutboundAnswer>> Providers::post(std::string issuer,
                                                    net::OutboundRequest request,
                                                    core::Cleared body, net::Stated whose) {
  aim(request, issuer, whose);
  auto answer = co_await net::outbound(std::move(request), std::move(body));
  co_return answer;
}

Task<Expected<ProviderMetadata>> Providers::metadata(std::string issuer, net::Stated whose) {
  const auto known = known_.with([&](const auto& all) -> std::optional<ProviderMetadata> {
    const auto found = all.find(issuer);
    if (found == all.end() || steady_clock::now() - found->second.fetched > kMetadataLife)
      return std::nullopt;
    return found->second.metadata;
  });
  if (known) co_return *known;
  Error last{"provider.metadata", Fault::server, true, "it has no metadata"};
  for (const std::string& address : metadata_urls(issuer)) {
    auto url = wire::parse_url(address);
    if (!url) continue;
    net::OutboundRequest request;
    request.url = std::move(*url);
    auto answer = co_await ask(issuer, std::move(request), whose);
    if (!answer) {
      last = std::move(answer).error();
      // Nobody is there: another path of the same host will not be either.
      if (last.code.starts_with("dial.")) break;
      continue;
    }
    if (answer->status != 200) continue;
    auto read = read_provider(std::move(answer->body), issuer);
    if (!read) {
      last = std::move(read).error();
      continue;
    }
    known_.with([&](auto& all) { all[issuer] = Known{*read, steady_clock::now()}; });
    co_return std::move(*read);
  }
  co_return std::unexpected(std::move(last));
}

Task<Expected<void>> Providers::fetch_keys(std::string issuer) {
  auto provider = co_await metadata(issuer);
  if (!provider) co_return std::unexpected(std::move(provider).error());
  auto url = wire::parse_url(provider->jwks_uri);
  if (!url) co_return no_metadata("its metadata names no acceptable `jwks_uri`");
  net::OutboundRequest request;
  request.url = std::move(*url);
  auto answer = co_await ask(issuer, std::move(request));
  if (!answer) co_return std::unexpected(std::move(answer).error());
  if (answer->status != 200)
    co_return failure("provider.keys", Fault::server,
                      "its keys: HTTP status " + std::to_string(answer->status));
  auto keys = identity::parse_key_set(std::move(answer->body));
  if (!keys) co_return std::unexpected(std::move(keys).error());
  keyring_->put(issuer, std::move(*keys), steady_clock::now());
  co_return Expected<void>{};
}

Task<> Providers::refresh_keys(std::string issuer) {
  // Whoever comes while another one fetches waits for that.
  const bool mine = busy_.with([&](auto& busy) { return busy[issuer]++ == 0; });
  if (!mine) {
    busy_.with([&](auto& busy) { --busy[issuer]; });
    asio::steady_timer pause(co_await asio::this_coro::executor);
    const auto until = steady_clock::now() + kWaitForOther;
    while (steady_clock::now() < until &&
           busy_.with([&](auto& busy) { return busy[issuer] > 0; })) {
      pause.expires_after(milliseconds(20));
      co_await pause.async_wait(net::kTuple);
    }
    co_return;
  }
  struct Free {
    Locked<std::map<std::string, int>>& busy;
    const std::string& issuer;
    ~Free() {
      busy.with([&](auto& all) { --all[issuer]; });
    }
  } const free{busy_, issuer};
  if (!keyring_->take_try(issuer, steady_clock::now())) co_return;
  auto fetched = co_await fetch_keys(issuer);
  if (!fetched) {
    // What is known of its places may be what is wrong.
    known_.with([&](auto& all) { all.erase(issuer); });
    log_("issuer `" + issuer + "`: " + fetched.error().what);
  }
}

Task<std::string> Providers::introspect(std::string issuer, std::string token) {
  const auto settings = settings_.take();
  const auto& issuers = settings->config->identity.oauth;
  const auto rules = std::find_if(issuers.begin(), issuers.end(),
                                  [&](const auto& each) { return each.issuer == issuer; });
  if (rules == issuers.end()) co_return std::string();
  const auto& client = rules->introspection;
  if (!client) co_return std::string();
  auto secret = read_secret(*settings->config, client->client_secret.name);
  if (!secret) {
    log_("issuer `" + issuer + "`: " + secret.error().what);
    co_return std::string();
  }
  auto provider = co_await metadata(issuer);
  const auto url = provider ? wire::parse_url(provider->introspection_endpoint)
                            : Expected<wire::Url>(std::unexpected(provider.error()));
  if (!provider || !url) {
    log_("issuer `" + issuer + "`: can't be asked about tokens: " + url.error().what);
    co_return std::string();
  }
  net::OutboundRequest request;
  request.url = *url;
  request.form.emplace_back("token", Secret<>(std::move(token)));
  request.form.emplace_back("token_type_hint", Secret<>(std::string("access_token")));
  authenticate(request, client->client_id, *secret, provider->introspection_by_post);
  auto answer = co_await ask(issuer, std::move(request));
  if (!answer || answer->status != 200) {
    log_("issuer `" + issuer + "`: introspection: " +
         (answer ? "HTTP status " + std::to_string(answer->status) : answer.error().what));
    co_return std::string();
  }
  co_return std::move(answer->body);
}

namespace {

constexpr size_t kAskedTokens = 10'000;
constexpr size_t kAskersOfEach = 16;            // questions that are open at one issuer
constexpr std::chrono::seconds kWanted{3};      // something is open for it
constexpr std::chrono::seconds kForgotten{30};  // nothing is open for it any more
constexpr std::chrono::seconds kUnheard{30};    // its issuer can't be asked

bool says_active(std::string_view answer) {
  const auto document = wire::JsonDocument::parse(std::string(answer), {.depth = 16});
  return document && document->root()["active"].boolean() == true;
}

std::string digest_of(std::string_view token) {
  const Sha256 digest = sha256(token);
  return base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace

void Providers::remember(const std::string& issuer, const std::string& token,
                         std::string_view answer) {
  if (!says_active(answer)) return;
  const auto now = steady_clock::now();
  asked_.with([&](auto& asked) {
    if (asked.size() >= kAskedTokens)
      std::erase_if(asked, [&](const auto& each) { return now - each.second.wanted > kForgotten; });
    if (asked.size() >= kAskedTokens) return;
    Asked& each = asked[digest_of(token)];
    each = {.issuer = issuer,
            .token = Secret<>(token),
            .active = true,
            .queued = each.queued,
            .wanted = now,
            .told = now};
  });
}

bool Providers::still_active(const std::string& token_digest) {
  const auto now = steady_clock::now();
  return asked_.with([&](auto& asked) {
    const auto found = asked.find(token_digest);
    if (found == asked.end()) return false;
    found->second.wanted = now;
    return found->second.active && now - found->second.told < kUnheard;
  });
}

void Providers::ask_again(const asio::any_io_executor& executor) {
  const auto now = steady_clock::now();
  std::vector<std::pair<SteadyTime, std::pair<std::string, std::string>>> due;
  asked_.with([&](auto& asked) {
    std::erase_if(asked, [&](const auto& each) { return now - each.second.wanted > kForgotten; });
    for (auto& [digest, each] : asked) {
      if (!each.active || each.queued || now - each.wanted > kWanted) continue;
      each.queued = true;
      due.push_back({each.told, {each.issuer, digest}});
    }
  });
  std::sort(due.begin(), due.end());
  std::vector<std::string> starting;
  rounds_.with([&](auto& rounds) {
    for (auto& [_, one] : due) rounds[one.first].digests.push_back(std::move(one.second));
    for (auto& [issuer, round] : rounds)
      for (size_t more = round.digests.size(); more > 0 && round.askers < kAskersOfEach; --more) {
        ++round.askers;
        starting.push_back(issuer);
      }
  });
  for (const std::string& issuer : starting)
    asio::co_spawn(executor, [this, issuer] { return ask_in_turn(issuer); }, asio::detached);
}

Task<> Providers::ask_in_turn(std::string issuer) {
  for (;;) {
    const auto digest = rounds_.with([&](auto& rounds) -> std::optional<std::string> {
      Round& round = rounds[issuer];
      if (round.digests.empty()) {
        --round.askers;
        return std::nullopt;
      }
      std::string first = std::move(round.digests.front());
      round.digests.pop_front();
      return first;
    });
    if (!digest) co_return;
    std::string token = asked_.with([&](const auto& asked) {
      const auto found = asked.find(*digest);
      return found == asked.end() ? std::string() : found->second.token.reveal();
    });
    if (token.empty()) continue;
    const std::string said = co_await introspect(issuer, std::move(token));
    asked_.with([&](auto& asked) {
      const auto found = asked.find(*digest);
      if (found == asked.end()) return;
      found->second.queued = false;
      if (said.empty()) return;
      found->second.active = says_active(said);
      found->second.told = steady_clock::now();
    });
  }
}

namespace {

constexpr milliseconds kAllIssuers{3'000};  // for the slowest of several
constexpr std::string_view kNobody = "\n";  // all of several said no

bool says_no(std::string_view answer, bool several) {
  return several ? answer == kNobody : !answer.empty() && !says_active(answer);
}

// Used on the thread of the coroutine that waits.
struct Race {
  explicit Race(const asio::any_io_executor& executor) : over(executor) {}
  asio::steady_timer over;
  std::string winner;
  size_t open = 0;
  bool silent = false;  // one of them could not be asked
};

}  // namespace

Task<std::string> Providers::ask_all(std::vector<std::string> issuers, std::string token) {
  const auto executor = co_await asio::this_coro::executor;
  const auto race = std::make_shared<Race>(executor);
  race->over.expires_after(kAllIssuers);
  race->open = issuers.size();
  for (const std::string& issuer : issuers) {
    auto ask = [](Providers* self, std::shared_ptr<Race> held, std::string who,
                  std::string what) -> Task<> {
      const std::string said = co_await self->introspect(who, std::move(what));
      if (says_active(said) && held->winner.empty())
        held->winner.append(who).append("\n").append(said);
      held->silent = held->silent || said.empty();
      if (--held->open == 0 || !held->winner.empty()) held->over.cancel();
    };
    asio::co_spawn(executor, ask(this, race, issuer, token), asio::detached);
  }
  co_await race->over.async_wait(net::kTuple);
  if (!race->winner.empty()) co_return race->winner;
  co_return std::string(race->silent || race->open > 0 ? std::string_view() : kNobody);
}

Task<std::string> Providers::ask_about(std::string issuers, std::string token, std::string source) {
  using Turn = identity::Asking::Turn;
  const std::string digest = digest_of(token);
  const bool several = issuers.find('\n') != std::string::npos;
  const bool vouched = asked_.with([&](const auto& asked) {
    const auto found = asked.find(digest);
    return found != asked.end() && found->second.active;
  });
  identity::Asking::Place place(asking_, {issuers + " " + digest, std::move(source), vouched});
  asio::steady_timer pause(co_await asio::this_coro::executor);
  const auto until = steady_clock::now() + kWaitForOther;
  for (;;) {
    const Turn turn = place.look(steady_clock::now());
    if (turn == Turn::ask) break;
    if (turn == Turn::known)
      co_return place.heard().value_or(
          std::string(several ? kNobody : std::string_view(R"({"active":false})")));
    if (turn == Turn::full || steady_clock::now() >= until) co_return std::string();
    pause.expires_after(milliseconds(10));
    co_await pause.async_wait(net::kTuple);
  }
  std::string said;
  if (several) {
    std::vector<std::string> each;
    for (size_t at = 0; at <= issuers.size();) {
      const size_t end = std::min(issuers.find('\n', at), issuers.size());
      each.push_back(issuers.substr(at, end - at));
      at = end + 1;
    }
    said = co_await ask_all(std::move(each), token);
    if (const size_t line = said.find('\n'); line != std::string::npos && line > 0)
      remember(said.substr(0, line), token, std::string_view(said).substr(line + 1));
  } else {
    said = co_await introspect(issuers, token);
    remember(issuers, token, said);
  }
  place.close(said, says_no(said, several), steady_clock::now());
  co_return said;
}

Task<std::string> Providers::answer(std::string key, std::string source) {
  if (key.starts_with(identity::kNeedKeys)) {
    std::string issuer = key.substr(identity::kNeedKeys.size());
    co_await refresh_keys(std::move(issuer));
    co_return std::string("asked");
  }
  if (key.starts_with(identity::kNeedIntrospection)) {
    const std::string rest = key.substr(identity::kNeedIntrospection.size());
    const size_t blank = rest.find(' ');
    if (blank == std::string::npos) co_return std::string();
    std::string issuers = rest.substr(0, blank), token = rest.substr(blank + 1);
    auto said = co_await ask_about(std::move(issuers), std::move(token), std::move(source));
    co_return said;
  }
  co_return std::string();
}

void Providers::keep(std::weak_ptr<CredentialSource> source) {
  sources_.with([&](auto& all) {
    std::erase_if(all, [](const auto& each) { return each.expired(); });
    all.push_back(std::move(source));
  });
}

size_t Providers::drop_credentials(std::string_view server) {
  return sources_.with([&](auto& all) {
    size_t dropped = 0;
    for (const auto& each : all)
      if (const auto source = each.lock(); source && (server.empty() || source->server() == server))
        dropped += source->drop();
    return dropped;
  });
}

}  // namespace doorward::app
