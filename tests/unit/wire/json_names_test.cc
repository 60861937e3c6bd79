#include "wire/json_names.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace doorward::wire {
namespace {

bool has_duplicate(const std::vector<std::string>& names) {
  NameCheck check;
  check.add("from before");
  check.clear();
  for (const std::string& name : names) check.add(name);
  return check.has_duplicate();
}

// Around the size at which pairs give way to a table, with the twin at each place.
TEST(NameCheck, FindsTheTwinAtEachPlace) {
  for (size_t count = 0; count < 40; ++count) {
    std::vector<std::string> names;
    for (size_t i = 0; i < count; ++i) names.push_back("a member name " + std::to_string(i));
    EXPECT_FALSE(has_duplicate(names)) << count;
    for (size_t i = 0; i < count; ++i) {
      for (size_t j = 0; j < i; ++j) {
        auto twins = names;
        twins[i] = twins[j];
        EXPECT_TRUE(has_duplicate(twins)) << count << " " << i << " " << j;
      }
    }
  }
}

// Names of each length that differ in one byte only.
TEST(NameCheck, TellsNamesApartByOneByte) {
  for (size_t size = 1; size < 40; ++size) {
    std::vector<std::string> names;
    for (size_t at = 0; at < size; ++at) {
      names.emplace_back(size, 'x');
      names.back()[at] = 'y';
    }
    names.emplace_back(size, 'x');
    names.emplace_back(size + 1, 'x');
    EXPECT_FALSE(has_duplicate(names)) << size;
    names.emplace_back(size, 'x');
    EXPECT_TRUE(has_duplicate(names)) << size;
  }
}

// Whoever could make all names collide would find them sorted instead.
TEST(NameCheck, CollisionsAreSorted) {
  NameCheck check(0);
  std::vector<std::string> names;
  for (size_t i = 0; i < 50'000; ++i) names.push_back(std::to_string(i));
  for (const std::string& name : names) check.add(name);
  EXPECT_FALSE(check.has_duplicate());
  check.clear();
  names.emplace_back("4711");
  for (const std::string& name : names) check.add(name);
  EXPECT_TRUE(check.has_duplicate());
}

TEST(NameCheck, KnowsTheEmptyName) {
  EXPECT_FALSE(has_duplicate({"", std::string(1, '\0')}));
  EXPECT_TRUE(has_duplicate({"", ""}));
}

}  // namespace
}  // namespace doorward::wire
