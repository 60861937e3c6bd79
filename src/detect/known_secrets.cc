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

constexpr size_t kShortestLiving = 16;            // of a credential that comes and goes
constexpr auto kAfter = std::chrono::minutes(5);  // for clocks that differ, and what is under way

uint64_t eight_bytes(const char* from) {
  uint64_t bytes = 0;
  std::memcpy(&bytes, from, 8);
  return bytes;
}
size_t sieve_of(uint64_t tail) {
  return (tail * 0x9E3779B97F4A7C15ULL) >> 47;  // 17 bits
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

void LivingSecrets::add(const Secret<std::string>& value, SteadyTime now, SteadyTime until) {
  if (value.reveal().size() < kShortestLiving) return;
  // The same one again, with nearly the same end, costs no more than this.
  const auto table = table_.take();
  const auto [first, last] =
      table->by_tail.equal_range(eight_bytes(value.reveal().data() + value.reveal().size() - 8));
  for (auto each = first; each != last; ++each)
    if (each->second->value.reveal() == value.reveal() && each->second->until + kAfter >= until)
      return;
  held_.with([&](std::vector<std::shared_ptr<const Held>>& all) {
    const auto known = std::find_if(all.begin(), all.end(), [&](const auto& each) {
      return each->value.reveal() == value.reveal();
    });
    if (known != all.end()) {
      until = std::max(until, (*known)->until);
      all.erase(known);
    }
    all.push_back(std::make_shared<const Held>(Held{value, until}));
    if (all.size() > kMostLiving)
      std::erase_if(all, [now](const auto& each) { return each->until + kAfter < now; });
    if (all.size() > kMostLiving) all.erase(all.begin());
    auto next = std::make_shared<Table>();
    next->all = all;
    for (const auto& each : all) {
      const std::string& text = each->value.reveal();
      const uint64_t tail = eight_bytes(text.data() + text.size() - 8);
      next->longest = std::max(next->longest, text.size());
      next->tails[sieve_of(tail)] = true;
      next->by_tail.emplace(tail, each.get());
    }
    table_.replace(std::move(next));
  });
}

std::vector<LivingSecrets::Place> LivingSecrets::find(std::string_view text) const {
  std::vector<Place> places;
  const auto table = table_.take();
  if (table->all.empty()) return places;
  for (size_t end = kShortestLiving; end <= text.size() && places.size() < 64; ++end) {
    const uint64_t tail = eight_bytes(text.data() + end - 8);
    if (!table->tails[sieve_of(tail)]) continue;
    const auto [first, last] = table->by_tail.equal_range(tail);
    for (auto each = first; each != last; ++each) {
      const std::string& secret = each->second->value.reveal();
      if (end >= secret.size() && text.substr(end - secret.size(), secret.size()) == secret) {
        places.push_back({end - secret.size(), end});
        break;
      }
    }
  }
  return places;
}

bool LivingSecrets::empty() const {
  return table_.take()->all.empty();
}
size_t LivingSecrets::longest() const {
  return table_.take()->longest;
}
size_t LivingSecrets::size() const {
  return table_.take()->all.size();
}

HeldSecrets::HeldSecrets(std::vector<Secret<std::string>> values,
                         std::shared_ptr<const LivingSecrets> living)
    : HeldSecrets(std::vector<Value>{}) {
  std::vector<Value> all;
  all.reserve(values.size());
  for (auto& value : values) all.push_back({std::move(value)});
  renew(std::move(all));
  if (living) watch(std::move(living));
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

void HeldSecrets::watch(std::shared_ptr<const LivingSecrets> living) {
  change([&](Values& held) { held.living = std::move(living); });
}

bool HeldSecrets::empty() const {
  return values_.with([](const auto& held) {
    return held->now.empty() && held->others.empty() && (!held->living || held->living->empty());
  });
}

size_t HeldSecrets::reach() const {
  // What is encoded goes on from a few bytes, too short to be decoded by itself.
  constexpr size_t kEncoded = 256;
  return values_.with([](const auto& held) {
    size_t longest = kEncoded;
    for (const Value& value : held->now) longest = std::max(longest, value.text.reveal().size());
    for (const Value& value : held->others) longest = std::max(longest, value.text.reveal().size());
    return held->living ? std::max(longest, held->living->longest()) : longest;
  });
}

void HeldSecrets::tell_of_bait(std::function<void(const std::string& name)> tell) {
  tell_of_bait_ = std::move(tell);
}

// One message is looked at several times: by the guards, and by what keeps it for the log.
void HeldSecrets::found_bait(const std::string& name) const {
  constexpr std::chrono::minutes kApart(1);
  if (!tell_of_bait_) return;
  const SteadyTime now = std::chrono::steady_clock::now();
  const bool is_news = told_.with([&](auto& told) {
    const auto [known, fresh] = told.try_emplace(name, now);
    if (!fresh && now - known->second < kApart) return false;
    known->second = now;
    return true;
  });
  if (is_news) tell_of_bait_(name);
}

void HeldSecrets::find(std::string_view text, std::vector<Finding>& findings) const {
  if (!empty()) find(views_of(text), findings);
}

void HeldSecrets::find(std::span<const View> views, std::vector<Finding>& findings) const {
  const auto held = values_.with([](const auto& values) { return values; });
  const bool living = held->living && !held->living->empty();
  if (held->now.empty() && held->others.empty() && !living) return;
  for (const View& view : views) {
    const auto look = [&](const Value& value) {
      const std::string& secret = value.text.reveal();
      size_t count = 0;
      for (size_t at = place_of(view.text(), secret, 0); at != std::string_view::npos && count < 64;
           at = place_of(view.text(), secret, at + secret.size()), ++count)
        findings.push_back({value.bait.empty() ? "secret.held" : "secret.canary", Kind::secret,
                            Certainty::certain, 1.0, view.span(at, at + secret.size()),
                            view.how()});
      if (count > 0 && !value.bait.empty()) found_bait(value.bait);
    };
    if (living)
      for (const auto& [from, to] : held->living->find(view.text()))
        findings.push_back({"secret.held", Kind::secret, Certainty::certain, 1.0,
                            view.span(from, to), view.how()});
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
