#include "guards/logtamper/log_config.h"

#include <algorithm>
#include <array>

#include "detect/log_tampering.h"

namespace doorward::guards {

using core::ToolClass;

const core::GuardFacts& LogConfig::facts() const {
  static constexpr core::GuardFacts kFacts{"logtamper.log_config", core::Area::logtamper,
                                           core::stages(core::Stage::request), true};
  return kFacts;
}

namespace {

// Arguments that are run, not read, by their name.
bool is_run(std::string_view name) {
  constexpr std::array<std::string_view, 14> kNames = {
      "command", "cmd", "commands", "script", "code", "shell",     "args",
      "argv",    "sql", "query",    "run",    "exec", "statement", "program"};
  std::string low;
  for (const char c : name) low += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return std::find(kNames.begin(), kNames.end(), low) != kNames.end();
}

template <size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

// {"service":"auditd","action":"stop"}, {"unit":"rsyslog","state":"stopped"}
bool stops_a_daemon(wire::JsonValue object) {
  constexpr std::array<std::string_view, 6> kWhat = {"service", "unit",    "name",
                                                     "daemon",  "process", "container"};
  constexpr std::array<std::string_view, 7> kHow = {"action", "state", "command",      "operation",
                                                    "status", "op",    "desired_state"};
  for (const std::string_view what : kWhat) {
    if (object[what].text().empty()) continue;
    for (const std::string_view how : kHow) {
      std::string text(object[how].text());
      if (text.ends_with("ped")) text.resize(text.size() - 3);     // stopped
      if (text.ends_with("sabled")) text.resize(text.size() - 1);  // disabled
      if (!text.empty() && detect::tampers_with_logs(text + " " + std::string(object[what].text())))
        return true;
    }
  }
  return false;
}

// {"audit":{"enabled":false}}: what the inner name says is about the outer one.
bool switches(wire::JsonValue object) {
  constexpr std::array<std::string_view, 10> kSwitches = {
      "enabled", "enable", "disabled", "disable", "level",
      "state",   "active", "status",   "on",      "off"};
  return std::ranges::any_of(kSwitches,
                             [&](std::string_view name) { return object[name] ? true : false; });
}

bool is_path_name(std::string_view name) {
  constexpr std::array<std::string_view, 8> kNames = {
      "path", "file", "filename", "file_path", "target", "destination", "dest", "uri"};
  return is_one_of(name, kNames);
}

// A whole command may stand in one text, or word by word in a list.
bool tampers(wire::JsonValue value, bool run, int depth) {
  constexpr int kDeep = 16;
  if (depth > kDeep) return false;
  if (value.is_string()) return run && detect::tampers_with_logs(value.text());
  if (value.is_array()) {
    std::string joined;
    for (const wire::JsonValue item : value.items()) {
      if (tampers(item, run, depth + 1)) return true;
      if (item.is_string()) joined.append(joined.empty() ? "" : " ").append(item.text());
    }
    return run && !joined.empty() && detect::tampers_with_logs(joined);
  }
  if (!value.is_object()) return false;
  // {"key":"audit.enabled","value":false}
  for (const std::string_view name : {"key", "setting", "name", "option"})
    if (value["value"] && detect::names_log_setting(value[name].text())) return true;
  if (stops_a_daemon(value)) return true;
  for (const auto& [name, inner, name_value] : value.members()) {
    if (!inner.is_object() && !inner.is_array() && detect::names_log_setting(name)) return true;
    if (inner.is_object() && detect::names_log_setting(name) && switches(inner)) return true;
    if (is_path_name(name) && detect::is_log_file(inner.text())) return true;
    if (tampers(inner, run || is_run(name), depth + 1)) return true;
  }
  return false;
}

}  // namespace

core::Verdict LogConfig::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.message == nullptr || exchange.message->method() != wire::Method::tools_call)
    return core::pass();
  const core::ClassSet classes = classes_(exchange.server, exchange.message->target());
  if (classes.within({ToolClass::read, ToolClass::egress}) && !classes.empty()) return core::pass();
  const bool runs = classes.has(ToolClass::execute);
  if (!tampers(exchange.message->arguments(), runs, 0)) return core::pass();
  core::Verdict verdict =
      core::deny("logtamper.log_config", "R8.9",
                 "This stops, empties or changes what is logged. A person has to approve it first; "
                 "tell the user.",
                 core::Answer::held);
  verdict.effect = core::Effect::hold;
  return verdict;
}

}  // namespace doorward::guards
