#include "core/task.h"

#include <algorithm>

namespace doorward::core {

namespace {

// The trace id of `00-<32 hex>-<16 hex>-<2 hex>`; "" when it is not valid or all zero.
std::string_view trace_id(std::string_view traceparent) {
  constexpr size_t kSize = 55;
  if (traceparent.size() < kSize || traceparent[2] != '-' || traceparent[35] != '-' ||
      traceparent[52] != '-')
    return "";
  const std::string_view id = traceparent.substr(3, 32);
  const bool is_hex = std::all_of(id.begin(), id.end(), [](char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
  });
  return is_hex && id.find_first_not_of('0') != std::string_view::npos ? id : "";
}

}  // namespace

std::string_view trace_of(const Exchange& exchange) {
  if (exchange.head != nullptr)
    if (const auto sent = exchange.head->field("traceparent"))
      if (const std::string_view id = trace_id(*sent); !id.empty()) return id;
  const wire::Message* request = exchange.request != nullptr ? exchange.request : exchange.message;
  if (request == nullptr || request->is_reply()) return "";
  return trace_id(request->params()["_meta"]["traceparent"].text());
}

Task task_of(const Exchange& exchange, const Tasks& tasks) {
  if (exchange.principal == nullptr) return {};
  const std::string owner = exchange.principal->key() + "\n";
  if (tasks.by == TaskBy::traceparent)
    if (const std::string_view id = trace_of(exchange); !id.empty())
      return {owner + "trace:" + std::string(id), true};
  if (tasks.by != TaskBy::principal && !exchange.session.empty())
    return {owner + "session:" + std::string(exchange.session), false};
  return {owner + "window", true};
}

}  // namespace doorward::core
