// Answers to what guards ask for by `need`: each kind of value has a prefix and a source.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "limits/ledger.h"
#include "net/call.h"

namespace doorward::app {

using NeedSource = std::function<net::Task<std::string>(std::string key, const net::CallFacts*)>;
using Needs = std::vector<std::pair<std::string, NeedSource>>;

// What `net::Gateway::fetch` calls: the first source whose prefix the key has; "" without one.
[[nodiscard]] NeedSource answer_needs(Needs needs);

// `limits.place:…`: waits for a place among the calls under way, a second at most.
[[nodiscard]] NeedSource wait_for_place(std::shared_ptr<limits::Ledger> ledger);

}  // namespace doorward::app
