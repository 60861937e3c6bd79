// Secrets by value: those that Doorward holds, and those that were first seen from one server.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/locked.h"
#include "base/secret.h"
#include "detect/finding.h"

namespace doorward::detect {

// Values under six bytes are left out: they would be found in any text. Thread-safe.
class HeldSecrets {
 public:
  struct Value {
    Secret<std::string> text;
    bool canary = false;  // a honeytoken: it opens nothing, and nobody has a reason to send it
  };
  explicit HeldSecrets(std::vector<Secret<std::string>> values);
  explicit HeldSecrets(std::vector<Value> values);

  // From now on these, after a rotation. What was held until then counts on, as the last 32 do: its
  // issuer may accept it for a while, and texts from before show it.
  void renew(std::vector<Value> values);
  // One more, that was not configured but obtained; one of the last 32.
  void learn(const Secret<std::string>& value);
  // Appends a finding `secret.held`, or `secret.canary`, for each place, in any view of the text:
  // as it is, in base64, hex, percent or whatever else views.h takes off.
  void find(std::string_view text, std::vector<Finding>& findings) const;
  [[nodiscard]] bool empty() const;

 private:
  struct Values {
    std::vector<Value> now;
    std::deque<Value> others;  // former ones, and obtained ones; the latest last
  };
  void change(const std::function<void(Values&)>& change);
  Locked<std::shared_ptr<const Values>> values_;
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
