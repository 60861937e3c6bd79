// What `doorward audit` says: reports of verification, and recorded calls as a trace.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/config/config.h"
#include "audit/exported.h"
#include "audit/proof.h"
#include "audit/verify.h"

namespace doorward::app {

struct VerifiedLog {
  Path folder;
  audit::VerifyReport report;
};

struct Verification {
  std::vector<VerifiedLog> logs;
  std::vector<audit::Finding> findings;  // of no single log

  [[nodiscard]] bool holds() const;
  [[nodiscard]] std::string text() const;
  // {"holds","logs":[{"folder","holds","size","root","unsignedTail","cut","findings":[{"code",
  // "index"?,"file"?,"offset"?,"what"}]}],"findings":[…]}; `root` is base64 as in a checkpoint.
  [[nodiscard]] std::string json() const;
};

// Verifies all `folders`, each by `key` ("" is its own `key.pub`; see log_key). `against`, a note,
// is held against the log whose key signed it.
[[nodiscard]] Verification verify_logs(const std::vector<Path>& folders, const std::string& key,
                                       const std::string& against);

// {"holds","records","again","first","end","proven","findings"}; an offset is the number of a line.
[[nodiscard]] std::string exported_json(const audit::ExportedReport& report);
[[nodiscard]] std::string exported_text(const audit::ExportedReport& report);

// {"index","leaf","entry","proof","key"}: entry as text, so that its bytes survive any reader.
[[nodiscard]] std::string proof_json(const audit::Proof& proof, const audit::PublicKey& key);
[[nodiscard]] std::string proof_text(const audit::Proof& proof, const audit::PublicKey& key);

}  // namespace doorward::app
