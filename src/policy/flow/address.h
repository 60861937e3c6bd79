// Addresses: what names a place that something can go to. Found in running text and compared in one
// form, whatever their spelling.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::policy::flow {

enum class AddressKind : uint8_t { email, url, host, iban, phone, handle };

struct FoundAddress {
  AddressKind kind;
  std::string_view text;  // as it stands there
};

// E-mail addresses, URLs, host names, IBANs, telephone numbers and @handles in `text`, in order.
[[nodiscard]] std::vector<FoundAddress> find_addresses(std::string_view text);
// Whether the whole value is one address (an e-mail address in angle brackets behind a name too).
[[nodiscard]] bool is_address(std::string_view value);
// The one form: no scheme, `www.`, `mailto:`, separators of IBANs and numbers; lower case.
[[nodiscard]] std::string normal_address(const FoundAddress& found);

}  // namespace doorward::policy::flow
