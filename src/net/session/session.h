// One client's session with one server. It belongs to the principal that opened it; its id is
// Doorward's own and never seen upstream (R4.4).
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/clock.h"
#include "base/locked.h"
#include "core/exchange.h"
#include "net/session/capabilities.h"
#include "net/session/concerns.h"
#include "net/session/event_log.h"
#include "net/session/revision.h"
#include "net/upstream/upstream.h"

namespace doorward::net {

// An id as one text: `"a"` and `"\u0061"` are the same, `1` and `"1"` are not.
[[nodiscard]] std::string id_key(wire::JsonValue id);

struct SessionLimits {
  size_t in_flight = 256;          // requests under way
  size_t server_requests = 64;     // unanswered requests from the server
  size_t remembered_ids = 10'000;  // ids that may not come again
  size_t log_bytes = 1024 * 1024;  // of each stream
  size_t streams = 16;             // whose events are kept
};

class Session {
 public:
  Session(std::string id, core::Principal owner, std::string server, core::Carrier carrier,
          std::shared_ptr<Upstream> upstream, SessionLimits limits = {});
  // The part of `client` with one of the servers behind a merged endpoint. The client's ids, its
  // questions to answer and its streams are the same for all parts; what is under way with this
  // server, and its revision, are of this part alone.
  Session(const Session& client, std::string server, std::shared_ptr<Upstream> upstream);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] const std::string& id() const { return client_->id; }
  [[nodiscard]] const core::Principal& owner() const { return client_->owner; }
  [[nodiscard]] const std::string& owner_key() const { return client_->owner_key; }
  [[nodiscard]] const std::string& server() const { return server_; }
  [[nodiscard]] core::Carrier carrier() const { return client_->carrier; }
  [[nodiscard]] Upstream& upstream() { return *upstream_; }
  [[nodiscard]] std::shared_ptr<Upstream> upstream_ptr() { return upstream_; }

  // Null until `initialize` was answered.
  [[nodiscard]] const Revision* revision() const { return revision_.load(); }
  void establish(const Revision& revision) { revision_.store(&revision); }
  void declare(ClientCapabilities capabilities);
  [[nodiscard]] ClientCapabilities capabilities() const;

  // A client's request id: false when it was used before in this session, or too many are open.
  enum class Opened : uint8_t { yes, reused, too_many };
  [[nodiscard]] Opened open_request(std::string_view client_id, uint64_t upstream_id);
  // The open request is sent once more, under another id.
  void renumber_request(std::string_view client_id, uint64_t upstream_id);
  void close_request(std::string_view client_id);
  [[nodiscard]] std::optional<uint64_t> upstream_id(std::string_view client_id) const;
  // The open request is about to be sent. False when its client has cancelled it.
  [[nodiscard]] bool begin_sending(std::string_view client_id);
  // The client cancels an open request. Its id at the server where that has to be told: it was
  // sent, and not cancelled before.
  [[nodiscard]] std::optional<uint64_t> cancel_request(std::string_view client_id);
  [[nodiscard]] bool is_cancelled(std::string_view client_id) const;
  [[nodiscard]] size_t open_requests() const;  // of a part: with its server

  // A server's request on its way to the client, under an id of Doorward's own.
  struct Asked {
    std::string upstream_id;  // raw JSON
    wire::Method method;
    bool own = false;                 // Doorward asks for itself; the answer goes to no server
    std::string progress_token = {};  // raw JSON; the client may say how far it is
  };
  [[nodiscard]] std::optional<uint64_t> ask(Asked asked);  // nothing when too many are open
  // A question of Doorward's own about `subject`, to whoever is behind this client: once for each
  // subject, and a few at a time.
  [[nodiscard]] std::optional<uint64_t> ask_own(std::string_view subject, wire::Method method);
  [[nodiscard]] bool is_asked(std::string_view raw_id) const;
  [[nodiscard]] bool gave_progress_token(std::string_view raw_token) const;
  [[nodiscard]] std::optional<Asked> answer(std::string_view raw_id);
  // Our id of the open request that the server knows by this id.
  [[nodiscard]] std::optional<uint64_t> asked_as(std::string_view upstream_raw_id) const;

  // Event logs by number; 0 is the stream that belongs to no request.
  [[nodiscard]] std::shared_ptr<EventLog> standalone() const { return client_->standalone; }
  [[nodiscard]] std::shared_ptr<EventLog> new_stream();
  [[nodiscard]] std::shared_ptr<EventLog> find_stream(uint64_t number) const;
  // One GET stream at a time; false when it is taken.
  [[nodiscard]] bool take_standalone() { return !client_->standalone_taken.exchange(true); }
  void leave_standalone() {
    client_->left.store(std::chrono::steady_clock::now().time_since_epoch().count());
    client_->standalone_taken.store(false);
  }
  // Its client listened, and neither listens nor asks anything since then.
  [[nodiscard]] bool left_before(SteadyTime since) const {
    const auto left = client_->left.load();
    return left != 0 && is_idle() && last_used() < since &&
           SteadyTime(SteadyTime::duration(left)) < since;
  }

