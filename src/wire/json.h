// Strict JSON (RFC 8259) in one pass to a flat tape of nodes over one owned buffer.
//
// Refused: duplicate member names at any depth (compared unescaped), bad UTF-8, lone surrogates,
// NUL (raw or escaped), raw control characters, a byte order mark, trailing bytes, numbers outside
// the grammar, and anything over `JsonLimits`. What two parsers could read differently is no JSON
// here. Strings are unescaped once; a string without escapes is a view of the buffer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace doorward::wire {

struct JsonLimits {
  size_t bytes = 8 * 1024 * 1024;
  uint32_t depth = 64;
  uint32_t nodes = 1'000'000;  // values and member names together
  uint32_t items = 100'000;    // of one array, or members of one object
  uint32_t number_bytes = 64;
};

enum class JsonType : uint8_t { null, boolean, number, string, array, object };

struct JsonNode {
  uint32_t begin = 0;  // raw span [begin, end) in the buffer, quotes included
  uint32_t end = 0;
  uint32_t next = 0;   // index behind this node's subtree
  uint32_t count = 0;  // items of an array, members of an object
  uint32_t text = 0;   // a string's unescaped content: offset into buffer or side text
  uint32_t text_size = 0;
  JsonType type = JsonType::null;
  bool unescaped = false;  // content is in the side text
  bool is_name = false;    // a member's name; its value is the next node
};

class JsonDocument;

// A view of one value; as cheap as a pointer, valid while its document lives and is not moved.
class JsonValue {
 public:
  JsonValue() = default;
  JsonValue(const JsonDocument* document, uint32_t index) : document_(document), index_(index) {}

  [[nodiscard]] explicit operator bool() const { return document_ != nullptr; }
  [[nodiscard]] JsonType type() const;
  [[nodiscard]] bool is_object() const;
  [[nodiscard]] bool is_array() const;
  [[nodiscard]] bool is_string() const;
  [[nodiscard]] bool is_number() const;
  [[nodiscard]] bool is_boolean() const;
  [[nodiscard]] bool is_null() const;
  [[nodiscard]] std::string_view raw() const;   // the bytes as they came
  [[nodiscard]] std::string_view text() const;  // a string's content; "" for other types
  [[nodiscard]] uint32_t begin() const;         // offset of raw() in the buffer
  [[nodiscard]] uint32_t end() const;
  [[nodiscard]] uint32_t size() const;                   // items or members
  [[nodiscard]] std::optional<int64_t> integer() const;  // also 1.0 and 1e2; nothing when not whole
  [[nodiscard]] std::optional<double> number() const;
  [[nodiscard]] std::optional<bool> boolean() const;
  // A member's value by exact name, or an empty view. Chains: an empty view has no members.
  [[nodiscard]] JsonValue operator[](std::string_view name) const;
  [[nodiscard]] uint32_t index() const { return index_; }
  [[nodiscard]] const JsonDocument* document() const { return document_; }

  // for (auto [name, value] : object.members()) and for (auto item : array.items())
  struct Member;  // { name, value, name_value }
  class Members;
  class Items;
  [[nodiscard]] Members members() const;
  [[nodiscard]] Items items() const;

 private:
  const JsonDocument* document_ = nullptr;
  uint32_t index_ = 0;
};

struct JsonValue::Member {
  std::string_view name;
  JsonValue value;
  JsonValue name_value;
};

class JsonDocument {
 public:
  // Errors: json.size, json.depth, json.nodes, json.items, json.syntax, json.duplicate_name,
  // json.utf8, json.surrogate, json.nul, json.trailing; the text says the byte offset. A number
  // over its limit is json.size. Fault is the client's; callers set it when a server sent the text.
  [[nodiscard]] static Expected<JsonDocument> parse(std::string buffer, const JsonLimits& = {});

  [[nodiscard]] JsonValue root() const { return {this, 0}; }
  [[nodiscard]] std::string_view buffer() const { return buffer_; }
  [[nodiscard]] const std::vector<JsonNode>& nodes() const { return nodes_; }
  [[nodiscard]] std::string_view text_of(const JsonNode& node) const {
    return std::string_view(node.unescaped ? side_ : buffer_).substr(node.text, node.text_size);
  }

 private:
  friend class JsonParser;
  std::string buffer_;
  std::string side_;
  std::vector<JsonNode> nodes_;
};

class JsonValue::Members {
 public:
  class Iterator {
   public:
    Iterator(const JsonDocument* d, uint32_t at) : document_(d), at_(at) {}
    Member operator*() const;
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const JsonDocument* document_;
    uint32_t at_;
  };
  explicit Members(JsonValue object) : object_(object) {}
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] Iterator end() const;

 private:
  JsonValue object_;
};

class JsonValue::Items {
 public:
  class Iterator {
   public:
    Iterator(const JsonDocument* d, uint32_t at) : document_(d), at_(at) {}
    JsonValue operator*() const { return {document_, at_}; }
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const JsonDocument* document_;
    uint32_t at_;
  };
  explicit Items(JsonValue array) : array_(array) {}
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] Iterator end() const;

 private:
  JsonValue array_;
};

// `text` as a JSON string with quotes; control characters, U+007F, bidi controls and line
// separators are escaped, so that one value stays on one line in any log. Bad UTF-8 becomes U+FFFD.
[[nodiscard]] std::string json_quote(std::string_view text);
void append_json_quote(std::string& out, std::string_view text);

// RFC 8785 (JCS): members sorted by UTF-16 code units, shortest escapes, numbers by ECMAScript. One
// deviation: a whole number that a double would change keeps all its digits, so that values which
// differ never hash alike. "" for an empty view.
[[nodiscard]] std::string canonical_json(JsonValue value);

// True when the names are unlike as bytes but alike after ASCII and simple Unicode case folding
// (U+017F, U+212A and full-width letters included) or removal of zero-width characters.
[[nodiscard]] bool is_look_alike_name(std::string_view a, std::string_view known);

// Spliced edits on judged bytes: never a re-serialised copy.
struct Edit {
  uint32_t begin;  // replaces [begin, end) of the original; begin == end inserts
  uint32_t end;
  std::string text;
};
// Edits in any order, not overlapping (panics otherwise).
[[nodiscard]] std::string splice(std::string_view original, std::vector<Edit> edits);

}  // namespace doorward::wire

#include "wire/json_inline.h"
