// Lists of destinations that an operator knows (`flow[].known`): recipients, hosts, accounts.
//
// A list says where, and nothing else: not that anybody asked for the call, not that its content
// may go there, not that another argument of it is clean. What that means is in judge.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/principal.h"
#include "policy/flow/destination.h"
#include "policy/rule.h"

namespace doorward::policy::flow {

// Why a text is no pattern of a list; "" where it is one.
[[nodiscard]] std::string known_complaint(std::string_view pattern);

class KnownList {
 public:
  // Patterns that are none are left out; `known_complaint` told of them. Without `principals` it is
  // everyone's.
  KnownList(std::string id, const std::vector<std::string>& to,
            std::optional<std::vector<PrincipalSelector>> principals);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] bool is_for(const core::Principal& principal) const;
  // The pattern that a value's destinations match, as written; "" where one of them, or none at
  // all, is in no pattern. Of several the first one's pattern is told.
  [[nodiscard]] std::string_view match(const std::vector<Destination>& all) const;

 private:
  struct Pattern {
    Destination destination;
    std::string text;
  };
  [[nodiscard]] std::string_view match(const Destination& one) const;

  std::string id_;
  std::optional<std::vector<PrincipalSelector>> principals_;
  std::unordered_map<std::string, std::vector<Pattern>> by_key_;
  std::vector<Pattern> wide_;  // with `*` in the host
};

}  // namespace doorward::policy::flow
