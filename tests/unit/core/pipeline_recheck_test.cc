// What guards say of a message once others have edited it.
#include <gmock/gmock.h>

#include <stdexcept>

#include "core/recheck.h"
#include "fakes.h"

namespace doorward::core {
namespace {

constexpr std::string_view kAnswer = R"({"jsonrpc":"2.0","id":7,"result":{"a":"x"}})";

class Again : public Guard, public Rechecks {
 public:
  using Say = std::function<Verdict(std::string_view)>;
  explicit Again(Say say) : say_(std::move(say)) {}
  [[nodiscard]] const GuardFacts& facts() const override {
    static constexpr GuardFacts kFacts{"misuse.again", Area::misuse, stages(Stage::response), true};
    return kFacts;
  }
  [[nodiscard]] Verdict recheck(const Exchange&, std::string_view edited) const override {
    return say_(edited);
  }

 private:
  const Say say_;
};

std::string cleared(std::vector<wire::Edit> edits, Again::Say say, Asked& asked,
                    Mode mode = Mode::enforce) {
  Corridor corridor;
  FakeWork work;
  work.judge = [&edits](const Exchange&, Notes&) {
    return edits.empty() ? pass() : rewrite(edits);
  };
  corridor.add("a", work);
  corridor.hang(std::make_unique<Again>(std::move(say)), mode);
  const Pipeline pipeline = corridor.build();
  auto made = pipeline.clear(asked.exchange, asked.notes, asked.permits, {{22, 23, "901"}});
  return std::string(made ? made->body() : made.error().verdict.reason);
}

Verdict no(std::string_view) {
  return deny("misuse.edited", "R7.3", "no");
}

TEST(PipelineRecheck, SeesTheMessageWithAllEditsOfGuards) {
  Asked asked(std::string(kAnswer), Stage::response);
  std::string seen;
  EXPECT_EQ(cleared(
                {{39, 40, "y"}},
                [&](std::string_view edited) {
                  seen = edited;
                  return pass();
                },
                asked),
            R"({"jsonrpc":"2.0","id":901,"result":{"a":"y"}})");
  EXPECT_EQ(seen, R"({"jsonrpc":"2.0","id":7,"result":{"a":"y"}})");
}

TEST(PipelineRecheck, ItsDenialEndsIt) {
  Asked asked(std::string(kAnswer), Stage::response);
  EXPECT_EQ(cleared({{39, 40, "y"}}, no, asked), "misuse.edited");
}

TEST(PipelineRecheck, IsNotAskedWithoutAnEditOrAtAnotherStage) {
  Asked answer(std::string(kAnswer), Stage::response);
  EXPECT_EQ(cleared({}, no, answer), R"({"jsonrpc":"2.0","id":901,"result":{"a":"x"}})");
  Asked request(R"({"jsonrpc":"2.0","id":7,"method":"ping"})", Stage::request);
  EXPECT_EQ(cleared({{33, 39, "\"pong\""}}, no, request),
            R"({"jsonrpc":"2.0","id":901,"method":"pong"})");
}

TEST(PipelineRecheck, OneThatThrowsIsAClosedDoor) {
  Asked asked(std::string(kAnswer), Stage::response);
  const auto breaks = [](std::string_view) -> Verdict { throw std::runtime_error("broken"); };
  EXPECT_EQ(cleared({{39, 40, "y"}}, breaks, asked), "privilege.guard_failed");
}

TEST(PipelineRecheck, InObserveModeItChangesNothing) {
  Asked asked(std::string(kAnswer), Stage::response);
  EXPECT_EQ(cleared({{39, 40, "y"}}, no, asked, Mode::observe),
            R"({"jsonrpc":"2.0","id":901,"result":{"a":"y"}})");
  ASSERT_EQ(asked.notes.observed.size(), 1u);
  EXPECT_EQ(asked.notes.observed[0].reason, "misuse.edited");
}

}  // namespace
}  // namespace doorward::core
