// `limits` of doorward.yaml: how much, how long and how often.
#pragma once

#include <cstdint>
#include <optional>

#include "app/config/config_values.h"

namespace doorward::app {

struct Limits {
  Calls calls;                          // per principal and tool
  uint32_t concurrency = 8;             // calls of one principal at a time
  uint32_t tool_concurrency = 32;       // calls of one tool at a time
  uint32_t server_concurrency = 64;     // calls of one server at a time
  uint32_t queue = 64;                  // calls of one server that may wait for a place
  milliseconds deadline{30'000};        // of one call; progress doesn't extend it
  uint64_t message_bytes = 4ULL << 20;  // of one message of a client
  uint64_t result_bytes = 1ULL << 20;   // of one result of a tool
  uint32_t depth = 64;                  // nesting of one message
  Rate bytes{100ULL << 20, milliseconds(3'600'000)};  // results, per principal and tool
  uint32_t task_calls = 500;
  milliseconds task_time{24 * 3'600'000};
  uint32_t repeat_failures = 3;  // the same failing call, then it is blocked
  milliseconds repeat_window{60'000};
  milliseconds cooldown{30'000};  // of a blocked call
  uint32_t breaker_failures = 5;  // of a server in a row, then it is not called
  uint32_t breaker_percent = 50;  // or of its calls that fail; 100 = only in a row
  milliseconds breaker_cooldown{10'000};
  uint32_t sessions = 64;                          // of one principal
  uint32_t streams = 32;                           // open streams of one principal
  uint32_t subscriptions = 64;                     // of one session
  Rate server_messages{50, milliseconds(1000)};    // notifications and log lines of one server
  Rate server_requests{60, milliseconds(60'000)};  // what one server may ask a client
  Rate list_changes{30, milliseconds(60'000)};     // list_changed and updated of one server
  uint64_t buffers = 256ULL << 20;                 // of all messages under way
  uint32_t heavy_concurrency = 2;       // calls known as heavy, of one principal at a time
  milliseconds heavy_deadline{10'000};  // of a call known as heavy
  bool adaptive = true;                 // a slow server gets fewer calls at a time
  uint32_t retries = 1;                 // of an idempotent read that was lost
  // Of local servers at a time; none = what the memory bears (app/host_memory.h).
  std::optional<uint32_t> server_processes;
  bool operator==(const Limits&) const = default;
};

}  // namespace doorward::app
