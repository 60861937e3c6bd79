#include "app/inspection.h"

#include <algorithm>

namespace doorward::app {

namespace {

using detect::Certainty;
using detect::Channel;
using detect::Kind;

enum class Act : uint8_t { none, label, rewrite, deny };

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
      return "injection.url_scheme";
    default:
      return "injection.shell_meta";
  }
}

bool is_observed(const Config& config, Kind kind, Channel channel) {
  const auto own = config.guards.find(std::string(guard_of(kind, channel)));
  if (own != config.guards.end()) return own->second == GuardMode::observe;
  if (kind == Kind::secret) return config.inspection.secrets == ContentMode::observe;
  if (kind == Kind::pii) return config.inspection.pii == ContentMode::observe;
  if (kind == Kind::credential_path) return false;
  return config.inspection.injection == InjectionMode::observe;
}

Act act_on(const Config& config, const detect::Finding& finding, Channel channel) {
  if (finding.certainty == Certainty::weak) return Act::none;
  const bool arguments = channel == Channel::tool_arguments;
  if (finding.kind == Kind::secret || finding.kind == Kind::pii) {
    const ContentMode mode =
        finding.kind == Kind::secret ? config.inspection.secrets : config.inspection.pii;
    // Arguments are never rewritten: what may not leave is refused.
    if (arguments) return finding.certainty == Certainty::certain ? Act::deny : Act::none;
    return mode == ContentMode::deny ? Act::deny : Act::rewrite;
  }
  if (arguments) return Act::deny;
  if (finding.kind == Kind::hidden_text) return Act::rewrite;  // stripped
  // A poisoned description is taken out of the list.
  if (channel == Channel::tool_definition) return Act::rewrite;
  return finding.certainty == Certainty::certain ? Act::deny : Act::label;
}

}  // namespace

Inspected inspected(const Config& config, const detect::Question& question) {
  const detect::Report report = detect::inspect(question);
  Inspected said{.verdict = "pass", .score = report.score};
  Act strongest = Act::none;
  for (const auto& finding : report.findings) {
    const Act act = act_on(config, finding, question.channel);
    const bool observed = act == Act::none || is_observed(config, finding.kind, question.channel);
    if (!observed) strongest = std::max(strongest, act);
    said.findings.push_back({finding.rule, finding.kind, finding.span, observed});
  }
  if (strongest == Act::deny) said.verdict = "deny";
  if (strongest == Act::rewrite) said.verdict = "rewrite";
  return said;
}

}  // namespace doorward::app
