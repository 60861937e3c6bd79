#include "net/upstream/http_pool.h"

#include "support.h"

namespace doorward::net {
namespace {

// A pool on a thread of its own state, and servers that accept and say nothing.
class HttpPoolTest : public testing::Test {
 protected:
  HttpPoolTest()
      : gateway(std::make_shared<const core::Pipeline>(std::vector<core::Pipeline::Door>()),
                std::make_shared<Routes>(), GatewaySettings{}),
        context(gateway),
        acceptor(context.io, {asio::ip::address_v4::loopback(), 0}) {
    set_here(&context);
    route.name = "web";
    route.url =
        *wire::parse_url("http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()));
  }
  ~HttpPoolTest() override {
    HttpPool::here().clear();
    set_here(nullptr);
  }
  Expected<PooledConnection> take(const ServerRoute& from) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    return finish(context.io, HttpPool::here().take(from, deadline));
  }
  // The far end of the connection that was dialled last.
  asio::ip::tcp::socket accepted() { return acceptor.accept(); }

  Gateway gateway;
  ThreadContext context;
  asio::ip::tcp::acceptor acceptor;
  ServerRoute route;
};

TEST_F(HttpPoolTest, HandsAConnectionOutAgain) {
  auto first = take(route);
  ASSERT_TRUE(first) << first.error().what;
  const auto far = accepted();
  const HttpStream* const same = first->http.get();
  HttpPool::here().give_back(std::move(*first));
  auto second = take(route);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->http.get(), same);
  auto third = take(route);  // the one is in use
  ASSERT_TRUE(third);
  EXPECT_NE(third->http.get(), same);
}

TEST_F(HttpPoolTest, NeverHandsOutOneThatTheServerClosed) {
  auto first = take(route);
  ASSERT_TRUE(first);
  {
    const auto far = accepted();
  }
  HttpPool::here().give_back(std::move(*first));
  auto second = take(route);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->http->stream().is_idle_and_open());
}

TEST_F(HttpPoolTest, NeverHandsOutOneOnWhichSomethingWasSaidUnasked) {
  auto first = take(route);
  ASSERT_TRUE(first);
  auto far = accepted();
  far.send(asio::buffer("HTTP/1.1 200 OK\r\n\r\n", 19));
  HttpPool::here().give_back(std::move(*first));
  auto second = take(route);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->http->stream().is_idle_and_open());
}

TEST_F(HttpPoolTest, ServersNeverShareAConnection) {
  auto first = take(route);
  ASSERT_TRUE(first);
  const auto far = accepted();
  const HttpStream* const same = first->http.get();
  HttpPool::here().give_back(std::move(*first));
  ServerRoute other = route;
  other.name = "other";  // the same address
  auto second = take(other);
  ASSERT_TRUE(second);
  EXPECT_NE(second->http.get(), same);
}

TEST_F(HttpPoolTest, AServerThatIsNotThereIsUnavailable) {
  acceptor.close();
  const auto refused = take(route);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "upstream.unavailable");
}

}  // namespace
}  // namespace doorward::net
