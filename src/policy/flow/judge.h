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
//
// A destination of a list (`known`) counts as from a trusted result, for calls that send, pay or
// write. A list says where: it names no action, cleans no other argument and no text, lets private
// content go no further than a trusted result would, and counts for nothing after a text that
// speaks to the agent, for deletions and for changes of accounts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/flow/index.h"
#include "policy/flow/known.h"

namespace doorward::policy::flow {

enum class After : uint8_t { untrusted, shared, private_data };

struct Rule {
  std::string id;
  After after = After::untrusted;
  core::ClassSet block;
  bool unless_clean = true;
  bool deny = false;  // otherwise hold
  std::vector<KnownList> known;
};

// Private content of some result in an argument of a call.
struct PrivateFind {
  bool asked = false;  // the person spoke of the result that it is of
  std::string server;  // that it was read at
  std::string argument;
  std::string value;
  std::string because;
};

struct Sink {
  std::string_view server, tool;
  const ToolLabels* labels = nullptr;
  wire::JsonValue arguments;
  // What was found of private results of the same principal's other tasks.
  std::vector<PrivateFind> elsewhere = {};
  const core::Principal* principal = nullptr;  // who calls; null: no list is theirs
  wire::JsonValue meta = {};                   // `_meta` of the call, which goes along
};

// Arguments of the call that repeat private results of the task, or a value of them, and that the
// person did not write.
[[nodiscard]] std::vector<PrivateFind> private_in(const TaskIndex& task, const Sink& sink);

// The key of `core::Notes::values` under which `Judgement::known` goes on, for log and approval.
inline constexpr std::string_view kKnownPlaces = "flow.known";

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
  std::string known;  // for the log and an approver: what lists say of each destination; may be ""
};

[[nodiscard]] Judgement judge(const TaskIndex& task, const std::vector<Rule>& rules,
                              const Sink& sink);

// What the lists of a rule say of each destination in the arguments, without any task: a sentence a
// line, "" where the rule has no lists.
[[nodiscard]] std::string known_words(const Rule& rule, const Sink& sink);

}  // namespace doorward::policy::flow
