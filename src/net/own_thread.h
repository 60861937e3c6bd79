// A thread of the gateway's own, beside those that serve: for what has to wait on other systems and
// must delay no call. Coroutines on it may use all of `net` that asks for an I/O thread.
#pragma once

#include <memory>
#include <thread>

#include "net/gateway.h"

namespace doorward::net {

class OwnThread {
 public:
  explicit OwnThread(Gateway& gateway);
  // Ends what waits on it, then the thread.
  ~OwnThread();
  OwnThread(const OwnThread&) = delete;
  OwnThread& operator=(const OwnThread&) = delete;

  [[nodiscard]] asio::any_io_executor executor() { return context_.io.get_executor(); }

 private:
  ThreadContext context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace doorward::net
