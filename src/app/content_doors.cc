#include "app/content_doors.h"

#include <algorithm>

#include "app/channel_modes.h"
#include "guards/injection/classifier.h"
#include "guards/injection/hidden_unicode.h"
#include "guards/injection/prompt_text.h"
#include "guards/injection/shell_meta.h"
#include "guards/injection/sql.h"
#include "guards/injection/url_scheme.h"
#include "guards/secrets/argument_leak.h"
#include "guards/secrets/credential_form.h"
#include "guards/secrets/credential_path.h"
#include "guards/secrets/error_text.h"
#include "guards/secrets/result_dlp.h"

namespace doorward::app {

namespace {

// `guards: { ID: enforce }` is a word on that guard; it wins over what `inspection` observes.
bool is_enforced_by_id(const Config& config, std::string_view id) {
  const auto own = config.guards.find(std::string(id));
  return own != config.guards.end() && own->second == GuardMode::enforce;
}

guards::ContentAct act_of(ContentMode mode, bool enforced) {
  switch (mode) {
    case ContentMode::redact:
      return guards::ContentAct::redact;
    case ContentMode::hold:
      return guards::ContentAct::hold;
    case ContentMode::deny:
      return guards::ContentAct::deny;
    case ContentMode::observe:
      break;
  }
  return enforced ? guards::ContentAct::redact : guards::ContentAct::observe;
}

guards::ContentActs acts_in(const Config& config, ChannelName channel, std::string_view id) {
  return {act_of(secrets_mode(config.inspection, channel), is_enforced_by_id(config, id)),
          act_of(pii_mode(config.inspection, channel), false)};
}

// A guard of injected text or code, as `inspection` wants it in each channel.
core::Pipeline::Door injection_door(const Config& config,
                                    std::unique_ptr<const core::Guard> guard) {
  ChannelActs acts = injection_acts(config.inspection);
  const bool all_observe = acts.arguments == ChannelAct::observe &&
                           acts.results == ChannelAct::observe &&
                           acts.definitions == ChannelAct::observe;
  if (all_observe) return {std::move(guard), core::Mode::observe};
  if (is_enforced_by_id(config, guard->facts().id))
    for (ChannelAct* const act : {&acts.arguments, &acts.results, &acts.definitions})
      if (*act == ChannelAct::observe) *act = ChannelAct::as_is;
  if (guard->facts().id == "injection.prompt_text") acts.refusal = guards::instructions_withheld();
  return {in_channels(std::move(guard), std::move(acts)), core::Mode::enforce};
}

// The same of a guard that knows one act only.
ChannelActs held_in_arguments(PathMode mode) {
  return {.arguments = mode == PathMode::hold ? ChannelAct::hold : ChannelAct::as_is};
}

policy::KnownAlarms known_alarms(const Config& config) {
  std::vector<policy::Suppressed> all;
  all.reserve(config.inspection.suppress.size());
  for (const Suppression& one : config.inspection.suppress)
    all.push_back({one.rule, one.server, one.tool, one.until});
  return std::make_shared<const policy::Suppressions>(all);
}

guards::ClassifierTerms classifier_terms(const ExternalClassifier& given,
                                         std::shared_ptr<const detect::HeldSecrets> held,
                                         policy::KnownAlarms alarms) {
  using Terms = guards::ClassifierTerms;
  const auto shows = [&](ClassifierChannel channel) {
    return std::ranges::find(given.channels, channel) != given.channels.end();
  };
  Terms terms;
  terms.arguments = shows(ClassifierChannel::arguments);
  terms.results = shows(ClassifierChannel::results);
  terms.threshold = given.threshold;
  terms.act = given.act == ClassifierAct::observe ? Terms::Act::observe
              : given.act == ClassifierAct::label ? Terms::Act::label
              : given.act == ClassifierAct::hold  ? Terms::Act::hold
                                                  : Terms::Act::deny;
  terms.on_failure = given.on_failure == ClassifierFailure::ignore ? Terms::Failure::ignore
                     : given.on_failure == ClassifierFailure::hold ? Terms::Failure::hold
                                                                   : Terms::Failure::deny;
  terms.most = given.most;
  terms.held = std::move(held);
  terms.alarms = std::move(alarms);
  return terms;
}

// Rules that let a caller send SQL say by that what an argument is.
std::shared_ptr<const guards::RoleSources> role_sources(
    const Config& config, const std::shared_ptr<const catalog::Registry>& registry) {
  auto made = std::make_shared<guards::RoleSources>();
  made->registry = registry;
  for (const policy::Rule& rule : config.policy.rules) {
    if (rule.arguments.empty() || rule.effect == policy::Effect::deny) continue;
    const auto schema = wire::JsonDocument::parse(rule.arguments);
    if (!schema || !schema->root()["properties"].is_object()) continue;
    guards::StatedSql stated;
    for (const auto& [name, property, _] : schema->root()["properties"].members())
      if (property["format"].text().starts_with("sql-")) stated.arguments.emplace_back(name);
    if (stated.arguments.empty()) continue;
    for (const std::string& glob : rule.tools.value_or(std::vector<std::string>{}))
      stated.tools.emplace_back(glob);
    made->sql.push_back(std::move(stated));
  }
  return made;
}

}  // namespace

std::vector<core::Pipeline::Door> content_doors(
    const Config& config, const std::shared_ptr<const detect::HeldSecrets>& held,
    const std::shared_ptr<detect::SeenSecrets>& seen,
    const std::shared_ptr<const catalog::Registry>& registry) {
  const policy::KnownAlarms alarms = known_alarms(config);
  const auto roles = role_sources(config, registry);
  std::vector<core::Pipeline::Door> doors;
  const auto hang = [&doors](std::unique_ptr<const core::Guard> guard) {
    doors.push_back({std::move(guard), core::Mode::enforce});
  };
  const auto hang_injection = [&](std::unique_ptr<const core::Guard> guard) {
    doors.push_back(injection_door(config, std::move(guard)));
  };
  hang(std::make_unique<guards::UrlScheme>());
  hang(std::make_unique<guards::CredentialForm>());
  hang_injection(std::make_unique<guards::HiddenUnicode>(alarms));
  hang_injection(std::make_unique<guards::SqlText>(alarms, roles));
  // Before shell_meta, which would refuse most of these with a less telling reason.
  hang(in_channels(std::make_unique<guards::CredentialPath>(alarms, roles),
                   held_in_arguments(config.inspection.credential_paths)));
  hang_injection(std::make_unique<guards::ShellMeta>(alarms, roles));
  hang(std::make_unique<guards::ArgumentLeak>(
      held, seen, acts_in(config, ChannelName::arguments, "secrets.argument_leak"), alarms));
  hang(std::make_unique<guards::ErrorText>());
  hang_injection(std::make_unique<guards::PromptText>(alarms));
  hang(std::make_unique<guards::ResultDlp>(
      guards::DlpSettings{acts_in(config, ChannelName::results, "secrets.result_dlp"),
                          acts_in(config, ChannelName::definitions, "secrets.result_dlp"),
                          config.hash},
      held, seen, alarms));
  if (config.inspection.classifier)
    hang(std::make_unique<guards::ExternalClassifier>(
        classifier_terms(*config.inspection.classifier, held, alarms)));
  return doors;
}

}  // namespace doorward::app
