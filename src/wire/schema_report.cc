#include "wire/schema_report.h"

#include <algorithm>
#include <array>
#include <utility>

#include "wire/schema_pointer.h"

namespace doorward::wire {
namespace {

constexpr size_t kMaxName = 60;  // bytes of one name or value in a text
constexpr size_t kMaxPointer = 100;
constexpr size_t kMaxListed = 8;  // alternatives that are listed

// In backticks, on one line, cut where it is long.
std::string shown(std::string_view text, size_t max = kMaxName) {
  const bool cut = text.size() > max;
  if (cut) {
    text = text.substr(0, max);
    while (!text.empty() && (static_cast<uint8_t>(text.back()) & 0xC0) == 0x80)
      text.remove_suffix(1);
    if (!text.empty() && static_cast<uint8_t>(text.back()) >= 0xC0) text.remove_suffix(1);
  }
  const std::string quoted = json_quote(text);
  return "`" + quoted.substr(1, quoted.size() - 2) + (cut ? "...`" : "`");
}

// A value of the schema, as JSON.
std::string shown_value(JsonValue value) {
  constexpr size_t kMax = 40;
  if (!value.is_string() || value.raw().size() > kMax) return shown(value.raw(), kMax);
  return "`" + json_quote(value.text()) + "`";
}

std::string_view type_name(JsonType type) {
  switch (type) {
    case JsonType::null:
      return "null";
    case JsonType::boolean:
      return "a boolean";
    case JsonType::number:
      return "a number";
    case JsonType::string:
      return "a string";
    case JsonType::array:
      return "an array";
    case JsonType::object:
      return "an object";
  }
  return "a value";
}

std::string type_list(uint8_t types) {
  std::vector<std::string_view> names;
  for (unsigned type = 0; type < 6; ++type)
    if ((types >> type & 1U) != 0) names.push_back(type_name(static_cast<JsonType>(type)));
  if ((types & kIntegerBit) != 0 && (types & type_bit(JsonType::number)) == 0)
    names.push_back("a whole number");
  std::string out;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += names[i];
  }
  return out;
}

std::string plural(uint32_t count, std::string_view what) {
  std::string out = std::to_string(count) + " " + std::string(what);
  if (count == 1) out.pop_back();
  return out;
}

// How many edits make one name of the other, over 2 counted as 3.
size_t distance(std::string_view a, std::string_view b) {
  constexpr size_t kMax = 32;
  if (a.size() > kMax || b.size() > kMax) return 3;
  std::array<size_t, kMax + 1> row;
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return std::min<size_t>(row[b.size()], 3);
}

// What the sender may have meant by `name`, or "".
std::string_view nearest(std::string_view name, const NameTable& known) {
  std::string_view best;
  size_t best_distance = 3;
  for (size_t i = 0; i < std::min<size_t>(known.entries().size(), 50); ++i) {
    const NameTable::Entry& entry = known.entries()[i];
    const size_t d = is_look_alike_name(name, entry.name) ? 0 : distance(name, entry.name);
    if (entry.node == kNoNode || d >= best_distance || d * 2 >= std::max<size_t>(name.size(), 1))
      continue;
    best = entry.name;
    best_distance = d;
  }
  return best;
}

}  // namespace

std::string SchemaReport::type_at(uint32_t at) const {
  return std::string(type_name(JsonValue(instance_.document(), at).type()));
}

void SchemaReport::add(uint32_t at, std::string text, SchemaProblem::Rank rank, uint8_t types) {
  if (full()) return;
  for (const SchemaProblem& problem : problems_)  // two keywords may say the same
    if (problem.at == at && problem.text == text) return;
  problems_.push_back({at, std::move(text), rank, types});
}

void SchemaReport::wrong_type(uint32_t at, uint8_t expected) {
  const JsonValue value(instance_.document(), at);
  std::string text = "expected " + type_list(expected) + ", got " + type_at(at);
  if (value.is_number() && (expected & kIntegerBit) != 0) {
    text += " with a fraction: send a whole number";
  } else if (value.is_string() && (expected & (type_bit(JsonType::number) | kIntegerBit |
                                               type_bit(JsonType::boolean))) != 0) {
    text += ": send it without quotes";
  } else if (value.is_string() &&
             (expected & (type_bit(JsonType::array) | type_bit(JsonType::object))) != 0) {
    text += ": send it as JSON, not as text";
  } else if (value.is_null()) {
    text += ": leave it out or send a value";
  } else {
    text += ": change its type";
  }
  add(at, std::move(text), SchemaProblem::Rank::other_type, expected);
}

void SchemaReport::wrong_value(uint32_t at, std::span<const JsonValue> allowed) {
  std::string text = allowed.size() == 1 ? "expected " : "expected one of ";
  size_t listed = 0;
  for (const JsonValue value : allowed) {
    if (listed == kMaxListed || text.size() > 160) break;
    if (listed++ > 0) text += ", ";
    text += shown_value(value);
  }
  if (listed < allowed.size()) text += " and " + std::to_string(allowed.size() - listed) + " more";
  text += ", got another value (" + type_at(at) + "): use " +
          (allowed.size() == 1 ? "that value" : "one of these");
  add(at, std::move(text), SchemaProblem::Rank::other_kind);
}

void SchemaReport::out_of_range(uint32_t at, std::string_view limit, const ExactNumber& number) {
  const bool raise = limit == "at least" || limit == "above";
  add(at, "expected a number " + std::string(limit) + " " + shown(number.text) + ", got a " +
              (raise ? "smaller one: raise it" : "larger one: lower it"));
}

