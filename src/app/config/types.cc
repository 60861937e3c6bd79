#include "app/config/types.h"

#include <charconv>
#include <cmath>

#include "app/config/plaintext.h"

namespace doorward::app {

namespace {

// A scalar that has to be plain text; its text, or null and a problem.
const std::string* scalar_text(Reader& reader, const Node& node) {
  if (node.kind != Node::Kind::scalar) {
    reader.problem(node.line, "expected text, got " + std::string(node_kind(node)));
    return nullptr;
  }
  if (node.scalar() != Node::Scalar::text) {
    reader.problem(node.line, "expected text, got " + std::string(node_kind(node)) +
                                  "; quote it: \"" + node.text + "\"");
    return nullptr;
  }
  return &node.text;
}

std::string trimmed(double value) {
  std::string out = std::to_string(value);
  out.erase(out.find_last_not_of('0') + 1);
  return out.ends_with('.') ? out + "0" : out;
}

}  // namespace

std::string shown(std::string_view value) {
  if (!known_credential(value).empty() || is_random_looking(value)) return "a value not shown here";
  std::string out = "`";
  for (const char c : value.substr(0, 64)) out += c == '\n' || c == '\r' ? ' ' : c;
  return out + (value.size() > 64 ? "…`" : "`");
}

const std::string* read_text(Reader& reader, const Node& node) {
  const std::string* value = scalar_text(reader, node);
  if (value == nullptr) return nullptr;
  if (const std::string_view what = known_credential(*value); !what.empty()) {
    reader.problem(node.line, "looks like " + std::string(what) +
                                  " in plain text; keep it in `secrets` and give its name: "
                                  "`{ secret: NAME }`");
    return nullptr;
  }
  return value;
}

const Type<bool>& boolean() {
  static const Type<bool> type = [] {
    auto shape = std::make_shared<Shape>();
    shape->kind = Shape::Kind::boolean;
    return Type<bool>{shape,
                      [](Reader& reader, const Node& node, bool& into) {
                        if (node.kind != Node::Kind::scalar || node.quoted ||
                            (node.text != "true" && node.text != "false"))
                          return reader.problem(
                              node.line,
                              "expected true or false, got " +
                                  (node.kind == Node::Kind::scalar
                                       ? shown(node.text) + (node.quoted ? " in quotes" : "")
                                       : std::string(node_kind(node))));
                        into = node.text == "true";
                      },
                      [](const bool& value) { return std::string(value ? "true" : "false"); }};
  }();
  return type;
}

Type<std::string> text(TextRule rule) {
  auto shape = std::make_shared<Shape>();
  shape->label = rule.label;
  shape->pattern = rule.pattern;
  return {shape,
          [rule](Reader& reader, const Node& node, std::string& into) {
            const std::string* value = read_text(reader, node);
            if (value == nullptr) return;
            if (value->empty() && !rule.may_be_empty)
              return reader.problem(node.line, "expected " + rule.label + ", got empty text");
            const std::string complaint = rule.complain ? rule.complain(*value) : "";
            if (!complaint.empty()) return reader.problem(node.line, complaint);
            into = *value;
          },
          [](const std::string& value) { return value.empty() ? "" : json_text(value); }};
}

Type<milliseconds> duration(bool zero) {
  return parsed<milliseconds>(
      zero ? "a duration such as `10s` (`0s` allowed)" : "a duration such as `10s`",
      "^[0-9]+(ms|s|m|h|d)$",
      [zero](std::string_view written) -> std::optional<milliseconds> {
        const auto value = parse_duration(written);
        return value && (zero || value->count() > 0) ? value : std::nullopt;
      },
      duration_text);
}

Type<uint64_t> size() {
  auto type = parsed<uint64_t>(
      "a size such as `512MiB`", "^[0-9]+(KiB|MiB|GiB|TiB)?$",
      [](std::string_view written) -> std::optional<uint64_t> {
        const auto value = parse_size(written);
        return value && *value > 0 ? value : std::nullopt;
      },
      size_text);
  auto shape = std::make_shared<Shape>(*type.shape);
  shape->number_too = true;  // bytes
  type.shape = shape;
  return type;
}

const Type<Rate>& call_rate() {
  static const Type<Rate> type = parsed<Rate>(
      "a rate such as `20/s`", "^[0-9]+/(s|m|h|d)$",
      [](std::string_view written) { return parse_rate(written, false); },
      [](const Rate& rate) { return rate_text(rate, false); });
  return type;
}

const Type<Rate>& byte_rate() {
  static const Type<Rate> type = parsed<Rate>(
      "a byte rate such as `100MiB/h`", "^[0-9]+(KiB|MiB|GiB|TiB)?/(s|m|h|d)$",
      [](std::string_view written) { return parse_rate(written, true); },
      [](const Rate& rate) { return rate_text(rate, true); });
  return type;
}

const Type<Address>& address() {
  static const Type<Address> type = parsed<Address>(
      "an IP address (or `localhost`) and a port, such as `127.0.0.1:8080`", "^.+:[0-9]{1,5}$",
      parse_address, [](const Address& value) { return value.text(); });
  return type;
}

const Type<Path>& path() {
  static const Type<Path> type = [] {
    auto shape = std::make_shared<Shape>();
    shape->label = "path";
    return Type<Path>{
        shape,
        [](Reader& reader, const Node& node, Path& into) {
          const std::string* value = read_text(reader, node);
          if (value == nullptr) return;
          if (value->empty()) return reader.problem(node.line, "expected a path, got empty text");
          if (value->starts_with('~'))
            return reader.problem(node.line, "`~` is not expanded; write the path out");
          Path whole = (reader.folder() / *value).lexically_normal();
          if (!whole.has_filename() && whole.has_relative_path()) whole = whole.parent_path();
          into = std::move(whole);
        },
        [](const Path& value) { return value.empty() ? "" : json_text(value.string()); }};
  }();
  return type;
}

const Type<std::string>& upstream_url() {
  static const Type<std::string> type =
      text({.label = "a URL", .pattern = "^https?://", .complain = url_complaint});
  return type;
}

const Type<SecretRef>& secret_ref() {
  static const Type<SecretRef> section =
      Section<SecretRef>()
          .key("secret", &SecretRef::name, text({.label = "a name in `secrets`"}),
               "A name in `secrets`.", Need::required)
          .done();
  static const Type<SecretRef> type{
      section.shape, [](Reader& reader, const Node& node, SecretRef& into) {
        if (node.kind == Node::Kind::scalar)
          return reader.problem(node.line,
                                "a secret in plain text; keep it in `secrets` and give its name: "
                                "`{ secret: NAME }`");
        section.read(reader, node, into);
        if (into) reader.secret_uses.push_back({node.line, reader.path(), into.name});
      }};
  return type;
}

const Type<core::ClassSet>& classes() {
  static const Type<core::ClassSet> type = [] {
    std::vector<std::pair<std::string, core::ToolClass>> names;
    for (const std::string_view name : core::kClassNames)
      names.emplace_back(name, *core::class_from(name));
    const auto list = list_of(one_of<core::ToolClass>(names), 1);
    return Type<core::ClassSet>{list.shape,
                                [list](Reader& reader, const Node& node, core::ClassSet& into) {
                                  std::vector<core::ToolClass> given;
                                  list.read(reader, node, given);
                                  into = {};
                                  for (const core::ToolClass c : given) into.add(c);
                                }};
  }();
  return type;
}

Type<double> real(double least, double most) {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::number;
  shape->label = "number";
  shape->least = least;
  shape->most = most;
  return {shape,
          [least, most](Reader& reader, const Node& node, double& into) {
            double value = 0;
            const char* end = node.text.data() + node.text.size();
            const bool number =
                node.kind == Node::Kind::scalar && node.scalar() == Node::Scalar::number &&
                std::from_chars(node.text.data(), end, value) == std::from_chars_result{end, {}};
            if (!number || !std::isfinite(value))
              return reader.problem(node.line,
                                    "expected a number, got " + std::string(node_kind(node)));
            if (value < least || value > most)
              return reader.problem(node.line, "expected a number from " + trimmed(least) + " to " +
                                                   trimmed(most) + ", got " + shown(node.text));
            into = value;
          },
          [](const double& value) { return trimmed(value); }};
}

std::optional<uint64_t> read_count(Reader& reader, const Node& node, uint64_t least,
                                   uint64_t most) {
  if (node.kind != Node::Kind::scalar || node.quoted) {
    reader.problem(node.line, "expected a whole number, got " + std::string(node_kind(node)));
    return std::nullopt;
  }
  uint64_t value = 0;
  const char* end = node.text.data() + node.text.size();
  const auto [stop, fault] = std::from_chars(node.text.data(), end, value);
  if (fault != std::errc{} || stop != end || value < least || value > most) {
    reader.problem(node.line, "expected a whole number from " + std::to_string(least) + " to " +
                                  std::to_string(most) + ", got " + shown(node.text));
    return std::nullopt;
  }
  return value;
}

}  // namespace doorward::app
