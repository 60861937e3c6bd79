// Fuzzes module: policy
// A canonical form is its own canonical form, where it still is plain; a glob without a star that
// is made canonical fits the URI that it was.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "policy/glob.h"
#include "policy/resource_forms.h"

using namespace doorward;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  const std::string uri(reinterpret_cast<const char*>(data), size);
  static_cast<void>(policy::canonical_glob(uri));
  const auto forms = policy::resource_forms(uri);
  if (!forms) return 0;
  if (forms->canonical.find('%') == std::string::npos &&
      uri.find_first_of("%?#") == std::string::npos) {
    const auto again = policy::resource_forms(forms->canonical);
    if (again && again->canonical != forms->canonical) std::abort();
  }
  for (const auto& list : {forms->cut, forms->near})
    for (const std::string& form : list)
      if (form == forms->canonical) std::abort();
  return 0;
}
