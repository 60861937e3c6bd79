// Sends every signed entry to the receivers of `audit.exports`: files, syslog, OTLP collectors. One
// thread for each, off the I/O threads; at least once, from a cursor in the log's folder; what does
// not work, and what works again, is an event. Witnesses get checkpoints the same way.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "app/config/config.h"
#include "audit/log.h"
#include "net/asio.h"

namespace doorward::app {

class Exporter;
class WitnessRound;

class Exporters {
 public:
  struct Facts {
    audit::Log* log = nullptr;  // outlives this
    Path log_folder;
    net::asio::any_io_executor executor;  // of one I/O thread, for what goes over the network
    std::function<void(std::string_view reason, std::string_view detail)> event;
  };
  explicit Exporters(Facts facts);
  ~Exporters();
  Exporters(const Exporters&) = delete;
  Exporters& operator=(const Exporters&) = delete;

  // Starts what `config` names, stops what it names no more, leaves alone what is the same.
  // Errors: net.tls, secrets.*; then nothing changed.
  [[nodiscard]] Expected<void> configure(const Config& config);
  // Every receiver has all entries below this.
  [[nodiscard]] uint64_t received() const;

 private:
  const Facts facts_;
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Exporter>> running_;
  std::unique_ptr<WitnessRound> witnesses_;
};

}  // namespace doorward::app
