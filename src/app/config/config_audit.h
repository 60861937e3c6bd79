// `audit` of doorward.yaml: what the log keeps, and who else gets it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/config/config_values.h"

namespace doorward::app {

enum class Durability : uint8_t { batch, entry };  // in rising order

enum class KeptTexts : uint8_t { sizes, redacted };  // in rising order

// Where entries go besides the log itself; exactly one of file, syslog and otlp.
struct AuditExport {
  std::string id;  // names its cursor in the state folder
  Path file;
  std::string syslog;  // `tls://host:port`, or `tcp://` to a loopback host
  std::string otlp;    // URL of a collector's logs endpoint
  UpstreamTls tls;
  SecretRef token;  // bearer token of the collector
  bool operator==(const AuditExport&) const = default;
};

// What of the log stays in the state folder; 0 = all.
struct AuditKeep {
  uint64_t size = 0;
  milliseconds age{0};
  Path archive;  // old entries move there; "" = they are deleted
  bool operator==(const AuditKeep&) const = default;
};

struct AuditWitness {
  std::string url;  // C2SP tlog-witness: `add-checkpoint` stands below it
  std::string key;  // its vkey line
  UpstreamTls tls;
  bool operator==(const AuditWitness&) const = default;
};

struct Audit {
  Durability durability = Durability::batch;
  KeptTexts arguments = KeptTexts::redacted;
  KeptTexts results = KeptTexts::redacted;
  milliseconds heartbeat{60'000};
  Rate quota{1ULL << 30, milliseconds(3'600'000)};  // entries of one principal, in bytes
  Path copy;  // a folder on another disk or host that gets each checkpoint and tile; "" = none
  std::vector<AuditExport> exports;
  AuditKeep keep;
  std::vector<AuditWitness> witnesses;
  SecretRef key;           // PEM that signs checkpoints; none = one in the state folder
  SecretRef previous_key;  // the one before it, until the log was opened once with both
  bool operator==(const Audit&) const = default;
};

}  // namespace doorward::app
