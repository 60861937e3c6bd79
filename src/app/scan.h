// `doorward scan`: what a server offers, looked at before anybody trusts it. Reports text that
// speaks to the model, hidden and confusable characters, names that imitate others, schemas that
// lie elsewhere, parameters that ask for what a tool has no business with, and claims that a
// definition contradicts.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/entry.h"

namespace doorward::app {

enum class Severity : uint8_t { note, medium, high };
[[nodiscard]] std::string_view severity_text(Severity severity);

struct ScanFinding {
  Severity severity = Severity::note;
  std::string rule;  // stable: `definition.instruction`, `name.look_alike`
  std::string server;
  std::string kind;  // tools, prompts, resources, templates, server
  std::string name;  // of the definition
  std::string text;  // what it is, in plain words; no control characters
};

using Entries = std::vector<std::shared_ptr<const catalog::Entry>>;

// All entries of all servers that were listed. `only`: the texts of these alone are judged; names
// and what they say of each other always.
[[nodiscard]] std::vector<ScanFinding> scan_definitions(
    std::span<const std::string> servers, const Entries& entries,
    const std::function<bool(const catalog::Entry&)>& only = {});

// One definition, looked at without the others, has a finding of high severity.
[[nodiscard]] bool has_high_finding(const catalog::Entry& entry);

[[nodiscard]] std::string scan_text(std::span<const ScanFinding> findings, size_t definitions);
[[nodiscard]] std::string scan_json(std::span<const ScanFinding> findings, size_t definitions);
// SARIF 2.1.0 (OASIS); high is `error`, medium `warning`, a note `note`.
[[nodiscard]] std::string scan_sarif(std::span<const ScanFinding> findings);

}  // namespace doorward::app
