// The one description of the configuration. Each section is a table of keys: name, type, member,
// what it means. From it come the parser, the JSON Schema and the reference documentation; a
// default is the member's initialiser in config.h. So nothing is said twice.
//
//   Shape     what a value looks like, for schema and documentation
//   Type<V>   a shape, how to read a V from a node, and how to show a V as JSON
//   Section   builds the Type of a struct from its keys
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "app/config/config.h"
#include "app/config/yaml.h"

namespace doorward::app {

struct Shape;
using ShapeRef = std::shared_ptr<const Shape>;

struct Key {
  std::string name;
  std::string description;
  ShapeRef shape;
  bool required = false;
  std::string default_json;  // "" = none to show
};

struct Shape {
  enum class Kind : uint8_t {
    boolean,
    integer,
    number,
    text,
    any,
    list,
    map,
    section,
    choice,
    either
  };
  Kind kind = Kind::text;
  std::string label;                // for people: `duration`, `size`
  std::string pattern;              // of text: a regular expression for the schema, "" = none
  std::vector<std::string> values;  // of text: the only ones
  bool number_too = false;          // of text: a plain number is fine
  std::optional<double> least, most;
  std::vector<Key> keys;        // of a section; of a choice: exactly one of them
  std::string name_pattern;     // of a map: of its names
  std::string placeholder;      // of a map: what a name is called in the documentation
  std::vector<ShapeRef> parts;  // of a list or map: its item; of either: the forms
};

// Collects problems and knows the key under work.
class Reader {
 public:
  explicit Reader(Path folder) : folder_(std::move(folder)) {}

  void problem(uint32_t line, std::string message);
  void problem_at(uint32_t line, std::string key, std::string message);
  [[nodiscard]] const Path& folder() const { return folder_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }

  // Names used as `{ secret: NAME }`, checked against `secrets` once all is read.
  struct SecretUse {
    uint32_t line;
    std::string key;
    std::string name;
  };
  std::vector<SecretUse> secret_uses;

  // Goes one level down for its life.
  class Step {
   public:
    Step(Reader& reader, std::string_view name);
    Step(Reader& reader, size_t index);
    ~Step() { reader_.path_.resize(size_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Reader& reader_;
    size_t size_;
  };

 private:
  Path folder_;
  std::string path_;
  std::vector<Problem> problems_;
};

template <class V>
struct Type {
  ShapeRef shape;
  std::function<void(Reader&, const Node&, V&)> read;
  std::function<std::string(const V&)> show = {};  // JSON, or "" for nothing worth showing
};

// `text`, `a list`, `nothing`: what a node is, for messages.
[[nodiscard]] std::string_view node_kind(const Node& node);
// True for a map; otherwise says so.
[[nodiscard]] bool expect_map(Reader& reader, const Node& node);
[[nodiscard]] bool expect_list(Reader& reader, const Node& node);
void unknown_key(Reader& reader, const Member& member, const std::vector<Key>& keys);
// ``; did you mean `x`?`` or "".
[[nodiscard]] std::string suggestion(std::string_view name, const std::vector<std::string>& known);
[[nodiscard]] std::string json_text(std::string_view text);

enum class Need : uint8_t { optional, required };

template <class T>
class Section {
 public:
  Section() : shape_(std::make_shared<Shape>()) { shape_->kind = Shape::Kind::section; }

  template <class V>
  Section& key(std::string_view name, V T::* member, const Type<V>& type,
               std::string_view description, Need need = Need::optional) {
    const T defaults{};
    std::string shown;
    if (need == Need::optional && type.show) shown = type.show(defaults.*member);
    shape_->keys.push_back({std::string(name), std::string(description), type.shape,
                            need == Need::required, std::move(shown)});
    readers_.push_back([type, member](Reader& reader, const Node& node, T& into) {
      type.read(reader, node, into.*member);
    });
    return *this;
  }
  // Runs once all keys are read, with the section's node.
  Section& check(std::function<void(Reader&, const Node&, T&)> check) {
    checks_.push_back(std::move(check));
    return *this;
  }

  [[nodiscard]] Type<T> done() const {
    return {shape_, [shape = shape_, readers = readers_, checks = checks_](
                        Reader& reader, const Node& node, T& into) {
              if (!expect_map(reader, node)) return;
              for (const Member& member : node.members) {
                size_t at = 0;
                while (at < shape->keys.size() && shape->keys[at].name != member.name) ++at;
                if (at == shape->keys.size()) {
                  unknown_key(reader, member, shape->keys);
                  continue;
                }
                const Reader::Step step(reader, member.name);
                readers[at](reader, member.value, into);
              }
              for (const Key& key : shape->keys)
                if (key.required && node.member(key.name) == nullptr)
                  reader.problem(node.line, "`" + key.name + "` is missing");
              for (const auto& check : checks) check(reader, node, into);
            }};
  }

