// Secrets by value: those that Doorward holds, and those that were first seen from one server.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/locked.h"
#include "base/secret.h"
#include "detect/finding.h"
#include "detect/view.h"

namespace doorward::detect {

// Credentials that come and go while Doorward runs: tokens that it fetched for itself or for users,
// secrets as they are after a rotation. Found in one pass however many there are: by the last eight
// bytes of each, which are the ones that differ. At most `kMostLiving`; those that ended go first,
// then the oldest.
class LivingSecrets {
 public:
  static constexpr size_t kMostLiving = 10'000;
  // Held until `until`, and some time longer: nobody else need know that it ended. Values under 16
  // bytes are left out.
  void add(const Secret<std::string>& value, SteadyTime now, SteadyTime until);
  struct Place {
    size_t from, to;
  };
  [[nodiscard]] size_t longest() const;  // bytes
  // Where one stands in `text`, at most 64.
  [[nodiscard]] std::vector<Place> find(std::string_view text) const;
  [[nodiscard]] bool empty() const;
  [[nodiscard]] size_t size() const;

 private:
  struct Held {
    Secret<std::string> value;
    SteadyTime until;
  };
  struct Table {
    std::vector<std::shared_ptr<const Held>> all;  // oldest first
    std::unordered_multimap<uint64_t, const Held*> by_tail;
    std::vector<bool> tails = std::vector<bool>(size_t{1} << 17);  // a sieve before that
    size_t longest = 0;                                            // bytes
  };
  Locked<std::vector<std::shared_ptr<const Held>>> held_;
  Snapshot<Table> table_{std::make_shared<const Table>()};
};

// Values under six bytes are left out: they would be found in any text. Thread-safe.
class HeldSecrets {
 public:
  struct Value {
    Secret<std::string> text;
    std::string bait = {};  // the name of a honeytoken: it opens nothing, nobody should send it
  };
  explicit HeldSecrets(std::vector<Secret<std::string>> values,
                       std::shared_ptr<const LivingSecrets> living = nullptr);
  explicit HeldSecrets(std::vector<Value> values);

  // From now on these, after a rotation. What was held until then counts on, as the last 32 do: its
  // issuer may accept it for a while, and texts from before show it.
  void renew(std::vector<Value> values);
  // Called with the name of a honeytoken when it is found, at most once a minute for each; on the
  // thread that looks. Set before there are two.
  void tell_of_bait(std::function<void(const std::string& name)> tell);
  // Those count as well.
  void watch(std::shared_ptr<const LivingSecrets> living);
  // Appends a finding `secret.held`, or `secret.canary`, for each place, in any view of the text:
  // as it is, in base64, hex, percent or whatever else views.h takes off.
  void find(std::string_view text, std::vector<Finding>& findings) const;
  // The same in views that are there already.
  void find(std::span<const View> views, std::vector<Finding>& findings) const;
  [[nodiscard]] bool empty() const;
  // How much of a text that is no disguise a secret can reach into from its neighbour, in bytes.
  [[nodiscard]] size_t reach() const;

 private:
  struct Values {
    std::vector<Value> now;
    std::deque<Value> others;                     // former ones, the latest last
    std::shared_ptr<const LivingSecrets> living;  // may be null
  };
  void change(const std::function<void(Values&)>& change);
  void found_bait(const std::string& name) const;

  Locked<std::shared_ptr<const Values>> values_;
  std::function<void(const std::string&)> tell_of_bait_;
  mutable Locked<std::map<std::string, SteadyTime>> told_;
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
