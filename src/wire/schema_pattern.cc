#include "wire/schema_pattern.h"

#include "wire/json.h"

namespace doorward::wire {
namespace {

constexpr int64_t kPatternMemory = 1 << 20;  // of one automaton and its cache
constexpr size_t kMaxParts = 8;

// Behind the `)` of the group that opens at `at`, or npos.
size_t group_end(std::string_view pattern, size_t at) {
  int depth = 0;
  bool in_class = false;
  for (; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c == '\\') {
      ++at;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      return at + 1;
    }
  }
  return pattern.npos;
}

bool has_top_level_choice(std::string_view pattern) {
  bool in_class = false;
  int depth = 0;
  for (size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c == '\\') {
      ++at;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    } else if (c == '|' && depth == 0) {
      return true;
    }
  }
  return false;
}

bool is_quantifier(char c) {
  return c == '*' || c == '+' || c == '?' || c == '{';
}

struct Piece {
  std::string pattern;
  bool negated = false;
};

// `^(?!a)(?=b)c` is `^c`, not `^(?:a)`, and `^(?:b)`.
std::vector<Piece> pieces_of(std::string_view pattern) {
  std::vector<Piece> pieces;
  if (pattern.starts_with("^(?") && !has_top_level_choice(pattern)) {
    std::string_view rest = pattern.substr(1);
    while (rest.starts_with("(?=") || rest.starts_with("(?!")) {
      const size_t end = group_end(rest, 0);
      if (end == rest.npos || (end < rest.size() && is_quantifier(rest[end]))) break;
      pieces.push_back(
          {"^(?:" + std::string(rest.substr(3, end - 4)) + ")", rest.starts_with("(?!")});
      rest.remove_prefix(end);
    }
    pieces.push_back({"^" + std::string(rest)});
    return pieces;
  }
  pieces.push_back({std::string(pattern)});
  return pieces;
}

std::unexpected<Error> bad_pattern(std::string_view pattern, std::string_view why) {
  return failure(
      "schema.pattern", Fault::server,
      "pattern " + json_quote(pattern.substr(0, 200)) + " can't be used: " + std::string(why));
}

}  // namespace

Expected<SchemaPattern> SchemaPattern::compile(std::string_view pattern) {
  SchemaPattern compiled;
  compiled.source_ = pattern;
  const std::vector<Piece> pieces = pieces_of(pattern);
  if (pieces.size() > kMaxParts) return bad_pattern(pattern, "it has too many look-aheads");
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(kPatternMemory);
  options.set_never_capture(true);
  for (const Piece& piece : pieces) {
    const auto syntax = re2_syntax(piece.pattern);
    if (!syntax) return bad_pattern(pattern, "it has " + syntax.error());
    auto expression = std::make_unique<re2::RE2>(*syntax, options);
    if (!expression->ok()) return bad_pattern(pattern, expression->error());
    compiled.instructions_ += static_cast<uint32_t>(expression->ProgramSize());
    compiled.parts_.push_back({std::move(expression), piece.negated});
  }
  return compiled;
}

bool SchemaPattern::matches(std::string_view text) const {
  for (const Part& part : parts_) {
    const bool found = part.expression->Match({text.data(), text.size()}, 0, text.size(),
                                              re2::RE2::UNANCHORED, nullptr, 0);
    if (found == part.negated) return false;
  }
  return true;
}

}  // namespace doorward::wire
