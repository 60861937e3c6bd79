#include "guards/secrets/argument_leak.h"

#include <algorithm>

#include "detect/message_text.h"
#include "detect/reading.h"
#include "detect/seams.h"
#include "policy/held.h"

namespace doorward::guards {

using detect::Certainty;
using detect::Finding;
using detect::Kind;

namespace {

core::Verdict personal(std::string_view name, std::string_view rule) {
  core::Verdict verdict =
      core::deny("secrets.personal_data", "R7.5",
                 "The argument `" + std::string(name.substr(0, 64)) +
                     "` holds data of a person that may not leave. Send it without them.");
  verdict.detail = std::string(rule);
  return verdict;
}

constexpr size_t kMostJoined = 65'536;  // bytes of arguments

// All that goes on to the server: a secret beside the arguments is as gone as one in them. Not the
// server's own state, which is sealed on its way here, nor what is said to Doorward alone.
std::vector<detect::MessageText> leaving(const wire::Message& message) {
  auto texts = detect::texts_of(message.is_reply() ? message.result() : message.params());
  std::erase_if(texts, [](const auto& text) {
    return text.name == "requestState" || text.name == "io.doorward/prompt";
  });
  for (const auto& text : detect::texts_of(message.error())) texts.push_back(text);
  return texts;
}

// Names of members, as one text.
std::string leaving_names(const wire::Message& message) {
  std::string all;
  for (const auto& name :
       detect::names_of(message.is_reply() ? message.result() : message.params()))
    all.append(name.text).append("\n");
  return all;
}

core::Verdict refusal(std::string_view reason, std::string_view name, std::string_view rule) {
  core::Verdict verdict =
      core::deny(reason, "R7.5",
                 "`" + std::string(name.substr(0, 64)) +
                     "` holds a secret that may not go to this server. Leave it out; servers get "
                     "the credentials that they need from the gateway.");
  verdict.detail = std::string(rule);
  return verdict;
}

// The first denial ends it, behind a hold as well.
class Said {
 public:
  Said(std::string_view guard, core::Notes& notes) : guard_(guard), notes_(notes) {}

  [[nodiscard]] bool is_last(ContentAct act, core::Verdict refusal) {
    if (act == ContentAct::observe) {
      notes_.observed.push_back({guard_, refusal.reason, refusal.effect});
      return false;
    }
    if (act == ContentAct::hold) {
      if (said_.effect == core::Effect::pass) said_ = policy::held_for_a_person(std::move(refusal));
      return false;
    }
    said_ = std::move(refusal);
    return true;
  }
  [[nodiscard]] core::Verdict verdict() { return std::move(said_); }

 private:
  const std::string_view guard_;
  core::Notes& notes_;
  core::Verdict said_;
};

}  // namespace

const core::GuardFacts& ArgumentLeak::facts() const {
  static constexpr core::GuardFacts kFacts{
      "secrets.argument_leak", core::Area::secrets,
      core::stages(core::Stage::request, core::Stage::client_reply), true};
  return kFacts;
}

core::Verdict ArgumentLeak::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.message == nullptr || exchange.own) return core::pass();
  const auto texts = leaving(*exchange.message);
  auto& readings = notes.of_message.of<detect::Readings>();
  const wire::JsonValue arguments = exchange.message->arguments();
  policy::FalseAlarms alarms(alarms_, exchange, notes,
                             {facts().id, "secrets.argument_leak", core::Effect::deny});
  Said said(facts().id, notes);
  // What asks for no answer can't wait for a person.
  const auto act = [&](ContentAct wanted) {
    return wanted == ContentAct::hold && !exchange.message->is_request() ? ContentAct::deny
                                                                         : wanted;
  };
  bool disguised = false;
  for (const auto& text : texts) {
    std::vector<Finding> held;
    detect::Reading& reading = readings.of(text.text);
    const auto views = reading.views();
    disguised = disguised || views->size() > 1;
    held_->find(*views, held);
    if (!held.empty() && !alarms.covers(held.front().rule) &&
        said.is_last(act(acts_.secrets),
                     refusal("secrets.held_secret", text.name, held.front().rule)))
      return said.verdict();
    // Beside the arguments a key may be the client's own matter: an answer that was asked for.
    const bool inside = arguments && text.begin >= arguments.begin() && text.end <= arguments.end();
    for (const Finding& finding : reading.secrets().findings) {
      if (alarms.covers(finding.rule)) continue;
      if (inside && finding.kind == Kind::pii && finding.certainty != Certainty::weak &&
          acts_.pii != ContentAct::observe &&
          said.is_last(act(acts_.pii), personal(text.name, finding.rule)))
        return said.verdict();
      if (finding.kind != Kind::secret) continue;
      const std::string first = seen_->first_server(
          text.text.substr(finding.span.from, finding.span.to - finding.span.from));
      const bool others = !first.empty() && first != exchange.server;
      if (!others && (finding.certainty != Certainty::certain || !inside)) continue;
      if (said.is_last(act(acts_.secrets),
                       refusal(others ? "secrets.other_servers_secret" : "secrets.argument_leak",
                               text.name, finding.rule)))
        return said.verdict();
    }
  }
  std::vector<Finding> held;
  held_->find(leaving_names(*exchange.message), held);
  if (!held.empty() && !alarms.covers(held.front().rule) &&
      said.is_last(act(acts_.secrets),
                   refusal("secrets.held_secret", "name of a member", held.front().rule)))
    return said.verdict();
  if (texts.size() < 2) return said.verdict();
  held.clear();
  // A held secret cut over several arguments.
  detect::Seams joined(disguised ? kMostJoined : held_->reach());
  for (const auto& text : texts)
    if (joined.text().size() < kMostJoined) joined.add(text.text);
  held_->find(joined.text(), held);
  if (!held.empty() && !alarms.covers(held.front().rule))
    static_cast<void>(said.is_last(act(acts_.secrets),
                                   refusal("secrets.held_secret", "arguments", held.front().rule)));
  return said.verdict();
}

}  // namespace doorward::guards
