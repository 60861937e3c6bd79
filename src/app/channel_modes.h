// What a content guard does in one channel, where the configuration says otherwise than the guard:
// its refusals are held for a person, or it only observes there.
#pragma once

#include <memory>
#include <optional>

#include "app/config/config.h"
#include "core/guard.h"

namespace doorward::app {

enum class ChannelName : uint8_t { arguments, results, definitions };
[[nodiscard]] ChannelName channel_of(const core::Exchange& exchange);

// The mode in force in a channel. What a list of definitions does with `hold`, which would leave a
// client without tools, is the default.
[[nodiscard]] InjectionMode injection_mode(const Inspection& inspection, ChannelName channel);
[[nodiscard]] ContentMode secrets_mode(const Inspection& inspection, ChannelName channel);
[[nodiscard]] ContentMode pii_mode(const Inspection& inspection, ChannelName channel);

// `as_is`: the guard's own word. `refuse`: what it would label is refused as well.
enum class ChannelAct : uint8_t { as_is, observe, hold, refuse };
struct ChannelActs {
  ChannelAct arguments = ChannelAct::as_is, results = ChannelAct::as_is,
             definitions = ChannelAct::as_is;
  // What is said where the guard's own word is an edit, not a refusal.
  std::optional<core::Verdict> refusal = std::nullopt;
  [[nodiscard]] bool any() const {
    return arguments != ChannelAct::as_is || results != ChannelAct::as_is ||
           definitions != ChannelAct::as_is;
  }
};
[[nodiscard]] ChannelActs injection_acts(const Inspection& inspection);

// The same guard, by the same id, with those acts.
[[nodiscard]] std::unique_ptr<const core::Guard> in_channels(
    std::unique_ptr<const core::Guard> guard, ChannelActs acts);

}  // namespace doorward::app
