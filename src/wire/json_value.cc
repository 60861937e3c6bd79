#include <charconv>

#include "wire/json.h"
#include "wire/json_decimal.h"

namespace doorward::wire {

JsonType JsonValue::type() const {
  return document_ == nullptr ? JsonType::null : document_->nodes()[index_].type;
}
bool JsonValue::is_object() const {
  return type() == JsonType::object;
}
bool JsonValue::is_array() const {
  return type() == JsonType::array;
}
bool JsonValue::is_string() const {
  return type() == JsonType::string;
}
bool JsonValue::is_number() const {
  return type() == JsonType::number;
}
bool JsonValue::is_boolean() const {
  return type() == JsonType::boolean;
}
bool JsonValue::is_null() const {
  return document_ != nullptr && type() == JsonType::null;
}

uint32_t JsonValue::begin() const {
  return document_ == nullptr ? 0 : document_->nodes()[index_].begin;
}
uint32_t JsonValue::end() const {
  return document_ == nullptr ? 0 : document_->nodes()[index_].end;
}
uint32_t JsonValue::size() const {
  return document_ == nullptr ? 0 : document_->nodes()[index_].count;
}

std::string_view JsonValue::raw() const {
  if (document_ == nullptr) return {};
  const JsonNode& node = document_->nodes()[index_];
  return document_->buffer().substr(node.begin, node.end - node.begin);
}

std::string_view JsonValue::text() const {
  return is_string() ? document_->text_of(document_->nodes()[index_]) : std::string_view();
}

std::optional<bool> JsonValue::boolean() const {
  if (!is_boolean()) return std::nullopt;
  return raw().front() == 't';
}

std::optional<int64_t> JsonValue::integer() const {
  if (!is_number()) return std::nullopt;
  const auto decimal = Decimal::from(raw());
  return decimal ? decimal->integer() : std::nullopt;
}

std::optional<double> JsonValue::number() const {
  if (!is_number()) return std::nullopt;
  return to_double(raw());
}

JsonValue JsonValue::operator[](std::string_view name) const {
  for (const auto& member : members())
    if (member.name == name) return member.value;
  return {};
}

JsonValue::Members JsonValue::members() const {
  return Members(is_object() ? *this : JsonValue());
}
JsonValue::Items JsonValue::items() const {
  return Items(is_array() ? *this : JsonValue());
}

JsonValue::Members::Iterator JsonValue::Members::begin() const {
  return {object_.document(), object_ ? object_.index() + 1 : 0};
}
JsonValue::Members::Iterator JsonValue::Members::end() const {
  return {object_.document(), object_ ? object_.document()->nodes()[object_.index()].next : 0};
}
JsonValue::Member JsonValue::Members::Iterator::operator*() const {
  const JsonValue name(document_, at_);
  return {name.text(), JsonValue(document_, at_ + 1), name};
}
JsonValue::Members::Iterator& JsonValue::Members::Iterator::operator++() {
  at_ = document_->nodes()[at_ + 1].next;
  return *this;
}

JsonValue::Items::Iterator JsonValue::Items::begin() const {
  return {array_.document(), array_ ? array_.index() + 1 : 0};
}
JsonValue::Items::Iterator JsonValue::Items::end() const {
  return {array_.document(), array_ ? array_.document()->nodes()[array_.index()].next : 0};
}
JsonValue::Items::Iterator& JsonValue::Items::Iterator::operator++() {
  at_ = document_->nodes()[at_].next;
  return *this;
}

}  // namespace doorward::wire
