#include "app/config/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <istream>
#include <streambuf>

#include "wire/json.h"

namespace doorward::app {

namespace {

// Leaves yaml-cpp's parser; never leaves this file.
struct Refusal {
  Problem problem;
};

class Source : public std::streambuf {
 public:
  explicit Source(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // SAFETY: the get area is only read
    setg(begin, begin, begin + text.size());
  }
};

uint32_t line_of(const YAML::Mark& mark) {
  return mark.line < 0 ? 1 : static_cast<uint32_t>(mark.line) + 1;
}

// Builds the tree from events; throws `Refusal`.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(std::string_view source) : source_(source) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) refuse(mark, "more than one document in the file");
  }
  void OnDocumentEnd() override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "an alias is not allowed; write the value out");
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check(mark, "?", anchor);
    Node node;
    node.line = line_of(mark);
    place(std::move(node), mark);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check(mark, tag, anchor);
    Node node;
    node.kind = Node::Kind::scalar;
    node.quoted = tag == "!";
    node.line = line_of(mark);
    node.text = value;
    place(std::move(node), mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

  [[nodiscard]] Node take() { return std::move(root_); }

  // The key under work, for messages.
  [[nodiscard]] std::string path() const {
    std::string out;
    for (const Frame& frame : frames_) {
      if (frame.node.kind == Node::Kind::list) {
        out += "[" + std::to_string(frame.node.items.size()) + "]";
      } else if (frame.key) {
        if (!out.empty()) out += '.';
        out += *frame.key;
      }
    }
    return out;
  }

 private:
  struct Frame {
    Node node;
    std::optional<std::string> key = std::nullopt;  // of a map: waits for its value
    uint32_t key_line = 0;
  };

  [[noreturn]] void refuse(const YAML::Mark& mark, std::string message) const {
    throw Refusal{{line_of(mark), path(), std::move(message)}};
  }

  void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) const {
    if (anchor != 0) refuse(mark, "an anchor is not allowed");
    const auto at = static_cast<size_t>(std::max(mark.pos, 0));
    const char first = at < source_.size() ? source_[at] : '\0';
    if (first == '!' || (tag != "?" && tag != "!")) refuse(mark, "a tag is not allowed");
    if (first == '&') refuse(mark, "an anchor is not allowed");
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    check(mark, tag, anchor);
    if (waits_for_key()) refuse(mark, "a key has to be plain text");
    if (frames_.size() >= kMaxConfigDepth)
      refuse(mark, "nested deeper than " + std::to_string(kMaxConfigDepth) + " levels");
    Node node;
    node.kind = kind;
    node.line = line_of(mark);
    // A block collection starts with its first child; its key says better where it is.
    const auto at = static_cast<size_t>(std::max(mark.pos, 0));
    const bool flow = at < source_.size() && (source_[at] == '{' || source_[at] == '[');
    if (!flow && !frames_.empty() && frames_.back().key) node.line = frames_.back().key_line;
    frames_.push_back({std::move(node)});
  }

  void close() {
    Node node = std::move(frames_.back().node);
    frames_.pop_back();
    add(std::move(node));
  }

  [[nodiscard]] bool waits_for_key() const {
    return !frames_.empty() && frames_.back().node.kind == Node::Kind::map && !frames_.back().key;
  }

  void place(Node node, const YAML::Mark& mark) {
    if (!waits_for_key()) {
      if (node.kind == Node::Kind::null && !frames_.empty() && frames_.back().key)
        node.line = frames_.back().key_line;
      add(std::move(node));
      return;
    }
    if (node.kind != Node::Kind::scalar || node.text.empty())
      refuse(mark, "a key has to be plain text");
    Frame& frame = frames_.back();
    if (node.text == "<<") refuse(mark, "a merge key is not allowed");
    const Member* first = frame.node.member(node.text);
    frame.key = node.text;
    frame.key_line = node.line;
    if (first != nullptr)
      refuse(mark, "duplicate key; the first one is in line " + std::to_string(first->line));
  }

  void add(Node node) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == Node::Kind::list) {
      frame.node.items.push_back(std::move(node));
    } else {
      frame.node.members.push_back({std::move(*frame.key), frame.key_line, std::move(node)});
      frame.key.reset();
    }
  }

  std::string_view source_;
  std::vector<Frame> frames_;
  Node root_;
  int documents_ = 0;
};

