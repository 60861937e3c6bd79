// What leaves the house and what comes back: records made of any entry, lines that somebody
// downstream had in hand, answers of witnesses, and texts as the log keeps them.
// Fuzzes module: guards
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include "audit/exported.h"
#include "audit/record.h"
#include "audit/retention.h"
#include "audit/witness.h"
#include "guards/logtamper/kept_text.h"
#include "wire/json.h"

using namespace doorward;
using namespace doorward::audit;

namespace {
void is_one_line_of_json(const std::string& text) {
  if (text.find_first_of("\n\r\x1b") != std::string::npos) std::abort();
  if (!wire::JsonDocument::parse(text)) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  static const PublicKey key =
      *PublicKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  const Record record{7, leaf_hash(input), input, "note"};
  is_one_line_of_json(ocsf_json(record));
  is_one_line_of_json(otlp_json({&record, 1}, input));
  const std::string message = syslog_message(record, input);
  if (message.find_first_of("\n\r\x1b") != std::string::npos) std::abort();
  static_cast<void>(retired_by(input));

  // Nothing that no key signed may hold.
  std::istringstream lines(input);
  if (verify_exported(lines, {key}).records > 0) std::abort();
  static const WitnessKey witness{key, key.id()};
  if (check_cosignature(input, "log\n1\nAAAA\n\n\u2014 a AAAAAAAA\n", witness)) std::abort();
  [[maybe_unused]] const auto parsed = WitnessKey::parse(input);

  if (const auto document = wire::JsonDocument::parse(input)) {
    guards::Redactor texts(nullptr, true);
    const size_t number = texts.add_json(document->root());
    texts.scan();
    for (const size_t bytes : {64, 4096}) {
      const auto kept = texts.json(number, bytes);
      if (kept.text.size() > std::max<size_t>(bytes, 64)) std::abort();
      is_one_line_of_json(kept.text);
    }
  }
  return 0;
}
