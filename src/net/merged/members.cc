#include "net/merged/members.h"

#include <algorithm>

#include "net/handshake.h"
#include "net/judging.h"
#include "net/merged/merged_held.h"
#include "net/own_request.h"
#include "net/session/to_sessions.h"

namespace doorward::net {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {
constexpr std::chrono::seconds kStartLimit{60};
constexpr std::chrono::seconds kLate{12};  // from its start; nothing waits for such a server again
constexpr size_t kInstructions = 8'192;    // bytes that are kept
constexpr milliseconds kFirstPause{2'000};
constexpr milliseconds kLongestPause{60'000};

ServerCapabilities capabilities_of(const wire::Message& answer) {
  const wire::JsonValue given = answer.result()["capabilities"];
  return {.tools = given["tools"].is_object(),
          .prompts = given["prompts"].is_object(),
          .resources = given["resources"].is_object(),
          .subscribe = given["resources"]["subscribe"].boolean().value_or(false),
          .completions = given["completions"].is_object(),
          .logging = given["logging"].is_object()};
}
}  // namespace

Members::Members(Gateway& gateway, std::shared_ptr<const Routes> routes, core::Principal principal)
    : Members(gateway, std::move(routes), std::move(principal), "") {}

Members::Members(Gateway& gateway, std::shared_ptr<const Routes> routes, core::Principal principal,
                 std::string capabilities)
    : gateway_(gateway),
      routes_(std::move(routes)),
      principal_(std::move(principal)),
      capabilities_(std::move(capabilities)) {
  state_.with([&](State& state) {
    for (const auto& [name, route] : *routes_) {
      Place& place = state.places[name];
      place.member.name = name;
      place.member.route = route;
    }
  });
  if (capabilities_.empty()) return;
  auto request = wire::Message::parse(
      wire::make_request("1", wire::Method::discover, stateless_params(capabilities_)));
  if (!request) panic("a request of Doorward's own does not parse");
  stateless_ = std::make_unique<const wire::Message>(std::move(*request));
  own_client_ = std::make_shared<Session>("", principal_, "", core::Carrier::http, nullptr,
                                          gateway_.settings.session);
  own_client_->declare(declared_in(capabilities_));
  state_.with([&](State& state) {
    state.client = own_client_;
    state.joined = true;
  });
}

void Members::join(const CallFacts& client, std::string params) {
  state_.with([&](State& state) {
    if (std::exchange(state.joined, true)) return;
    state.client = client.session;
    state.peer = client.peer;
    state.params = std::move(params);
  });
}

bool Members::joined() const {
  return state_.with([](const State& state) { return state.joined; });
}

void Members::set_level(std::string params) {
  state_.with([&](State& state) { state.level = std::move(params); });
}

bool Members::is_configured(std::string_view name) const {
  return routes_->contains(name);
}

std::vector<std::string> Members::names() const {
  std::vector<std::string> names;
  for (const auto& [name, route] : *routes_) names.push_back(name);
  return names;
}

std::vector<Member> Members::ready() const {
  return state_.with([](const State& state) {
    std::vector<Member> there;
    for (const auto& [name, place] : state.places)
      if (place.stand == Stand::ready && !place.member.session->ended())
        there.push_back(place.member);
    return there;
  });
}

std::optional<Member> Members::find(std::string_view name) const {
  return state_.with([&](const State& state) -> std::optional<Member> {
    const auto found = state.places.find(name);
    if (found == state.places.end() || found->second.stand != Stand::ready ||
        found->second.member.session->ended())
      return std::nullopt;
    return found->second.member;
  });
}

Error Members::why_absent(std::string_view name) const {
  return state_.with([&](const State& state) {
    const auto found = state.places.find(name);
    if (found != state.places.end() && found->second.why && is_no_room(*found->second.why))
      return *found->second.why;
    return Error{"upstream.unavailable", Fault::server, false, "the server is not there"};
  });
}

bool Members::all_ready() const {
  return ready().size() == routes_->size();
}

CallFacts Members::facts(const Member& member) const {
  CallFacts facts;
  facts.carrier = member.session->carrier();
  facts.principal = &principal_;
  facts.server = member.route->name;
  facts.session = member.session;
  facts.route = member.route.get();
  facts.stateless = stateless();
  state_.with([&](const State& state) { facts.peer = state.peer; });
  return facts;
}

void Members::on_change(std::shared_ptr<Inbox<int>> waiting) {
  state_.with([&](State& state) {
    std::erase_if(state.waiting, [](const auto& held) { return held.expired(); });
    state.waiting.push_back(std::move(waiting));
  });
}

void Members::wake(State& state) {
  for (const auto& held : state.waiting)
    if (const auto inbox = held.lock()) static_cast<void>(inbox->push(1));
}

bool Members::begin(std::string_view name) {
  return state_.with([&](State& state) {
    const auto found = state.places.find(name);
    if (found == state.places.end() || state.closed || state.client.expired()) return false;
    Place& place = found->second;
    const auto now = steady_clock::now();
    if (place.stand == Stand::starting) return false;
    if (place.stand == Stand::ready && !place.member.session->ended()) return false;
    if (place.stand == Stand::failed && now - place.since < std::chrono::seconds(1)) return false;
    place.stand = Stand::starting;
    place.since = now;
    return true;
  });
}

Task<> Members::gather(milliseconds patience) {
  auto executor = co_await asio::this_coro::executor;
  auto changes = std::make_shared<Inbox<int>>(executor, 1);
  on_change(changes);
  for (const auto& [name, route] : *routes_)
    if (begin(name))
      asio::co_spawn(
          executor, [self = shared_from_this(), name = name] { return self->start(name); },
          asio::detached);
  for (;;) {
    // Only a first try is waited for: what was slow or dead once delays nobody again.
    const auto until = state_.with([&](const State& state) {
      SteadyTime latest{};
      for (const auto& [name, place] : state.places)
        if (place.stand == Stand::starting && place.failures == 0 &&
            !gateway_.merged_held->was_late(name))
          latest = std::max(latest, place.since + patience);
      return latest;
    });
    if (steady_clock::now() >= until) break;
    static_cast<void>(co_await changes->pop(until));
  }
  std::vector<std::string> late;
  state_.with([&](State& state) {
    state.gathered = true;
    for (const auto& [name, place] : state.places)
      if (place.stand == Stand::starting && steady_clock::now() - place.since >= kLate)
        late.push_back(name);
  });
  for (const std::string& name : late) gateway_.merged_held->note_start(name, false);
}

Task<std::optional<Member>> Members::reach(std::string name, SteadyTime deadline) {
  if (auto there = find(name)) co_return there;
  auto executor = co_await asio::this_coro::executor;
  auto changes = std::make_shared<Inbox<int>>(executor, 1);
  on_change(changes);
  if (begin(name))
    asio::co_spawn(
        executor, [self = shared_from_this(), name] { return self->start(name); }, asio::detached);
  for (;;) {
    bool waits = false;
    auto there = state_.with([&](const State& state) -> std::optional<Member> {
      const auto found = state.places.find(name);
      if (found == state.places.end()) return std::nullopt;
      waits = found->second.stand == Stand::starting;
      if (found->second.stand != Stand::ready) return std::nullopt;
      return found->second.member;
    });
    if (there || !waits || steady_clock::now() >= deadline) co_return there;
    static_cast<void>(co_await changes->pop(deadline));
  }
}

Task<> Members::start(std::string name) {
  auto opened = co_await open(name);
  ended(name, std::move(opened));
  const auto pause = state_.with([&](State& state) -> std::optional<milliseconds> {
    const Place& place = state.places.at(name);
    if (state.closed || place.stand != Stand::failed) return std::nullopt;
    return std::min(kLongestPause, kFirstPause * (1 << std::min(place.failures - 1, 5)));
  });
  if (!pause) co_return;
  auto executor = co_await asio::this_coro::executor;
  asio::co_spawn(
      executor,
      [weak = weak_from_this(), name, pause = *pause]() -> Task<> {
        asio::steady_timer timer(co_await asio::this_coro::executor);
        timer.expires_after(pause);
        co_await timer.async_wait(kTuple);
        const auto self = weak.lock();
        if (self && self->begin(name)) co_await self->start(name);
      },
      asio::detached);
}

Task<Expected<Member>> Members::open(std::string name) {
  Member member;
  std::string params, level;
  auto client = state_.with([&](const State& state) {
    member = state.places.at(name).member;
    params = state.params;
    level = state.level;
    return state.client.lock();
  });
  if (!client) co_return failure("upstream.unavailable", Fault::client, "the client is gone");
  auto upstream =
      co_await gateway_.connect(*member.route, principal_, stateless(), stateless_.get());
  if (!upstream) co_return std::unexpected(std::move(upstream).error());
  member.session = std::make_shared<Session>(*client, name, std::move(*upstream));
  client.reset();
  if (stateless()) {
    auto found = co_await discover(std::move(member));
    co_return found;
  }
  const CallFacts facts = this->facts(member);
  const SteadyTime deadline = steady_clock::now() + kStartLimit;
  auto answer = co_await open_session(gateway_, facts, std::move(params), deadline);
  if (!answer) {
    co_await member.session->upstream().close();
    co_return std::unexpected(std::move(answer).error());
  }
  member.capabilities = capabilities_of(*answer);
  member.instructions = answer->result()["instructions"].text().substr(0, kInstructions);
  if (member.capabilities.logging && !level.empty()) {
    OwnRequest request;
    request.method = wire::Method::logging_set_level;
    request.params = std::move(level);
    request.deadline = steady_clock::now() + std::chrono::seconds(5);
    auto set = co_await ask(gateway_, facts, std::move(request));
    static_cast<void>(set);
  }
  co_return member;
}

Task<Expected<Member>> Members::discover(Member member) {
  const CallFacts facts = this->facts(member);
  OwnRequest request;
  request.method = wire::Method::discover;
  request.for_client = true;  // the server's words reach the client: they are judged as for it
  request.params = stateless_params(capabilities_);
  request.deadline = steady_clock::now() + kStartLimit;
  auto answer = co_await ask(gateway_, facts, std::move(request));
  if (!answer) co_return std::unexpected(std::move(answer).error());
  if (!answer->result())
    co_return failure("upstream.answer", Fault::server, "the server refuses `server/discover`");
  member.capabilities = capabilities_of(*answer);
  member.instructions = answer->result()["instructions"].text().substr(0, kInstructions);
  co_return member;
}

void Members::ended(const std::string& name, Expected<Member> opened) {
  if (!opened)
    gateway_.log("server `" + name + "`: " + opened.error().code + ": " + opened.error().what);
  if (opened) gateway_.merged_held->note_start(name, true);
  std::shared_ptr<Session> surplus;
  ServerCapabilities came;
  bool late = false;
  state_.with([&](State& state) {
    Place& place = state.places.at(name);
    place.why.reset();
    if (opened && state.closed) {
      surplus = opened->session;
    } else if (opened) {
      late = state.gathered;
      came = opened->capabilities;
      place.member = std::move(*opened);
      place.stand = Stand::ready;
      place.failures = 0;
    } else {
      place.stand = Stand::failed;
      place.since = steady_clock::now();
      place.why = std::move(opened).error();
      ++place.failures;
    }
    wake(state);
  });
  if (surplus)
    asio::co_spawn(
        here().io, [surplus]() -> Task<> { co_await surplus->upstream().close(); }, asio::detached);
  if (!late) return;
  if (came.tools) announce(wire::Method::n_tools_list_changed);
  if (came.prompts) announce(wire::Method::n_prompts_list_changed);
  if (came.resources) announce(wire::Method::n_resources_list_changed);
}

void Members::announce(wire::Method list_changed) {
  std::string peer;
  const auto client = state_.with([&](const State& state) {
    peer = state.peer;
    return state.client.lock();
  });
  if (!client) return;
  auto message = wire::Message::parse(wire::make_notification(list_changed, ""));
  if (!message) return;
  CallFacts facts;
  facts.carrier = client->carrier();
  facts.principal = &principal_;
  facts.peer = peer;
  facts.session = client;
  const std::string call_id = new_call_id();
  core::Exchange exchange = exchange_of(facts, core::Stage::server_message, call_id);
  exchange.message = &*message;
  exchange.message_bytes = message->bytes().size();
  exchange.own = true;
  exchange.reply_expected = true;  // Doorward's own word, not one of a server
  core::Notes notes;
  core::Permits permits;
  auto cleared = gateway_.pipeline.take()->clear(exchange, notes, permits);
  if (cleared) client->standalone()->append(std::move(*cleared));
}

Task<> Members::close() {
  std::vector<std::shared_ptr<Session>> open;
  state_.with([&](State& state) {
    state.closed = true;
    for (auto& [name, place] : state.places) {
      if (place.member.session) open.push_back(std::move(place.member.session));
      place.stand = Stand::unknown;
      place.member.session.reset();
    }
    wake(state);
  });
  for (const auto& session : open) {
    session->end();
    co_await session->upstream().close();
  }
}

}  // namespace doorward::net
