#include "app/redteam/attacker.h"

#include <openssl/x509_vfy.h>

#include "wire/http.h"
#include "wire/json.h"

namespace doorward::app::redteam {

namespace asio = net::asio;
using net::error_code;
using net::kTuple;

namespace {

constexpr size_t kMost = 8 * 1024 * 1024;  // bytes of an answer
constexpr std::chrono::seconds kPatience{15};

// The JSON-RPC answer in a body: the body, or the last event of a stream that is an answer.
std::string message_in(std::string_view type, std::string_view body) {
  if (type == "application/json") return std::string(body);
  if (type != "text/event-stream") return "";
  std::string found;
  for (size_t at = 0; at < body.size();) {
    const size_t end = std::min(body.find('\n', at), body.size());
    std::string_view line = body.substr(at, end - at);
    at = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.starts_with("data:")) continue;
    line.remove_prefix(line.starts_with("data: ") ? 6 : 5);
    const auto event = wire::JsonDocument::parse(std::string(line));
    if (event && (event->root()["result"] || event->root()["error"])) found = line;
  }
  return found;
}

// The old transport's first event, behind which nothing comes by itself.
bool opens_old_transport(std::string_view body) {
  return body.starts_with("event: endpoint") || body.find("\nevent: endpoint") != body.npos;
}

// True once `seen` holds a whole answer; fills `reply` with what there is.
bool take(std::string_view seen, bool ended, Reply& reply) {
  wire::HttpResponseHead head;
  const auto whole = wire::parse_response_head(seen, head);
  if (!whole || !*whole) return !whole;
  reply.status = head.status;
  reply.head = seen.substr(0, head.size);
  const std::string_view rest = seen.substr(head.size);
  bool done = ended;
  if (head.chunked) {
    wire::ChunkedDecoder chunks;
    reply.body.clear();
    const auto read = chunks.feed(rest, reply.body, kMost);
    done = done || !read || chunks.done();
  } else {
    reply.body = rest.substr(0, head.content_length.value_or(rest.size()));
    done = done || (head.content_length && rest.size() >= *head.content_length);
  }
  const std::string type = wire::media_type(head.field("content-type").value_or(""));
  reply.message = message_in(type, reply.body);
  return done || (type == "text/event-stream" &&
                  (!reply.message.empty() || opens_old_transport(reply.body)));
}

// An attacker's peer may close in the middle of what is sent: what it said before counts.
template <class Stream>
net::Task<Reply> talk(Stream& stream, const std::string& bytes) {
  const auto buffer = asio::buffer(bytes);
  co_await asio::async_write(stream, buffer, kTuple);
  Reply reply;
  std::string seen;
  std::string piece(64 * 1024, '\0');
  for (bool done = false; !done && seen.size() < kMost;) {
    const auto into = asio::buffer(piece);
    auto [error, size] = co_await stream.async_read_some(into, kTuple);
    seen.append(piece, 0, size);
    done = take(seen, bool(error), reply) || error;
  }
  co_return reply;
}

net::Task<Expected<Reply>> visit(Place place, std::string bytes) {
  auto executor = co_await asio::this_coro::executor;
  error_code bad;
  const auto address = asio::ip::make_address(place.address, bad);
  asio::ip::tcp::socket socket(executor);
  const asio::ip::tcp::endpoint there(address, place.port);
  auto [refused] = co_await socket.async_connect(there, kTuple);
  if (bad || refused)
    co_return failure("redteam.unreachable", Fault::self,
                      "nobody listens at `" + place.address + ":" + std::to_string(place.port) +
                          "`: " + refused.message());
  if (!place.tls) {
    Reply reply = co_await talk(socket, bytes);
    co_return reply;
  }
  asio::ssl::stream<asio::ip::tcp::socket&> tls(socket, *place.tls);
  SSL_set_tlsext_host_name(tls.native_handle(), place.server_name.c_str());
  auto [broken] = co_await tls.async_handshake(asio::ssl::stream_base::client, kTuple);
  if (broken)
    co_return failure("redteam.unreachable", Fault::self, "no TLS with it: " + broken.message());
  Reply reply = co_await talk(tls, bytes);
  co_return reply;
}

}  // namespace

Expected<Reply> attack(const Place& place, std::string bytes) {
  asio::io_context io(1);
  Expected<Reply> answer =
      failure("redteam.silent", Fault::server, "neither an answer nor an end of the connection");
  asio::co_spawn(io, visit(place, std::move(bytes)),
                 [&answer](std::exception_ptr fault, Expected<Reply> got) {
                   if (!fault) answer = std::move(got);
                 });
  io.run_for(kPatience);
  return answer;
}

Expected<std::shared_ptr<asio::ssl::context>> trusting(const std::string& file) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  error_code error;
  context->load_verify_file(file, error);
  if (error) return failure("redteam.tls", Fault::self, "`" + file + "`: " + error.message());
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context->native_handle()),
                              X509_V_FLAG_PARTIAL_CHAIN);
  context->set_verify_mode(asio::ssl::verify_peer);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  return context;
}

}  // namespace doorward::app::redteam
