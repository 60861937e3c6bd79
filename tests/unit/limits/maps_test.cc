#include <gmock/gmock.h>

#include <thread>

#include "limits/ledger.h"
#include "limits/places.h"

namespace doorward::limits {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const SteadyTime kStart{std::chrono::hours(1)};
Key key(std::string_view name) {
  return key_of({name});
}

TEST(Key, KeepsPartsApart) {
  EXPECT_EQ(key_of({"a", "bc"}), key_of({"a", "bc"}));
  EXPECT_NE(key_of({"a", "bc"}), key_of({"ab", "c"}));
  EXPECT_NE(key_of({"a", ""}), key_of({"a"}));
}

TEST(BoundedMap, IsBoundedAndForgetsWhatWasUsedLongestAgo) {
  BoundedMap<int> map(BoundedMap<int>::kShards * 3);
  const Key owner = key("ana");
  for (const std::string_view name : {"a", "b", "c"})
    map.with(owner, key(name), [](int& value) { value = 7; });
  map.with(owner, key("a"), [](int&) {});
  map.with(owner, key("d"), [](int& value) { value = 7; });  // pushes out b
  const auto value = [&](std::string_view name) {
    int seen = -1;
    map.with_known(owner, key(name), [&](int held) { seen = held; });
    return seen;
  };
  EXPECT_EQ(value("a"), 7);
  EXPECT_EQ(value("b"), -1);
  EXPECT_EQ(value("c"), 7);
  EXPECT_EQ(value("d"), 7);
  for (int i = 0; i < 1000; ++i)
    map.with(owner, key(std::to_string(i)),
             [](int& held) { EXPECT_EQ(std::exchange(held, 1), 0); });
  EXPECT_EQ(map.size(), 3u);
}

// Hashes that collide, wrap around and leave holes, against a list that is searched through.
TEST(KeyTable, FindsWhatIsThereWhateverWasErased) {
  KeyTable table;
  std::vector<std::optional<uint32_t>> hashes(200);  // by place
  uint32_t random = 1;
  const auto next = [&](uint32_t below) {
    random = random * 1664525 + 1013904223;
    return (random >> 8) % below;
  };
  for (int step = 0; step < 20'000; ++step) {
    const uint32_t place = next(200);
    if (hashes[place]) {
      table.erase(*hashes[place], place);
      hashes[place].reset();
    } else {
      // Few and at the end of the table, so that runs are long and go around.
      hashes[place] = next(4) == 0 ? next(7) : 0xFFFFFFF0U + next(16);
      table.insert(*hashes[place], place);
    }
    const uint32_t looked = next(200);
    if (hashes[looked])
      EXPECT_EQ(table.find(*hashes[looked], [&](uint32_t at) { return at == looked; }), looked);
    EXPECT_EQ(table.find(next(8), [](uint32_t) { return false; }), KeyTable::kNone);
  }
}

// What is used all the time stays, however many keys come and go.
TEST(BoundedMap, KeepsWhatIsUsedAllTheTime) {
  BoundedMap<int> map(BoundedMap<int>::kShards * 64);
  const Key owner = key("ana");
  map.with(owner, key("kept"), [](int& value) { value = 7; });
  for (int i = 0; i < 10'000; ++i) {
    map.with(owner, key(std::to_string(i)), [](int& value) { value = 1; });
    if (i % 40 == 0) map.with(owner, key("kept"), [](int& value) { EXPECT_EQ(value, 7); });
  }
}

TEST(BoundedMap, TheSameKeyOfTwoOwnersIsTwoEntries) {
  BoundedMap<int> map(6400);
  for (int i = 0; i < 50; ++i)
    map.with(key("owner" + std::to_string(i)), key("k"), [](int& value) { EXPECT_EQ(value++, 0); });
  EXPECT_EQ(map.size(), 50u);
}

TEST(Bucket, LetsABurstThroughAndThenTheRate) {
  Bucket bucket;
  const Flow flow{.per_second = 2, .burst = 3};
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(bucket.take(flow, kStart));
  EXPECT_EQ(bucket.take(flow, kStart), seconds(1));
  EXPECT_FALSE(bucket.take(flow, kStart + milliseconds(500)));
  EXPECT_TRUE(bucket.take(flow, kStart + milliseconds(500)));
  // A clock that goes back gives nothing and takes nothing.
  EXPECT_TRUE(bucket.take(flow, kStart));
  // Never more than the burst.
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(bucket.take(flow, kStart + seconds(3600)));
  EXPECT_TRUE(bucket.take(flow, kStart + seconds(3600)));
}

TEST(Slots, TakeAllOrNone) {
  Slots slots;
  const Want wide{key("wide"), 5}, narrow{key("narrow"), 1};
  EXPECT_EQ(slots.take(std::array{wide, narrow}), std::nullopt);
  EXPECT_EQ(slots.take(std::array{wide, narrow}), 1u);
  EXPECT_EQ(slots.held(wide.key), 1u);
  EXPECT_EQ(slots.total(), 2u);
  slots.give_back(std::array{wide.key, narrow.key});
  EXPECT_EQ(slots.total(), 0u);
  EXPECT_EQ(slots.take(std::array{wide, narrow}), std::nullopt);
}

TEST(Slots, WakeOneWaiterForEachPlace) {
  Slots slots;
  const Want one{key("one"), 1};
  EXPECT_TRUE(slots.wait(one.key, {1, 2}, [] {}).free);
  ASSERT_EQ(slots.take(std::array{one}), std::nullopt);
  int first = 0, second = 0;
  auto a = slots.wait(one.key, {1, 2}, [&] { ++first; });
  auto b = slots.wait(one.key, {1, 2}, [&] { ++second; });
  ASSERT_TRUE(a.ticket && b.ticket);
  const auto c = slots.wait(one.key, {1, 2}, [] {});
  EXPECT_FALSE(c.ticket);
  EXPECT_FALSE(c.free);
  slots.give_back(std::array{one.key});
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 0);
  ASSERT_EQ(slots.take(std::array{one}), std::nullopt);
  b.ticket.reset();  // leaves
  EXPECT_EQ(slots.total_waiting(), 0u);
  slots.give_back(std::array{one.key});
  EXPECT_EQ(second, 0);
}

