// Names that are made to be taken for others: of servers and of tools (R3.3, R11.4).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/merged_names.h"

namespace doorward::catalog {

// What a name looks like: two names with one skeleton can't be told apart by eye. The confusable
// skeleton of Unicode TS 39 over the name without case and without invisible characters. Bad UTF-8
// is replaced first.
[[nodiscard]] std::string skeleton(std::string_view name);

// Insertions, deletions, replacements and swaps of neighbours between two names, in characters of
// UTF-8; anything above `limit` is `limit + 1`.
[[nodiscard]] size_t edit_distance(std::string_view a, std::string_view b, size_t limit);

// Letters of more than one script in one name, Latin among them (`p` + Cyrillic `a` + `y`).
[[nodiscard]] bool mixes_scripts(std::string_view name);

struct NameFinding {
  enum class Kind : uint8_t {
    look_alike,  // another name that a person takes for this one
    near_miss,   // one slip of the keyboard away
    duplicate,   // the same name at two servers
    mixed_script,
    invisible,  // characters that leave no mark
  };
  Kind kind = Kind::look_alike;
  ToolAddress name;   // `tool` is empty for a server's own name
  ToolAddress other;  // empty where the name speaks for itself
  std::string why;    // a sentence for a report, on one line, safe to print

  // look_alike, mixed_script and invisible names are made on purpose: they are held. A duplicate or
  // a near miss is told to the person who signs off.
  [[nodiscard]] bool is_high() const { return kind != Kind::duplicate && kind != Kind::near_miss; }
};
[[nodiscard]] std::string_view finding_name(NameFinding::Kind kind);

// A new server's name against `known` ones and the built-in list of widely used servers. A name
// that is exactly one of those is no finding. Near misses count from 5 characters on, with two
// edits from 9 on; separators and words like `mcp` and `server` are left aside.
[[nodiscard]] std::vector<NameFinding> check_server_name(std::string_view name,
                                                         std::span<const std::string> known);
[[nodiscard]] std::span<const std::string_view> popular_servers();

// All tools of all servers against each other; at most `kMostFindings`. Within a server only
// look-alikes count: `read_file` and `read_files` of one server are no trick.
inline constexpr size_t kMostFindings = 500;
[[nodiscard]] std::vector<NameFinding> check_tool_names(std::span<const ToolAddress> tools);

}  // namespace doorward::catalog
