#include "app/audit_report.h"

#include <algorithm>

#include "app/audit_folders.h"
#include "audit/rotation.h"
#include "catalog/visible.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

using audit::Finding;

std::string finding_text(const Finding& finding) {
  std::string out = "  " + finding.code;
  if (finding.index) out += ", entry " + std::to_string(*finding.index);
  if (!finding.file.empty()) out += ", " + catalog::visible(finding.file);
  if (finding.offset) out += " at byte " + std::to_string(*finding.offset);
  return out + ": " + catalog::visible(finding.what) + "\n";
}

std::string findings_json(const std::vector<Finding>& findings) {
  std::string out = "[";
  for (const Finding& finding : findings) {
    if (out.size() > 1) out += ',';
    out += R"({"code":)" + wire::json_quote(finding.code);
    if (finding.index) out += R"(,"index":)" + std::to_string(*finding.index);
    if (!finding.file.empty()) out += R"(,"file":)" + wire::json_quote(finding.file);
    if (finding.offset) out += R"(,"offset":)" + std::to_string(*finding.offset);
    out += R"(,"what":)" + wire::json_quote(finding.what) + "}";
  }
  return out + "]";
}

std::string counted(uint64_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

std::string log_text(const VerifiedLog& log) {
  const audit::VerifyReport& report = log.report;
  std::string out = catalog::visible(log.folder.string());
  out += report.holds() ? ": holds, " : ": does NOT hold, ";
  out += counted(report.size, "signed entry", "signed entries");
  if (report.holds()) out += ", root " + base64(audit::view_of(report.root));
  if (report.retired > 0)
    out += ", of the first " + std::to_string(report.retired) + " the hashes alone (retired)";
  if (report.unsigned_tail > 0)
    out += ", " + std::to_string(report.unsigned_tail) + " newer not signed yet";
  out += "\n";
  for (const Finding& finding : report.findings) out += finding_text(finding);
  if (report.cut) out += "  and more\n";
  return out;
}

const char* word(bool value) {
  return value ? "true" : "false";
}

}  // namespace

bool Verification::holds() const {
  return findings.empty() && std::all_of(logs.begin(), logs.end(),
                                         [](const VerifiedLog& log) { return log.report.holds(); });
}

std::string Verification::text() const {
  std::string out;
  for (const VerifiedLog& log : logs) out += log_text(log);
  for (const Finding& finding : findings) out += finding_text(finding).substr(2);
  return out;
}

std::string Verification::json() const {
  std::string out = std::string(R"({"holds":)") + word(holds()) + R"(,"logs":[)";
  for (size_t i = 0; i < logs.size(); ++i) {
    const audit::VerifyReport& report = logs[i].report;
    if (i > 0) out += ',';
    out += R"({"folder":)" + wire::json_quote(logs[i].folder.string());
    out += std::string(R"(,"holds":)") + word(report.holds());
    out += R"(,"size":)" + std::to_string(report.size);
    out += R"(,"root":)" + wire::json_quote(base64(audit::view_of(report.root)));
    out += R"(,"retired":)" + std::to_string(report.retired);
    out += R"(,"unsignedTail":)" + std::to_string(report.unsigned_tail);
    out += std::string(R"(,"cut":)") + word(report.cut);
    out += R"(,"findings":)" + findings_json(report.findings) + "}";
  }
  return out + R"(],"findings":)" + findings_json(findings) + "}";
}

Verification verify_logs(const std::vector<Path>& folders, const std::string& key,
                         const std::string& against) {
  Verification out;
  bool signed_by_one = false;
  for (const Path& folder : folders) {
    VerifiedLog& log = out.logs.emplace_back();
    log.folder = folder;
    auto own = log_key(folder, key);
    if (!own) {
      log.report.findings.push_back({own.error().code, {}, "key.pub", {}, own.error().what});
      continue;
    }
    audit::VerifyOptions options;
    options.folder = folder.string();
    options.key = *own;
    // Where there is one log the checkpoint can only be meant for it.
    if (!against.empty() && (folders.size() == 1 ||
                             audit::open_checkpoint(against, audit::kin(folder.string(), *own)))) {
      options.against = against;
      signed_by_one = true;
    }
    log.report = audit::verify(options);
  }
  if (!against.empty() && !signed_by_one)
    out.findings.push_back({"audit.against",
                            {},
                            "",
                            {},
                            "none of these logs has the key that signed the older checkpoint"});
  return out;
}

std::string exported_json(const audit::ExportedReport& report) {
  return std::string(R"({"holds":)") + word(report.holds()) + R"(,"records":)" +
         std::to_string(report.records) + R"(,"again":)" + std::to_string(report.again) +
         R"(,"first":)" + std::to_string(report.first) + R"(,"end":)" + std::to_string(report.end) +
         R"(,"findings":)" + findings_json(report.findings) + "}";
}

std::string exported_text(const audit::ExportedReport& report) {
  std::string out = report.holds() ? "holds, " : "does NOT hold, ";
  out += counted(report.records, "record", "records") + ", from " + std::to_string(report.first) +
         " to before " + std::to_string(report.end) + "\n";
  if (report.holds() && !report.proven)
    out += report.first > 0
               ? "they begin behind the log's first entry: chained and signed for by their "
                 "checkpoints, but only `audit prove` shows one to be the log's\n"
               : "the last of them are under no checkpoint that comes with them\n";
  for (const Finding& finding : report.findings) {
    out += "  " + finding.code;
    if (finding.index) out += ", entry " + std::to_string(*finding.index);
    if (finding.offset) out += ", line " + std::to_string(*finding.offset);
    out += ": " + catalog::visible(finding.what) + "\n";
  }
  return out;
}

std::string proof_json(const audit::Proof& proof, const audit::PublicKey& key) {
  return R"({"index":)" + std::to_string(proof.index) + R"(,"leaf":)" +
         wire::json_quote(hex(proof.leaf)) + R"(,"entry":)" + wire::json_quote(proof.entry) +
         R"(,"proof":)" + wire::json_quote(proof.text()) + R"(,"key":)" +
         wire::json_quote(key.vkey()) + "}";
}

std::string proof_text(const audit::Proof& proof, const audit::PublicKey& key) {
  return "entry " + std::to_string(proof.index) + " is one of the " +
         std::to_string(proof.checkpoint.size) + " signed entries\n\nentry  " + proof.entry +
         "\nleaf   " + hex(proof.leaf) + "\nkey    " + key.vkey() + "\n\n" + proof.text();
}

}  // namespace doorward::app
