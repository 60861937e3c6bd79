// doorward.yaml as plain values, one struct per section; those of long sections stand in headers of
// their own. Every default is a member initialiser there and nowhere else: the loader, the JSON
// Schema and the reference documentation read it from a default-constructed `Config`. Paths are
// absolute once loaded; durations are milliseconds, sizes are bytes. Secrets never stand here, only
// their names in `secrets`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/config/config_audit.h"
#include "app/config/config_identity.h"
#include "app/config/config_inspection.h"
#include "app/config/config_limits.h"
#include "app/config/config_listen.h"
#include "app/config/config_policy.h"
#include "app/config/config_servers.h"
#include "app/config/config_values.h"

namespace doorward::app {

// Tells another system of each question and its answer, by signed requests.
struct Webhook {
  std::string url;  // https, or http to loopback
  SecretRef secret;
  Path ca;  // of its TLS; empty = the system's
  bool operator==(const Webhook&) const = default;
};

struct Approvals {
  milliseconds timeout{5 * 60'000};  // of the question, and then of its answer
  uint32_t pending = 20;             // open questions of one principal
  std::optional<Webhook> webhook;
  bool operator==(const Approvals&) const = default;
};

struct Catalog {
  milliseconds recheck{60'000};  // 0 = before every call
  uint32_t sign_offs = 1;        // how many different people sign a definition
  Path key;                      // PEM public key that the lock file is signed by; "" = unsigned
  SecretRef signing_key;         // PEM private key that signs what Doorward saves
  milliseconds revalidate_after{0};    // age from which a server is due for validation; 0 = never
  milliseconds discover{15 * 60'000};  // how often clients' files are looked at; 0 = never
  milliseconds probation{0};           // of a server that was signed off; 0 = none
  Calls probation_calls{Rate{30, milliseconds(60'000)}, 10};  // of one principal and such a server
  std::optional<SignedPolicy> servers;  // a signed file of more servers; merged when it is loaded
  bool operator==(const Catalog&) const = default;
};

struct Shared {
  std::string url;  // redis:// or rediss://; "" = one machine
  SecretRef password;
  bool operator==(const Shared&) const = default;
};

struct Config {
  uint32_t version = 1;
  Path state = "./state";
  Shared shared;
  milliseconds drain{10'000};
  Listen listen;
  Admin admin;
  std::map<std::string, Server> servers;
  std::map<std::string, SecretSource> secrets;
  Identity identity;
  Policy policy;
  std::vector<FlowRule> flow = {default_flow()};
  std::vector<policy::PrincipalSelector> prompt_from;  // whose word on the user's prompt counts
  // Who may choose what log level a server sends at.
  std::vector<policy::PrincipalSelector> log_level_from = {policy::PrincipalSelector{.any = true}};
  Tasks tasks;
  Limits limits;
  Inspection inspection;
  std::map<std::string, GuardMode> guards;  // by guard id; absent = enforce
  Audit audit;
  Approvals approvals;
  Catalog catalog;

  // Not keys: where it came from.
  Path file;         // absolute; empty for parse_config without a file
  Path folder;       // relative paths count from here
  std::string hash;  // hex SHA-256 of the file's bytes, of a signed policy's bytes too
  std::string text;  // those bytes, for the entry of a change (no secret stands in them)

  Path pins;  // the lock file where it is not beside `file`

  [[nodiscard]] Path lock_file() const { return pins.empty() ? folder / "doorward.lock" : pins; }
  bool operator==(const Config&) const = default;
};

}  // namespace doorward::app
