#include "net/upstream/switchboard.h"

#include <charconv>

#include "net/session/stateless.h"

namespace doorward::net {

namespace {

constexpr size_t kEarlyMessages = 64;

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

}  // namespace

void Switchboard::expect(uint64_t id, std::shared_ptr<ServerMessages> inbox) {
  state_.with([&](State& state) {
    if (state.closed)
      inbox->close();
    else
      state.calls.emplace(id, std::move(inbox));
  });
}

void Switchboard::forget(uint64_t id) {
  state_.with([&](State& state) { state.calls.erase(id); });
}

void Switchboard::attach(std::shared_ptr<ServerMessages> inbox) {
  state_.with([&](State& state) {
    for (auto& message : state.early) static_cast<void>(inbox->push(std::move(message)));
    state.early.clear();
    if (state.closed) inbox->close();
    state.unsolicited = std::move(inbox);
  });
}

void Switchboard::dispatch(Expected<wire::Message> message) {
  std::shared_ptr<ServerMessages> target;
  bool answers = false;
  state_.with([&](State& state) {
    const auto id = message ? belongs_to(*message) : std::nullopt;
    if (id) {
      const auto found = state.calls.find(static_cast<uint64_t>(*id));
      if (found != state.calls.end()) {
        target = found->second;
        answers = message->is_reply();
        if (answers) state.calls.erase(found);  // a second answer finds nobody
      }
    } else if (!shared_ && !state.calls.empty() &&
               !(message && concerns_no_call(message->method()))) {
      target = state.calls.rbegin()->second;  // the youngest request that is open
    }
    if (!target && shared_) return;
    if (!target) target = state.unsolicited;
    if (!target && state.early.size() < kEarlyMessages)
      state.early.push_back(std::move(message));
    else if (!target)
      dropped_.fetch_add(1);
  });
  // An answer is never dropped for the notifications before it.
  if (target && !target->push(std::move(message), answers)) dropped_.fetch_add(1);
}

void Switchboard::close() {
  state_.with([](State& state) {
    state.closed = true;
    for (auto& [id, inbox] : state.calls) inbox->close();
    if (state.unsolicited) state.unsolicited->close();
  });
}

}  // namespace doorward::net
