#include "net/session/session.h"

#include <algorithm>
#include <charconv>

namespace doorward::net {

namespace {
std::optional<uint64_t> number(std::string_view raw) {
  uint64_t value = 0;
  auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  if (error != std::errc() || end != raw.data() + raw.size()) return std::nullopt;
  return value;
}
}  // namespace

std::string id_key(wire::JsonValue id) {
  return id.is_string() ? "s" + std::string(id.text()) : "n" + std::string(id.raw());
}

Session::Session(std::string id, core::Principal owner, std::string server, core::Carrier carrier,
                 std::shared_ptr<Upstream> upstream, SessionLimits limits)
    : client_(std::make_shared<Client>()),
      is_part_(false),
      server_(std::move(server)),
      upstream_(std::move(upstream)) {
  client_->id = std::move(id);
  client_->owner = std::move(owner);
  client_->owner_key = client_->owner.key();
  client_->carrier = carrier;
  client_->limits = limits;
  client_->standalone = std::make_shared<EventLog>(0, limits.log_bytes);
}

Session::Session(const Session& client, std::string server, std::shared_ptr<Upstream> upstream)
    : client_(client.client_),
      is_part_(true),
      server_(std::move(server)),
      upstream_(std::move(upstream)) {}

Session::~Session() {
  // What this part asked is answered by nobody any more; above all not by another part.
  client_->state.with([&](State& state) {
    std::erase_if(state.asked, [&](const auto& entry) { return entry.second.by == this; });
  });
}

void Session::declare(ClientCapabilities capabilities) {
  client_->state.with([&](State& state) { state.capabilities = capabilities; });
}

ClientCapabilities Session::capabilities() const {
  return client_->state.with([](const State& state) { return state.capabilities; });
}

Session::Opened Session::open_request(std::string_view client_id, uint64_t upstream_id) {
  return client_->state.with([&](State& state) {
    if (state.open.size() >= client_->limits.in_flight) return Opened::too_many;
    // A hash is enough: a collision of 64 bits refuses one honest id in 10^15.
    if (state.used_ids.size() >= client_->limits.remembered_ids) state.used_ids.clear();
    if (state.open.contains(std::string(client_id)) ||
        !state.used_ids.insert(std::hash<std::string_view>()(client_id)).second)
      return Opened::reused;
    state.open.emplace(client_id, Open{upstream_id, this});
    return Opened::yes;
  });
}

void Session::renumber_request(std::string_view client_id, uint64_t upstream_id) {
  client_->state.with([&](State& state) {
    const auto found = state.open.find(std::string(client_id));
    if (found != state.open.end() && found->second.by == this)
      found->second.upstream_id = upstream_id;
  });
}

void Session::close_request(std::string_view client_id) {
  client_->state.with([&](State& state) { state.open.erase(std::string(client_id)); });
}

std::optional<uint64_t> Session::upstream_id(std::string_view client_id) const {
  return client_->state.with([&](const State& state) -> std::optional<uint64_t> {
    const auto found = state.open.find(std::string(client_id));
    if (found == state.open.end() || found->second.by != this) return std::nullopt;
    return found->second.upstream_id;
  });
}

bool Session::begin_sending(std::string_view client_id) {
  return client_->state.with([&](State& state) {
    const auto found = state.open.find(std::string(client_id));
    if (found == state.open.end() || found->second.by != this) return true;
    if (found->second.cancelled) return false;
    found->second.sent = true;
    return true;
  });
}

std::optional<uint64_t> Session::cancel_request(std::string_view client_id) {
  return client_->state.with([&](State& state) -> std::optional<uint64_t> {
    const auto found = state.open.find(std::string(client_id));
    if (found == state.open.end() || found->second.by != this) return std::nullopt;
    const bool before = std::exchange(found->second.cancelled, true);
    if (before || !found->second.sent) return std::nullopt;
    return found->second.upstream_id;
  });
}

bool Session::is_cancelled(std::string_view client_id) const {
  return client_->state.with([&](const State& state) {
    const auto found = state.open.find(std::string(client_id));
    return found != state.open.end() && found->second.by == this && found->second.cancelled;
  });
}

size_t Session::open_requests() const {
  return client_->state.with([&](const State& state) -> size_t {
    if (!is_part_) return state.open.size();
    return static_cast<size_t>(
        std::count_if(state.open.begin(), state.open.end(),
                      [&](const auto& entry) { return entry.second.by == this; }));
  });
}

std::optional<uint64_t> Session::ask(Asked asked) {
  return client_->state.with([&](State& state) -> std::optional<uint64_t> {
    // Counted for each server: one of many can't use up what the others may ask.
    const auto own = std::count_if(state.asked.begin(), state.asked.end(), [&](const auto& entry) {
      return entry.second.by == this && !entry.second.asked.own;
    });
    if (static_cast<size_t>(own) >= client_->limits.server_requests) return std::nullopt;
    const uint64_t id = state.next_asked++;
    state.asked.emplace(id, Question{std::move(asked), this});
    return id;
  });
}

std::optional<uint64_t> Session::ask_own(std::string_view subject, wire::Method method) {
  constexpr size_t kOpen = 8, kRemembered = 64;
  return client_->state.with([&](State& state) -> std::optional<uint64_t> {
    if (std::find(state.own_subjects.begin(), state.own_subjects.end(), subject) !=
        state.own_subjects.end())
      return std::nullopt;
    // One that is not answered for long gives way: its answer, if it comes, belongs to nothing.
    size_t open = 0;
    auto oldest = state.asked.end();
    for (auto at = state.asked.begin(); at != state.asked.end(); ++at) {
      if (!at->second.asked.own) continue;
      if (open++ == 0) oldest = at;
    }
    if (open >= kOpen) state.asked.erase(oldest);
    state.own_subjects.emplace_back(subject);
    if (state.own_subjects.size() > kRemembered) state.own_subjects.pop_front();
    const uint64_t id = state.next_asked++;
    state.asked.emplace(id, Question{{"", method, true}, this});
    return id;
  });
}

bool Session::is_asked(std::string_view raw_id) const {
  const auto id = number(raw_id);
  return id && client_->state.with([&](const State& state) {
    const auto found = state.asked.find(*id);
    return found != state.asked.end() && found->second.by == this;
  });
}

bool Session::gave_progress_token(std::string_view raw_token) const {
  return client_->state.with([&](const State& state) {
    return std::any_of(state.asked.begin(), state.asked.end(), [&](const auto& entry) {
      return entry.second.by == this && !entry.second.asked.progress_token.empty() &&
             entry.second.asked.progress_token == raw_token;
    });
  });
}

std::optional<Session::Asked> Session::answer(std::string_view raw_id) {
  const auto id = number(raw_id);
  if (!id) return std::nullopt;
  return client_->state.with([&](State& state) -> std::optional<Asked> {
    const auto found = state.asked.find(*id);
    if (found == state.asked.end() || found->second.by != this) return std::nullopt;
    Asked taken = std::move(found->second.asked);
    state.asked.erase(found);
    return taken;
  });
}

std::optional<uint64_t> Session::asked_as(std::string_view upstream_raw_id) const {
  return client_->state.with([&](const State& state) -> std::optional<uint64_t> {
    for (const auto& [id, question] : state.asked)
      if (question.by == this && question.asked.upstream_id == upstream_raw_id) return id;
    return std::nullopt;
  });
}

void Session::note(wire::Method method) {
  if (method == wire::Method::n_tools_list_changed ||
      method == wire::Method::n_prompts_list_changed ||
      method == wire::Method::n_resources_list_changed)
    list_changes_.fetch_add(1);
}

std::shared_ptr<EventLog> Session::new_stream() {
  return client_->state.with([&](State& state) {
    const uint64_t number = state.next_stream++;
    auto log = std::make_shared<EventLog>(number, client_->limits.log_bytes);
    state.streams.emplace(number, log);
    // The oldest closed stream goes first; open ones are bounded by the requests in flight.
    for (auto at = state.streams.begin();
         at != state.streams.end() && state.streams.size() > client_->limits.streams;)
      at = at->second->is_closed() ? state.streams.erase(at) : std::next(at);
    return log;
  });
}

std::shared_ptr<EventLog> Session::find_stream(uint64_t number) const {
  if (number == 0) return client_->standalone;
  return client_->state.with([&](const State& state) -> std::shared_ptr<EventLog> {
    const auto found = state.streams.find(number);
    return found == state.streams.end() ? nullptr : found->second;
  });
}

std::shared_ptr<Session> Sessions::evict(State& state, const std::string& owner_key) {
  auto oldest = state.by_id.end();
  for (auto at = state.by_id.begin(); at != state.by_id.end(); ++at) {
    Session& session = *at->second;
    if (session.owner_key() != owner_key || !session.is_idle()) continue;
    if (oldest == state.by_id.end() || session.last_used() < oldest->second->last_used())
      oldest = at;
  }
  if (oldest == state.by_id.end()) return nullptr;
  auto taken = std::move(oldest->second);
  state.by_id.erase(oldest);
  forget(state, *taken);
  return taken;
}

Sessions::Added Sessions::add(std::shared_ptr<Session> session) {
  return state_.with([&](State& state) {
    Added result;
    const auto own = state.per_principal.find(session->owner_key());
    const bool full = own != state.per_principal.end() && own->second >= per_principal_;
    if (full || state.by_id.size() >= limit_) {
      result.evicted = evict(state, session->owner_key());
      if (!result.evicted) return result;
    }
    ++state.per_principal[session->owner_key()];
    const std::string& id = session->id();
    state.by_id.emplace(id, std::move(session));
    result.added = true;
    return result;
  });
}

std::shared_ptr<Session> Sessions::find(std::string_view id) const {
  return state_.with([&](const State& state) -> std::shared_ptr<Session> {
    const auto found = state.by_id.find(id);
    return found == state.by_id.end() ? nullptr : found->second;
  });
}

void Sessions::forget(State& state, const Session& session) {
  const auto own = state.per_principal.find(session.owner_key());
  if (own != state.per_principal.end() && --own->second == 0) state.per_principal.erase(own);
}

void Sessions::remove(std::string_view id) {
  state_.with([&](State& state) {
    const auto found = state.by_id.find(id);
    if (found == state.by_id.end()) return;
    forget(state, *found->second);
    state.by_id.erase(found);
  });
}

std::vector<std::shared_ptr<Session>> Sessions::take_stale(SteadyTime since) {
  return state_.with([&](State& state) {
    std::vector<std::shared_ptr<Session>> taken;
    for (auto at = state.by_id.begin(); at != state.by_id.end();) {
      Session& session = *at->second;
      const bool idle = session.last_used() < since && session.open_requests() == 0;
      if (!session.ended() && !idle) {
        ++at;
        continue;
      }
      forget(state, session);
      taken.push_back(std::move(at->second));
      at = state.by_id.erase(at);
    }
    return taken;
  });
}

std::vector<std::shared_ptr<Session>> Sessions::take_where(
    const std::function<bool(const Session&)>& fits) {
  return state_.with([&](State& state) {
    std::vector<std::shared_ptr<Session>> taken;
    for (auto at = state.by_id.begin(); at != state.by_id.end();) {
      if (!fits(*at->second)) {
        ++at;
        continue;
      }
      taken.push_back(at->second);
      forget(state, *at->second);
      at = state.by_id.erase(at);
    }
    return taken;
  });
}

std::vector<std::shared_ptr<Session>> Sessions::take_invalid(
    const std::function<bool(const core::Principal&, const core::Credential&)>& valid) {
  std::vector<std::shared_ptr<Session>> all;
  state_.with([&](State& state) {
    for (const auto& [id, session] : state.by_id) all.push_back(session);
  });
  // Asked outside the lock; whoever is taken out meanwhile is gone already.
  std::erase_if(all, [&](const auto& session) {
    core::Credential credential;
    credential.id = session->owner().credential;
    return session->carrier() != core::Carrier::http || valid(session->owner(), credential);
  });
  for (const auto& session : all) remove(session->id());
  return all;
}

std::vector<std::shared_ptr<Session>> Sessions::take_all() {
  return state_.with([](State& state) {
    std::vector<std::shared_ptr<Session>> taken;
    for (auto& [id, session] : state.by_id) taken.push_back(std::move(session));
    state.by_id.clear();
    state.per_principal.clear();
    return taken;
  });
}

size_t Sessions::size() const {
  return state_.with([](const State& state) { return state.by_id.size(); });
}

}  // namespace doorward::net
