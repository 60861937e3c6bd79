#include "net/syslog_connection.h"

#include <array>

#include "net/gateway.h"
#include "net/writer.h"

namespace doorward::net {

// A receiver says nothing; that it closed is told by a read alone (TLS keeps sending tickets).
Task<> SyslogConnection::watch_end(std::shared_ptr<Open> open) {
  std::array<char, 1024> nothing{};
  for (;;) {
    const asio::mutable_buffer into = asio::buffer(nothing);
    const auto [error, size] = co_await open->http->stream().read_some(into);
    if (error) break;
  }
  open->gone = true;
}

void SyslogConnection::end() {
  if (open_) open_->http->stream().close();
  open_.reset();
}

Task<> SyslogConnection::close() {
  end();
  co_return;
}

Task<bool> SyslogConnection::holds() {
  if (open_ && open_->gone) end();
  co_return open_ != nullptr;
}

Task<Expected<void>> SyslogConnection::send(core::Cleared frames) {
  constexpr std::chrono::seconds kLongest(10);
  const SteadyTime deadline = std::chrono::steady_clock::now() + kLongest;
  if (!open_) {
    const Dial how{url_, tls_, Stated::by_operator, deadline};
    auto dialled = co_await dial(how);
    if (!dialled) co_return std::unexpected(std::move(dialled).error());
    open_ = std::make_shared<Open>();
    open_->http = std::move(*dialled);
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    asio::co_spawn(executor, watch_end(open_), asio::detached);
  }
  Stream& stream = open_->http->stream();
  std::string fault;
  {
    Watchdog::Watch watch(here().watchdog, [&stream] { stream.close(); });
    watch.set(deadline);
    const error_code written = co_await write(stream, std::move(frames));
    if (watch.bitten())
      fault = "the receiver takes nothing";
    else if (written)
      fault = written.message();
  }
  if (fault.empty()) co_return Expected<void>();
  end();
  Error error{"syslog.write", Fault::server, true, std::move(fault)};
  co_return std::unexpected(std::move(error));
}

}  // namespace doorward::net
