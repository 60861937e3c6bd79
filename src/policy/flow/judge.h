// Whether a call to a sink (it sends, writes, deletes, changes accounts) may go on, after what its
// task has read: by where each of its values came from, what the person asked for, and what of
// private results would leave. Nothing here asks a model.
//
// The order of thought, in short (docs/flow.md has the whole of it):
//   stated by the person, or from a trusted result       clean
//   a field of the own store's listing                   clean
//   a field of outsiders' listing, outsiders' free text  clean only where it was looked up at the
//                                                        person's request
//   nowhere to be seen                                   not clean for a destination
// and after a text that speaks to the agent only the person's own words are clean.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/flow/index.h"

namespace doorward::policy::flow {

enum class After : uint8_t { untrusted, shared, private_data };

struct Rule {
  std::string id;
  After after = After::untrusted;
  core::ClassSet block;
  bool unless_clean = true;
  bool deny = false;  // otherwise hold
};

// Private content of some result in an argument of a call.
struct PrivateFind {
  bool asked = false;  // the person spoke of the result that it is of
  std::string argument;
  std::string because;
};

struct Sink {
  std::string_view server, tool;
  const ToolLabels* labels = nullptr;
  wire::JsonValue arguments;
  // What was found of private results of the same principal's other tasks.
  std::optional<PrivateFind> elsewhere = std::nullopt;
};

// Arguments of the call that repeat private results of the task and that the person did not write.
[[nodiscard]] std::optional<PrivateFind> private_in(const TaskIndex& task, const Sink& sink);

struct Judgement {
  bool stops = false;
  bool deny = false;
  std::string_view reason;       // `misuse.flow_…`, a literal
  std::string_view requirement;  // a literal
  std::string rule;
  std::string argument;  // which one, "" for the call as a whole
  std::string value;     // cut to 80 bytes
  Origin origin;
  std::string because;  // for a person: which value came from which result of which call
};

[[nodiscard]] Judgement judge(const TaskIndex& task, const std::vector<Rule>& rules,
                              const Sink& sink);

}  // namespace doorward::policy::flow
