#include "detect/log_tampering.h"

#include <gtest/gtest.h>

namespace doorward::detect {
namespace {

TEST(LogTampering, CommandsAndTheirTwins) {
  for (const std::string_view text : {"systemctl stop auditd",
                                      "sudo systemctl disable --now rsyslog",
                                      "service auditd stop",
                                      "stop auditd",
                                      "pkill -9 auditd",
                                      "auditctl -e 0",
                                      "auditctl -D",
                                      "journalctl --vacuum-time=1s",
                                      "history -c",
                                      "unset HISTFILE",
                                      "export HISTFILE=/dev/null",
                                      "echo > /var/log/auth.log",
                                      "rm -rf /var/log/",
                                      "truncate -s 0 /var/log/syslog",
                                      "wevtutil cl Security",
                                      "Clear-EventLog -LogName Security",
                                      "setenforce 0",
                                      "aws cloudtrail stop-logging --name x",
                                      "ALTER SYSTEM SET log_statement = 'none'",
                                      "SET GLOBAL general_log = 'OFF'",
                                      "DROP TABLE audit_log"})
    EXPECT_TRUE(tampers_with_logs(text)) << text;
  for (const std::string_view text :
       {"systemctl status auditd", "systemctl stop nginx", "auditctl -l", "journalctl -u nginx",
        "cat /var/log/syslog", "tail -f /var/log/auth.log", "git log", "ls logs", "kill 1234",
        "wevtutil qe System", "rm -rf build", "SHOW log_statement", "SELECT * FROM audit_log"})
    EXPECT_FALSE(tampers_with_logs(text)) << text;
}

TEST(LogTampering, NamesOfSettings) {
  EXPECT_TRUE(names_log_setting("logLevel"));
  EXPECT_TRUE(names_log_setting("audit.enabled"));
  EXPECT_TRUE(names_log_setting("AUDIT_LOG"));
  EXPECT_FALSE(names_log_setting("catalog"));
  EXPECT_FALSE(names_log_setting("level"));
}

TEST(LogTampering, KnowsFilesThatSayWhatIsLogged) {
  for (const char* const path :
       {"/etc/audit/auditd.conf", "/etc/rsyslog.d/50.conf", "/var/log/wtmp"})
    EXPECT_TRUE(is_log_file(path)) << path;
  for (const char* const path : {"/etc/auditorium", "/var/log/app/today.log", "notes/audit/a.md"})
    EXPECT_FALSE(is_log_file(path)) << path;
}

}  // namespace
}  // namespace doorward::detect