void SchemaReport::not_multiple(uint32_t at, const ExactNumber& divisor) {
  add(at, "expected a multiple of " + shown(divisor.text) + ", got another number: round it");
}

void SchemaReport::wrong_size(uint32_t at, std::string_view what, uint32_t got, bool too_few,
                              uint32_t limit) {
  const std::string_view repair = what == "characters" ? (too_few ? "lengthen it" : "shorten it")
                                  : too_few            ? "add some"
                                                       : "remove some";
  add(at, "expected at " + std::string(too_few ? "least " : "most ") + plural(limit, what) +
              ", got " + std::to_string(got) + ": " + std::string(repair));
}

void SchemaReport::no_match(uint32_t at, const SchemaPattern& pattern) {
  add(at, "expected a string that matches the pattern " + shown(pattern.source(), 100) +
              ", got a string that does not: change it to match");
}

void SchemaReport::bad_format(uint32_t at, std::string_view format) {
  add(at,
      "expected a string of the format " + shown(format) + ", got a string that is not: change it");
}

void SchemaReport::missing(uint32_t object, std::string_view name, uint8_t types) {
  std::string text = "member " + shown(name) + " is missing: add it";
  if (types != kAnyType && types != 0) text += ", " + type_list(types);
  add(object, std::move(text));
}

void SchemaReport::missing_beside(uint32_t object, std::string_view name,
                                  std::string_view because) {
  add(object, "member " + shown(name) + " is missing: add it beside " + shown(because) +
                  ", or remove that");
}

void SchemaReport::undeclared(uint32_t object, std::string_view name, const NameTable& known,
                              uint32_t value) {
  std::string text = "member " + shown(name) + " (" + type_at(value) + ") is not declared: ";
  if (const std::string_view meant = nearest(name, known); !meant.empty()) {
    text += "remove it, or name it " + shown(meant);
  } else {
    text += "remove it";
    size_t listed = 0;
    for (const NameTable::Entry& entry : known.entries()) {
      if (listed == kMaxListed || text.size() > 200) break;
      if (entry.node == kNoNode) continue;
      text += (listed++ == 0 ? "; declared are " : ", ") + shown(entry.name);
    }
  }
  add(object, std::move(text));
}

void SchemaReport::forbidden(uint32_t at) {
  add(at, "expected nothing here, got " + type_at(at) + ": remove it");
}

void SchemaReport::repeated(uint32_t first, uint32_t second) {
  add(second, "expected different items, got the value of " +
                  shown(json_pointer(instance_, first), kMaxPointer) + " again: remove one");
}

void SchemaReport::wrong_contains(uint32_t at, uint32_t got, bool too_few, uint32_t limit) {
  add(at, "expected at " + std::string(too_few ? "least " : "most ") + plural(limit, "items") +
              " that match `contains`, got " + std::to_string(got) +
              (too_few ? ": add one that does" : ": remove some"));
}

void SchemaReport::negated(uint32_t at) {
  add(at, "expected a value that does not match the schema of `not`, got " + type_at(at) +
              " that does: change it");
}

void SchemaReport::several(uint32_t at) {
  add(at, "expected a match with exactly one alternative of `oneOf`, got " + type_at(at) +
              " that matches several: leave out what belongs to the others");
}

void SchemaReport::no_alternative(uint32_t at, std::vector<SchemaReport> branches) {
  using Rank = SchemaProblem::Rank;
  if (full()) return;
  const SchemaReport* best = nullptr;
  Rank best_rank = Rank::other_type;
  uint8_t types = 0;
  for (const SchemaReport& branch : branches) {
    Rank rank = Rank::repairable;
    for (const SchemaProblem& problem : branch.problems_) {
      if (problem.rank == Rank::other_type && problem.at == at) {
        rank = Rank::other_type;
        types |= problem.types;
      }
      if (problem.rank == Rank::other_kind) rank = std::max(rank, Rank::other_kind);
    }
    if (rank == Rank::other_type || branch.problems_.empty()) continue;
    if (best != nullptr && (rank > best_rank || (rank == best_rank && branch.problems_.size() >=
                                                                          best->problems_.size())))
      continue;
    best = &branch;
    best_rank = rank;
  }
  if (best == nullptr) {
    if (types != 0) return wrong_type(at, types);
    return add(at, "expected a match with one of the alternatives, got none: change it");
  }
  if (branches.size() > 1)
    add(at, "matches none of " + std::to_string(branches.size()) +
                " alternatives: repair it for the likeliest as follows");
  for (const SchemaProblem& problem : best->problems_)
    add(problem.at, problem.text, best_rank == Rank::repairable ? problem.rank : best_rank,
        problem.types);
}

std::string SchemaReport::text(std::string_view subject) const {
  constexpr std::string_view kMore = " (there may be more)";
  std::string out = std::string(subject.substr(0, 100)) + " do not match the schema:";
  bool more = full();
  uint32_t number = 0;
  for (const SchemaProblem& problem : problems_) {
    const std::string pointer = json_pointer(instance_, problem.at);
    std::string line = " (" + std::to_string(++number) + ") ";
    line += pointer.empty() ? "at the top" : "at " + shown(pointer, kMaxPointer);
    line += ": " + problem.text;
    if (out.size() + line.size() + kMore.size() > kMaxBytes) {
      more = true;
      break;
    }
    out += line;
  }
  if (problems_.empty()) out += " (1) at the top: too far from it to say more: look at the schema";
  if (more) out += kMore;
  return out;
}

}  // namespace doorward::wire
