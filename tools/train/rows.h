// Rows of labelled text, and the family of sources that each belongs to.
#pragma once

#include <string>
#include <vector>

#include "detect/finding.h"

namespace doorward::train {

struct Row {
  std::string id, text, source, kind, family;
  std::string planted;  // of our own attacks: the part that is one
  std::string form;     // how a template marks it, where the source says so
  bool attack = false;
  detect::Channel channel = detect::Channel::tool_result;
  detect::Role role = detect::Role::text;
};

// Every *.jsonl of a folder, in the order of names. Lines that are no strict JSON are counted and
// left out. Ends the program where the folder can't be read.
[[nodiscard]] std::vector<Row> read_rows(const std::string& folder);

}  // namespace doorward::train
