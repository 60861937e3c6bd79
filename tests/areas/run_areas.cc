// Judges every case of tests/areas by the real guards, then shows for each guard that a case of its
// own file fails when the guard is taken out.
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "world.h"

namespace doorward::areas {

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.where << " " << one.name;
}

namespace {

World& world() {
  static World made;
  return made;
}

// What of `ended` is unlike what the case expects; "" when all is alike.
std::string unlike(const Case& one, const Ended& ended) {
  const wire::JsonValue expect = one.root()["expect"];
  std::string faults;
  const auto compare = [&](std::string_view name, std::string_view got) {
    if (expect[name] && expect[name].text() != got)
      faults.append(name)
          .append(": expected `")
          .append(expect[name].text())
          .append("`, got `")
          .append(got)
          .append("`; ");
  };
  compare("verdict", ended.verdict);
  if (expect["verdict"].text() != "pass" && !expect["reason"]) faults += "expects no reason; ";
  compare("reason", ended.reason);
  compare("requirement", ended.requirement);
  compare("challenge", ended.challenge);
  compare("principal", ended.principal);
  if (expect["approval"] && ended.approval.empty()) faults += "the answer names no approval; ";
  if (expect["sent"] && expect["sent"].raw() != ended.sent)
    faults.append("sent: got `").append(ended.sent).append("`; ");
  if (const auto status = expect["status"].integer(); status && *status != ended.status)
    faults += "status: got " + std::to_string(ended.status) + "; ";
  if (const auto deadline = expect["deadline_ms"].integer();
      deadline && ended.deadline_ms != deadline)
    faults += "deadline_ms: got " + std::to_string(ended.deadline_ms.value_or(-1)) + "; ";
  if (const auto repeats = expect["may_repeat"].boolean(); repeats && *repeats != ended.may_repeat)
    faults += ended.may_repeat ? "may be repeated; " : "may not be repeated; ";
  const auto compare_entry = [&](wire::JsonValue wanted, const std::string& text) {
    if (!wanted) return;
    const auto entry = wire::JsonDocument::parse(text);
    if (!entry || text.find('\n') != std::string::npos) {
      faults += "no entry of one line in the log: `" + text + "`; ";
      return;
    }
    for (const auto [name, value, name_value] : wanted.members()) {
      const wire::JsonValue found = entry->root()[name];
      if (value.text() == "*" ? !found : found.text() != value.text())
        faults.append("logged ")
            .append(name)
            .append(": got `")
            .append(found ? found.raw() : "")
            .append("`; ");
    }
  };
  if (expect["sends"])
    for (const wire::JsonValue text : expect["sends"].items())
      if (ended.sent.find(text.text()) == std::string::npos)
        faults.append("did not send `").append(text.text()).append("`; ");
  if (expect["keeps_back"])
    for (const wire::JsonValue text : expect["keeps_back"].items())
      if (ended.sent.find(text.text()) != std::string::npos)
        faults.append("sent `").append(text.text()).append("`; ");
  compare_entry(expect["logged"], ended.entry);
  compare_entry(expect["outcome"], ended.outcome);
  return faults;
}

class Areas : public testing::TestWithParam<Case> {};

TEST_P(Areas, EndsAsExpected) {
  EXPECT_EQ(unlike(GetParam(), world().run(GetParam())), "") << GetParam().where;
}

std::string test_name(const testing::TestParamInfo<Case>& info) {
  std::string name =
      info.param.where + (info.param.attack ? "_attack_" : "_benign_") + info.param.name;
  for (char& letter : name)
    if (std::isalnum(static_cast<unsigned char>(letter)) == 0) letter = '_';
  return name;
}
INSTANTIATE_TEST_SUITE_P(Corpus, Areas, testing::ValuesIn(all_cases()), test_name);

TEST(Corpus, EveryAttackHasABenignTwin) {
  std::map<std::string, std::pair<int, int>> twins;
  for (const Case& one : all_cases()) {
    auto& [attacks, benign] = twins[one.guard + " " + one.name];
    ++(one.attack ? attacks : benign);
  }
  for (const auto& [name, count] : twins)
    EXPECT_EQ(count, std::pair(1, 1)) << name << ": one attack and one benign case each";
}

TEST(Corpus, EveryFileIsOfAGuardThatHangs) {
  const auto guards = world().guards();
  for (const Case& one : all_cases())
    EXPECT_THAT(guards, testing::Contains(one.guard)) << one.where;
}

TEST(Corpus, AGuardNeverSpeaksForABenignCase) {
  for (const Case& one : all_cases())
    if (!one.attack) EXPECT_EQ(one.root()["expect"]["verdict"].text(), "pass") << one.where;
}

class Mutation : public testing::TestWithParam<std::string> {};

TEST_P(Mutation, WithoutTheGuardAnAttackOfItsFileIsNoLongerStopped) {
  int attacks = 0;
  std::string missed;
  for (const Case& one : all_cases()) {
    if (one.guard != GetParam() || !one.attack) continue;
    ++attacks;
    if (unlike(one, world().run(one, GetParam())).empty()) missed += one.name + "; ";
  }
  ASSERT_GT(attacks, 0) << "tests/areas has no attack for this guard";
  // An attack that ends the same without the guard shows nothing of it.
  EXPECT_EQ(missed, "") << "these attacks are stopped by other guards alike";
}

INSTANTIATE_TEST_SUITE_P(Guards, Mutation, testing::ValuesIn(world().guards()),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace doorward::areas
