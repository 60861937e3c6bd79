#include "app/last_run.h"

#include <algorithm>
#include <array>
#include <map>

#include "app/audit_change.h"
#include "app/config/load.h"
#include "app/log_reader.h"
#include "audit/entry.h"
#include "audit/files.h"
#include "audit/retention.h"
#include "audit/rotation.h"
#include "audit/tile_reader.h"
#include "base/bytes.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

constexpr size_t kMostConfigBytes = 4U << 20U;

std::string checkpoint_file(const Path& state) {
  return (state / "last_checkpoint").string();
}
std::string configuration_file(const Path& state) {
  return (state / "last_configuration").string();
}

std::string way_out(const Path& state) {
  return "Put the log back. If it is lost for good, move `" + checkpoint_file(state) +
         "` away: a new log begins then";
}

}  // namespace

std::string last_checkpoint_note(const Path& state) {
  return audit::read_file(checkpoint_file(state), audit::kMaxNoteBytes).value_or("");
}

Expected<void> keep_checkpoint(const Path& state, const std::string& note) {
  audit::Files files;
  return files.replace(checkpoint_file(state), note, 0600, true);
}

Expected<void> log_is_there(const Path& state, const Path& folder) {
  if (last_checkpoint_note(state).empty() || audit::exists((folder / "checkpoint").string()))
    return {};
  return failure("audit.log_gone", Fault::self,
                 "there was a log in `" + folder.string() + "`, and it is gone. " + way_out(state));
}

Expected<void> log_goes_on(const Path& state, const Path& folder, const audit::Log& log) {
  const std::string note = last_checkpoint_note(state);
  if (note.empty()) return {};
  const auto seen = audit::open_checkpoint(note, audit::kin(folder.string(), log.public_key()));
  if (!seen)
    return failure("audit.forked", Fault::self,
                   "the log in `" + folder.string() + "` is not the one that was written last (" +
                       seen.error().what + "). " + way_out(state));
  const uint64_t size = log.checkpoint().size;
  if (size < seen->size)
    return failure("audit.rolled_back", Fault::self,
                   "the log in `" + folder.string() + "` has " + std::to_string(size) +
                       " entries, but had " + std::to_string(seen->size) + ". " + way_out(state));
  audit::TileReader reader(folder.string(), seen->size);
  const auto root = seen->size == 0 ? audit::empty_root() : reader.root(0, seen->size);
  if (!root || *root != seen->root)
    return failure("audit.forked", Fault::self,
                   "the first " + std::to_string(seen->size) + " entries of the log in `" +
                       folder.string() + "` are not those that were there. " + way_out(state));
  return {};
}

std::string newest_wrap(const Path& state, const std::string& besides) {
  std::string newest;
  std::error_code fault;
  for (std::filesystem::directory_iterator it(state / "wrap", fault), end; !fault && it != end;
       it.increment(fault))
    if (const std::string name = it->path().filename().string();
        it->is_directory(fault) && name != besides)
      newest = std::max(newest, name);
  return newest;
}

namespace {

struct OpenCall {
  std::string call, principal, server, method, tool;
};

// Of a request that a server answers, and that was let through.
bool awaits_outcome(wire::JsonValue entry) {
  const std::string_view verdict = entry["verdict"].text(), method = entry["method"].text();
  return entry["kind"].text() == "decision" && (verdict == "pass" || verdict == "rewrite") &&
         !entry["call"].text().empty() &&
         std::ranges::any_of(
             std::array<std::string_view, 4>{"tools/", "resources/", "prompts/", "completion/"},
             [&](std::string_view known) { return method.starts_with(known); });
}

}  // namespace

size_t close_open_calls(const Path& folder, audit::Log& log) {
  constexpr size_t kMost = 100'000;
  LogReader reader(folder, log.public_key());
  const auto from = reader.recent();
  if (!from) return 0;
  std::map<uint64_t, OpenCall> open;
  const auto read = reader.forward(*from, [&](uint64_t index, std::string_view line) {
    const auto parsed = wire::JsonDocument::parse(std::string(line));
    if (!parsed) return;
    const wire::JsonValue entry = parsed->root();
    const auto word = [&](std::string_view name) { return std::string(entry[name].text()); };
    if (entry["kind"].text() == "outcome") {
      if (const auto of = entry["of"].integer(); of && *of >= 0)
        open.erase(static_cast<uint64_t>(*of));
    } else if (open.size() < kMost && awaits_outcome(entry)) {
      open.emplace(index, OpenCall{word("call"), word("principal"), word("server"), word("method"),
                                   word("tool")});
    }
  });
  if (!read) return 0;
  for (const auto& [index, it] : open) {
    audit::Entry entry;
    entry.kind = audit::Kind::outcome;
    entry.time = wall_now();
    entry.call = it.call;
    entry.of = index;
    entry.principal = it.principal;
    entry.server = it.server;
    entry.method = it.method;
    entry.tool = it.tool;
    entry.outcome = "unknown";
    entry.detail = "Doorward ended before the answer; the server may have done all of it";
    const auto written = log.append(audit::encode(entry));
    static_cast<void>(written);  // a log that takes nothing ends the start by itself
  }
  return open.size();
}

