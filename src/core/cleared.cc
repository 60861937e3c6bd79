#include "core/cleared.h"

#include <cstdio>

#include "base/error.h"

namespace doorward::core {

namespace {
std::string chunk_size_line(size_t size) {
  char line[20];
  const int length = std::snprintf(line, sizeof line, "%zx\r\n", size);
  return {line, static_cast<size_t>(length)};
}
}  // namespace

Cleared Cleared::framed() && {
  made_.fetch_add(size(), std::memory_order_relaxed);
  return std::move(*this);
}

Cleared Cleared::batch(const std::vector<Cleared>& answers) {
  std::string array = "[";
  for (const Cleared& answer : answers) {
    if (array.size() > 1) array += ',';
    array += answer.body_;
  }
  array += ']';
  return Cleared(std::move(array));
}

Cleared Cleared::mark(std::string_view text) {
  Cleared made{std::string()};
  made.head_ = text;
  return std::move(made).framed();
}

Cleared Cleared::syslog_frames(const std::vector<std::string>& messages) {
  Cleared made{std::string()};
  for (const std::string& message : messages)
    made.body_.append(std::to_string(message.size())).append(" ").append(message);
  return std::move(made).framed();
}

Cleared Cleared::otlp_logs(std::string json) {
  if (!json.starts_with(R"({"resourceLogs":)")) panic("these are no log records");
  return Cleared(std::move(json));
}

Cleared Cleared::add_checkpoint(std::string request) {
  if (!request.starts_with("old ")) panic("this is no checkpoint for a witness");
  return Cleared(std::move(request));
}

Cleared Cleared::form(const FormFields& fields) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text;
  const auto escape = [&](std::string_view value) {
    for (const char letter : value) {
      const auto byte = static_cast<unsigned char>(letter);
      const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                         (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '.' || byte == '_';
      if (plain)
        text += letter;
      else
        text.append("%").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    }
  };
  for (const auto& [name, value] : fields) {
    if (!text.empty()) text += '&';
    escape(name);
    text += '=';
    escape(value);
  }
  return Cleared(std::move(text));
}

Cleared Cleared::notice(std::string_view type, std::string_view timestamp,
                        const wire::JsonValue& data) {
  std::string text = R"({"type":)";
  wire::append_json_quote(text, type);
  text += R"(,"timestamp":)";
  wire::append_json_quote(text, timestamp);
  text.append(R"(,"data":)").append(data.is_object() ? data.raw() : "{}").append("}");
  return Cleared(std::move(text));
}

Cleared Cleared::question(const wire::JsonValue& body) {
  if (!body.is_object() || body["jsonrpc"]) panic("no question for a classifier");
  return Cleared(std::string(body.raw()));
}

Cleared Cleared::keep_alive_comment() {
  return mark("3\r\n:\n\n\r\n");
}

Cleared Cleared::last_chunk() {
  return mark("0\r\n\r\n");
}

Cleared Cleared::continue_100() {
  return mark("HTTP/1.1 100 Continue\r\n\r\n");
}

Cleared Cleared::connected_200() {
  return mark("HTTP/1.1 200 Connection established\r\n\r\n");
}

Cleared Cleared::forbidden_403() {
  return mark("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

Expected<Cleared> Cleared::as_response(wire::ResponseFrame frame) && {
  frame.content_length = body_.size();
  if (auto put = wire::append_response_head(head_, frame); !put)
    return std::unexpected(std::move(put).error());
  return std::move(*this).framed();
}

Expected<Cleared> Cleared::as_stream_head(wire::ResponseFrame frame) && {
  frame.chunked = true;
  frame.content_length.reset();
  if (auto put = wire::append_response_head(head_, frame); !put)
    return std::unexpected(std::move(put).error());
  return std::move(*this).framed();
}

Expected<Cleared> Cleared::as_request(wire::RequestFrame frame) && {
  if (frame.method == "POST") frame.content_length = body_.size();
  if (auto put = wire::append_request_head(head_, frame); !put)
    return std::unexpected(std::move(put).error());
  return std::move(*this).framed();
}

Cleared Cleared::as_line() && {
  // A message on a pipe is one line. JSON may hold line ends between tokens, nowhere else.
  for (char& letter : body_)
    if (letter == '\n' || letter == '\r') letter = ' ';
  body_ += '\n';
  return std::move(*this).framed();
}

Cleared Cleared::as_event(std::string_view id, std::optional<uint32_t> retry_ms) && {
  for (char& letter : body_)
    if (letter == '\n' || letter == '\r') letter = ' ';
  const bool empty = body_.empty();
  std::string lines;
  if (!id.empty()) lines.append("id: ").append(id).append("\n");
  if (retry_ms) lines.append("retry: ").append(std::to_string(*retry_ms)).append("\n");
  lines.append(empty ? "data:" : "data: ");
  head_ = chunk_size_line(lines.size() + body_.size() + 2) + lines;
  body_ += "\n\n\r\n";
  return std::move(*this).framed();
}

}  // namespace doorward::core
