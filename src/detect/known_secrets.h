// Secrets by value: those that Doorward holds, and those that were first seen from one server.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/locked.h"
#include "base/secret.h"
#include "detect/finding.h"

namespace doorward::detect {

// Never changes after it was made. Values under six bytes are left out: they would be found in
// any text.
class HeldSecrets {
 public:
  explicit HeldSecrets(std::vector<Secret<std::string>> values);
  // Appends a finding `secret.held` for each place, in any view of the text: as it is, in base64,
  // hex, percent or whatever else views.h takes off.
  void find(std::string_view text, std::vector<Finding>& findings) const;
  [[nodiscard]] bool empty() const { return values_.empty(); }

 private:
  std::vector<Secret<std::string>> values_;
};

// Which server a secret came from first. Holds hashes, at most 4,096; the oldest goes.
class SeenSecrets {
 public:
  void learn(std::string_view server, std::string_view secret);
  // The server that showed it first; "" when it is not known.
  [[nodiscard]] std::string first_server(std::string_view secret) const;

 private:
  struct State {
    std::unordered_map<std::string, std::string> servers;  // hash -> server
    std::deque<std::string> order;
  };
  Locked<State> state_;
};

}  // namespace doorward::detect
