#include "app/operator_client.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "app/state.h"
#include "net/http_stream.h"
#include "net/tls.h"
#include "net/writer.h"

namespace doorward::app {

namespace asio = net::asio;
using net::error_code;

namespace {

Error unreachable(std::string what) {
  return Error{"operator.unreachable", Fault::self, true,
               "no running Doorward answers: " + std::move(what)};
}

// Where a gateway of this state listens: `run`, or the first `wrap`; then further ones, the newest
// first. They share the state, so that any of them can answer for all.
std::vector<Path> sockets_in(const Path& state) {
  constexpr size_t kLongest = 107;  // sun_path, unix(7)
  std::vector<Path> places;
  std::error_code fault;
  for (std::filesystem::directory_iterator it(state / "wrap", fault), end; !fault && it != end;
       it.increment(fault))
    places.push_back(it->path() / "operator.sock");
  std::sort(places.begin(), places.end(), std::greater<>());
  places.insert(places.begin(), state / "operator.sock");
  std::erase_if(places, [](const Path& place) { return place.string().size() > kLongest; });
  return places;
}

net::Task<Expected<ApiAnswer>> call(const Config& config, std::string method, std::string target,
                                    std::string token, std::string body_text) {
  auto executor = co_await asio::this_coro::executor;
  // The socket in the state folder is there whatever port was picked; without it the address is
  // tried.
  const Path socket_path = config.state / "operator.sock";
  std::string host = "localhost";
  std::unique_ptr<net::HttpStream> http;
  const std::vector<Path> places = sockets_in(config.state);
  for (const Path& place : places) {
    asio::local::stream_protocol::socket local(executor);
    const asio::local::stream_protocol::endpoint near(place.string());
    auto [no_socket] = co_await local.async_connect(near, net::kTuple);
    if (no_socket) continue;
    http = std::make_unique<net::HttpStream>(net::Stream::Socket(std::move(local)));
    break;
  }
  if (!http) {
    host = config.admin.address.text();
    error_code error;
    const auto address = asio::ip::make_address(
        config.admin.address.host == "localhost" ? "127.0.0.1" : config.admin.address.host, error);
    if (error || config.admin.address.port == 0)
      co_return std::unexpected(unreachable("`" + socket_path.string() + "` is not there"));
    asio::ip::tcp::socket tcp(executor);
    const asio::ip::tcp::endpoint far(address, config.admin.address.port);
    auto [failed] = co_await tcp.async_connect(far, net::kTuple);
    if (failed) co_return std::unexpected(unreachable("`" + host + "`: " + failed.message()));
    http = std::make_unique<net::HttpStream>(net::Stream::Socket(std::move(tcp)));
  }
  wire::RequestFrame frame;
  frame.method = method;
  frame.target = target;
  frame.host = host;
  frame.fields.emplace_back("Authorization", token);
  auto message = core::Cleared::nothing();
  if (!body_text.empty()) {
    const auto object = wire::JsonDocument::parse(std::move(body_text));
    if (!object) co_return std::unexpected(object.error());
    frame.fields.emplace_back("Content-Type", "application/json");
    message = core::Cleared::question(object->root());
  }
  auto request = std::move(message).as_request(std::move(frame));
  if (!request) co_return std::unexpected(std::move(request).error());
  const error_code written = co_await net::write(http->stream(), std::move(*request));
  if (written) co_return std::unexpected(unreachable(written.message()));
  wire::HttpResponseHead head;
  auto read = co_await http->read_response_head(head);
  if (!read) co_return std::unexpected(unreachable(read.error().what));
  net::BodyFrame body_frame{head.content_length, head.chunked,
                            !head.chunked && !head.content_length};
  auto body = co_await http->read_body(body_frame, 64 * 1024 * 1024);
  if (!body) co_return std::unexpected(unreachable(body.error().what));
  ApiAnswer answer;
  answer.status = head.status;
  answer.body = std::move(*body);
  co_return answer;
}

}  // namespace

Expected<ApiAnswer> call_operator(const Config& config, std::string_view method,
                                  std::string_view target, std::string_view body) {
  const Path file = config.state / "operator-token";
  if (::access(file.c_str(), R_OK) != 0)
    return std::unexpected(unreachable("`" + file.string() + "` is not there or not readable"));
  auto token = keep_token(config.state, "operator-token");
  if (!token) return std::unexpected(std::move(token).error());
  asio::io_context io(1);
  Expected<ApiAnswer> answer = std::unexpected(unreachable("it did not answer in time"));
  asio::co_spawn(
      io,
      call(config, std::string(method), std::string(target), "Bearer " + token->reveal(),
           std::string(body)),
      [&answer](std::exception_ptr, Expected<ApiAnswer> got) { answer = std::move(got); });
  io.run_for(std::chrono::seconds(30));
  return answer;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (std::isalnum(byte) != 0 || letter == '-' || letter == '_' || letter == '.')
      out += letter;
    else
      out.append(1, '%').append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }
  return out;
}

}  // namespace doorward::app
