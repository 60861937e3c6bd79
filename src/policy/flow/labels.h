// What the gateway knows of a tool for the judgement of flows: how far its results are to be
// trusted, whether they are private, what it can do, and which of its arguments are what.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/classes.h"
#include "policy/flow/intent.h"
#include "wire/json.h"

namespace doorward::policy::flow {

// trusted: nobody outside writes it. shared: the own store, with texts that outsiders can write
// into it; its ids are the own ones. untrusted: outsiders make it.
enum class Trust : uint8_t { trusted, shared, untrusted };

// What an argument is for.
enum class Role : uint8_t {
  address,  // where it goes: a recipient, a URL, an account, a channel, a member
  object,   // what it acts on: an id, a file, a booking
  content,  // what is said
  secret,   // a password, a key
  scalar,   // an amount, a date, a switch
};

struct ToolLabels {
  core::ClassSet classes;
  Trust trust = Trust::untrusted;
  bool is_private = false;
  bool confirmed = false;                             // the classes are an operator's word
  bool trust_stated = false;                          // so is the trust
  std::optional<std::vector<std::string>> addresses;  // the operator's word on arguments
  Acts acts;
  std::vector<uint32_t> nouns;
  struct Argument {
    std::string name;
    Role role;
  };
  std::vector<Argument> arguments;  // of the schema, where one is known

  // A tool that only looks something up at an address, such as a fetch of a page.
  [[nodiscard]] bool is_fetch() const;
};

using LabelsOf = std::function<std::shared_ptr<const ToolLabels>(std::string_view server,
                                                                 std::string_view tool)>;

// Fills acts, nouns and arguments from a tool's definition.
void read_definition(ToolLabels& labels, std::string_view name, std::string_view description,
                     wire::JsonValue input_schema);

// The role of an argument by its name, and by its shape where the name says nothing.
[[nodiscard]] Role guess_role(std::string_view name, std::string_view description,
                              std::string_view format);
[[nodiscard]] Role role_of(const ToolLabels& labels, std::string_view name, std::string_view value,
                           bool number);

// Where a tool's results come from and whether they are private, by its name alone.
struct GuessedLabels {
  Trust trust = Trust::untrusted;
  bool is_private = false;
};
[[nodiscard]] GuessedLabels guess_labels(std::string_view server, std::string_view tool);

}  // namespace doorward::policy::flow
