// A thread of its own waits for what an I/O thread does.
#pragma once

#include <algorithm>
#include <future>
#include <memory>
#include <stop_token>
#include <utility>

#include "base/error.h"
#include "net/asio.h"

namespace doorward::app {

// Runs `task` on an I/O thread and waits for it here; a little longer than the network may take,
// and no longer than a second once this thread is to end. The task outlives the wait where it has
// to.
template <class T>
Expected<T> wait_for(const net::asio::any_io_executor& executor, net::Task<Expected<T>> task,
                     const std::stop_token& stop) {
  using std::chrono::milliseconds;
  auto promise = std::make_shared<std::promise<Expected<T>>>();
  auto answer = promise->get_future();
  net::asio::co_spawn(executor, std::move(task),
                      [promise](std::exception_ptr fault, Expected<T> value) {
                        if (fault)
                          promise->set_value(failure("export.failed", Fault::self, "an exception"));
                        else
                          promise->set_value(std::move(value));
                      });
  constexpr milliseconds kStep{100};
  milliseconds left{20'000};
  while (left.count() > 0 && answer.wait_for(kStep) != std::future_status::ready) {
    left -= kStep;
    if (stop.stop_requested()) left = std::min(left, milliseconds(1000));
  }
  if (left.count() > 0) return answer.get();
  return failure("export.timeout", Fault::server, "no end within the time");
}

}  // namespace doorward::app
