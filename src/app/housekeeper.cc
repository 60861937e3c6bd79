#include "app/housekeeper.h"

#include "app/audit_change.h"
#include "app/config/load.h"
#include "app/discover/clients.h"
#include "app/last_run.h"
#include "app/log_reader.h"
#include "audit/retention.h"

namespace doorward::app {

namespace {
constexpr std::chrono::seconds kEvery{2};
}

Housekeeper::Housekeeper(Facts facts)
    : facts_(std::move(facts)), thread_([this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          look();
          std::unique_lock lock(mutex_);
          wake_.wait_for(lock, stop, kEvery, [] { return false; });
        }
      }) {}

Housekeeper::~Housekeeper() {
  thread_.request_stop();
  thread_.join();
}

void Housekeeper::look() {
  const auto config = facts_.config();
  look_at_configuration(*config);
  look_at_copy(*config);
  look_at_clients(*config);
  look_at_counts();
  look_at_age(*config);
  look_at_heartbeat(*config);
  if (!facts_.remembers) return;
  keep_last_checkpoint(*config);
  look_beside(*config);
}

void Housekeeper::keep_last_checkpoint(const Config& config) {
  constexpr std::chrono::seconds kEvery(10);
  const auto now = std::chrono::steady_clock::now();
  if (now - kept_checkpoint_ < kEvery) return;
  const audit::Checkpoint last = facts_.log->checkpoint();
  if (last.size == kept_size_) return;
  kept_checkpoint_ = now;
  if (keep_checkpoint(config.state, last.note)) kept_size_ = last.size;
}

// A log of another process that is removed later is missed where this one names it.
void Housekeeper::look_beside(const Config& config) {
  constexpr std::chrono::seconds kEvery(10);
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_beside_ < kEvery) return;
  const bool first = looked_beside_ == std::chrono::steady_clock::time_point{};
  looked_beside_ = now;
  std::string newest = newest_wrap(config.state);
  if (newest == told_beside_) return;
  told_beside_ = std::move(newest);
  // The start told of what was there.
  if (!first && !told_beside_.empty())
    facts_.event(kBeside, "a log of a `wrap` process beside this one", "", told_beside_);
}

void Housekeeper::look_at_clients(const Config& config) {
  const auto now = std::chrono::steady_clock::now();
  if (config.catalog.discover.count() <= 0 || now < next_clients_) return;
  next_clients_ = now + config.catalog.discover;
  std::set<std::string> there;
  for (const ScanFinding& found : clients_around(config, home_folders())) {
    if (found.severity == Severity::note) continue;
    const std::string what = "`" + found.name + "`: " + found.text;
    there.insert(what);
    if (!told_around_.contains(what)) facts_.event("rogue.around", what, "", "");
  }
  told_around_ = std::move(there);
}

// Nothing that was left out is forgotten.
void Housekeeper::look_at_counts() {
  const uint64_t dropped = facts_.stderr_dropped ? facts_.stderr_dropped() : 0;
  if (dropped > told_dropped_)
    facts_.event("logtamper.stderr_dropped",
                 std::to_string(dropped - told_dropped_) +
                     " lines that servers wrote to their standard error were not kept",
                 "", "");
  told_dropped_ = dropped;
  if (!facts_.budget) return;
  for (const auto& row : facts_.budget->take())
    facts_.event("logtamper.refusals_counted",
                 std::to_string(row.number) + " more " + row.what + " `" + row.whose + "`", "", "");
}

