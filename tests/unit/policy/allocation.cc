// A decision takes no memory.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "policy/rules.h"

namespace {
std::atomic<size_t> allocations{0};
}  // namespace

void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}

namespace doorward::policy {
namespace {

TEST(RulesAllocation, NoneForADecision) {
  std::vector<Rule> list;
  for (int i = 0; i < 50; ++i)
    list.push_back({.id = "rule-with-a-long-name-" + std::to_string(i),
                    .effect = i % 2 == 0 ? Effect::allow : Effect::hold,
                    .principals = {{{.group = "developers-of-the-third-floor"}}},
                    .tools = std::vector<std::string>{"server-" + std::to_string(i) + ".*read*"},
                    .classes = core::ClassSet{core::ToolClass::read},
                    .environments = std::vector<std::string>{"production-of-the-third-floor"},
                    .times = {{.from = 1, .zone = "Europe/Berlin"}, {.zone = "America/New_York"}}});
  Rules::Environments environments;
  environments["server-48"] = "production-of-the-third-floor";
  const auto rules = Rules::compile(list, nullptr, environments);
  ASSERT_TRUE(rules);
  const std::vector<std::string> groups = {"developers-of-the-third-floor"};
  const Subject subject{"somebody@a-long-domain.example", "", groups, {}};
  Action action;
  action.server = "server-48";
  action.name = "a_tool_that_reads_files_from_some_folder";
  action.classes = {core::ToolClass::read};
  action.now = *parse_rfc3339("2026-11-26T10:00:00Z");
  static_cast<void>(rules->decide(subject, action));  // ICU reads a zone's rules once
  const size_t before = allocations;
  const Decision decision = rules->decide(subject, action);
  const bool visible = rules->visible(subject, action);
  EXPECT_EQ(allocations - before, 0U);
  EXPECT_EQ(decision.effect, Effect::allow);
  EXPECT_TRUE(visible);
  EXPECT_GT(allocations.load(), 50U);  // the counter does count
}

}  // namespace
}  // namespace doorward::policy
