// One attack of `doorward redteam`: a row of attacks.json, filled with what the gateway under
// attack is. The rows are data; this is all that they can say.
//
//   id            AREA.NAME; of area `control` a request that must be served
//   requirement   whose threat it is
//   attack        in words
//   side          `client` (default) or `operator`
//   method, path, query, headers   of the request; a header of "" is left out
//   body | text | raw              a JSON value, any text, or the bytes of the whole request
//   token         on the operator's side: with the client's credential instead of none
//   benign        has to be served
//
// `{{fact}}` stands for a fact of the target; a row that needs one which is not there is skipped.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

namespace doorward::app::redteam {

using Facts = std::map<std::string, std::string, std::less<>>;

struct Attack {
  std::string id, area, requirement, what;
  bool on_operator_side = false;
  bool benign = false;
  std::string bytes;  // of the whole request
};
struct Skipped {
  std::string id, area, requirement, what;
  std::string missing;  // the fact that is not there
  bool benign = false;
};
using Row = std::variant<Attack, Skipped>;

// The rows in their order. Errors: redteam.attacks (the data is not as above; a broken build).
[[nodiscard]] Expected<std::vector<Row>> attacks_on(const Facts& facts);

// The head of a request and its body, in the form in which attacks are sent.
struct PlainRequest {
  std::string method = "POST", target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};
[[nodiscard]] std::string bytes_of(const PlainRequest& request);

}  // namespace doorward::app::redteam
