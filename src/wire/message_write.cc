// Messages that Doorward makes itself.
#include "wire/message.h"

namespace doorward::wire {
namespace {

std::string begin_with_id(std::string_view id) {
  std::string out = R"({"jsonrpc":"2.0","id":)";
  return out.append(id.empty() ? "null" : id);
}

std::string& append_method(std::string& out, Method method, std::string_view params) {
  out.append(R"(,"method":")").append(method_text(method)).append("\"");
  if (!params.empty()) out.append(R"(,"params":)").append(params);
  return out.append("}");
}

}  // namespace

std::string make_error(std::string_view id, int code, std::string_view message,
                       std::string_view data) {
  std::string out = begin_with_id(id);
  out.append(R"(,"error":{"code":)").append(std::to_string(code)).append(R"(,"message":)");
  append_json_quote(out, message);
  if (!data.empty()) out.append(R"(,"data":)").append(data);
  return out.append("}}");
}

std::string make_result(std::string_view id, std::string_view result) {
  return begin_with_id(id).append(R"(,"result":)").append(result).append("}");
}

std::string make_request(std::string_view id, Method method, std::string_view params) {
  std::string out = begin_with_id(id);
  return append_method(out, method, params);
}

std::string make_notification(Method method, std::string_view params) {
  std::string out = R"({"jsonrpc":"2.0")";
  return append_method(out, method, params);
}

}  // namespace doorward::wire
