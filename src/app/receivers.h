// Where records of the log go: a file, a syslog receiver, an OTLP collector.
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "app/config/config.h"
#include "audit/record.h"
#include "net/asio.h"

namespace doorward::app {

// Of one thread; blocks it.
class Receiver {
 public:
  Receiver() = default;
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;
  virtual ~Receiver() = default;
  // True: what send() took is there for good. Otherwise holds() tells later whether it arrived.
  [[nodiscard]] virtual bool acknowledges() const { return true; }
  [[nodiscard]] virtual bool holds() { return true; }
  // All of them or none. Errors: export.*, audit.write_failed, those of net.
  [[nodiscard]] virtual Expected<void> send(const std::vector<audit::Record>& records,
                                            const std::stop_token& stop) = 0;
};

// `executor` of one I/O thread. Errors: net.tls, secrets.*, url.syntax.
[[nodiscard]] Expected<std::unique_ptr<Receiver>> make_receiver(
    const Config& config, const AuditExport& to, net::asio::any_io_executor executor);

}  // namespace doorward::app
