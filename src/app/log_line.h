// Doorward's own log: lines on standard error.
#pragma once

#include <string_view>

namespace doorward::app {

// Writes one line to standard error: RFC 3339 time, then the text, control characters escaped; at
// most 4 KiB. Never waits: a client that starts `wrap` may leave the pipe unread, and a call must
// not hang in it. What finds no room is dropped, and the next line that does says how many were.
void log_line(std::string_view text);

}  // namespace doorward::app
