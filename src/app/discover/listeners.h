// Sockets of this machine that speak MCP and are not Doorward (R11.8).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "app/scan.h"

namespace doorward::app {

struct Listening {
  std::string host;  // a loopback address that reaches it: `127.0.0.1` or `::1`
  uint16_t port = 0;
  uint64_t inode = 0;
  bool operator==(const Listening&) const = default;
};

// Lines of /proc/net/tcp and tcp6 (`is_v6`) in state LISTEN that loopback reaches. A line of
// another form is passed over.
[[nodiscard]] std::vector<Listening> listening_in(std::string_view text, bool is_v6);

// What answered to `initialize`.
enum class Answered : uint8_t { nothing, mcp, json_rpc, protected_mcp };
// Judges an HTTP answer's head and what was read of its body.
[[nodiscard]] Answered answered_in(std::string_view answer);

// Asks every listening socket that is not a Doorward's for MCP, over loopback only and for a
// bounded time. High: an MCP server that takes anybody (`discovery.listener`); medium: what speaks
// JSON-RPC, or asks for a token as MCP servers do; a note where the configuration knows it by its
// URL.
[[nodiscard]] std::vector<ScanFinding> listeners_around(const Config& config);

}  // namespace doorward::app
