#include "core/verdict.h"

namespace doorward::core {

std::string_view effect_text(Effect effect) {
  constexpr std::string_view kNames[] = {"pass", "rewrite", "hold", "deny", "need"};
  return kNames[static_cast<size_t>(effect)];
}

int rpc_code(Answer answer) {
  switch (answer) {
    case Answer::denied:
      return -31403;
    case Answer::held:
      return -31409;
    case Answer::too_large:
    case Answer::body_too_large:
      return -31413;
    case Answer::limited:
      return -31429;
    case Answer::bad_upstream:
      return -31502;
    case Answer::unavailable:
      return -31503;
    case Answer::deadline:
      return -31504;
    case Answer::unauthenticated:
      return -31401;
    case Answer::scope:
    case Answer::origin:
      return -31403;
    case Answer::not_found:
      return -31404;
    case Answer::parse_error:
      return -32700;
    case Answer::invalid_request:
      return -32600;
    case Answer::unknown_method:
      return -32601;
    case Answer::invalid_params:
      return -32602;
    case Answer::header_mismatch:
      return -32020;
    case Answer::revision:
      return -32022;
  }
  return -31403;
}

int http_status(Answer answer) {
  switch (answer) {
    case Answer::unauthenticated:
      return 401;
    case Answer::scope:
    case Answer::origin:
      return 403;
    case Answer::not_found:
      return 404;
    case Answer::parse_error:
    case Answer::invalid_request:
    case Answer::header_mismatch:
    case Answer::revision:
      return 400;
    case Answer::body_too_large:
      return 413;
    default:
      return 200;
  }
}

}  // namespace doorward::core
