#include "detect/known_secrets.h"

#include <algorithm>
#include <cstring>

#include "detect/views.h"

namespace doorward::detect {

namespace {

constexpr size_t kMost = 4096;
constexpr size_t kMostOthers = 32;
constexpr size_t kShortest = 6;

template <class Values>
bool has(const Values& values, const Secret<std::string>& text) {
  return std::any_of(values.begin(), values.end(),
                     [&](const auto& value) { return value.text.equals(text.reveal()); });
}

std::string key_of(std::string_view secret) {
  const Sha256 digest = sha256(secret);
  return {reinterpret_cast<const char*>(digest.data()), 16};
}

// As string_view::find; the C library's looks at one byte in many where the secret is long.
size_t place_of(std::string_view text, std::string_view secret, size_t from) {
  if (from >= text.size()) return std::string_view::npos;
  const void* const found =
      ::memmem(text.data() + from, text.size() - from, secret.data(), secret.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace

HeldSecrets::HeldSecrets(std::vector<Secret<std::string>> values)
    : HeldSecrets(std::vector<Value>{}) {
  std::vector<Value> all;
  for (auto& value : values) all.push_back({std::move(value), false});
  renew(std::move(all));
}

HeldSecrets::HeldSecrets(std::vector<Value> values) : values_(std::make_shared<const Values>()) {
  renew(std::move(values));
}

void HeldSecrets::change(const std::function<void(Values&)>& change) {
  values_.with([&](std::shared_ptr<const Values>& held) {
    auto next = std::make_shared<Values>(*held);
    change(*next);
    while (next->others.size() > kMostOthers) next->others.pop_front();
    held = std::move(next);
  });
}

void HeldSecrets::renew(std::vector<Value> values) {
  std::erase_if(values, [](const Value& value) { return value.text.reveal().size() < kShortest; });
  change([&](Values& held) {
    for (Value& former : held.now)
      if (!has(values, former.text) && !has(held.others, former.text))
        held.others.push_back(std::move(former));
    held.now = std::move(values);
  });
}

void HeldSecrets::learn(const Secret<std::string>& value) {
  if (value.reveal().size() < kShortest) return;
  const auto known = values_.with([](const auto& held) { return held; });
  if (has(known->now, value) || has(known->others, value)) return;
  change([&](Values& held) { held.others.push_back({value, false}); });
}

bool HeldSecrets::empty() const {
  return values_.with([](const auto& held) { return held->now.empty() && held->others.empty(); });
}

void HeldSecrets::find(std::string_view text, std::vector<Finding>& findings) const {
  const auto held = values_.with([](const auto& values) { return values; });
  if (held->now.empty() && held->others.empty()) return;
  for (const View& view : views_of(text)) {
    const auto look = [&](const Value& value) {
      const std::string& secret = value.text.reveal();
      size_t count = 0;
      for (size_t at = place_of(view.text(), secret, 0); at != std::string_view::npos && count < 64;
           at = place_of(view.text(), secret, at + secret.size()), ++count)
        findings.push_back({value.canary ? "secret.canary" : "secret.held", Kind::secret,
                            Certainty::certain, 1.0, view.span(at, at + secret.size()),
                            view.how()});
    };
    for (const Value& value : held->now) look(value);
    for (const Value& value : held->others) look(value);
  }
}

void SeenSecrets::learn(std::string_view server, std::string_view secret) {
  state_.with([&](State& state) {
    std::string key = key_of(secret);
    if (!state.servers.emplace(key, server).second) return;
    state.order.push_back(std::move(key));
    if (state.order.size() <= kMost) return;
    state.servers.erase(state.order.front());
    state.order.pop_front();
  });
}

std::string SeenSecrets::first_server(std::string_view secret) const {
  return state_.with([&](const State& state) {
    const auto known = state.servers.find(key_of(secret));
    return known == state.servers.end() ? std::string() : known->second;
  });
}

}  // namespace doorward::detect
