#include "app/secret_book.h"

#include "app/secrets.h"

namespace doorward::app {

using std::chrono::seconds;
using std::chrono::steady_clock;

Expected<Secret<>> SecretBook::get(const std::string& name) const {
  const auto now = steady_clock::now();
  const auto held = pages_.with([&](const auto& pages) -> std::optional<Secret<>> {
    const auto found = pages.find(name);
    if (found == pages.end() || now - found->second.looked >= seconds(1)) return std::nullopt;
    return found->second.value;
  });
  if (held) return *held;
  auto value = read_secret(*config_, name);
  return pages_.with([&](auto& pages) -> Expected<Secret<>> {
    if (value) {
      pages[name] = Page{*value, now, now};
      return std::move(*value);
    }
    const auto found = pages.find(name);
    if (found == pages.end() || now - found->second.read > seconds(5)) {
      pages.erase(name);
      return std::unexpected(std::move(value).error());
    }
    found->second.looked = now;
    return found->second.value;
  });
}

}  // namespace doorward::app