TEST(Slots, HoldWhatTheySayUnderManyThreads) {
  Slots slots;
  const Want want{key("hot"), 4};
  std::atomic<int> inside{0}, most{0}, done{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) {
        if (slots.take(std::array{want})) continue;
        const int now = inside.fetch_add(1) + 1;
        int seen = most.load();
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        inside.fetch_sub(1);
        slots.give_back(std::array{want.key});
        done.fetch_add(1);
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_LE(most.load(), 4);
  EXPECT_GT(done.load(), 0);
  EXPECT_EQ(slots.held(want.key), 0u);
}

TEST(PlaceNeed, IsReadAsItIsWritten) {
  const PlaceNeed need{.key = key("x"), .most = 3, .queue = 9};
  const auto read = PlaceNeed::parse(need.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->key, need.key);
  EXPECT_EQ(read->most, 3u);
  EXPECT_EQ(read->queue, 9u);
  for (const std::string_view wrong : {"", "limits.place:", "limits.place:1.2.3", "other:1.2.3.4",
                                       "limits.place:1.2.3.4x", "limits.place:-1.2.3.4"})
    EXPECT_FALSE(PlaceNeed::parse(wrong)) << wrong;
}

TEST(Ledger, TellsItsMetrics) {
  Ledger ledger;
  ledger.reached(Limit::byte_quota);
  std::string text;
  ledger.append_metrics(text);
  EXPECT_THAT(text, testing::HasSubstr("doorward_limit_reached_total{limit=\"byte_quota\"} 1\n"));
  EXPECT_THAT(text,
              testing::HasSubstr("doorward_limit_reached_total{limit=\"subscriptions\"} 0\n"));
}

TEST(Ledger, CountsWhatIsRefusedOutsideOfGuardsByItsReason) {
  Ledger ledger;
  for (const auto* reason :
       {"overload.deadline", "overload.size", "overload.depth", "overload.memory",
        "overload.questions", "overload.sessions", "overload.processes", "overload.deadline"})
    ledger.refused(reason);
  // Those that a guard counts itself are not counted twice, and others nowhere.
  for (const auto* reason : {"overload.heavy", "overload.subscriptions", "secrets.size", "size"})
    ledger.refused(reason);
  EXPECT_EQ(ledger.times(Limit::deadline), 2u);
  for (const Limit limit : {Limit::size, Limit::depth, Limit::memory, Limit::questions,
                            Limit::sessions, Limit::processes})
    EXPECT_EQ(ledger.times(limit), 1u) << static_cast<int>(limit);
  EXPECT_EQ(ledger.times(Limit::subscriptions), 0u);
  EXPECT_EQ(ledger.times(Limit::heavy), 0u);
}

}  // namespace
}  // namespace doorward::limits
