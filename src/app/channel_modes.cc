#include "app/channel_modes.h"

#include <utility>

#include "detect/message_text.h"
#include "policy/held.h"

namespace doorward::app {

namespace {

const ChannelModes& own_modes(const Inspection& inspection, ChannelName channel) {
  switch (channel) {
    case ChannelName::arguments:
      return inspection.arguments;
    case ChannelName::results:
      return inspection.results;
    case ChannelName::definitions:
      break;
  }
  return inspection.definitions;
}

ContentMode content_mode(std::optional<ContentMode> own, ContentMode all, ChannelName channel) {
  if (own) return *own;
  const bool held_list = channel == ChannelName::definitions && all == ContentMode::hold;
  return held_list ? ContentMode::redact : all;
}

ChannelAct act_of(InjectionMode mode) {
  switch (mode) {
    case InjectionMode::enforce:
      break;
    case InjectionMode::hold:
      return ChannelAct::hold;
    case InjectionMode::deny:
      return ChannelAct::refuse;
    case InjectionMode::observe:
      return ChannelAct::observe;
  }
  return ChannelAct::as_is;
}

class InChannels : public core::Guard {
 public:
  InChannels(std::unique_ptr<const core::Guard> guard, ChannelActs acts)
      : guard_(std::move(guard)), acts_(std::move(acts)) {}

  [[nodiscard]] const core::GuardFacts& facts() const override { return guard_->facts(); }

  [[nodiscard]] core::Verdict judge(const core::Exchange& exchange,
                                    core::Notes& notes) const override {
    core::Verdict verdict = guard_->judge(exchange, notes);
    if (verdict.effect == core::Effect::pass || verdict.effect == core::Effect::need)
      return verdict;
    const ChannelAct act = act_in(channel_of(exchange));
    if (act == ChannelAct::as_is) return verdict;
    if (act == ChannelAct::observe) {
      notes.observed.push_back({facts().id, verdict.reason, verdict.effect});
      return core::pass();
    }
    if (verdict.effect == core::Effect::rewrite) {
      // What is taken out is gone, whatever else; what would be labelled is not.
      if (!acts_.refusal) return verdict;
      core::Verdict refusal = *acts_.refusal;
      refusal.detail = std::move(verdict.detail);
      verdict = std::move(refusal);
    }
    return act == ChannelAct::hold ? policy::held_for_a_person(std::move(verdict)) : verdict;
  }

  [[nodiscard]] core::Commitment commit(const core::Exchange& exchange,
                                        core::Notes& notes) const override {
    return guard_->commit(exchange, notes);
  }
  void refused(const core::Exchange& exchange, const core::Verdict& verdict,
               core::Notes& notes) const noexcept override {
    guard_->refused(exchange, verdict, notes);
  }

 private:
  [[nodiscard]] ChannelAct act_in(ChannelName channel) const {
    return channel == ChannelName::arguments ? acts_.arguments
           : channel == ChannelName::results ? acts_.results
                                             : acts_.definitions;
  }
  const std::unique_ptr<const core::Guard> guard_;
  const ChannelActs acts_;
};

}  // namespace

ChannelName channel_of(const core::Exchange& exchange) {
  if (exchange.stage == core::Stage::request) return ChannelName::arguments;
  const bool list = exchange.message != nullptr && exchange.message->is_reply() &&
                    detect::lists_definitions(exchange.request);
  return list ? ChannelName::definitions : ChannelName::results;
}

InjectionMode injection_mode(const Inspection& inspection, ChannelName channel) {
  if (const auto own = own_modes(inspection, channel).injection) return *own;
  const bool list = channel == ChannelName::definitions;
  return list && inspection.injection != InjectionMode::observe ? InjectionMode::enforce
                                                                : inspection.injection;
}

ContentMode secrets_mode(const Inspection& inspection, ChannelName channel) {
  return content_mode(own_modes(inspection, channel).secrets, inspection.secrets, channel);
}

ContentMode pii_mode(const Inspection& inspection, ChannelName channel) {
  // Honest calls name persons all the time: looked for in arguments only where somebody says so.
  if (channel == ChannelName::arguments)
    return inspection.arguments.pii.value_or(ContentMode::observe);
  return content_mode(own_modes(inspection, channel).pii, inspection.pii, channel);
}

ChannelActs injection_acts(const Inspection& inspection) {
  const auto act = [&](ChannelName channel) { return act_of(injection_mode(inspection, channel)); };
  return {.arguments = act(ChannelName::arguments),
          .results = act(ChannelName::results),
          .definitions = act(ChannelName::definitions)};
}

std::unique_ptr<const core::Guard> in_channels(std::unique_ptr<const core::Guard> guard,
                                               ChannelActs acts) {
  if (!acts.any()) return guard;
  return std::make_unique<InChannels>(std::move(guard), std::move(acts));
}

}  // namespace doorward::app
