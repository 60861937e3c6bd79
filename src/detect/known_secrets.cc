#include "detect/known_secrets.h"

#include <cstring>

#include "detect/views.h"

namespace doorward::detect {

namespace {

constexpr size_t kMost = 4096;

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

HeldSecrets::HeldSecrets(std::vector<Secret<std::string>> values) {
  for (auto& value : values)
    if (value.reveal().size() >= 6) values_.push_back(std::move(value));
}

void HeldSecrets::find(std::string_view text, std::vector<Finding>& findings) const {
  if (values_.empty()) return;
  for (const View& view : views_of(text))
    for (const auto& value : values_) {
      const std::string& secret = value.reveal();
      size_t count = 0;
      for (size_t at = place_of(view.text(), secret, 0); at != std::string_view::npos && count < 64;
           at = place_of(view.text(), secret, at + secret.size()), ++count)
        findings.push_back({"secret.held", Kind::secret, Certainty::certain, 1.0,
                            view.span(at, at + secret.size()), view.how()});
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
