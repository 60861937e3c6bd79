// `inspection` of doorward.yaml: what is done about findings.
#include "app/config/sections.h"
#include "app/config/types.h"
#include "detect/rule_names.h"

namespace doorward::app {

namespace {

const Type<InjectionMode>& injection_mode() {
  static const auto type = one_of<InjectionMode>({{"enforce", InjectionMode::enforce},
                                                  {"hold", InjectionMode::hold},
                                                  {"deny", InjectionMode::deny},
                                                  {"observe", InjectionMode::observe}});
  return type;
}

const Type<ContentMode>& content_mode() {
  static const auto type = one_of<ContentMode>({{"redact", ContentMode::redact},
                                                {"hold", ContentMode::hold},
                                                {"deny", ContentMode::deny},
                                                {"observe", ContentMode::observe}});
  return type;
}

const Type<ChannelModes>& channel_type() {
  static const Type<ChannelModes> type =
      Section<ChannelModes>()
          .key("injection", &ChannelModes::injection, maybe(injection_mode()),
               "Injected instructions and code.")
          .key("secrets", &ChannelModes::secrets, maybe(content_mode()), "Secrets.")
          .key("pii", &ChannelModes::pii, maybe(content_mode()),
               "Personal data; in arguments it is only looked for where this is given.")
          .done();
  return type;
}

// A list that waits for a person would leave a client without tools: what is wrong in it is taken
// out instead.
void check_definitions(Reader& reader, const Node& node, Inspection& inspection) {
  const Member* given = node.member("definitions");
  if (given == nullptr) return;
  const ChannelModes& modes = inspection.definitions;
  const bool injection = modes.injection && *modes.injection != InjectionMode::enforce &&
                         *modes.injection != InjectionMode::observe;
  if (injection || modes.secrets == ContentMode::hold || modes.pii == ContentMode::hold)
    reader.problem(given->line,
                   "what is wrong in a definition is taken out of the list: `injection` is "
                   "`enforce` or `observe` here, and nothing is held");
}

// A day counts to its end.
std::optional<WallTime> end_of_life(std::string_view text) {
  if (text.size() == 10)
    if (const auto midnight = parse_rfc3339(std::string(text) + "T00:00:00Z"))
      return *midnight + std::chrono::hours(24);
  return parse_rfc3339(text);
}

std::string rule_complaint(std::string_view id) {
  if (detect::is_rule(id)) return "";
  std::vector<std::string> known;
  for (const std::string_view each : detect::rule_names()) known.emplace_back(each);
  return "there is no such rule (the log's `detail` and `doorward inspect` name those of "
         "findings)" +
         suggestion(id, known);
}

const Type<Suppression>& suppression_type() {
  static const auto moment =
      parsed<WallTime>("a day such as `2026-12-31`, or a moment such as `2026-12-31T18:00:00Z`",
                       "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.+)?$", end_of_life, {});
  static const Type<Suppression> type =
      Section<Suppression>()
          .key("rule", &Suppression::rule,
               text({.label = "a rule's id", .complain = rule_complaint}),
               "The rule that is wrong there, as the log's `detail` names it.", Need::required)
          .key("server", &Suppression::server,
               text({.label = "a server's name", .complain = server_name_complaint}),
               "Only for this server.", Need::required)
          .key("tool", &Suppression::tool, text(),
               "Only for this tool (or prompt, or resource by its URI); absent: all of the "
               "server's.")
          .key("until", &Suppression::until, moment,
               "The last day, UTC, or the moment at which it ends; then it has no effect.",
               Need::required)
          .key("why", &Suppression::why, text(), "For whoever reads `doorward check`.")
          .done();
  return type;
}

void check_classifier(Reader& reader, const Node& node, ExternalClassifier& classifier) {
  if (classifier.api == ClassifierApi::chat && classifier.model.empty())
    reader.problem(node.line, "`model` is missing: a chat endpoint needs it");
  if (classifier.window > classifier.most)
    reader.problem(node.line, "`window` is larger than `most`");
}

const Type<ExternalClassifier>& classifier_type() {
  using It = ExternalClassifier;
  static const Type<It> type =
      Section<It>()
          .key("url", &It::url, upstream_url(),
               "Where to ask: https, or http to a loopback address only.", Need::required)
          .key("api", &It::api,
               one_of<ClassifierApi>({{"score", ClassifierApi::score},
                                      {"chat", ClassifierApi::chat},
                                      {"moderation", ClassifierApi::moderation}}),
               "What it speaks: `score` (docs/classifier.md), `chat` or `moderation` as OpenAI "
               "has them.")
          .key("model", &It::model, text(), "Model that `chat` and `moderation` name.")
          .key("prompt", &It::prompt, text(),
               "What a `chat` model is told to do; absent: to answer `attack` or `benign`.")
          .key("key", &It::key, secret_ref(), "Bearer token that it is asked with, by name.")
          .key("ca", &It::ca, path(), "PEM certificate that its TLS is verified by.")
          .key("channels", &It::channels,
               list_of(one_of<ClassifierChannel>({{"results", ClassifierChannel::results},
                                                  {"arguments", ClassifierChannel::arguments}}),
                       1),
               "What is shown to it. Secrets that Doorward finds are masked before.")
          .key("threshold", &It::threshold, real(0, 1), "Score from which a text is a finding.")
          .key("act", &It::act,
               one_of<ClassifierAct>({{"label", ClassifierAct::label},
                                      {"hold", ClassifierAct::hold},
                                      {"deny", ClassifierAct::deny},
                                      {"observe", ClassifierAct::observe}}),
               "What is done then. Arguments can't be labelled: `label` holds the call.")
          .key("on_failure", &It::on_failure,
               one_of<ClassifierFailure>({{"ignore", ClassifierFailure::ignore},
                                          {"hold", ClassifierFailure::hold},
                                          {"deny", ClassifierFailure::deny}}),
               "What is done where it gives no answer in time; `ignore`: as if it found nothing.")
          .key("timeout", &It::timeout, duration(), "For all questions of one message.")
          .key("concurrency", &It::concurrency, count<uint32_t>(1, 256),
               "Questions at a time; four times as many may wait.")
          .key("window", &It::window, size(),
               "Bytes of one question; a longer text is asked in several.")
          .key("most", &It::most, size(), "Bytes of one message that are asked about.")
          .check(check_classifier)
          .done();
  return type;
}

}  // namespace

const Type<Inspection>& inspection_type() {
  static const Type<Inspection> type =
      Section<Inspection>()
          .key("injection", &Inspection::injection, injection_mode(),
               "Injected instructions and code. `enforce`: refused in arguments; in results "
               "labelled where it is likely, refused where it is certain; taken out of "
               "definitions. `hold` and `deny` do that with all of it.")
          .key("secrets", &Inspection::secrets, content_mode(),
               "Secrets in results and arguments. Arguments are never rewritten: `redact` refuses "
               "them.")
          .key("pii", &Inspection::pii, content_mode(), "Personal data in results.")
          .key("credential_paths", &Inspection::credential_paths,
               one_of<PathMode>({{"deny", PathMode::deny}, {"hold", PathMode::hold}}),
               "Arguments that name a place of credentials or a metadata address.")
          .key("arguments", &Inspection::arguments, channel_type(),
               "What is done otherwise about arguments.")
          .key("results", &Inspection::results, channel_type(),
               "What is done otherwise about results, prompts, resources and server messages.")
          .key("definitions", &Inspection::definitions, channel_type(),
               "What is done otherwise about lists of tools, prompts and resources.")
          .key("suppress", &Inspection::suppress, list_of(suppression_type()),
               "False alarms: findings of a rule that count for nothing at one server or tool, "
               "until a day. `doorward check` shows them.")
          .key("classifier", &Inspection::classifier, maybe(classifier_type()),
               "A classifier of your own, asked besides the built-in detectors.")
          .check(check_definitions)
          .done();
  return type;
}

}  // namespace doorward::app
