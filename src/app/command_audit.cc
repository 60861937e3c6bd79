// `doorward audit verify|export|tail|prove`. All of them only read, also beside a running gateway.
#include <chrono>
#include <fstream>
#include <thread>

#include "app/add_command.h"
#include "app/audit_folders.h"
#include "app/audit_report.h"
#include "app/audit_tail.h"
#include "app/audit_trace.h"
#include "app/given_file.h"
#include "app/last_run.h"
#include "app/operator_client.h"
#include "audit/rotation.h"
#include "audit/witness.h"
#include "catalog/visible.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

struct LogChoice {
  std::string folder;  // "" = of the configuration
  std::string key;     // "" = the folder's own
};

struct OpenedLog {
  Path folder;
  audit::PublicKey key;
};
Expected<OpenedLog> open_log(const CommonOptions& common, const LogChoice& choice) {
  auto folder = one_log_folder(common, choice.folder);
  if (!folder) return std::unexpected(std::move(folder).error());
  auto key = log_key(*folder, choice.key);
  if (!key) return std::unexpected(std::move(key).error());
  return OpenedLog{std::move(*folder), std::move(*key)};
}

// --- verify ----------------------------------------------------------------------------------

struct VerifyChoice {
  LogChoice log;
  std::string against;
  std::string witness;   // key of one that has to have signed `against`
  std::string exported;  // a file of records, instead of the log
};

Expected<std::string> older_note(const std::string& file) {
  auto note = read_given_file(file, audit::kMaxNoteBytes);
  if (note && note->empty()) note = failure("config.unreadable", Fault::client, "it is empty");
  if (!note) return std::unexpected(std::move(note).error().within("--against"));
  return note;
}

// What left the house, by itself.
int verify_records(const CommonOptions& common, const VerifyChoice& choice) {
  auto folder = choice.log.key.empty() ? one_log_folder(common, choice.log.folder) : Path();
  if (!folder) return tell_of_log(folder.error());
  const auto keys = log_keys(*folder, choice.log.key);
  if (!keys) return tell_of_log(keys.error());
  std::ifstream file(choice.exported, std::ios::binary);
  if (!file) {
    std::cerr << "can't read `" << choice.exported << "`\n";
    return kUsage;
  }
  std::string older;
  if (!choice.against.empty()) {
    auto note = older_note(choice.against);
    if (!note) return tell(note.error());
    older = std::move(*note);
  }
  const audit::ExportedReport report = audit::verify_exported(file, *keys, older);
  std::cout << (common.json ? exported_json(report) + "\n" : exported_text(report));
  return report.holds() ? kFine : kFindings;
}

// The witness signed the note that the log is held against.
int verify_witness(const CommonOptions& common, const VerifyChoice& choice,
                   const std::string& note) {
  auto witness = audit::WitnessKey::parse(choice.witness);
  if (!witness) return tell(std::move(witness).error().within("--witness"));
  const size_t blank = note.rfind("\n\n");
  const auto time = audit::check_cosignature(
      blank == std::string::npos ? "" : std::string_view(note).substr(blank + 2), note, *witness);
  if (!time) return tell_of_log(time.error());
  if (!common.json)
    std::cout << "signed by the witness " << catalog::visible(witness->key.name) << " at "
              << rfc3339(WallTime(std::chrono::seconds(*time))) << "\n";
  return kFine;
}

int audit_verify(const CommonOptions& common, const VerifyChoice& choice) {
  if (!choice.exported.empty()) return verify_records(common, choice);
  if (!choice.witness.empty() && choice.against.empty()) {
    std::cerr << "--witness goes with --against, the checkpoint that it signed\n";
    return kUsage;
  }
  std::string older;
  if (!choice.against.empty()) {
    auto note = older_note(choice.against);
    if (!note) return tell(note.error());
    older = std::move(*note);
    if (!choice.witness.empty())
      if (const int code = verify_witness(common, choice, older); code != kFine) return code;
  }
  std::vector<Path> folders;
  std::optional<Path> state_of_folders;
  if (choice.log.folder.empty()) {
    auto state = state_folder(common);
    if (!state) return tell_of_log(state.error());
    folders = expected_logs(*state);
    // A key that is kept elsewhere is that of one log.
    if (!choice.log.key.empty() && !folders.empty())
      folders = {folders.front() == *state / "audit" ? folders.front() : folders.back()};
    if (choice.log.key.empty()) state_of_folders = *state;
  }
  // What the last start saw of the log, where nobody says more.
  if (older.empty() && state_of_folders) older = last_checkpoint_note(*state_of_folders);
  if (folders.empty()) {
    auto one = one_log_folder(common, choice.log.folder);
    if (!one) return tell_of_log(one.error());
    folders.push_back(std::move(*one));
  }
  const Verification found = verify_logs(folders, choice.log.key, older);
  std::cout << (common.json ? found.json() + "\n" : found.text());
  return found.holds() ? kFine : kFindings;
}