  // Nothing under way and nobody listening.
  [[nodiscard]] bool is_idle() const {
    return open_requests() == 0 && !client_->standalone_taken.load();
  }
  // Its server is a process of its own.
  [[nodiscard]] bool owns_process() const { return upstream_->owns_process(); }
  void touch(SteadyTime now) { client_->used.store(now.time_since_epoch().count()); }
  [[nodiscard]] SteadyTime last_used() const {
    return SteadyTime(SteadyTime::duration(client_->used.load()));
  }
  // Doorward's own with a server: no client can name it.
  void keep_internal() { internal_ = true; }
  [[nodiscard]] bool is_internal() const { return internal_; }
  void end() {
    ended_.store(true);
    if (!is_part_) client_->closed.store(true);
  }
  // The client's session is over, whatever its server does.
  [[nodiscard]] bool closed() const { return client_->closed.load(); }
  [[nodiscard]] bool ended() const { return ended_.load() || upstream_->is_gone(); }

  // What this server may tell its client about.
  [[nodiscard]] Concerns& concerns() { return concerns_; }

  // How often this server said that one of its lists changed.
  void note(wire::Method method);
  [[nodiscard]] uint64_t list_changes() const { return list_changes_.load(); }

 private:
  struct Open {
    uint64_t upstream_id;
    const Session* by;  // the part it goes to
    bool sent = false, cancelled = false;
  };
  struct Question {
    Asked asked;
    const Session* by;
  };
  struct State {
    ClientCapabilities capabilities;
    std::unordered_map<std::string, Open> open;
    std::unordered_set<size_t> used_ids;
    std::map<uint64_t, Question> asked;
    std::deque<std::string> own_subjects;  // the youngest of them
    std::map<uint64_t, std::shared_ptr<EventLog>> streams;
    uint64_t next_asked = 1;
    uint64_t next_stream = 1;
  };
  struct Client {
    std::string id;
    core::Principal owner;
    std::string owner_key;
    core::Carrier carrier;
    SessionLimits limits;
    std::shared_ptr<EventLog> standalone;
    std::atomic<bool> standalone_taken{false};
    std::atomic<bool> closed{false};
    std::atomic<SteadyTime::rep> used{0}, left{0};
    Locked<State> state;
  };
  const std::shared_ptr<Client> client_;
  const bool is_part_;
  const std::string server_;
  const std::shared_ptr<Upstream> upstream_;
  std::atomic<const Revision*> revision_{nullptr};
  std::atomic<bool> ended_{false};
  bool internal_ = false;  // set before it is shared
  std::atomic<uint64_t> list_changes_{0};
  Concerns concerns_;
};

// All sessions; found by id, whoever asks: the guard identity.session_owner decides.
class Sessions {
 public:
  explicit Sessions(size_t limit, size_t per_principal)
      : limit_(limit), per_principal_(per_principal) {}
  // Adds a session. Where its principal has too many, the one of them that was used longest ago
  // and is idle gives way and is returned to be closed: clients that never end their sessions are
  // common, and a client whose session is gone starts a new one (404). False when none can.
  struct Added {
    bool added = false;
    std::shared_ptr<Session> evicted;
  };
  [[nodiscard]] Added add(std::shared_ptr<Session> session);
  [[nodiscard]] std::shared_ptr<Session> find(std::string_view id) const;
  void remove(std::string_view id);
  // Takes out every session that ended or was last used before `since`; the caller closes them.
  [[nodiscard]] std::vector<std::shared_ptr<Session>> take_stale(SteadyTime since);
  // Takes out every session whose owner's credential is valid no more; the caller closes them.
  [[nodiscard]] std::vector<std::shared_ptr<Session>> take_invalid(
      const std::function<bool(const core::Principal&, const core::Credential&)>& valid);
  [[nodiscard]] std::vector<std::shared_ptr<Session>> take_all();
  [[nodiscard]] std::vector<std::shared_ptr<Session>> take_where(
      const std::function<bool(const Session&)>& fits);
  [[nodiscard]] size_t size() const;

 private:
  struct State {
    std::map<std::string, std::shared_ptr<Session>, std::less<>> by_id;
    std::map<std::string, size_t> per_principal;
  };
  static void forget(State& state, const Session& session);
  static std::shared_ptr<Session> evict(State& state, const std::string& owner_key);
  const size_t limit_, per_principal_;
  Locked<State> state_;
};

}  // namespace doorward::net
