// One side of a session: a server that Doorward is a client of. Ids on it are Doorward's own.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/pipeline.h"
#include "net/asio.h"
#include "wire/message.h"

namespace doorward::net {

// Takes what a server sends; runs on the thread of the coroutine that waits for it.
class Receiver {
 public:
  virtual ~Receiver() = default;
  // One message, or the error of one that did not parse. True: the call is over.
  [[nodiscard]] virtual Task<bool> receive(Expected<wire::Message> message) = 0;
  // The server answers with a stream of its own.
  virtual Task<> streaming() { co_return; }
  // What the client said in answer to a question was refused; the call is over.
  virtual Task<> refused(core::Refusal refusal) {
    static_cast<void>(refusal);
    co_return;
  }
  // The HTTP status of the answer, before it is received.
  virtual void status(int) {}
  // The server answers that it can't now, and when it wants to be asked again; nothing where that
  // is not said in seconds.
  virtual void busy(std::optional<std::chrono::seconds> retry_after) {
    static_cast<void>(retry_after);
  }
  // The server closed that stream before its answer and wants to be asked again (SEP-1699);
  // Doorward does so. `retry_ms` is what it said, if it did.
  virtual Task<> polling(std::optional<uint32_t> retry_ms) {
    static_cast<void>(retry_ms);
    co_return;
  }
};

// Lets the client's side end a request; used on one thread.
class Cancellation {
 public:
  enum class By : uint8_t {
    leaving,  // the client closed the request's stream
    notice,   // the client said so, and the server has been told
    session,  // the session ended
    person,   // an operator
  };
  // Who waits for something and has to be woken by the end; for as long as this lives. What was
  // cancelled before is heard at once: between two steps of a call nobody listens.
  // INVARIANT: `end` wakes (closes a socket, cancels a timer) and destroys no Heard.
  class Heard {
   public:
    Heard(std::shared_ptr<Cancellation> of, std::function<void()> end)
        : of_(std::move(of)), end_(std::move(end)) {
      if (!of_) return;
      of_->heard_.push_front(this);
      place_ = of_->heard_.begin();
      if (of_->cancelled) end_();
    }
    Heard(const Heard&) = delete;
    Heard& operator=(const Heard&) = delete;
    ~Heard() {
      if (of_) of_->heard_.erase(place_);
    }

   private:
    friend class Cancellation;
    const std::shared_ptr<Cancellation> of_;
    const std::function<void()> end_;
    std::list<Heard*>::iterator place_;
  };

  void cancel() {
    if (std::exchange(cancelled, true)) return;
    for (Heard* each : heard_) each->end_();
  }

  bool cancelled = false;
  By by = By::leaving;

 private:
  std::list<Heard*> heard_;
};

// For whom a request is sent. The token is the client's own: it may be shown to the authorization
// server that exchanges it, and to nobody else (R4.5).
struct Caller {
  const core::Principal* principal = nullptr;
  std::string_view token;
};

// What a request needs beside its bytes.
struct Sending {
  uint64_t id = 0;  // Doorward's id of a request; 0 for anything else
  wire::Method method = wire::Method::unknown;
  std::string_view target;  // tool, prompt or URI, for headers that mirror it
  std::chrono::steady_clock::time_point deadline;
  bool stateless = false;  // carries its own revision; no session is named
  std::vector<std::pair<std::string, std::string>> headers = {};  // over HTTP
  std::shared_ptr<Cancellation> cancellation = nullptr;
  const wire::Message* request = nullptr;  // as the client sent it; lives as long as the call
  std::string state = {};                  // what its requestState stands for
  // A local server that does not end this request at its deadline is killed and started anew.
  bool ends_process = false;
  // The same, where it has nothing else to do: a busy one may be too busy for this.
  bool ends_idle_process = false;
  Caller caller = {};
};

// The server answered with an HTTP status that no answer of MCP has: `upstream.status`, or
// `upstream.credential` where it is about Doorward's credential there (401, 403).
[[nodiscard]] inline bool is_bad_status(const Error& error) {
  return error.code == "upstream.status" || error.code == "upstream.credential";
}

class Upstream {
 public:
  virtual ~Upstream() = default;

  [[nodiscard]] virtual uint64_t next_id() {
    return next_id_.fetch_add(1, std::memory_order_relaxed);
  }

  // Sends a request and hands everything that belongs to it to `receiver`, until that says it is
  // over. Errors: upstream.unavailable (nothing was sent), upstream.lost (outcome unknown),
  // upstream.deadline, upstream.cancelled, upstream.session_gone, upstream.status (a bad HTTP
  // status or type), upstream.unready (HTTP 502, 503 or 504: it, or what stands before it, can't
  // now). What is cancelled before it is sent is not sent any more.
  [[nodiscard]] virtual Task<Expected<void>> request(core::Cleared, Sending, Receiver&) = 0;
  // Sends a notification or a reply.
  [[nodiscard]] virtual Task<Expected<void>> send(core::Cleared, Sending) = 0;
  // Receives what belongs to no request, until the server or `stop` ends it.
  // Errors: upstream.no_stream (the server offers none) and those of request.
  [[nodiscard]] virtual Task<Expected<void>> listen(Receiver&,
                                                    std::shared_ptr<std::atomic<bool>> stop) = 0;
  // Ends the server's side of the session; children are killed.
  [[nodiscard]] virtual Task<> close() = 0;
  // True once it can't be used any more.
  [[nodiscard]] virtual bool is_gone() const { return false; }
  // True where ending the session ends a process.
  [[nodiscard]] virtual bool owns_process() const { return false; }
  // True where the server is of the other era and this is what carries requests over. `translate`
  // adds the splices that a request needs for it.
  [[nodiscard]] virtual bool translates() const { return false; }
  virtual void translate(const wire::Message& request, std::vector<wire::Edit>& edits) const {
    static_cast<void>(request);
    static_cast<void>(edits);
  }
  // The id of the request that goes on when a client comes back with this state.
  [[nodiscard]] virtual std::optional<uint64_t> resumed(std::string_view state) const {
    static_cast<void>(state);
    return std::nullopt;
  }
  // Set once `initialize` is answered.
  virtual void set_revision(std::string_view) {}

 private:
  std::atomic<uint64_t> next_id_{1};
};

}  // namespace doorward::net
