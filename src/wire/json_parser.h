// The one pass that makes a JsonDocument. Internal to wire. No recursion: while a container is
// open, its node's `next` holds the index of the container around it, so depth costs no stack.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "wire/json.h"
#include "wire/json_names.h"

namespace doorward::wire {

class JsonParser {
 public:
  JsonParser(JsonDocument& document, const JsonLimits& limits);
  // Reads the document's whole buffer. Errors: see JsonDocument::parse.
  [[nodiscard]] Expected<void> run();

 private:
  enum class Step : uint8_t { failed, value, after, done };

  [[nodiscard]] Step value();
  [[nodiscard]] Step after();
  [[nodiscard]] Step open_container(JsonType type, char closing);
  [[nodiscard]] bool close_container();
  [[nodiscard]] bool member_name();
  [[nodiscard]] bool string(bool is_name);
  [[nodiscard]] bool unescape(const char* open);
  [[nodiscard]] bool escape(const char*& p);
  [[nodiscard]] bool unicode_escape(const char*& p);
  [[nodiscard]] bool number();
  [[nodiscard]] bool literal(std::string_view word, JsonType type);
  [[nodiscard]] bool names_differ(uint32_t object);
  [[nodiscard]] bool push(JsonType type, const char* from, const char* to);
  [[nodiscard]] bool count_item();
  void skip_space();
  [[nodiscard]] uint32_t offset(const char* p) const { return static_cast<uint32_t>(p - begin_); }
  bool fail(std::string_view code, std::string_view what, const char* at);
  bool fail_at_byte(const char* p);
  bool fail_syntax(std::string_view what) { return fail("json.syntax", what, p_); }

  static constexpr uint32_t kNone = UINT32_MAX;

  JsonDocument& document_;
  const JsonLimits& limits_;
  std::vector<JsonNode>& nodes_;
  // The buffer ends with a NUL of its own: one byte of look-ahead needs no check of the end.
  const char* begin_;
  const char* p_;
  const char* end_;
  uint32_t open_ = kNone;  // innermost open container
  uint32_t depth_ = 0;
  std::unique_ptr<char[]> side_;  // made at the first escape, as large as what is left to read
  char* side_end_ = nullptr;
  NameCheck names_;
  Error error_;
};

}  // namespace doorward::wire