Expected<Restart> restart_of(const Config& now) {
  Restart out;
  const auto text = audit::read_file(configuration_file(now.state), kMostConfigBytes);
  if (!text || now.file.empty()) return out;
  const size_t end = text->find('\n');
  out.known = true;
  out.before_hash = text->substr(0, end);
  const std::string yaml = end == std::string::npos ? "" : text->substr(end + 1);
  const Change change = changed_lines(yaml, now.text);
  out.before = change.before;
  out.after = change.after;
  // What an older Doorward wrote may be unknown to this one: then its lines are all there is.
  auto before = parse_config(yaml, "last_configuration", now.file.parent_path());
  if (!before) return out;
  // The rules of a signed policy stand in a file of their own, which its signature protects.
  if (before->policy.signed_file && before->policy.signed_file == now.policy.signed_file)
    before->policy.rules = now.policy.rules;
  out.lowered = what_is_lowered(*before, now);
  if (!before->admin.two_person) return out;
  if (const std::string guarded = what_is_guarded(*before, now); !guarded.empty())
    out.lowered += (out.lowered.empty() ? "" : ", ") + guarded;
  if (out.lowered.empty() || !second_admin_is_there(*before)) return out;
  return failure("reload.waits", Fault::self,
                 "`" + now.file.string() + "` changes what protects (" + out.lowered +
                     ") since the last run, and `admin.two_person` asks a second person for that. "
                     "Start with these lines as they were, then reload: a second admin can approve "
                     "it there");
}

namespace {

std::string kept_text(const Config& now) {
  return now.hash + "\n" + now.text;
}

constexpr std::string_view kInForce = "in force: ", kKeptAs = ", kept as ",
                           kTwoPeople = ", changed by two people";

// The word behind `name`, or "".
std::string word_behind(std::string_view text, std::string_view name) {
  const size_t at = text.find(name);
  if (at == std::string_view::npos) return "";
  text.remove_prefix(at + name.size());
  return std::string(text.substr(0, text.find_first_of(", ;")));
}

std::optional<InForce> in_force_of(std::string_view line) {
  // Most entries are calls.
  if (line.find("logtamper.") == std::string_view::npos) return std::nullopt;
  const auto parsed = wire::JsonDocument::parse(std::string(line));
  if (!parsed || parsed->root()["kind"].text() != "event") return std::nullopt;
  const wire::JsonValue entry = parsed->root();
  const std::string_view reason = entry["reason"].text(), detail = entry["detail"].text();
  const bool old = reason == "logtamper.started";
  if (!old && reason != "logtamper.reloaded" && reason != "logtamper.stopped" &&
      reason != "logtamper.in_force")
    return std::nullopt;
  InForce out{word_behind(detail, kInForce), word_behind(detail, kKeptAs),
              detail.find(kTwoPeople) != std::string_view::npos};
  // What an older Doorward wrote.
  if (out.hash.empty() && old) out.hash = entry["after"].text();
  if (out.hash.empty()) return std::nullopt;
  return out;
}

}  // namespace

Expected<void> keep_configuration(const Config& now) {
  if (now.file.empty()) return {};
  audit::Files files;
  return files.replace(configuration_file(now.state), kept_text(now), 0600, true);
}

std::string in_force_text(const Config& now) {
  std::string out = std::string(kInForce) + now.hash;
  if (!now.file.empty()) out.append(kKeptAs) += hex(sha256(kept_text(now)));
  if (now.admin.two_person && second_admin_is_there(now)) out += kTwoPeople;
  return out;
}

// Backwards: the last of them is near the end of most logs.
std::optional<InForce> last_in_force(const Path& folder, const audit::PublicKey& key) {
  constexpr uint64_t kStep = 4096;
  LogReader reader(folder, key);
  const auto recent = reader.recent();
  if (!recent) return std::nullopt;
  std::optional<InForce> found;
  const LogReader::Visit look = [&found](uint64_t, std::string_view line) {
    if (auto one = in_force_of(line)) found = std::move(one);
  };
  const auto read = reader.forward(*recent, look);
  static_cast<void>(read);  // what can't be read says nothing, and older entries are looked at
  const uint64_t first = audit::retired_before(folder.string());
  for (uint64_t end = *recent; !found && end > first;) {
    const uint64_t from = end - std::min(end - first, kStep);
    if (!reader.range(from, end, look)) break;
    end = from;
  }
  return found;
}

Expected<Restart> restart_by_log(const Config& now, Restart restart,
                                 const std::optional<InForce>& logged) {
  if (!logged || logged->kept.empty() || now.file.empty()) return restart;
  const auto text = audit::read_file(configuration_file(now.state), kMostConfigBytes);
  if (text && hex(sha256(*text)) == logged->kept) return restart;
  if (logged->hash == now.hash) return restart;
  if (logged->two_person)
    return failure("reload.waits", Fault::self,
                   "`" + configuration_file(now.state) +
                       "` is gone, or is not what Doorward kept there. The log says that "
                       "configuration " +
                       logged->hash +
                       " was in force, which two people change (`admin.two_person`). Start with "
                       "that configuration, then reload: a second admin can approve it there");
  restart.known = true;
  restart.before_hash = logged->hash;
  restart.lowered += (restart.lowered.empty() ? "" : ", ") +
                     std::string(
                         "`last_configuration`, which says what was in force, is gone or "
                         "changed");
  return restart;
}

}  // namespace doorward::app