 private:
  std::shared_ptr<Shape> shape_;
  std::vector<std::function<void(Reader&, const Node&, T&)>> readers_;
  std::vector<std::function<void(Reader&, const Node&, T&)>> checks_;
};

// A map with exactly one key, which names the alternative of a variant.
template <class Variant>
class Choice {
 public:
  Choice() : shape_(std::make_shared<Shape>()) { shape_->kind = Shape::Kind::choice; }

  template <class V>
  Choice& key(std::string_view name, const Type<V>& type, std::string_view description) {
    shape_->keys.push_back({std::string(name), std::string(description), type.shape, false, ""});
    readers_.push_back([type](Reader& reader, const Node& node, Variant& into) {
      V value{};
      type.read(reader, node, value);
      into = std::move(value);
    });
    return *this;
  }

  [[nodiscard]] Type<Variant> done() const {
    return {shape_,
            [shape = shape_, readers = readers_](Reader& reader, const Node& node, Variant& into) {
              if (!expect_map(reader, node)) return;
              if (node.members.size() != 1) {
                std::string names;
                for (const Key& key : shape->keys)
                  names += (names.empty() ? "`" : ", `") + key.name + "`";
                return reader.problem(node.line, "expected exactly one of " + names);
              }
              const Member& member = node.members[0];
              for (size_t at = 0; at < shape->keys.size(); ++at) {
                if (shape->keys[at].name != member.name) continue;
                const Reader::Step step(reader, member.name);
                return readers[at](reader, member.value, into);
              }
              unknown_key(reader, member, shape->keys);
            }};
  }

 private:
  std::shared_ptr<Shape> shape_;
  std::vector<std::function<void(Reader&, const Node&, Variant&)>> readers_;
};

template <class V>
[[nodiscard]] Type<std::vector<V>> list_of(const Type<V>& item, size_t least = 0) {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::list;
  shape->parts = {item.shape};
  if (least > 0) shape->least = static_cast<double>(least);
  Type<std::vector<V>> type{shape,
                            [item, least](Reader& reader, const Node& node, std::vector<V>& into) {
                              if (!expect_list(reader, node)) return;
                              into.clear();
                              if (node.items.size() < least)
                                return reader.problem(node.line, "the list is empty");
                              for (size_t i = 0; i < node.items.size(); ++i) {
                                const Reader::Step step(reader, i);
                                item.read(reader, node.items[i], into.emplace_back());
                              }
                            }};
  type.show = [item](const std::vector<V>& values) {
    std::string out = "[";
    for (const V& value : values) {
      if (!item.show) return std::string(values.empty() ? "[]" : "");
      out += (out.size() > 1 ? ", " : "") + item.show(value);
    }
    return out + "]";
  };
  return type;
}

// `complain` says what is wrong with a name, or "".
template <class V>
[[nodiscard]] Type<std::map<std::string, V>> map_of(
    std::string_view placeholder, std::string_view name_pattern,
    std::function<std::string(std::string_view)> complain, const Type<V>& item) {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::map;
  shape->placeholder = placeholder;
  shape->name_pattern = name_pattern;
  shape->parts = {item.shape};
  return {shape,
          [item, complain](Reader& reader, const Node& node, std::map<std::string, V>& into) {
            if (!expect_map(reader, node)) return;
            into.clear();
            for (const Member& member : node.members) {
              const Reader::Step step(reader, member.name);
              if (const std::string complaint = complain(member.name); !complaint.empty()) {
                reader.problem(member.line, complaint);
                continue;
              }
              item.read(reader, member.value, into[member.name]);
            }
          }};
}

template <class V>
[[nodiscard]] Type<std::optional<V>> maybe(const Type<V>& type) {
  return {type.shape, [type](Reader& reader, const Node& node, std::optional<V>& into) {
            type.read(reader, node, into.emplace());
          }};
}

// A value of V that is read by the type of another one.
template <class V, class Raw>
[[nodiscard]] Type<V> wrapped(const Type<Raw>& raw, Raw V::* member) {
  return {raw.shape, [raw, member](Reader& reader, const Node& node, V& into) {
            raw.read(reader, node, into.*member);
          }};
}

// Text in the short form, a map in the long one.
template <class V>
[[nodiscard]] Type<V> text_or_map(const Type<V>& text, const Type<V>& map) {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::either;
  shape->parts = {text.shape, map.shape};
  return {shape, [text, map](Reader& reader, const Node& node, V& into) {
            (node.kind == Node::Kind::map ? map : text).read(reader, node, into);
          }};
}

}  // namespace doorward::app
