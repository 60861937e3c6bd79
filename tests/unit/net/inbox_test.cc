#include "net/inbox.h"

#include <numeric>
#include <thread>

#include "net/watchdog.h"
#include "support.h"

namespace doorward::net {
namespace {

using std::chrono::steady_clock;
constexpr auto kFar = steady_clock::time_point::max();

TEST(Inbox, HandsOutInOrderAndRefusesWhatDoesNotFit) {
  asio::io_context io;
  auto inbox = std::make_shared<Inbox<int>>(io.get_executor(), 2);
  EXPECT_TRUE(inbox->push(1));
  EXPECT_TRUE(inbox->push(2));
  EXPECT_FALSE(inbox->push(3));
  EXPECT_EQ(finish(io, inbox->pop(kFar)), 1);
  EXPECT_TRUE(inbox->push(4));
  EXPECT_EQ(finish(io, inbox->pop(kFar)), 2);
  EXPECT_EQ(finish(io, inbox->pop(kFar)), 4);
}

TEST(Inbox, HoldsNoMoreBytesThanItMay) {
  asio::io_context io;
  auto inbox = std::make_shared<Inbox<int>>(io.get_executor(), 100, 10);
  EXPECT_TRUE(inbox->push(1, false, 6));
  EXPECT_FALSE(inbox->push(2, false, 5));
  EXPECT_TRUE(inbox->push(3, false, 4));
  EXPECT_TRUE(inbox->push(4, true, 1000));  // what ends a call is taken, however large
  EXPECT_FALSE(inbox->push(5, false, 1));
  for (const int each : {1, 3, 4}) EXPECT_EQ(finish(io, inbox->pop(kFar)), each);
  EXPECT_TRUE(inbox->push(6, false, 10));
}

TEST(Inbox, AWaitEndsWithAnItem) {
  asio::io_context io;
  auto inbox = std::make_shared<Inbox<int>>(io.get_executor(), 1);
  const auto popped = begin(io, inbox->pop(kFar));
  EXPECT_FALSE(popped->has_value());
  EXPECT_TRUE(inbox->push(7));
  io.restart();
  io.poll();
  ASSERT_TRUE(popped->has_value());
  EXPECT_EQ(**popped, 7);
}

TEST(Inbox, AClosedOneHandsOutWhatIsInsideAndThenNothing) {
  asio::io_context io;
  auto inbox = std::make_shared<Inbox<int>>(io.get_executor(), 4);
  EXPECT_TRUE(inbox->push(1));
  inbox->close();
  EXPECT_TRUE(inbox->closed());
  EXPECT_FALSE(inbox->push(2));
  EXPECT_EQ(finish(io, inbox->pop(kFar)), 1);
  EXPECT_EQ(finish(io, inbox->pop(kFar)), std::nullopt);
}

TEST(Inbox, ClosingEndsAWait) {
  asio::io_context io;
  auto inbox = std::make_shared<Inbox<int>>(io.get_executor(), 4);
  const auto popped = begin(io, inbox->pop(kFar));
  inbox->close();
  io.restart();
  io.poll();
  ASSERT_TRUE(popped->has_value());
  EXPECT_EQ(**popped, std::nullopt);
}

TEST(Inbox, ADeadlineInThePastStillHandsOutWhatIsThere) {
  asio::io_context io;
  auto inbox = std::make_shared<Inbox<int>>(io.get_executor(), 4);
  const auto past = steady_clock::now() - std::chrono::seconds(1);
  EXPECT_EQ(finish(io, inbox->pop(past)), std::nullopt);
  EXPECT_TRUE(inbox->push(1));
  EXPECT_EQ(finish(io, inbox->pop(past)), 1);
}

TEST(Inbox, ItemsOfManyThreadsAllArrive) {
  constexpr int kThreads = 4, kEach = 2000;
  asio::io_context io;
  auto inbox = std::make_shared<Inbox<int>>(io.get_executor(), kThreads * kEach);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([inbox, t] {
      for (int i = 0; i < kEach; ++i) EXPECT_TRUE(inbox->push(t * kEach + i));
    });
  const auto take_all = [](std::shared_ptr<Inbox<int>> from) -> Task<std::vector<int>> {
    std::vector<int> taken;
    while (taken.size() < kThreads * kEach) {
      const auto item = co_await from->pop(kFar);
      if (!item) break;
      taken.push_back(*item);
    }
    co_return taken;
  };
  auto taken = finish(io, take_all(inbox));
  for (auto& thread : threads) thread.join();
  // Each thread's own items keep their order.
  std::vector<int> last(kThreads, -1);
  for (const int item : taken) {
    EXPECT_GT(item % kEach, last[item / kEach]);
    last[item / kEach] = item % kEach;
  }
  EXPECT_EQ(taken.size(), static_cast<size_t>(kThreads * kEach));
}

// What servers sent is counted until it is taken, or until its call is over.
TEST(Inbox, BoundsWhatItsItemsWeigh) {
  asio::io_context io;
  Buffers buffers(1000);
  {
    const auto inbox = std::make_shared<Inbox<int>>(io.get_executor(), 100, 10, &buffers.answers);
    EXPECT_TRUE(inbox->push(1, false, 6));
    EXPECT_FALSE(inbox->push(2, false, 6));
    EXPECT_TRUE(inbox->push(3, true, 6));  // the one that ends the call
    EXPECT_EQ(buffers.answers.used(), 12u);
    EXPECT_EQ(finish(io, inbox->pop(kFar)), 1);
    EXPECT_EQ(buffers.answers.used(), 6u);
  }
  EXPECT_EQ(buffers.answers.used(), 0u);
}

TEST(Buffers, OneSideLeavesTheOtherItsHalf) {
  Buffers buffers(1000);
  EXPECT_FALSE(buffers.requests_short());
  std::optional<Buffers::Room> first(buffers.room());
  EXPECT_TRUE(buffers.grow(*first, 300));
  EXPECT_TRUE(buffers.grow(*first, 400));
  EXPECT_EQ(buffers.requests.used(), 400u);
  Buffers::Room second = buffers.room();
  EXPECT_FALSE(buffers.grow(second, 200));
  EXPECT_TRUE(buffers.requests_short());
  buffers.answers.add(501);
  EXPECT_TRUE(buffers.answers_full());
  EXPECT_TRUE(buffers.grow(second, 100));
  EXPECT_FALSE(buffers.grow(*first, 401));
  first.reset();
  EXPECT_TRUE(buffers.grow(second, 5000));  // alone, however large
  EXPECT_EQ(buffers.requests.used(), 5000u);
}

// A quarter is every principal's, half that of one who is alone.
TEST(Buffers, OnePrincipalLeavesTheOthersTheirShare) {
  Buffers buffers(1600);
  std::optional<Buffers::Room> large(buffers.room("u mallory"));
  EXPECT_TRUE(buffers.grow(*large, 400));
  Buffers::Room second = buffers.room("u mallory");
  EXPECT_FALSE(buffers.grow(second, 100));
  EXPECT_TRUE(second.of_share());
  EXPECT_FALSE(buffers.requests_short());  // nobody else is hurried for it
  Buffers::Room other = buffers.room("u alice");
  EXPECT_TRUE(buffers.grow(other, 200));
  Buffers::Room one_more = buffers.room("u alice");
  EXPECT_FALSE(buffers.grow(one_more, 50));
  EXPECT_TRUE(one_more.of_share());
  large.reset();
  EXPECT_TRUE(buffers.grow(one_more, 50));
  EXPECT_FALSE(one_more.of_share());
  EXPECT_TRUE(buffers.grow(second, 150));
  Buffers::Room third = buffers.room("u mallory");
  EXPECT_FALSE(buffers.grow(third, 100));
  EXPECT_EQ(buffers.requests.used(), 400u);
}

TEST(Buffers, AMessageAloneFindsRoomInItsShare) {
  Buffers buffers(1600);
  Buffers::Room other = buffers.room("u alice");
  EXPECT_TRUE(buffers.grow(other, 200));
  Buffers::Room one = buffers.room("u bob");
  EXPECT_TRUE(buffers.grow(one, 500));
  EXPECT_FALSE(buffers.grow(one, 700));  // that is more than all have
  EXPECT_FALSE(one.of_share());
  EXPECT_TRUE(buffers.requests_short());
  EXPECT_EQ(one.owner()->side.used(), 500u);
}

TEST(Buffers, AnAnswerIsCountedWhileItIsOnItsWay) {
  Buffers buffers(1000);
  {
    const Buffers::Answer answer(buffers, 600);
    EXPECT_TRUE(buffers.answers_full());
  }
  EXPECT_EQ(buffers.answers.used(), 0u);
}

// Who does not read goes sooner while memory is short.
TEST(Watchdog, BitesSoonerForWhatMemoryIsShortOf) {
  asio::io_context io;
  Watchdog::Pressed pressed;
  Watchdog dog(io, [&pressed] { return pressed; });
  const auto now = std::chrono::steady_clock::now();
  bool late = false, sends = false, reads = false;
  Watchdog::Watch patient(dog, [&] { late = true; });
  Watchdog::Watch slow_body(dog, [&] { sends = true; });
  Watchdog::Watch slow_reader(dog, [&] { reads = true; });
  patient.set(kFar);
  slow_body.set(kFar, now);
  slow_reader.set(kFar, kFar, now);
  dog.start();
  const auto sweep = [&] {
    io.restart();
    io.run_for(std::chrono::milliseconds(250));
  };
  sweep();
  EXPECT_FALSE(sends || reads);
  pressed.answers = true;
  sweep();
  EXPECT_TRUE(reads);
  EXPECT_FALSE(sends);
  pressed = {.requests = true};
  sweep();
  EXPECT_TRUE(sends);
  EXPECT_FALSE(late);
  dog.stop();
  sweep();
}

}  // namespace
}  // namespace doorward::net
