#include "detect/log_tampering.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <string>

namespace doorward::detect {

namespace {

const RE2& commands() {
  static const RE2 pattern(
      [] {
        const std::string daemons =
            R"((auditd|rsyslogd?|syslog(-ng|d)?|(systemd-)?journald|fluentd?|fluent-bit|filebeat|vector|osqueryd|falco|wazuh-agent|sysmon|eventlog))";
        const std::string parts[] = {
            R"(\b(systemctl|service|rc-service|launchctl|sc(\.exe)?)\b[^\n;|&]*\b(stop|disable|mask|kill|unload|delete|restart|off)\b[^\n;|&]*\b)" +
                daemons,
            R"(\b(service|rc-service)\s+)" + daemons + R"((\.service)?\s+(stop|disable))",
            R"(\b(stop|disable|kill|terminate|mask|suspend)\s+(the\s+)?)" + daemons + R"(\b)",
            R"(\b(kill|pkill|killall)\b[^\n;|&]*\b)" + daemons + R"(\b)",
            R"(\b(systemctl|service)\b[^\n;|&]*\b(stop|disable|mask|kill)\b[^\n;|&]*\b(audit|rsyslog|syslog|(systemd-)?journal)[\w.-]*\*)",
            R"(\b(stop-service|set-service|net(\.exe)?\s+stop)\b[^\n;|&]*\b)" + daemons,
            R"(\bfind\s+/var/(log|audit)\b[^\n;|&]*-delete\b)",
            R"(\bauditctl\s+-(e\s*0|D\b))",
            R"(\bjournalctl\b[^\n;|&]*--(vacuum|rotate|flush))",
            R"(\bhistory\s+-[cdw]\b|\bunset\s+histfile\b|\bhistfile(size)?=(\s|/dev/null|0|$)|\bhistsize=0)",
            R"((>|\btruncate\b|\brm\b|\bshred\b|\bmv\b|\bsed\s+-i|\btee\b|\bunlink\b|\bcp\s+/dev/null)[^\n;|&]*(/var/log/|/var/audit/|/var/lib/rsyslog|\.bash_history|\.zsh_history))",
            R"(\bwevtutil\b[^\n]*\b(cl|clear-log|sl)\b|\bclear-eventlog\b|\bauditpol\b[^\n]*/(clear|remove|set)|\bremove-eventlog\b)",
            R"(\bsetenforce\s+0|\bset-mppreference\b[^\n]*-disable)",
            R"(\b(stop-logging|delete-trail|delete-log-(group|stream)|put-event-selectors|delete-flow-logs)\b|\blogging\s+(sinks|buckets)\s+(delete|update)\b)",
            R"(\b(log_statement|log_min_messages|logging_collector|general_log|audit_log|pgaudit\.log)\s*(=|to)\s*'?(off|none|0|panic|fatal|false)\b)",
            R"(\b(rm|truncate|drop|delete|purge)\b[^\n;|&]*\baudit(_|-)?(logs?|trail)\b)"};
        std::string all;
        for (const std::string& part : parts) all += (all.empty() ? "(?:" : "|(?:") + part + ")";
        return all;
      }(),
      [] {
        RE2::Options options;
        options.set_case_sensitive(false);
        options.set_max_mem(16 << 20);
        options.set_log_errors(false);
        return options;
      }());
  return pattern;
}

}  // namespace

bool tampers_with_logs(std::string_view command) {
  const RE2& pattern = commands();
  // A pattern that isn't there would see nothing.
  return !pattern.ok() || RE2::PartialMatch({command.data(), command.size()}, pattern);
}

bool is_log_file(std::string_view path) {
  constexpr std::array<std::string_view, 9> kBeginnings = {
      "/etc/audit/",     "/etc/rsyslog",  "/etc/syslog",   "/etc/systemd/journald", "/etc/fluent",
      "/var/log/audit/", "/var/log/wtmp", "/var/log/btmp", "/var/log/lastlog"};
  return std::ranges::any_of(kBeginnings,
                             [&](std::string_view it) { return path.starts_with(it); });
}

bool names_log_setting(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z')
      plain += static_cast<char>(c + 32);
    else if (c >= 'a' && c <= 'z')
      plain += c;
  }
  constexpr std::array<std::string_view, 22> kNames = {
      "loglevel",       "logginglevel",   "logging",         "loggingenabled", "enablelogging",
      "disablelogging", "audit",          "auditenabled",    "enableaudit",    "disableaudit",
      "auditlog",       "auditlogging",   "auditlogenabled", "auditlevel",     "logverbosity",
      "logretention",   "auditretention", "logenabled",      "auditpolicy",    "logdestination",
      "logfile",        "syslog"};
  return std::find(kNames.begin(), kNames.end(), plain) != kNames.end();
}

}  // namespace doorward::detect
