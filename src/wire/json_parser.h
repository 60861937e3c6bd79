// The one pass that makes a JsonDocument. Internal to wire. No recursion: while a container is
// open, its node's `next` holds the index of the container around it, so depth costs no stack.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wire/json.h"
#include "wire/json_names.h"

namespace doorward::wire {

// What a thread keeps from one document to the next, so that a document costs one allocation for
// its nodes, of the right size, and one for unescaped text. Large rooms are given back.
struct JsonScratch {
  std::vector<JsonNode> nodes;
  std::unique_ptr<char[]> side;
  size_t side_size = 0;
  NameCheck names;
  void trim();
};

// Reading functions take the place to read at and return the place behind, null after a failure.
// The buffer ends with a NUL of its own, so one byte of look-ahead needs no check of the end.
class JsonParser {
 public:
  JsonParser(JsonDocument& document, const JsonLimits& limits, JsonScratch& scratch);
  // Reads the document's whole buffer. Errors: see JsonDocument::parse.
  [[nodiscard]] Expected<void> run();

 private:
  using At = const char*;

  [[nodiscard]] At value(At p);
  [[nodiscard]] At after(At p);
  [[nodiscard]] bool open_container(At p, JsonType type);
  [[nodiscard]] At close_container(At p);
  [[nodiscard]] At member_name(At p);
  [[nodiscard]] At string(At open, bool is_name);
  [[nodiscard]] At unescape(At open, At p, bool is_name);
  [[nodiscard]] At escape(At p);
  [[nodiscard]] At unicode_escape(At p);
  [[nodiscard]] At number(At from);
  [[nodiscard]] At literal(At from, std::string_view word, JsonType type);
  [[nodiscard]] bool names_differ(uint32_t object);
  // The next node, its fields for a value without content set one by one: a whole node made
  // elsewhere and copied here waits for its own bytes to leave the store buffer.
  [[nodiscard]] JsonNode* push(JsonType type, At from, At to) {
    if (size_ == room_ && !grow()) return nullptr;
    JsonNode* const node = nodes_ + size_++;
    node->begin = offset(from);
    node->end = offset(to);
    node->next = size_;
    node->count = 0;
    node->text = 0;
    node->text_size = 0;
    node->type = type;
    node->unescaped = false;
    node->is_name = false;
    return node;
  }
  [[nodiscard]] bool grow();
  void make_side(At from);
  [[nodiscard]] bool count_item();
  [[nodiscard]] static At skip_space(At p) {
    while (static_cast<uint8_t>(*p) <= ' ' && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
      ++p;
    return p;
  }
  [[nodiscard]] uint32_t offset(At p) const { return static_cast<uint32_t>(p - begin_); }
  At fail(std::string_view code, std::string_view what, At at);
  At fail_at_byte(At p);

  static constexpr uint32_t kNone = UINT32_MAX;

  JsonDocument& document_;
  const JsonLimits& limits_;
  JsonScratch& scratch_;
  At begin_;
  At end_;
  JsonNode* nodes_;  // scratch_.nodes, `size_` of `room_` in use
  uint32_t size_ = 0;
  uint32_t room_;
  uint32_t open_ = kNone;  // innermost open container
  uint32_t depth_ = 0;
  bool done_ = false;
  char* side_end_ = nullptr;  // behind the unescaped text so far; null before the first escape
  Error error_;
};

}  // namespace doorward::wire