// --- export ----------------------------------------------------------------------------------

struct ExportChoice {
  LogChoice log;
  bool trace = false;
  uint64_t from = 0;
  uint64_t to = UINT64_MAX;
};

int audit_trace(const CommonOptions& common, const OpenedLog& log,
                const audit::ExportOptions& options) {
  std::error_code ignored;
  if (common.config_given || std::filesystem::exists(common.config, ignored)) {
    auto config = load_config(common.config);
    if (!config) return tell(config.error());
    auto lock = catalog::load_lock(config->lock_file().string());
    if (!lock && lock.error().code != "catalog.lock_missing")
      std::cerr << "server lines without tools: " << lock.error().what << "\n";
    std::cout << trace_servers(*config, lock ? *lock : catalog::LockFile{});
  }
  TraceWriter writer;
  auto written =
      audit::export_entries(log.folder.string(), log.key, options, [&](std::string_view line) {
        std::cout << writer.line(line);
        return static_cast<bool>(std::cout);
      });
  if (!written) return tell_of_log(written.error());
  std::cout << writer.rest();
  if (writer.nobodys() > 0)
    std::cerr << writer.nobodys() << " calls left out: what they named belongs to no server\n";
  if (writer.left_out() > 0)
    std::cerr << writer.left_out() << " calls left out: the log did not keep their arguments\n";
  if (writer.shortened() > 0)
    std::cerr << writer.shortened() << " arguments or results stand as the log kept them: short\n";
  return kFine;
}

// A running gateway signs what stands in its log now, so that the latest entries are part of it.
// Without one the log ends where it was last signed.
void sign_latest(const CommonOptions& common) {
  auto config = load_config(common.config);
  if (!config) {
    // The gateway that runs may have loaded what stood there before.
    auto state = state_folder(common);
    if (!state) return;
    config = Config{};
    config->state = std::move(*state);
  }
  [[maybe_unused]] const auto published = call_operator(*config, "POST", "/api/v1/audit/publish");
}

int audit_export(const CommonOptions& common, const ExportChoice& choice) {
  if (choice.from > choice.to) {
    std::cerr << "--from is behind --to\n";
    return kUsage;
  }
  sign_latest(common);
  auto log = open_log(common, choice.log);
  if (!log) return tell_of_log(log.error());
  const audit::ExportOptions options{choice.from, choice.to, !choice.trace};
  if (choice.trace) return audit_trace(common, *log, options);
  auto written =
      audit::export_entries(log->folder.string(), log->key, options, [](std::string_view line) {
        std::cout << line;
        return static_cast<bool>(std::cout);
      });
  return written ? kFine : tell_of_log(written.error());
}

// --- tail and prove --------------------------------------------------------------------------

struct TailChoice {
  LogChoice log;
  TailFilter filter;
  size_t count = 20;
  bool follow = false;
};

int audit_tail(const CommonOptions& common, const TailChoice& choice) {
  auto log = open_log(common, choice.log);
  if (!log) return tell_of_log(log.error());
  LogReader reader(log->folder, log->key);
  const LogReader::Visit show = [json = common.json](uint64_t index, std::string_view entry) {
    if (json)
      std::cout << entry << "\n";
    else
      std::cout << entry_line(index, entry) << "\n";
  };
  auto next = show_last(reader, choice.filter, choice.count, show);
  std::cout << std::flush;
  const auto shown = filtered(choice.filter, show);
  // Until somebody ends it; a reader that is gone ends it too.
  while (next && choice.follow && std::cout) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    next = reader.forward(*next, shown);
    std::cout << std::flush;
  }
  return next ? kFine : tell_of_log(next.error());
}

struct ProveChoice {
  LogChoice log;
  uint64_t index = 0;
};

