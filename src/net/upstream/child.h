// A server over stdio: one child process, its pipes and who waits for what. Lives on the thread
// that started it; others hand their lines over.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "net/gateway.h"
#include "net/upstream/process_room.h"
#include "net/upstream/switchboard.h"

namespace doorward::net {

class Child : public std::enable_shared_from_this<Child> {
 public:
  // `shared`: it serves several principals, so what belongs to no request belongs to nobody.
  Child(Gateway& gateway, std::string server, ChildPipes pipes, asio::any_io_executor home,
        bool shared);
  ~Child();

  [[nodiscard]] const std::string& server() const { return server_; }
  // Whose it is; "" of one that serves several.
  [[nodiscard]] const std::string& user() const { return user_; }
  void belongs_to(const core::Principal& principal) {  // before it is shared
    user_ = principal.user;
    owner_ = principal.key();
  }

  // Starts reading. Call once, on the home thread.
  void start();

  [[nodiscard]] uint64_t next_id() { return next_id_.fetch_add(1, std::memory_order_relaxed); }
  // As Switchboard says. A question that nobody can be asked is refused here.
  void expect(uint64_t id, Switchboard::Waiting waiting) {
    use(0);
    switchboard_.expect(id, std::move(waiting));
  }
  void forget(uint64_t id);
  void left(const void* client) { switchboard_.left(client); }
  void attach(const std::shared_ptr<ServerMessages>& inbox) { switchboard_.attach(inbox); }

  // Counts who may still use it; `idle_since` is the end of time while anyone may.
  void use(int change);
  [[nodiscard]] SteadyTime idle_since() const;
  [[nodiscard]] HeldProcess as_held() const;

  // Hands a line to the writer. Errors: upstream.unavailable (gone, or it does not read).
  [[nodiscard]] Expected<void> enqueue(core::Cleared line);
  // Closes its input, then kills it and all its children. Any thread, any number of times.
  void end();
  // A request that got no answer in its time. A server that neither answers it nor ends in the
  // grace that follows takes no new call, and is killed once the other calls that it serves are
  // over.
  void overdue(uint64_t id);
  // Of all requests one is under way.
  [[nodiscard]] bool only_waits() const { return switchboard_.waiting() <= 1; }
  [[nodiscard]] bool is_replaced() const { return replaced_.load(); }
  // Ids up to this one are never handed out.
  void skip_ids(uint64_t upto) {
    uint64_t next = next_id_.load();
    while (next <= upto && !next_id_.compare_exchange_weak(next, upto + 1)) continue;
  }
  [[nodiscard]] bool is_gone() const { return gone_.load(); }
  [[nodiscard]] bool is_ending() const { return ending_.load(); }

 private:
  struct Use {
    int users = 0;
    SteadyTime idle_since = std::chrono::steady_clock::now();
  };
  struct Outbox {
    std::deque<core::Cleared> lines;
    size_t bytes = 0;
    bool writing = false;
  };
  Task<> read_output();
  Task<> read_errors();
  Task<> write_lines();
  Task<> read_events();
  void tell_events();
  Task<> leave();
  Task<> await_overdue(uint64_t id);
  void dispatch(std::string line);
  void mark_gone();

  Gateway& gateway_;
  const std::string server_;
  std::string user_, owner_;
  asio::any_io_executor home_;
  asio::posix::stream_descriptor input_, output_, errors_;
  asio::posix::stream_descriptor events_;
  std::function<void()> kill_;
  std::function<std::optional<WallEvent>()> next_event_;
  const std::shared_ptr<Egress> egress_;
  std::vector<EgressDoor> doors_;  // until `start`
  std::atomic<uint64_t> next_id_{1};
  std::atomic<bool> gone_{false};
  std::atomic<bool> ending_{false};
  std::atomic<bool> replaced_{false};
  Switchboard switchboard_;
  Locked<Use> use_;
  Locked<Outbox> outbox_;
};

// All children by what they serve: a session, a principal or everyone.
class Children {
 public:
  explicit Children(Gateway& gateway) : gateway_(gateway) {}
  ~Children();

  // Finds or starts the child for this principal under the route's instance mode.
  // An idle one may end for it, as process_room.h says. Errors: upstream.unavailable (can't start,
  // starts too often), upstream.full (too many run), upstream.share (this principal has too many).
  [[nodiscard]] Task<Expected<std::shared_ptr<Child>>> take(const ServerRoute& route,
                                                            const core::Principal& principal,
                                                            Instances mode);
  void end_all();
  // Ends those that serve several sessions and that nobody has used since then.
  void end_idle(SteadyTime since);
  // Starts none any more; waits for those that are being started.
  void stop();
  void end_where(const std::function<bool(const Child&)>& fits);

 private:
  struct Starts {
    int failures = 0;
    SteadyTime not_before{};
  };
  struct State {
    std::map<std::string, std::weak_ptr<Child>> kept;  // per_principal and shared
    std::vector<std::weak_ptr<Child>> all;
    std::map<std::string, Starts> starts;
    std::map<std::string, size_t> starting;  // by owner
  };
  // Whether one more may start for this owner, and the one that ends for it.
  static ProcessRoom make_room(State& state, const std::string& owner, size_t limit,
                               std::shared_ptr<Child>& ends);
  Gateway& gateway_;
  Locked<State> state_;
  asio::thread_pool launcher_{1};
};

}  // namespace doorward::net
