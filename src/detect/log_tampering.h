// Commands and settings that stop, weaken or empty a log: of the system, a shell, a database or a
// cloud account.
//
// Tested by tests/unit/detect/log_tampering.cc
#pragma once

#include <string_view>

namespace doorward::detect {

// `systemctl stop auditd`, `journalctl --vacuum-size=1`, `> /var/log/auth.log`. Time grows with the
// text only.
[[nodiscard]] bool tampers_with_logs(std::string_view command);

// A file that says what is logged, or that only a logging daemon writes.
[[nodiscard]] bool is_log_file(std::string_view path);

// A setting by that name says what is logged: `audit.enabled`, `logLevel`.
[[nodiscard]] bool names_log_setting(std::string_view name);

}  // namespace doorward::detect
