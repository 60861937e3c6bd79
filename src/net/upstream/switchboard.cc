#include "net/upstream/switchboard.h"

#include <algorithm>
#include <charconv>

#include "net/session/stateless.h"

namespace doorward::net {

namespace {

constexpr size_t kEarlyMessages = 64;
constexpr size_t kEarlyBytes = 1024 * 1024;
constexpr std::chrono::minutes kMayStillAsk{5};  // after its call was given up

std::optional<int64_t> number_in(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// What a server says of itself, whoever is being served.
bool concerns_no_call(wire::Method method) {
  switch (method) {
    case wire::Method::n_tools_list_changed:
    case wire::Method::n_resources_list_changed:
    case wire::Method::n_prompts_list_changed:
    case wire::Method::n_resources_updated:
      return true;
    default:
      return false;
  }
}

// The id of the request that a message says it belongs to.
std::optional<int64_t> belongs_to(const wire::Message& message) {
  if (message.is_reply()) return message.id() ? message.id().integer() : std::nullopt;
  if (const wire::JsonValue of = subscription_id(message))
    return of.is_string() ? number_in(of.text()) : of.integer();
  if (message.method() == wire::Method::n_progress)
    return message.params()["progressToken"].integer();
  return std::nullopt;
}

bool asks(const wire::Message& message) {
  return message.is_request() && message.method() != wire::Method::ping;
}

}  // namespace

void Switchboard::expect(uint64_t id, Waiting waiting) {
  state_.with([&](State& state) {
    if (state.closed)
      waiting.inbox->close();
    else
      state.calls.emplace(id, std::move(waiting));
  });
}

void Switchboard::forget(uint64_t id) {
  state_.with([&](State& state) {
    const auto found = state.calls.find(id);
    if (found == state.calls.end()) return;
    if (shared_ && found->second.can_ask)
      state.given_up[found->second.client] = std::chrono::steady_clock::now();
    state.calls.erase(found);
  });
}

void Switchboard::left(const void* client) {
  state_.with([&](State& state) {
    const auto gone = state.given_up.extract(client);
    if (!gone.empty() && client != nullptr)
      state.given_up[nullptr] = std::max(state.given_up[nullptr], gone.mapped());
  });
}

bool Switchboard::idle() const {
  return state_.with([](const State& state) { return state.calls.empty(); });
}

size_t Switchboard::waiting() const {
  return state_.with([](const State& state) { return state.calls.size(); });
}

void Switchboard::overdue(uint64_t id) {
  state_.with([&](State& state) { state.overdue.insert(id); });
}

bool Switchboard::still_overdue(uint64_t id) {
  return state_.with([&](State& state) { return state.overdue.erase(id) > 0; });
}

void Switchboard::attach(const std::shared_ptr<ServerMessages>& inbox) {
  state_.with([&](State& state) {
    for (auto& message : state.early) static_cast<void>(inbox->push(std::move(message)));
    state.early.clear();
    state.early_bytes = 0;
    if (state.closed) inbox->close();
    std::erase_if(state.listeners, [](const auto& held) { return held.expired(); });
    state.listeners.push_back(inbox);
  });
}

Switchboard::Route Switchboard::to_its_request(State& state, uint64_t id, bool is_reply,
                                               Target& target) {
  const auto found = state.calls.find(id);
  if (found == state.calls.end())  // too late for its call, in time for the server
    return is_reply && state.overdue.erase(id) > 0 ? Route::taken : Route::listeners;
  target = found->second.inbox;
  if (is_reply) state.calls.erase(found);  // a second answer finds nobody
  return Route::found;
}

Switchboard::Route Switchboard::to_whom_it_asks(const State& state, Target& target) const {
  const void* client = nullptr;
  for (const auto& [id, waiting] : state.calls) {
    if (!waiting.can_ask) continue;
    if (target && waiting.client != client) return Route::nobody;
    client = waiting.client;
    target = waiting.inbox;  // the youngest
  }
  const auto since = std::chrono::steady_clock::now() - kMayStillAsk;
  for (const auto& [whose, when] : state.given_up)
    if (whose != client && when > since) return Route::nobody;
  if (target) return Route::found;
  if (shared_) return Route::nobody;
  const auto listening = std::count_if(state.listeners.begin(), state.listeners.end(),
                                       [](const auto& held) { return !held.expired(); });
  return listening > 1 ? Route::nobody : Route::listeners;
}

Switchboard::Route Switchboard::to_listeners(State& state, Expected<wire::Message>& message,
                                             Target& target) {
  const bool of_itself = message && concerns_no_call(message->method());
  bool heard = false;
  for (const auto& held : state.listeners)
    if (auto inbox = held.lock()) {
      heard = true;
      if (!of_itself && !shared_) target = std::move(inbox);
    }
  if (of_itself && heard) tell_all(state, *message);
  // An answer to nothing is nothing to wait for a listener with.
  if (!heard && message && message->is_reply())
    dropped_.fetch_add(1);
  else if (!heard && !shared_)
    keep_early(state, std::move(message));
  return target ? Route::found : Route::taken;
}

// A copy for each: every one judges it for its own client.
void Switchboard::tell_all(State& state, const wire::Message& message) {
  for (const auto& held : state.listeners)
    if (const auto inbox = held.lock()) {
      const size_t bytes = message.bytes().size();
      if (!inbox->push(wire::Message::parse(std::string(message.bytes())), false, bytes))
        dropped_.fetch_add(1);
    }
}

void Switchboard::keep_early(State& state, Expected<wire::Message> message) {
  const size_t bytes = message ? message->bytes().size() : 0;
  if (state.early.size() >= kEarlyMessages || state.early_bytes + bytes > kEarlyBytes) {
    dropped_.fetch_add(1);
    return;
  }
  state.early_bytes += bytes;
  state.early.push_back(std::move(message));
}

std::optional<wire::Message> Switchboard::dispatch(Expected<wire::Message> message, size_t weight) {
  Target target;
  const bool is_reply = message && message->is_reply();
  const Route route = state_.with([&](State& state) {
    Route next = Route::listeners;
    if (const auto id = message ? belongs_to(*message) : std::nullopt) {
      next = to_its_request(state, static_cast<uint64_t>(*id), is_reply, target);
    } else if (message && asks(*message)) {
      next = to_whom_it_asks(state, target);
    } else if (!shared_ && !state.calls.empty() &&
               !(message && concerns_no_call(message->method()))) {
      target = state.calls.rbegin()->second.inbox;  // the youngest request that is open
      next = Route::found;
    }
    return next == Route::listeners ? to_listeners(state, message, target) : next;
  });
  if (route == Route::nobody) return std::move(*message);
  // An answer is never dropped for the notifications before it.
  if (route == Route::found && !target->push(std::move(message), is_reply, weight))
    dropped_.fetch_add(1);
  return std::nullopt;
}

void Switchboard::close() {
  state_.with([](State& state) {
    state.closed = true;
    for (auto& [id, waiting] : state.calls) waiting.inbox->close();
    for (const auto& held : state.listeners)
      if (const auto inbox = held.lock()) inbox->close();
  });
}

}  // namespace doorward::net
