// The accessors of json.h that guards call for every value, inline. Included by json.h only.
#pragma once

namespace doorward::wire {

inline JsonType JsonValue::type() const {
  return document_ == nullptr ? JsonType::null : document_->nodes()[index_].type;
}
inline bool JsonValue::is_object() const {
  return type() == JsonType::object;
}
inline bool JsonValue::is_array() const {
  return type() == JsonType::array;
}
inline bool JsonValue::is_string() const {
  return type() == JsonType::string;
}
inline bool JsonValue::is_number() const {
  return type() == JsonType::number;
}
inline bool JsonValue::is_boolean() const {
  return type() == JsonType::boolean;
}
inline bool JsonValue::is_null() const {
  return document_ != nullptr && type() == JsonType::null;
}

inline uint32_t JsonValue::begin() const {
  return document_ == nullptr ? 0 : document_->nodes()[index_].begin;
}
inline uint32_t JsonValue::end() const {
  return document_ == nullptr ? 0 : document_->nodes()[index_].end;
}
inline uint32_t JsonValue::size() const {
  return document_ == nullptr ? 0 : document_->nodes()[index_].count;
}

inline std::string_view JsonValue::raw() const {
  if (document_ == nullptr) return {};
  const JsonNode& node = document_->nodes()[index_];
  return document_->buffer().substr(node.begin, node.end - node.begin);
}

inline std::string_view JsonValue::text() const {
  return is_string() ? document_->text_of(document_->nodes()[index_]) : std::string_view();
}

inline JsonValue::Members JsonValue::members() const {
  return Members(is_object() ? *this : JsonValue());
}
inline JsonValue::Items JsonValue::items() const {
  return Items(is_array() ? *this : JsonValue());
}

inline JsonValue::Members::Iterator JsonValue::Members::begin() const {
  return {object_.document(), object_ ? object_.index() + 1 : 0};
}
inline JsonValue::Members::Iterator JsonValue::Members::end() const {
  return {object_.document(), object_ ? object_.document()->nodes()[object_.index()].next : 0};
}
inline JsonValue::Member JsonValue::Members::Iterator::operator*() const {
  const JsonNode& name = document_->nodes()[at_];
  return {document_->text_of(name), JsonValue(document_, at_ + 1), JsonValue(document_, at_)};
}
inline JsonValue::Members::Iterator& JsonValue::Members::Iterator::operator++() {
  at_ = document_->nodes()[at_ + 1].next;
  return *this;
}

inline JsonValue::Items::Iterator JsonValue::Items::begin() const {
  return {array_.document(), array_ ? array_.index() + 1 : 0};
}
inline JsonValue::Items::Iterator JsonValue::Items::end() const {
  return {array_.document(), array_ ? array_.document()->nodes()[array_.index()].next : 0};
}
inline JsonValue::Items::Iterator& JsonValue::Items::Iterator::operator++() {
  at_ = document_->nodes()[at_].next;
  return *this;
}

}  // namespace doorward::wire
