#include "audit/log.h"

#include <condition_variable>
#include <mutex>

#include "audit/worker.h"

namespace doorward::audit {

namespace {
// A place where one thread waits for one answer of the log's thread.
class Answer {
 public:
  void give(Expected<void> value) {
    std::lock_guard hold(mutex_);
    value_ = std::move(value);
    there_ = true;
    given_.notify_one();
  }
  Expected<void> take() {
    std::unique_lock hold(mutex_);
    given_.wait(hold, [&] { return there_; });
    return std::move(value_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable given_;
  Expected<void> value_;
  bool there_ = false;
};
}  // namespace

Log::Log(std::unique_ptr<Worker> worker) : worker_(std::move(worker)) {}
Log::~Log() = default;

Expected<uint64_t> Log::append(std::string_view entry) {
  return worker_->journal().append(entry);
}

Expected<uint64_t> Log::append_durable(std::string_view entry) {
  auto index = append(entry);
  if (!index) return index;
  Answer answer;
  worker_->when_durable(*index, [&](Expected<void> value) { answer.give(std::move(value)); });
  worker_->journal().hurry();
  if (auto durable = answer.take(); !durable) return std::unexpected(std::move(durable.error()));
  return index;
}

void Log::when_durable(uint64_t index, Done done) {
  worker_->when_durable(index, std::move(done));
  if (worker_->parts().options.durability == Durability::strict) worker_->journal().hurry();
}

void Log::hurry() {
  worker_->journal().hurry();
}

void Log::acknowledge(uint64_t index, Done done) {
  if (worker_->parts().options.durability == Durability::strict)
    return when_durable(index, std::move(done));
  done({});
}

Expected<Checkpoint> Log::publish() {
  Answer answer;
  worker_->when_published([&](Expected<void> value) { answer.give(std::move(value)); });
  if (auto done = answer.take(); !done) return std::unexpected(std::move(done.error()));
  return checkpoint();
}

uint64_t Log::size() const {
  return worker_->journal().size();
}
uint64_t Log::durable_size() const {
  return worker_->durable();
}
Checkpoint Log::checkpoint() const {
  return worker_->checkpoint();
}
const PublicKey& Log::public_key() const {
  return worker_->parts().key.public_key();
}
std::optional<Error> Log::failure_state() const {
  return worker_->journal().refusal();
}
const std::vector<std::string>& Log::repairs() const {
  return worker_->parts().repairs;
}

}  // namespace doorward::audit
