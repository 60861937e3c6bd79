// The JSON Schema of doorward.yaml, from the same tables as its parser.
#include "app/config/load.h"
#include "app/config/sections.h"

namespace doorward::app {

namespace {

// Writes indented JSON, one member a line.
class Writer {
 public:
  void open(char bracket) {
    out_ += bracket;
    ++depth_;
    first_ = true;
  }
  void close(char bracket) {
    --depth_;
    if (!first_) line();
    out_ += bracket;
    first_ = false;
  }
  void name(std::string_view name) {
    item();
    out_ += json_text(name) + ": ";
  }
  void item() {
    if (!first_) out_ += ',';
    first_ = false;
    line();
  }
  void raw(std::string_view json) { out_ += json; }
  void member(std::string_view key, std::string_view json) {
    name(key);
    raw(json);
  }
  void text(std::string_view key, std::string_view value) { member(key, json_text(value)); }
  [[nodiscard]] std::string take() { return std::move(out_) + "\n"; }

 private:
  void line() {
    out_ += '\n';
    out_.append(depth_ * 2, ' ');
  }
  std::string out_;
  size_t depth_ = 0;
  bool first_ = true;
};

std::string number(double value) {
  std::string out = std::to_string(value);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.ends_with('.')) out.pop_back();
  return out;
}

void write_members(Writer& writer, const Shape& shape);

void write_shape(Writer& writer, const Shape& shape) {
  writer.open('{');
  write_members(writer, shape);
  writer.close('}');
}

void write_keys(Writer& writer, const Shape& shape) {
  writer.text("type", "object");
  writer.member("additionalProperties", "false");
  writer.name("properties");
  writer.open('{');
  for (const Key& key : shape.keys) {
    writer.name(key.name);
    writer.open('{');
    writer.text("description", key.description);
    write_members(writer, *key.shape);
    if (!key.default_json.empty()) writer.member("default", key.default_json);
    writer.close('}');
  }
  writer.close('}');
  if (shape.kind == Shape::Kind::choice) {
    writer.member("minProperties", "1");
    writer.member("maxProperties", "1");
    return;
  }
  std::string required;
  for (const Key& key : shape.keys)
    if (key.required) required += (required.empty() ? "" : ", ") + json_text(key.name);
  if (!required.empty()) writer.member("required", "[" + required + "]");
}

void write_text(Writer& writer, const Shape& shape) {
  if (!shape.values.empty()) {
    std::string values;
    for (const std::string& value : shape.values)
      values += (values.empty() ? "" : ", ") + json_text(value);
    return writer.member("enum", "[" + values + "]");
  }
  writer.member("type", shape.number_too ? R"(["string", "integer"])" : R"("string")");
  if (!shape.pattern.empty()) writer.text("pattern", shape.pattern);
}

void write_members(Writer& writer, const Shape& shape) {
  switch (shape.kind) {
    case Shape::Kind::boolean:
      writer.text("type", "boolean");
      return;
    case Shape::Kind::integer:
    case Shape::Kind::number:
      writer.text("type", shape.kind == Shape::Kind::integer ? "integer" : "number");
      if (shape.least) writer.member("minimum", number(*shape.least));
      if (shape.most) writer.member("maximum", number(*shape.most));
      return;
    case Shape::Kind::text:
      write_text(writer, shape);
      return;
    case Shape::Kind::any:
      writer.text("type", "object");
      return;
    case Shape::Kind::list:
      writer.text("type", "array");
      if (shape.least) writer.member("minItems", number(*shape.least));
      writer.name("items");
      write_shape(writer, *shape.parts[0]);
      return;
    case Shape::Kind::map:
      writer.text("type", "object");
      writer.member("additionalProperties", "false");
      writer.name("patternProperties");
      writer.open('{');
      writer.name(shape.name_pattern);
      write_shape(writer, *shape.parts[0]);
      writer.close('}');
      return;
    case Shape::Kind::section:
    case Shape::Kind::choice:
      write_keys(writer, shape);
      return;
    case Shape::Kind::either:
      writer.name("anyOf");
      writer.open('[');
      for (const ShapeRef& part : shape.parts) {
        writer.item();
        write_shape(writer, *part);
      }
      writer.close(']');
      return;
  }
}

}  // namespace

std::string config_schema_json() {
  Writer writer;
  writer.open('{');
  writer.text("$schema", "https://json-schema.org/draft/2020-12/schema");
  writer.text("title", "doorward.yaml");
  writer.text("description", "Configuration of Doorward. Generated; see docs/configuration.md.");
  write_members(writer, *config_type().shape);
  writer.close('}');
  return writer.take();
}

}  // namespace doorward::app
