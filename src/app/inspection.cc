#include "app/inspection.h"

#include <algorithm>

#include "app/channel_modes.h"
#include "detect/rule_names.h"

namespace doorward::app {

namespace {

using detect::Certainty;
using detect::Channel;
using detect::Kind;

enum class Act : uint8_t { none, label, rewrite, hold, deny };

// The guard that speaks for a kind.
std::string_view guard_of(Kind kind, Channel channel) {
  const bool arguments = channel == Channel::tool_arguments;
  switch (kind) {
    case Kind::secret:
    case Kind::pii:
      return arguments ? "secrets.argument_leak" : "secrets.result_dlp";
    case Kind::credential_path:
      return "secrets.credential_path";
    case Kind::hidden_text:
      return "injection.hidden_unicode";
    case Kind::instruction:
      return "injection.prompt_text";
    case Kind::sql:
      return "injection.sql";
    case Kind::address:
      return "secrets.credential_path";
    case Kind::url_scheme:
      return arguments ? "injection.shell_meta" : "injection.url_scheme";
    default:
      return "injection.shell_meta";
  }
}

ChannelName name_of(Channel channel) {
  switch (channel) {
    case Channel::tool_arguments:
      return ChannelName::arguments;
    case Channel::tool_definition:
      return ChannelName::definitions;
    default:
      return ChannelName::results;
  }
}

ContentMode content_mode(const Inspection& inspection, Kind kind, Channel channel) {
  return kind == Kind::secret ? secrets_mode(inspection, name_of(channel))
                              : pii_mode(inspection, name_of(channel));
}

bool is_content(Kind kind) {
  return kind == Kind::secret || kind == Kind::pii;
}

bool is_place_of_credentials(Kind kind) {
  return kind == Kind::credential_path || kind == Kind::address;
}

bool is_observed(const Config& config, Kind kind, Channel channel) {
  const auto own = config.guards.find(std::string(guard_of(kind, channel)));
  if (own != config.guards.end()) return own->second == GuardMode::observe;
  if (is_content(kind))
    return content_mode(config.inspection, kind, channel) == ContentMode::observe;
  if (kind == Kind::credential_path) return false;
  return injection_mode(config.inspection, name_of(channel)) == InjectionMode::observe;
}

Act content_act(ContentMode mode, const detect::Finding& finding, Channel channel) {
  // Arguments are never rewritten: what may not leave is refused.
  const bool arguments = channel == Channel::tool_arguments;
  if (arguments && finding.kind == Kind::secret && finding.certainty != Certainty::certain)
    return Act::none;
  if (mode == ContentMode::hold) return Act::hold;
  return mode == ContentMode::deny || arguments ? Act::deny : Act::rewrite;
}

Act act_on(const Config& config, const detect::Finding& finding, Channel channel) {
  if (finding.certainty == Certainty::weak) return Act::none;
  const bool arguments = channel == Channel::tool_arguments;
  if (is_content(finding.kind))
    return content_act(content_mode(config.inspection, finding.kind, channel), finding, channel);
  if (arguments && is_place_of_credentials(finding.kind))
    return config.inspection.credential_paths == PathMode::hold ? Act::hold : Act::deny;
  const InjectionMode mode = injection_mode(config.inspection, name_of(channel));
  if (arguments) return mode == InjectionMode::hold ? Act::hold : Act::deny;
  if (finding.kind == Kind::hidden_text) return Act::rewrite;  // stripped
  // A poisoned description is taken out of the list.
  if (channel == Channel::tool_definition) return Act::rewrite;
  if (mode == InjectionMode::hold) return Act::hold;
  return finding.certainty == Certainty::certain || mode == InjectionMode::deny ? Act::deny
                                                                                : Act::label;
}

bool is_suppressed(const Inspection& inspection, std::string_view rule, const Origin& origin) {
  return std::ranges::any_of(inspection.suppress, [&](const Suppression& one) {
    return one.rule == rule && one.server == origin.server &&
           (one.tool.empty() || one.tool == origin.tool) && wall_now() < one.until;
  });
}

}  // namespace

Inspected inspected(const Config& config, const detect::Question& question, const Origin& origin) {
  const detect::Report report = detect::inspect(question);
  Inspected said{.verdict = "pass", .score = report.score};
  Act strongest = Act::none;
  for (const auto& finding : report.findings) {
    const Act act = act_on(config, finding, question.channel);
    const bool observed = act == Act::none || is_observed(config, finding.kind, question.channel) ||
                          is_suppressed(config.inspection, finding.rule, origin);
    if (!observed) strongest = std::max(strongest, act);
    said.findings.push_back({finding.rule, finding.kind, finding.span, observed});
  }
  if (strongest == Act::deny) said.verdict = "deny";
  if (strongest == Act::hold) said.verdict = "hold";
  if (strongest == Act::rewrite) said.verdict = "rewrite";
  return said;
}

std::vector<std::string_view> guards_of_rule(std::string_view rule) {
  if (rule == "classifier.external") return {"injection.classifier"};
  const Kind kind = detect::kind_of_rule(rule);
  return {guard_of(kind, Channel::tool_arguments), guard_of(kind, Channel::tool_result)};
}

}  // namespace doorward::app