// What may go goes in this order: the entry that says so, on disk; then the bundles.
void Housekeeper::look_at_age(const Config& config) {
  constexpr std::chrono::minutes kEveryMinute(1);
  constexpr uint64_t kAlwaysStay = 1024;
  const AuditKeep& keep = config.audit.keep;
  const auto now = std::chrono::steady_clock::now();
  if ((keep.size == 0 && keep.age.count() == 0) || now - looked_at_age_ < kEveryMinute) return;
  looked_at_age_ = now;
  const std::string folder = facts_.log_folder.string();
  const LogReader reader(facts_.log_folder, facts_.log->public_key());
  const auto recent = reader.recent();
  Expected<void> done;
  if (!recent) done = std::unexpected(recent.error());
  // Nothing goes that a receiver or the copy still waits for.
  uint64_t below = recent ? *recent : 0;
  if (facts_.exported) below = std::min(below, facts_.exported());
  if (!config.audit.copy.empty()) below = std::min(below, mirror_ ? mirror_->size() : 0);
  const uint64_t first = audit::retired_before(folder);
  audit::RetentionBounds bounds{.bytes = keep.size, .below = below - std::min(below, kAlwaysStay)};
  if (keep.age.count() > 0) bounds.older_than = wall_now() - keep.age;
  const auto to = done ? audit::retirable(folder, first, bounds) : first;
  if (!to) done = std::unexpected(to.error());
  if (done && *to > first) {
    // What goes may be the entries that say which configuration is in force.
    if (facts_.remembers) facts_.event("logtamper.in_force", in_force_text(config), "", "");
    facts_.event(audit::kRetired,
                 "entries below " + std::to_string(*to) +
                     (keep.archive.empty() ? " are deleted" : " " + std::string(audit::kMoved)) +
                     "; their hashes stay",
                 std::to_string(first), std::to_string(*to));
    const auto said = facts_.log->publish();
    done = said ? audit::retire(folder, keep.archive.string(), first, *to)
                : Expected<void>(std::unexpected(said.error()));
  }
  const std::string fault = done ? "" : done.error().what;
  if (fault == told_retention_) return;
  told_retention_ = fault;
  if (!fault.empty()) facts_.event("logtamper.retention_failed", fault, "", "");
}

// The log's own thread writes an entry at least this often; where none comes it does not live.
void Housekeeper::look_at_heartbeat(const Config& config) {
  const auto now = std::chrono::steady_clock::now();
  const uint64_t durable = facts_.log->durable_size();
  if (durable != seen_size_) {
    seen_size_ = durable;
    seen_ = now;
    told_silent_ = false;
    return;
  }
  if (told_silent_ || now - seen_ < 3 * config.audit.heartbeat) return;
  told_silent_ = true;
  facts_.event("logtamper.silent", "no entry has reached the disk for three heartbeats", "", "");
}

// The running configuration stays in force; that somebody tried is what has to be known.
void Housekeeper::look_at_configuration(const Config& config) {
  if (config.file.empty()) return;
  const auto now = configuration_hash(config);
  const std::string hash = now ? *now : "unreadable";
  if (hash == config.hash) {
    told_hash_.clear();
    return;
  }
  if (hash == told_hash_) return;
  told_hash_ = hash;
  const auto text = audit::read_file(config.file.string(), 1U << 20U);
  const Change change = changed_lines(config.text, text ? *text : "");
  facts_.event("logtamper.config_edited",
               "`" + config.file.filename().string() +
                   "` was edited and is not loaded; SIGHUP loads it (" + hash + " after " +
                   config.hash + ")",
               change.before, change.after);
}

void Housekeeper::look_at_copy(const Config& config) {
  if (config.audit.copy.empty()) return;
  Expected<void> done;
  if (!mirror_) {
    auto opened = audit::Mirror::open(facts_.log_folder.string(), config.audit.copy.string(),
                                      facts_.log->public_key(), facts_.log->size());
    if (opened)
      mirror_.emplace(std::move(*opened));
    else
      done = std::unexpected(std::move(opened).error());
  }
  if (mirror_) done = mirror_->update(facts_.log->checkpoint());
  const std::string fault = done ? "" : done.error().what;
  if (fault == told_fault_) return;
  told_fault_ = fault;
  const bool is_alarm = !done && (done.error().code == "audit.copy_ahead" ||
                                  done.error().code == "audit.copy_foreign");
  facts_.event(done       ? "logtamper.copy_works"
               : is_alarm ? "logtamper.copy_differs"
                          : "logtamper.copy_failed",
               done ? "the copy of the log is whole again" : fault, "", "");
}

}  // namespace doorward::app
