#include "net/session/session.h"

#include "support.h"

namespace doorward::net {
namespace {

class NoUpstream : public Upstream {
 public:
  Task<Expected<void>> request(core::Cleared, Sending, Receiver&) override {
    co_return Expected<void>{};
  }
  Task<Expected<void>> send(core::Cleared, Sending) override { co_return Expected<void>{}; }
  Task<Expected<void>> listen(Receiver&, std::shared_ptr<std::atomic<bool>>) override {
    co_return Expected<void>{};
  }
  Task<> close() override { co_return; }
  [[nodiscard]] bool is_gone() const override { return gone; }
  bool gone = false;
};

std::shared_ptr<Session> session(std::string id, std::string user = "ana",
                                 SessionLimits limits = {}) {
  return std::make_shared<Session>(std::move(id), core::Principal{.user = std::move(user)}, "files",
                                   core::Carrier::http, std::make_shared<NoUpstream>(), limits);
}

using Opened = Session::Opened;

TEST(Session, AnIdUnderWayIsNotOpenedTwice) {
  auto one = session("s");
  EXPECT_EQ(one->open_request("1", 10), Opened::yes);
  EXPECT_EQ(one->open_request("1", 11), Opened::reused);
  EXPECT_EQ(one->upstream_id("1"), 10u);
  EXPECT_EQ(one->open_request("\"1\"", 12), Opened::yes);  // a text is another id
  EXPECT_EQ(one->open_requests(), 2u);
}

TEST(Session, AClosedRequestIsKnownNoMore) {
  auto one = session("s");
  EXPECT_EQ(one->open_request("1", 10), Opened::yes);
  one->close_request("1");
  one->close_request("1");
  EXPECT_EQ(one->upstream_id("1"), std::nullopt);
  EXPECT_EQ(one->open_requests(), 0u);
}

TEST(Session, ACancelIsToldOnceAndOnlyOfWhatWasSent) {
  auto one = session("s");
  EXPECT_EQ(one->open_request("1", 10), Opened::yes);
  EXPECT_TRUE(one->begin_sending("1"));
  EXPECT_EQ(one->cancel_request("1"), 10u);
  EXPECT_EQ(one->cancel_request("1"), std::nullopt);
  EXPECT_EQ(one->open_request("2", 11), Opened::yes);
  EXPECT_EQ(one->cancel_request("2"), std::nullopt);
  EXPECT_FALSE(one->begin_sending("2"));
  EXPECT_EQ(one->cancel_request("3"), std::nullopt);
}

TEST(Session, ProgressIsOfAQuestionThatIsOpen) {
  auto one = session("s");
  const auto id = one->ask({.upstream_id = "1",
                            .method = wire::Method::sampling_create_message,
                            .progress_token = "\"t\""});
  ASSERT_TRUE(id);
  EXPECT_TRUE(one->gave_progress_token("\"t\""));
  EXPECT_FALSE(one->gave_progress_token("\"u\""));
  EXPECT_FALSE(one->gave_progress_token(""));
  EXPECT_TRUE(one->answer(std::to_string(*id)));
  EXPECT_FALSE(one->gave_progress_token("\"t\""));
}

TEST(Session, RequestsUnderWayAreBounded) {
  auto one = session("s", "ana", {.in_flight = 3});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(one->open_request(std::to_string(i), i), Opened::yes);
  EXPECT_EQ(one->open_request("3", 3), Opened::too_many);
  one->close_request("0");
  EXPECT_EQ(one->open_request("3", 3), Opened::yes);
}

TEST(Session, AServersRequestIsAnsweredOnceUnderOurId) {
  auto one = session("s");
  const auto first = one->ask({"\"x\"", wire::Method::roots_list});
  const auto second = one->ask({"7", wire::Method::elicitation_create});
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  const std::string id = std::to_string(*first);
  EXPECT_TRUE(one->is_asked(id));
  EXPECT_EQ(one->asked_as("7"), *second);
  EXPECT_EQ(one->asked_as("8"), std::nullopt);
  const auto asked = one->answer(id);
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->upstream_id, "\"x\"");
  EXPECT_EQ(asked->method, wire::Method::roots_list);
  EXPECT_FALSE(one->is_asked(id));
  EXPECT_FALSE(one->answer(id));
}

// The parts of a client's session behind the merged endpoint.
TEST(Session, PartsShareTheIdsOfTheirClient) {
  auto client = session("s");
  Session part(*client, "one", std::make_shared<NoUpstream>());
  Session other(*client, "two", std::make_shared<NoUpstream>());
  EXPECT_EQ(part.id(), "s");
  EXPECT_EQ(part.open_request("1", 10), Opened::yes);
  EXPECT_EQ(other.open_request("1", 10), Opened::reused);
  EXPECT_EQ(other.open_request("2", 10), Opened::yes);
  EXPECT_EQ(part.upstream_id("1"), 10u);
  EXPECT_EQ(other.upstream_id("1"), std::nullopt);
  EXPECT_EQ(part.open_requests(), 1u);
  EXPECT_EQ(client->open_requests(), 2u);
}

TEST(Session, AnAnswerGoesToThePartThatAsked) {
  auto client = session("s", "ana", {.server_requests = 2});
  auto part = std::make_unique<Session>(*client, "one", std::make_shared<NoUpstream>());
  Session other(*client, "two", std::make_shared<NoUpstream>());
  const auto first = part->ask({"7", wire::Method::roots_list});
  const auto second = other.ask({"7", wire::Method::roots_list});
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  EXPECT_FALSE(other.is_asked(std::to_string(*first)));
  EXPECT_FALSE(other.answer(std::to_string(*first)));
  EXPECT_EQ(other.asked_as("7"), *second);
  // One of them can't use up what the others may ask.
  EXPECT_TRUE(part->ask({"8", wire::Method::roots_list}));
  EXPECT_FALSE(part->ask({"9", wire::Method::roots_list}));
  EXPECT_TRUE(other.ask({"8", wire::Method::roots_list}));
  // What a part asked ends with it; nobody else gets that answer.
  part.reset();
  Session later(*client, "one", std::make_shared<NoUpstream>());
  EXPECT_FALSE(later.is_asked(std::to_string(*first)));
}

TEST(Session, OnlyOurOwnNumbersAreAnswers) {
  auto one = session("s");
  ASSERT_TRUE(one->ask({"1", wire::Method::roots_list}));
  for (const char* id :
       {"", "\"1\"", "1 ", "+1", "1.0", "-1", "99", "18446744073709551616", "null"})
    EXPECT_FALSE(one->is_asked(id)) << id;
}

TEST(Session, AServersOpenRequestsAreBounded) {
  auto one = session("s", "ana", {.server_requests = 2});
  EXPECT_TRUE(one->ask({"1", wire::Method::ping}));
  const auto second = one->ask({"2", wire::Method::ping});
  EXPECT_FALSE(one->ask({"3", wire::Method::ping}));
  EXPECT_TRUE(one->answer(std::to_string(*second)));
  EXPECT_TRUE(one->ask({"3", wire::Method::ping}));
}

TEST(Session, OldClosedStreamsGiveWayOpenOnesStay) {
  auto one = session("s", "ana", {.streams = 2});
  const auto open = one->new_stream();
  std::vector<uint64_t> closed;
  for (int i = 0; i < 4; ++i) {
    const auto stream = one->new_stream();
    stream->close();
    closed.push_back(stream->stream());
  }
  EXPECT_EQ(one->find_stream(open->stream()), open);
  EXPECT_EQ(one->find_stream(closed.front()), nullptr);
  EXPECT_EQ(one->find_stream(0), one->standalone());
  EXPECT_EQ(one->find_stream(999), nullptr);
}

TEST(Session, HasOneListenerAtATime) {
  auto one = session("s");
  EXPECT_TRUE(one->take_standalone());
  EXPECT_FALSE(one->take_standalone());
  one->leave_standalone();
  EXPECT_TRUE(one->take_standalone());
}

TEST(Session, WhoListenedAndLetGoHasLeftUnlessHeComesBack) {
  using std::chrono::seconds;
  auto one = session("s");
  const auto later = std::chrono::steady_clock::now() + seconds(60);
  one->touch(std::chrono::steady_clock::now());
  EXPECT_FALSE(one->left_before(later));  // never listened: nobody knows
  ASSERT_TRUE(one->take_standalone());
  EXPECT_FALSE(one->left_before(later));
  one->leave_standalone();
  EXPECT_FALSE(one->left_before(std::chrono::steady_clock::now() - seconds(1)));
  EXPECT_TRUE(one->left_before(later));
  one->touch(later + seconds(1));
  EXPECT_FALSE(one->left_before(later));
  one->touch(later - seconds(1));
  ASSERT_EQ(one->open_request("n1", 1), Session::Opened::yes);
  EXPECT_FALSE(one->left_before(later));
}

TEST(Session, EndsByItselfOrWithItsServer) {
  auto upstream = std::make_shared<NoUpstream>();
  Session one("s", {}, "files", core::Carrier::http, upstream);
  EXPECT_FALSE(one.ended());
  upstream->gone = true;
  EXPECT_TRUE(one.ended());
  auto other = session("t");
  other->end();
  EXPECT_TRUE(other->ended());
}

TEST(Sessions, AreFoundByTheirWholeIdOnly) {
  Sessions all(10, 10);
  const auto one = session("abc");
  ASSERT_TRUE(all.add(one).added);
  EXPECT_EQ(all.find("abc"), one);
  for (const char* id : {"", "ab", "abcd", "ABC", "abc "}) EXPECT_EQ(all.find(id), nullptr) << id;
  all.remove("abc");
  all.remove("abc");
  EXPECT_EQ(all.find("abc"), nullptr);
  EXPECT_EQ(all.size(), 0u);
}

TEST(Sessions, AtItsBoundAPrincipalsOldestIdleSessionGivesWayNeverAnothers) {
  const SteadyTime now = std::chrono::steady_clock::now();
  Sessions all(10, 2);
  const auto old = session("a1", "ana"), young = session("a2", "ana"), other = session("b1", "bob");
  other->touch(now - std::chrono::hours(9));
  old->touch(now - std::chrono::hours(2));
  young->touch(now - std::chrono::hours(1));
  for (const auto& one : {other, old, young}) ASSERT_TRUE(all.add(one).added);
  const auto next = all.add(session("a3", "ana"));
  EXPECT_TRUE(next.added);
  EXPECT_EQ(next.evicted, old);
  EXPECT_EQ(all.find("a1"), nullptr);
  EXPECT_EQ(all.find("b1"), other);
}

TEST(Sessions, BusySessionsGiveNoWay) {
  Sessions all(10, 2);
  for (const char* id : {"a1", "a2"}) {
    const auto busy = session(id, "ana");
    EXPECT_EQ(busy->open_request("1", 1), Opened::yes);
    ASSERT_TRUE(all.add(busy).added);
  }
  const auto refused = all.add(session("a3", "ana"));
  EXPECT_FALSE(refused.added);
  EXPECT_EQ(all.find("a3"), nullptr);
  EXPECT_TRUE(all.add(session("b1", "bob")).added);
  all.remove("a1");
  EXPECT_TRUE(all.add(session("a3", "ana")).added);
}

TEST(Sessions, InAllTheyAreBoundedForEveryone) {
  Sessions all(2, 2);
  ASSERT_TRUE(all.add(session("a1", "ana")).added);
  ASSERT_TRUE(all.add(session("a2", "ana")).added);
  const auto refused = all.add(session("b1", "bob"));  // nothing of his own could give way
  EXPECT_FALSE(refused.added);
  EXPECT_EQ(all.size(), 2u);
}

TEST(Sessions, StaleAndEndedOnesAreTakenOut) {
  const SteadyTime now = std::chrono::steady_clock::now();
  Sessions all(10, 10);
  const auto old = session("old"), fresh = session("fresh"), ended = session("ended"),
             busy = session("busy");
  for (const auto& one : {old, fresh, ended, busy}) ASSERT_TRUE(all.add(one).added);
  old->touch(now - std::chrono::hours(2));
  busy->touch(now - std::chrono::hours(2));
  EXPECT_EQ(busy->open_request("1", 1), Opened::yes);
  fresh->touch(now);
  ended->touch(now);
  ended->end();
  const auto stale = all.take_stale(now - std::chrono::hours(1));
  EXPECT_THAT(stale, testing::UnorderedElementsAre(old, ended));
  EXPECT_EQ(all.size(), 2u);
  EXPECT_EQ(all.take_all().size(), 2u);
  EXPECT_EQ(all.size(), 0u);
}

}  // namespace
}  // namespace doorward::net