// The length of the well-formed UTF-8 sequence at `at` (RFC 3629), or 0.
size_t utf8_length(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned lead = byte(at);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  for (size_t i = 1; i < length; ++i)
    if ((byte(at + i) & 0xc0U) != 0x80) return 0;
  const unsigned second = byte(at + 1);
  if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
      (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f))
    return 0;
  return length;
}

std::optional<Problem> check_bytes(std::string_view source) {
  if (source.size() > kMaxConfigBytes)
    return Problem{1, "", "larger than " + std::to_string(kMaxConfigBytes) + " bytes"};
  if (source.starts_with("\xef\xbb\xbf")) return Problem{1, "", "starts with a byte order mark"};
  uint32_t line = 1;
  for (size_t at = 0; at < source.size();) {
    const auto byte = static_cast<unsigned char>(source[at]);
    if (byte == '\n') ++line;
    if ((byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7f)
      return Problem{line, "", "a control character"};
    const size_t length = utf8_length(source, at);
    if (length == 0) return Problem{line, "", "not valid UTF-8"};
    at += length;
  }
  return std::nullopt;
}

bool is_json_number(std::string_view text) {
  size_t at = text.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const size_t from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - from;
  };
  const size_t first = at;
  const size_t whole = digits();
  if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

// YAML 1.2 core schema, section 10.3.2: also `+1`, `.5`, `1.`, `0x1F`, `0o17`, `.inf`, `.nan`.
bool is_yaml_number(std::string_view text) {
  if (is_json_number(text)) return true;
  if (text.starts_with("0x") || text.starts_with("0o"))
    return text.size() > 2 &&
           text.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos;
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  for (const std::string_view name : {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"})
    if (text == name) return true;
  const size_t e = text.find_first_of("eE");
  std::string_view mantissa = text.substr(0, e);
  if (e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('+') || exponent.starts_with('-')) exponent.remove_prefix(1);
    if (exponent.empty() || exponent.find_first_not_of("0123456789") != std::string_view::npos)
      return false;
  }
  return mantissa.find_first_of("0123456789") != std::string_view::npos &&
         mantissa.find_first_not_of("0123456789.") == std::string_view::npos &&
         std::count(mantissa.begin(), mantissa.end(), '.') <= 1;
}

bool append_json(const Node& node, std::string& out) {
  switch (node.kind) {
    case Node::Kind::null:
      out += "null";
      return true;
    case Node::Kind::scalar:
      if (node.scalar() == Node::Scalar::text) {
        wire::append_json_quote(out, node.text);
        return true;
      }
      if (node.scalar() == Node::Scalar::number && !is_json_number(node.text)) return false;
      for (const char c : node.text)
        out += node.scalar() == Node::Scalar::boolean && c >= 'A' && c <= 'Z'
                   ? static_cast<char>(c - 'A' + 'a')
                   : c;
      return true;
    case Node::Kind::list:
      out += '[';
      for (size_t i = 0; i < node.items.size(); ++i) {
        if (i > 0) out += ',';
        if (!append_json(node.items[i], out)) return false;
      }
      out += ']';
      return true;
    case Node::Kind::map:
      out += '{';
      for (size_t i = 0; i < node.members.size(); ++i) {
        if (i > 0) out += ',';
        wire::append_json_quote(out, node.members[i].name);
        out += ':';
        if (!append_json(node.members[i].value, out)) return false;
      }
      out += '}';
      return true;
  }
  return false;
}

}  // namespace

const Member* Node::member(std::string_view name) const {
  for (const Member& candidate : members)
    if (candidate.name == name) return &candidate;
  return nullptr;
}

Node::Scalar Node::scalar() const {
  if (quoted) return Scalar::text;
  for (const std::string_view name : {"true", "True", "TRUE", "false", "False", "FALSE"})
    if (text == name) return Scalar::boolean;
  return is_yaml_number(text) ? Scalar::number : Scalar::text;
}

YamlResult parse_yaml(std::string_view source) {
  if (auto problem = check_bytes(source)) return {std::nullopt, *std::move(problem)};
  Builder builder(source);
  try {
    Source buffer(source);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    return {builder.take(), {}};
  } catch (const Refusal& refusal) {
    return {std::nullopt, refusal.problem};
  } catch (const YAML::Exception& e) {
    return {std::nullopt, {line_of(e.mark), builder.path(), "not valid YAML: " + e.msg}};
  }
}

std::optional<std::string> node_json(const Node& node) {
  std::string out;
  if (!append_json(node, out)) return std::nullopt;
  return out;
}

}  // namespace doorward::app