int audit_prove(const CommonOptions& common, const ProveChoice& choice) {
  auto log = open_log(common, choice.log);
  if (!log) return tell_of_log(log.error());
  auto proof = audit::prove(log->folder.string(), log->key, choice.index);
  if (!proof) return tell_of_log(proof.error());
  std::cout << (common.json ? proof_json(*proof, log->key) + "\n" : proof_text(*proof, log->key));
  return kFine;
}

// --- rotate-key ------------------------------------------------------------------------------

struct RotateChoice {};

int audit_rotate(const CommonOptions& common, const RotateChoice&) {
  std::error_code ignored;
  if (common.config_given || std::filesystem::exists(common.config, ignored)) {
    const auto config = load_config(common.config);
    if (!config) return tell(config.error());
    if (config->audit.key) {
      std::cerr << "this log's key is the secret `" << config->audit.key.name
                << "`: put the new key there, name the old one in `audit.previous_key`, and start "
                   "the gateway again\n";
      return kUsage;
    }
  }
  auto log = open_log(common, {});
  if (!log) return tell_of_log(log.error());
  const auto next = audit::prepare_rotation(log->folder.string(), log->key.name);
  if (!next) return tell_of_log(next.error());
  if (common.json)
    std::cout << R"({"key":)" << wire::json_quote(next->vkey()) << "}\n";
  else
    std::cout << next->vkey()
              << "\nThis key signs the log from the gateway's next start on; the old one signs an "
                 "entry that says so.\nKeep it where `audit verify --key` will look, and give it "
                 "to your witnesses.\n";
  return kFine;
}

void add_log_options(CLI::App& command, LogChoice& log) {
  command.add_option("--folder", log.folder, "the log's folder, instead of that of the state");
  command.add_option("--key", log.key, "its public key, or a file with it, kept elsewhere");
}

}  // namespace

void add_audit_commands(const CommandLine& line) {
  CLI::App& audit =
      *line.cli.add_subcommand("audit", "the audit log: check, export, follow, prove");
  audit.require_subcommand(1);

  auto [verify, to_verify] =
      add_command(line, audit, "verify", "checks the whole log", audit_verify);
  add_log_options(*verify, to_verify->log);
  verify->add_option("--against", to_verify->against, "an older checkpoint, kept elsewhere");

  verify->add_option("--witness", to_verify->witness, "a witness that signed that checkpoint");
  verify->add_option("--exported", to_verify->exported,
                     "checks records that an export wrote to a file, instead of the log");

  auto [exporting, to_export] = add_command(
      line, audit, "export", "the signed entries with their proofs, as JSON lines", audit_export);
  add_log_options(*exporting, to_export->log);
  exporting->add_flag("--trace", to_export->trace, "the calls alone, for `replay`");
  exporting->add_option("--from", to_export->from, "the first entry");
  exporting->add_option("--to", to_export->to, "the entry behind the last");

  auto [tail, to_tail] = add_command(line, audit, "tail", "the newest entries", audit_tail);
  add_log_options(*tail, to_tail->log);
  tail->add_option("-n,--lines", to_tail->count, "how many (20)");
  tail->add_flag("-f,--follow", to_tail->follow, "goes on with what comes");
  tail->add_option("--server", to_tail->filter.server, "only this server's");
  tail->add_option("--tool", to_tail->filter.tool, "only this TOOL's or SERVER.TOOL's");
  tail->add_option("--principal", to_tail->filter.principal, "only this user's");
  tail->add_option("--reason", to_tail->filter.reason, "only what this reason, or `area.`, begins");
  tail->add_option("--kind", to_tail->filter.kind, "decision, outcome or event")
      ->check(CLI::IsMember({"decision", "outcome", "event"}));
  tail->add_option("--call", to_tail->filter.call, "only this call's entries");
  tail->add_option("--verdict", to_tail->filter.verdict, "pass, rewrite, hold or deny")
      ->check(CLI::IsMember({"pass", "rewrite", "hold", "deny"}));

  add_command(line, audit, "rotate-key", "makes the key that signs from the next start on",
              audit_rotate);

  auto [prove, to_prove] =
      add_command(line, audit, "prove", "proves that one entry was logged", audit_prove);
  add_log_options(*prove, to_prove->log);
  prove->add_option("INDEX", to_prove->index, "the entry's number")->required();
}

}  // namespace doorward::app
