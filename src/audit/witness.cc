#include "audit/witness.h"

#include <charconv>

#include "base/bytes.h"

namespace doorward::audit {

namespace {

constexpr size_t kCosignatureBytes = 4 + 8 + 64;

uint64_t big_endian(std::string_view bytes) {
  uint64_t out = 0;
  for (const char byte : bytes) out = out << 8U | static_cast<unsigned char>(byte);
  return out;
}

}  // namespace

Expected<WitnessKey> WitnessKey::parse(std::string_view vkey) {
  const auto bad = [] {
    return failure("audit.key_syntax", Fault::self,
                   "expected a witness's key: NAME+KEYID+BASE64, of a kind for cosignatures");
  };
  while (vkey.ends_with('\n')) vkey.remove_suffix(1);
  const size_t first = vkey.find('+');
  const size_t second = first == std::string_view::npos ? first : vkey.find('+', first + 1);
  if (second == std::string_view::npos) return bad();
  const std::string_view name = vkey.substr(0, first);
  const auto raw = from_base64(vkey.substr(second + 1));
  constexpr char kCosignature = 4;
  if (!is_key_name(name) || !raw || raw->size() != 33 || raw->front() != kCosignature) return bad();
  WitnessKey out;
  out.key.name = name;
  std::copy(raw->begin() + 1, raw->end(), out.key.key.begin());
  const Sha256 digest = sha256(std::string(name) + "\n" + *raw);
  out.id = static_cast<uint32_t>(
      big_endian(std::string_view(reinterpret_cast<const char*>(digest.data()), sizeof out.id)));
  if (hex(std::string_view(reinterpret_cast<const char*>(digest.data()), sizeof out.id)) !=
      vkey.substr(first + 1, second - first - 1))
    return bad();
  return out;
}

std::string witness_request(uint64_t old_size, std::span<const Hash> proof, std::string_view note) {
  std::string out = "old " + std::to_string(old_size) + "\n";
  for (const Hash& hash : proof) out += base64(view_of(hash)) + "\n";
  return out.append("\n").append(note);
}

Expected<uint64_t> check_cosignature(std::string_view lines, std::string_view note,
                                     const WitnessKey& witness) {
  const auto signed_note = parse_note(note);
  if (!signed_note) return std::unexpected(signed_note.error());
  const auto theirs = parse_note(signed_note->text + "\n" + std::string(lines));
  if (!theirs) return std::unexpected(theirs.error());
  for (const NoteSignature& each : theirs->signatures) {
    // The parser has taken the key id off.
    if (each.name != witness.key.name || each.key_id != witness.id ||
        each.signature.size() != kCosignatureBytes - 4)
      continue;
    const uint64_t time = big_endian(std::string_view(each.signature).substr(0, 8));
    const std::string text =
        "cosignature/v1\ntime " + std::to_string(time) + "\n" + signed_note->text;
    if (witness.key.verifies(text, std::string_view(each.signature).substr(8))) return time;
  }
  return failure("audit.cosignature", Fault::server,
                 "no signature of the witness `" + witness.key.name + "` that holds");
}

}  // namespace doorward::audit
