// Fuzzes module: app
// What the kernel lists as sockets, what a stranger's socket answers, and descriptions of servers:
// each is read without a fault, and a socket found has an address that loopback reaches.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/discover/listeners.h"
#include "app/onboard/client_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool is_v6 : {false, true})
    for (const auto& socket : doorward::app::listening_in(text, is_v6))
      if (socket.port == 0 || (socket.host != "127.0.0.1" && socket.host != "::1")) std::abort();
  if (!text.starts_with("HTTP/1.") &&
      doorward::app::answered_in(text) != doorward::app::Answered::nothing)
    std::abort();
  const auto file = doorward::app::parse_client_file("/x/server.json", nullptr, std::string(text));
  if (file && file->kind == nullptr) std::abort();
  return 0;
}
