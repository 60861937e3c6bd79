// From doorward.yaml to a `Config`, or to the whole list of what is wrong with it.
//
// Error text: one line for each problem, in the order of the file, `FILE:LINE: KEY: MESSAGE`, for
// example  doorward.yaml:14: servers.files.comand: unknown key; did you mean `command`?
// Codes: config.unreadable (the file), config.yaml (its syntax), config.invalid (its meaning),
// config.signature (of a signed policy). Fault: self. No value of a secret is ever in it.
#pragma once

#include <string>
#include <string_view>

#include "app/config/config.h"
#include "base/error.h"

namespace doorward::app {

// Reads the file and, where `policy.file` is set, the policy, whose signature has to fit.
[[nodiscard]] Expected<Config> load_config(const Path& file);

// What `load_config` would put into `Config::hash` now, without a look at what the files say.
// Errors: config.unreadable.
[[nodiscard]] Expected<std::string> configuration_hash(const Config& config);

// A fault of one key that shows only later, in the form above. `key` is below the top-level
// `section`. Reads the file again for the line.
[[nodiscard]] Error fault_at(const Config& config, std::string_view section, std::string_view key,
                             std::string message);

// `file_name` stands in messages; relative paths are resolved against `folder`. Opens no file, so
// the rules of a signed policy are not there.
[[nodiscard]] Expected<Config> parse_config(std::string_view yaml, std::string_view file_name,
                                            const Path& folder);

// A policy file: a map with the one key `rules`.
[[nodiscard]] Expected<std::vector<policy::Rule>> parse_policy(std::string_view yaml,
                                                               std::string_view file_name);

// JSON Schema (draft 2020-12) of doorward.yaml, with a description for every key.
[[nodiscard]] std::string config_schema_json();
// The reference documentation of doorward.yaml, Markdown.
[[nodiscard]] std::string config_reference_markdown();

}  // namespace doorward::app
