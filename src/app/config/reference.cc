// The reference documentation of doorward.yaml, from the same tables as its parser.
#include "app/config/load.h"
#include "app/config/sections.h"

namespace doorward::app {

namespace {

constexpr std::string_view kHead = R"(# Configuration

Every key of `doorward.yaml`. This page is generated from the tables that the loader itself uses
(`src/app/config/section_*.cc`); `doorward.schema.json` comes from the same place.

**Written forms.** Durations: `500ms`, `10s`, `5m`, `1h`, `7d`. Sizes: `4KiB`, `512MiB`, `1GiB`, or
plain bytes. Rates: `20/s`, `100/m`, `100MiB/h`. Relative paths count from the configuration's own
folder. A secret is never written down: `{ secret: NAME }` names an entry of `secrets`.

**Refused.** Unknown and duplicate keys, wrong types, quoted booleans and numbers where plain ones
are meant, empty values, anchors, aliases, merge keys, tags, several documents, more than 1 MiB,
nesting deeper than 32, and whatever looks like a secret in plain text. Each problem is reported as
`FILE:LINE: KEY: MESSAGE`, all of them at once, and nothing starts.
)";

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string type_text(const Shape& shape) {
  switch (shape.kind) {
    case Shape::Kind::boolean:
      return "true or false";
    case Shape::Kind::any:
      return shape.label;
    case Shape::Kind::integer:
    case Shape::Kind::number: {
      std::string out = shape.label;
      const auto bound = [](double value) {
        std::string text = std::to_string(value);
        text.erase(text.find_last_not_of('0') + 1);
        if (text.ends_with('.')) text.pop_back();
        return text;
      };
      if (shape.least && shape.most)
        out += *shape.least == *shape.most
                   ? ", " + bound(*shape.least)
                   : ", " + bound(*shape.least) + " to " + bound(*shape.most);
      return out;
    }
    case Shape::Kind::text: {
      if (shape.values.empty()) return shape.label;
      std::string out;
      for (const std::string& value : shape.values)
        out += (out.empty() ? "`" : ", `") + value + "`";
      return out;
    }
    case Shape::Kind::list:
      return "list of: " + type_text(*shape.parts[0]);
    case Shape::Kind::map:
      return "map by name of: " + type_text(*shape.parts[0]);
    case Shape::Kind::section:
      return "map";
    case Shape::Kind::choice:
      return "map with exactly one key";
    case Shape::Kind::either:
      return type_text(*shape.parts[0]) + ", or " + type_text(*shape.parts[1]);
  }
  return "";
}

void write_rows(std::string& out, const std::string& path, const Shape& shape) {
  switch (shape.kind) {
    case Shape::Kind::list:
      return write_rows(out, path + "[]", *shape.parts[0]);
    case Shape::Kind::map:
      return write_rows(out, path + "." + shape.placeholder, *shape.parts[0]);
    case Shape::Kind::either:
      for (const ShapeRef& part : shape.parts) write_rows(out, path, *part);
      return;
    case Shape::Kind::section:
    case Shape::Kind::choice:
      break;
    default:
      return;
  }
  for (const Key& key : shape.keys) {
    const std::string name = path + "." + key.name;
    out += "| `" + name + "` | " + cell(type_text(*key.shape)) + " | ";
    out += key.required               ? "required"
           : key.default_json.empty() ? ""
                                      : "`" + cell(key.default_json) + "`";
    out += " | " + cell(key.description) + " |\n";
    write_rows(out, name, *key.shape);
  }
}

}  // namespace

std::string config_reference_markdown() {
  std::string out(kHead);
  for (const Key& key : config_type().shape->keys) {
    out +=
        "\n## `" + key.name + "`\n\n" + key.description + " Type: " + type_text(*key.shape) + ".";
    if (key.required) out += " Required.";
    if (!key.default_json.empty()) out += " Default: `" + key.default_json + "`.";
    out += '\n';
    std::string rows;
    write_rows(rows, key.name, *key.shape);
    if (!rows.empty()) out += "\n| key | type | default | meaning |\n|---|---|---|---|\n" + rows;
  }
  return out;
}

}  // namespace doorward::app
