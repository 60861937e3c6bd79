#include "app/housekeeper.h"

#include "app/config/load.h"
#include "app/discover/clients.h"

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
  facts_.event(
      "logtamper.config_edited",
      "`" + config.file.filename().string() + "` was edited and is not loaded; SIGHUP loads it",
      config.hash, hash);
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
