// Recorded traffic judged by the guards of a gateway, without sending anything (INTERFACE, Traces).
//
// Transport, identity, rogue, isolation, the log and limits are off; where lines carry `time`
// limits are on, and the time of the lines is the only clock. A held call counts as not executed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/config/config.h"
#include "app/doors.h"

namespace doorward::app {

class Replay {
 public:
  // `timed`: lines carry `time`. Errors: config.*, policy.*.
  [[nodiscard]] static Expected<Replay> make(Config config, bool timed);
  ~Replay();
  Replay(Replay&&) noexcept;

  // The line to print for one line of the trace, with its end; "" for a server or a prompt.
  // Errors: replay.line (the text says what is wrong with it).
  [[nodiscard]] Expected<std::string> line(std::string_view text);
  [[nodiscard]] std::string summary() const;

 private:
  struct State;
  explicit Replay(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace doorward::app
