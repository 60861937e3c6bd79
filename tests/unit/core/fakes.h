// Guards that do what a test tells them, and write down what was done to them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/pipeline.h"

namespace doorward::core {

using Diary = std::vector<std::string>;

inline constexpr Stages kEveryStage =
    stages(Stage::accept, Stage::launch, Stage::request, Stage::response, Stage::server_message,
           Stage::client_reply);

class DiaryPermit : public Permit {
 public:
  DiaryPermit(std::string name, Diary& diary) : name_(std::move(name)), diary_(diary) {}
  ~DiaryPermit() override {
    if (!settled_) diary_.push_back(name_ + " dropped");
  }
  void settle(const Outcome& outcome) noexcept override {
    settled_ = true;
    diary_.push_back(name_ + " settled " + std::string(ending_text(outcome.ending)));
  }

 private:
  const std::string name_;
  Diary& diary_;
  bool settled_ = false;
};

struct FakeWork {
  std::function<Verdict(const Exchange&, Notes&)> judge;
  std::function<Commitment(const Exchange&, Notes&)> commit;
  Stages at = kEveryStage;
  bool observable = true;
};

class FakeGuard : public Guard {
 public:
  FakeGuard(std::string id, Diary& diary, FakeWork work)
      : id_(std::move(id)),
        diary_(diary),
        work_(std::move(work)),
        facts_{id_, Area::privilege, work_.at, work_.observable} {}

  [[nodiscard]] const GuardFacts& facts() const override { return facts_; }
  [[nodiscard]] Verdict judge(const Exchange& exchange, Notes& notes) const override {
    diary_.push_back(id_ + " judges");
    return work_.judge ? work_.judge(exchange, notes) : pass();
  }
  [[nodiscard]] Commitment commit(const Exchange& exchange, Notes& notes) const override {
    diary_.push_back(id_ + " commits");
    return work_.commit ? work_.commit(exchange, notes) : nullptr;
  }
  void refused(const Exchange&, const Verdict& verdict, Notes&) const noexcept override {
    diary_.push_back(id_ + " hears " + std::string(verdict.reason));
  }

 private:
  const std::string id_;
  Diary& diary_;
  const FakeWork work_;
  const GuardFacts facts_;
};

// Doors in the order in which they are added.
class Corridor {
 public:
  Corridor& add(std::string id, FakeWork work = {}, Mode mode = Mode::enforce) {
    doors_.push_back({std::make_unique<FakeGuard>(std::move(id), diary, std::move(work)), mode});
    return *this;
  }
  // A guard that gives `verdict` whatever comes.
  Corridor& says(std::string id, const Verdict& verdict, Mode mode = Mode::enforce) {
    return add(std::move(id),
               {.judge = [verdict](const Exchange&, Notes&) { return verdict; }, .commit = {}},
               mode);
  }
  Corridor& hang(std::unique_ptr<const Guard> guard, Mode mode = Mode::enforce) {
    doors_.push_back({std::move(guard), mode});
    return *this;
  }
  // A guard that gives a permit of its name.
  Corridor& permits(const std::string& id) {
    auto give = [this, id](const Exchange&, Notes&) -> Commitment {
      return std::make_unique<DiaryPermit>(id, diary);
    };
    return add(id, {.judge = {}, .commit = give});
  }
  [[nodiscard]] Pipeline build() { return Pipeline(std::exchange(doors_, {})); }

  Diary diary;

 private:
  std::vector<Pipeline::Door> doors_;
};

[[nodiscard]] inline Verdict hold(std::string_view reason) {
  Verdict verdict = deny(reason, "R1.5", "wait for a person", Answer::held);
  verdict.effect = Effect::hold;
  return verdict;
}
[[nodiscard]] inline Verdict rewrite(std::vector<wire::Edit> edits) {
  Verdict verdict;
  verdict.effect = Effect::rewrite;
  verdict.reason = "secrets.redacted";
  verdict.edits = std::move(edits);
  return verdict;
}

// A request and the exchange around it.
struct Asked {
  explicit Asked(std::string text = R"({"jsonrpc":"2.0","id":7,"method":"ping"})",
                 Stage stage = Stage::request)
      : message(*wire::Message::parse(std::move(text))) {
    exchange.stage = stage;
    exchange.message = exchange.request = &message;
  }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;
  wire::Message message;
  Exchange exchange;
  Notes notes;
  Permits permits;
};

}  // namespace doorward::core
