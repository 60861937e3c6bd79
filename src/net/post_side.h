// Where the answers of one POST go. Used on its connection's thread only.
#pragma once

#include "net/call.h"
#include "net/http_connection.h"

namespace doorward::net {

// Where the answers of one POST go: one JSON body, or an event stream as soon as the server sends
// more than the answer, opens a stream itself or takes a moment. The stream is kept in the session
// when its connection breaks. Shared with the coroutine that opens it and keeps it alive.
class PostSide : public ClientSide, public std::enable_shared_from_this<PostSide> {
 public:
  PostSide(HttpExchange& exchange, std::shared_ptr<Session> session, bool new_session);
  // A stateless stream: nothing of it is kept, and leaving it cancels the request.
  PostSide(HttpExchange& exchange, std::shared_ptr<Session> session,
           std::shared_ptr<Cancellation> cancellation);

  // Call once: opens the stream when there is no answer for a moment.
  void start();

  Task<> streaming() override;
  Task<> polling(std::optional<uint32_t> retry_ms) override;
  Task<> send(core::Cleared message) override;
  Task<> answer(core::Cleared message, int status, std::string_view challenge) override;
  // The exchange ends: nothing may touch it any more.
  void end();

 private:
  // One writer at a time; all of it runs on the connection's thread.
  Task<> acquire();
  void release();
  Task<> open();
  Task<> event(core::Cleared message);
  // Ends the request when the client closes the connection. The next request of the connection is
  // read only after the answer: what comes of it before is left alone.
  Task<> watch_leaving();
  Task<> keep_alive();

  static constexpr std::chrono::milliseconds kBeforeStream{100};
  // A stateless error has a status of its own, which a stream that is open can't give any more.
  static constexpr std::chrono::milliseconds kBeforeStatelessStream{1'000};
  static constexpr uint32_t kRetryMs = 1000;
  HttpExchange& exchange_;  // used only while !over_
  const std::shared_ptr<Session> session_;
  const bool new_session_;
  std::shared_ptr<Cancellation> cancellation_;
  bool takes_events_ = true;
  bool busy_ = false;
  bool over_ = false;
  uint64_t last_ = 0;
  std::shared_ptr<EventLog> log_;
  asio::steady_timer changed_;
  asio::steady_timer* timer_ = nullptr;
  std::optional<Watchdog::Watch> moment_;  // until a stream is opened though nothing came
};

// Where the answers of one element of a batch go. A server's messages go to the session's stream.
class BatchSide : public ClientSide {
 public:
  BatchSide(Session& session, std::vector<core::Cleared>& answers)
      : session_(session), answers_(answers) {}
  Task<> send(core::Cleared message) override {
    session_.standalone()->append(std::move(message));
    co_return;
  }
  Task<> answer(core::Cleared message, int, std::string_view) override {
    answers_.push_back(std::move(message));
    co_return;
  }

 private:
  Session& session_;
  std::vector<core::Cleared>& answers_;
};

}  // namespace doorward::net
