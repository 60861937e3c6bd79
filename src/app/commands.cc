#include <algorithm>
#include <cctype>

#include "app/check.h"
#include "app/command.h"
#include "app/operator_client.h"
#include "identity/tokens.h"
#include "wire/json.h"

namespace doorward::app {

int check_command(const CommonOptions& common) {
  auto config = load_config(common.config);
  if (!config) return tell(config.error());
  // The running gateway knows best; without one the configuration alone is judged, and said so.
  std::string json;
  auto answer = call_operator(*config, "GET", "/api/v1/check");
  if (answer && answer->status == 200) {
    json = std::move(answer->body);
  } else {
    std::cerr << "no running Doorward answers; judging the configuration alone\n";
    json = check_json(*config);
  }
  const CheckText told = check_text(json);
  std::cout << (common.json ? json + "\n" : told.text);
  return told.exit_code;
}

int token_new_command(const CommonOptions& common, const std::string& id,
                      const std::vector<std::string>& groups) {
  const bool good =
      !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
      });
  if (!good) {
    std::cerr << "a token's id has 1 to 64 letters, digits, `-`, `_` or `.`\n";
    return kUsage;
  }
  const identity::NewToken made = identity::new_token(id);
  std::string list;
  for (const auto& group : groups) list += (list.empty() ? "" : ", ") + wire::json_quote(group);
  const std::string line = "{ id: " + wire::json_quote(id) +
                           ", hash: " + wire::json_quote(made.hash) +
                           (list.empty() ? "" : ", groups: [" + list + "]") + " }";
  if (common.json)
    std::cout << R"({"token":)" << wire::json_quote(made.text) << R"(,"configuration":)"
              << wire::json_quote(line) << "}\n";
  else
    std::cout << "token (shown once): " << made.text << "\nunder identity.tokens:  - " << line
              << "\n";
  return kFine;
}

}  // namespace doorward::app
