#include "app/login/listener.h"

#include "net/gateway.h"
#include "net/http_stream.h"
#include "net/writer.h"
#include "wire/json.h"

namespace doorward::app {

namespace asio = net::asio;
using net::Task;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

constexpr size_t kAtOnce = 16;  // connections; a browser opens some that say nothing
constexpr seconds kOneConnection{10};
constexpr seconds kTold{30};

// Used on the one thread of the login.
struct Waiting {
  Waiting(const asio::any_io_executor& executor, AwaitedAnswer awaited, std::string own,
          std::string way)
      : change(executor), answer(std::move(awaited)), host(std::move(own)), path(std::move(way)) {}
  asio::steady_timer change;
  AwaitedAnswer answer;
  const std::string host, path;
  std::optional<Expected<Secret<>>> result;
  size_t open = 0;
};

// As JSON, so that a browser shows it and runs nothing of it.
Task<> say(net::HttpStream& http, int status, std::string_view text) {
  const auto body = wire::JsonDocument::parse(R"({"doorward":)" + wire::json_quote(text) + "}");
  wire::ResponseFrame frame;
  frame.status = status;
  frame.content_type = "application/json";
  frame.keep_alive = false;
  frame.extra_name = "Referrer-Policy";
  frame.extra_value = "no-referrer";
  if (!body) co_return;
  auto page = core::Cleared::question(body->root()).as_response(frame);
  if (page) static_cast<void>(co_await net::write(http.stream(), std::move(*page)));
}

Task<> serve(std::shared_ptr<Waiting> waiting, asio::ip::tcp::socket socket) {
  struct Place {
    Waiting& of;
    explicit Place(Waiting& waiting) : of(waiting) { ++of.open; }
    ~Place() {
      --of.open;
      of.change.cancel();
    }
  } const place{*waiting};
  net::HttpStream http(net::Stream::Socket(std::move(socket)));
  net::Watchdog::Watch watch(net::here().watchdog, [&http] { http.stream().close(); });
  watch.set(steady_clock::now() + kOneConnection);
  wire::HttpRequestHead head;
  auto read = co_await http.read_request_head(head, {.head_bytes = 16 * 1024});
  if (!read || !*read) co_return;
  // By this very address: a name that was turned to it is not what the browser was sent to.
  if (head.field("host") != waiting->host || head.path != waiting->path ||
      head.method != wire::HttpMethod::get) {
    co_await say(http, 404, "there is nothing here");
    co_return;
  }
  auto judged = waiting->answer.judge(head.query);
  if (!judged) {
    co_await say(http, 400, "this is not the answer that Doorward waits for");
    co_return;
  }
  const bool good = judged->has_value();
  if (!waiting->result) waiting->result = std::move(*judged);
  co_await say(http, good ? 200 : 400,
               good ? "Doorward has the answer; you can close this page"
                    : "this login has failed; Doorward says why where it was started");
}

Task<> take_in(std::shared_ptr<Waiting> waiting, asio::ip::tcp::acceptor& acceptor) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer pause(executor);
  for (;;) {
    asio::ip::tcp::socket socket(executor);
    auto [fault] = co_await acceptor.async_accept(socket, net::kTuple);
    if (fault == asio::error::operation_aborted || !acceptor.is_open()) break;
    if (fault) {
      pause.expires_after(std::chrono::milliseconds(50));  // no descriptors, say
      static_cast<void>(co_await pause.async_wait(net::kTuple));
      continue;
    }
    if (waiting->open >= kAtOnce) continue;
    asio::co_spawn(executor, serve(waiting, std::move(socket)), asio::detached);
  }
  --waiting->open;
  waiting->change.cancel();
}

}  // namespace

RedirectListener::RedirectListener(asio::ip::tcp::acceptor acceptor, std::string path)
    : acceptor_(std::move(acceptor)), path_(std::move(path)) {
  host_ = "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  uri_ = "http://" + host_ + path_;
}

Expected<RedirectListener> RedirectListener::open(const asio::any_io_executor& executor,
                                                  uint16_t port, std::string path) {
  asio::ip::tcp::acceptor acceptor(executor);
  net::error_code error;
  acceptor.open(asio::ip::tcp::v4(), error);
  if (!error) acceptor.bind({asio::ip::address_v4::loopback(), port}, error);
  if (!error) acceptor.listen(16, error);
  if (error)
    return failure("login.listen", Fault::self,
                   "no port of 127.0.0.1 can be listened on: `" + error.message() + "`");
  return RedirectListener(std::move(acceptor), std::move(path));
}

Task<Expected<Secret<>>> RedirectListener::wait(AwaitedAnswer answer, seconds patience,
                                                std::function<void(seconds left)> tell) {
  const auto executor = co_await asio::this_coro::executor;
  const auto waiting = std::make_shared<Waiting>(executor, std::move(answer), host_, path_);
  const auto until = steady_clock::now() + patience;
  waiting->open = 1;  // the one that takes connections in
  asio::co_spawn(executor, take_in(waiting, acceptor_), asio::detached);
  auto told = steady_clock::now() + kTold;
  while (!waiting->result && steady_clock::now() < until) {
    waiting->change.expires_at(std::min(told, until));
    static_cast<void>(co_await waiting->change.async_wait(net::kTuple));
    const auto now = steady_clock::now();
    if (now < told || now >= until) continue;
    told = now + kTold;
    tell(std::chrono::duration_cast<seconds>(until - now));
  }
  net::error_code ignored;
  acceptor_.close(ignored);
  // Whoever is being answered gets that answer; the others have had their time.
  const auto last = steady_clock::now() + seconds(2);
  while (waiting->open > 0 && steady_clock::now() < last) {
    waiting->change.expires_at(last);
    static_cast<void>(co_await waiting->change.async_wait(net::kTuple));
  }
  std::optional<Expected<Secret<>>>& result = waiting->result;
  if (!result)
    co_return failure("login.timeout", Fault::client,
                      "nobody logged in within " + std::to_string(patience.count() / 60) +
                          " minutes; start again");
  co_return std::move(*result);
}

}  // namespace doorward::app
