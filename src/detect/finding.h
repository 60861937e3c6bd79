// What is there in a text, and where. Never what to do about it: that is the guards' word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::detect {

// Where a text comes from, or goes to.
enum class Channel : uint8_t { tool_definition, tool_arguments, tool_result, user_prompt };
// What an argument is for, by its tool's schema and its name.
enum class Role : uint8_t { text, path, url, host, identifier, sql, command, code };

enum class Kind : uint8_t {
  instruction,      // text that speaks to the model
  hidden_text,      // characters that a person does not see
  command,          // shell
  sql,              // SQL
  path,             // a path that climbs, or leads where it should not
  address,          // a URL or host that leads inside
  url_scheme,       // a URL that runs code or reads files
  markup,           // script in HTML
  template_code,    // expressions of template engines
  directory,        // LDAP filters
  xml,              // external entities
  object,           // serialised objects
  code,             // evaluation in Python, JavaScript, PHP
  protocol,         // CR LF, forged headers and log lines
  secret,           // keys, tokens, passwords
  credential_path,  // where keys are kept
  pii,              // data of persons
};

// weak: counts towards the score only. likely: worth a label. certain: worth a refusal.
enum class Certainty : uint8_t { weak, likely, certain };

// Half open, in bytes of the given text.
struct Span {
  size_t from = 0;
  size_t to = 0;
  bool operator==(const Span&) const = default;
};

struct Finding {
  std::string_view rule;  // stable id, `kind.name`; lives as long as the program
  Kind kind = Kind::instruction;
  Certainty certainty = Certainty::likely;
  double score = 0;  // 0..1
  Span span;
  std::string_view view;  // how it was seen: plain, folded, base64 …
};

[[nodiscard]] std::string_view kind_text(Kind kind);
[[nodiscard]] bool channel_from(std::string_view text, Channel& channel);
[[nodiscard]] bool role_from(std::string_view text, Role& role);

}  // namespace doorward::detect
