// Signed notes, checkpoints, vkeys and proofs, which come from other machines.
// Fuzzes module: audit
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "audit/checkpoint.h"
#include "audit/proof.h"
#include "audit/rotation.h"

using namespace doorward::audit;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  static const PublicKey key =
      *PublicKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  if (const auto note = parse_note(input)) {
    if (note->text.empty() || note->text.back() != '\n' || note->signatures.empty()) std::abort();
  }
  // No key signed any input here, so nothing may open.
  if (open_checkpoint(input, key)) std::abort();
  // A change of key holds by the key that the text itself names.
  if (const auto change = parse_rotation(input))
    if (open_checkpoint(change->last.note, change->after) &&
        change->before.vkey() != change->after.vkey())
      std::abort();
  if (check_proof(input, "entry", key)) std::abort();
  if (const auto parsed = PublicKey::parse(input))
    if (!PublicKey::parse(parsed->vkey())) std::abort();
  return 0;
}
