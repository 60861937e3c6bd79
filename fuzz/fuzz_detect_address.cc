// Fuzzes module: detect
// Hosts and addresses as lenient readers take them, and what judges texts by their surroundings:
// every reading ends, and a host stands in the URL it was cut from.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "detect/address.h"
#include "detect/error_leak.h"
#include "detect/log_tampering.h"
#include "detect/statement.h"

using namespace doorward::detect;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view host = host_of(text);
  if (!host.empty() &&
      (host.data() < text.data() || host.data() + host.size() > text.data() + text.size()))
    std::abort();
  bool odd = false;
  static_cast<void>(lenient_ipv4(text, odd));
  static_cast<void>(host_facts(text));
  static_cast<void>(host_facts(host));
  static_cast<void>(odd_address_in({text, text, 0}));
  static_cast<void>(has_stack(text));
  static_cast<void>(has_host_path(text));
  static_cast<void>(tampers_with_logs(text));
  static_cast<void>(names_log_setting(text));
  std::vector<Finding> findings;
  judge_statement(text, findings);
  for (const Finding& finding : findings)
    if (finding.span.from > finding.span.to || finding.span.to > text.size()) std::abort();
  return 0;
}
