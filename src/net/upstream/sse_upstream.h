// A server of the oldest HTTP transport ("HTTP with SSE"): one event stream
// brings everything, requests are posted to the address that its first event names. That address
// has to be of the same origin, and no client ever sees it: what it holds is the session's secret.
#pragma once

#include "net/upstream/http_upstream.h"
#include "net/upstream/switchboard.h"

namespace doorward::net {

class SseUpstream : public HttpUpstream, public std::enable_shared_from_this<SseUpstream> {
 public:
  // Opens the stream and waits for the address. `first_id` is the first id that is free.
  // Errors: upstream.unavailable, upstream.status (no such stream, or an address elsewhere).
  [[nodiscard]] static Task<Expected<std::shared_ptr<Upstream>>> open(
      Gateway& gateway, std::shared_ptr<const Routes> routes, const ServerRoute& route,
      uint64_t first_id, SteadyTime deadline);
  SseUpstream(Gateway& gateway, std::shared_ptr<const Routes> routes, const ServerRoute& route,
              uint64_t first_id);

  [[nodiscard]] uint64_t next_id() override { return next_id_.fetch_add(1); }
  [[nodiscard]] bool is_gone() const override { return gone_.load(); }
  Task<Expected<void>> request(core::Cleared, Sending, Receiver&) override;
  Task<Expected<void>> send(core::Cleared, Sending) override;
  Task<Expected<void>> listen(Receiver&, std::shared_ptr<std::atomic<bool>> stop) override;
  Task<> close() override;

 private:
  // Reads events until the stream ends; the first one is handed to `opened`.
  Task<> read(std::shared_ptr<Inbox<std::string>> opened, SteadyTime deadline);

  void dispatch(Expected<wire::Message> message);

  std::atomic<uint64_t> next_id_;
  std::atomic<bool> gone_{false};
  asio::any_io_executor home_;
  HttpStream* stream_ = nullptr;  // of home's thread
  Switchboard switchboard_;
};

// The target to post to out of the `endpoint` event's data, seen from `base`; nothing where it is
// no address of the same origin.
[[nodiscard]] std::optional<std::string> endpoint_target(const wire::Url& base,
                                                         std::string_view data);

}  // namespace doorward::net
