#include "app/exporters.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "app/receivers.h"
#include "app/witness_round.h"
#include "audit/feed.h"

namespace doorward::app {

namespace {

constexpr std::chrono::seconds kEvery{1};
constexpr size_t kMostRecords = 256;
constexpr size_t kMostBytes = 512 * 1024;

}  // namespace

// One receiver and its thread.
class Exporter {
 public:
  Exporter(const Exporters::Facts& facts, AuditExport given, std::unique_ptr<Receiver> receiver)
      : facts_(facts),
        given_(std::move(given)),
        receiver_(std::move(receiver)),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}
  ~Exporter() {
    thread_.request_stop();
    thread_.join();
  }
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;
  [[nodiscard]] const AuditExport& given() const { return given_; }
  [[nodiscard]] uint64_t received() const { return received_.load(); }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      tell(pass(stop));
      if (feed_) received_ = feed_->confirmed();
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, kEvery, [] { return false; });
    }
  }

  // Everything that is signed and was not received yet.
  Expected<void> pass(const std::stop_token& stop) {
    if (!feed_) {
      const std::string cursor = (facts_.log_folder / ("export-" + given_.id)).string();
      auto opened = audit::Feed::open(facts_.log_folder.string(), cursor);
      if (!opened) return std::unexpected(std::move(opened).error());
      feed_.emplace(std::move(*opened));
    }
    // What was sent in the pass before counts as received where the receiver is still there.
    if (feed_->confirmed() != feed_->handed_out()) {
      if (!receiver_->holds())
        feed_->rewind();
      else if (auto kept = feed_->confirm(feed_->handed_out()); !kept)
        return kept;
    }
    const audit::Checkpoint published = facts_.log->checkpoint();
    while (!stop.stop_requested()) {
      auto records = feed_->next(published, kMostRecords, kMostBytes);
      if (!records) return std::unexpected(std::move(records).error());
      if (records->empty()) return {};
      if (auto sent = receiver_->send(*records, stop); !sent) {
        feed_->rewind();
        return sent;
      }
      if (!receiver_->acknowledges()) continue;
      if (auto kept = feed_->confirm(feed_->handed_out()); !kept) return kept;
    }
    return {};
  }

  // Each change once.
  void tell(const Expected<void>& done) {
    const std::string fault = done ? "" : done.error().what;
    if (fault == told_) return;
    told_ = fault;
    const std::string name = "export `" + given_.id + "`: ";
    if (done) return facts_.event("logtamper.export_works", name + "all entries leave again");
    const std::string& code = done.error().code;
    const bool differs = code == "audit.copy_ahead" || code == "audit.forked" ||
                         code == "audit.entry_changed" || code == "audit.root_mismatch";
    facts_.event(differs ? "logtamper.export_differs" : "logtamper.export_failed", name + fault);
  }

  const Exporters::Facts& facts_;
  const AuditExport given_;
  const std::unique_ptr<Receiver> receiver_;
  std::optional<audit::Feed> feed_;
  std::atomic<uint64_t> received_{0};
  std::string told_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: starts when all above is there
};

Exporters::Exporters(Facts facts) : facts_(std::move(facts)) {}
Exporters::~Exporters() = default;

uint64_t Exporters::received() const {
  const std::lock_guard hold(mutex_);
  uint64_t out = UINT64_MAX;
  for (const auto& [id, exporter] : running_) out = std::min(out, exporter->received());
  return out;
}

Expected<void> Exporters::configure(const Config& config) {
  const std::lock_guard hold(mutex_);
  std::map<std::string, std::unique_ptr<Receiver>> made;
  for (const AuditExport& each : config.audit.exports) {
    const auto known = running_.find(each.id);
    if (known != running_.end() && known->second->given() == each) continue;
    auto receiver = make_receiver(config, each, facts_.executor);
    if (!receiver) return std::unexpected(std::move(receiver).error().within("export " + each.id));
    made[each.id] = std::move(*receiver);
  }
  if (!witnesses_ || witnesses_->given() != config.audit.witnesses) {
    auto round = WitnessRound::make(facts_, config.audit.witnesses);
    if (!round) return std::unexpected(std::move(round).error());
    witnesses_ = std::move(*round);
  }
  std::erase_if(running_, [&](const auto& one) {
    for (const AuditExport& each : config.audit.exports)
      if (each.id == one.first && each == one.second->given()) return false;
    return true;
  });
  for (const AuditExport& each : config.audit.exports)
    if (const auto receiver = made.find(each.id); receiver != made.end())
      running_[each.id] = std::make_unique<Exporter>(facts_, each, std::move(receiver->second));
  return {};
}

}  // namespace doorward::app
