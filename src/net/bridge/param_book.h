// Which arguments of which tool a header repeats (`x-mcp-header`), as each principal's own lists
// said: nothing here is ever seen by another one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/locked.h"
#include "net/call.h"
#include "wire/param_headers.h"

namespace doorward::net {

class ParamBook {
 public:
  // Takes a server's answer to `tools/list`.
  void learn(const CallFacts& facts, const wire::Message& list);
  // The header, without its prefix, that is not what this `tools/call` says; "" where all agree.
  // Lists the tools where this one is not known yet.
  [[nodiscard]] Task<std::string> unlike(Gateway& gateway, const CallFacts& facts,
                                         const wire::Message& call);

 private:
  struct Page {
    std::map<std::string, std::vector<wire::ParamHeader>, std::less<>> tools;
    SteadyTime asked{};
  };
  Locked<std::map<std::string, Page>> pages_;
};

// A list without the tools whose declaration of headers is invalid, as text; nothing where all are
// fine (the era has clients drop such tools).
[[nodiscard]] std::optional<std::string> without_invalid_tools(const wire::Message& list);

}  // namespace doorward::net
