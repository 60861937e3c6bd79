#include "audit/checkpoint.h"

#include <charconv>

namespace doorward::audit {

namespace {
constexpr std::string_view kDash = "\u2014 ";  // em dash, space

std::unexpected<Error> bad_note(std::string_view why) {
  return failure("audit.note_syntax", Fault::self, "no signed note: " + std::string(why));
}

std::unexpected<Error> bad_checkpoint(std::string_view why) {
  return failure("audit.checkpoint_syntax", Fault::self, "no checkpoint: " + std::string(why));
}

// Well-formed UTF-8 (RFC 3629): no overlong form, surrogate or value above U+10FFFF.
bool is_utf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t more = lead < 0x80   ? 0
                        : lead < 0xC2 ? 9
                        : lead < 0xE0 ? 1
                        : lead < 0xF0 ? 2
                        : lead < 0xF5 ? 3
                                      : 9;
    if (more == 9 || text.size() - i <= more) return false;
    for (size_t k = 1; k <= more; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
    const auto second = more > 0 ? static_cast<unsigned char>(text[i + 1]) : 0;
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
      return false;
    i += more + 1;
  }
  return true;
}

Expected<NoteSignature> parse_signature(std::string_view line) {
  if (!line.starts_with(kDash)) return bad_note("a signature line begins with an em dash");
  line.remove_prefix(kDash.size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || space == 0 ||
      line.substr(0, space).find('+') != std::string_view::npos)
    return bad_note("a signature line is a name and a signature");
  const auto bytes = from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() < 5) return bad_note("a signature is not base64");
  NoteSignature out;
  out.name = line.substr(0, space);
  for (int i = 0; i < 4; ++i)
    out.key_id = (out.key_id << 8) | static_cast<unsigned char>((*bytes)[static_cast<size_t>(i)]);
  out.signature = bytes->substr(4);
  return out;
}
}  // namespace

Expected<SignedNote> parse_note(std::string_view note) {
  if (note.size() > kMaxNoteBytes) return bad_note("over 64 KiB");
  for (const char letter : note)
    if (static_cast<unsigned char>(letter) < 0x20 && letter != '\n')
      return bad_note("a control character");
  if (!is_utf8(note)) return bad_note("bad UTF-8");
  const size_t blank = note.rfind("\n\n");
  if (blank == std::string_view::npos) return bad_note("no empty line");
  SignedNote out;
  out.text = note.substr(0, blank + 1);
  std::string_view rest = note.substr(blank + 2);
  if (rest.empty() || rest.back() != '\n') return bad_note("no signature line");
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    auto signature = parse_signature(rest.substr(0, end));
    if (!signature) return std::unexpected(std::move(signature.error()));
    out.signatures.push_back(std::move(*signature));
    rest.remove_prefix(end + 1);
  }
  return out;
}

Expected<Checkpoint> open_checkpoint(std::string_view note, const PublicKey& key) {
  auto parts = parse_note(note);
  if (!parts) return std::unexpected(std::move(parts.error()));
  bool signed_by_key = false;
  for (const NoteSignature& it : parts->signatures) {
    if (it.name != key.name || it.key_id != key.id()) continue;  // unknown keys are ignored
    if (!key.verifies(parts->text, it.signature))
      return failure("audit.checkpoint_signature", Fault::self,
                     "the signature of `" + key.name + "` does not hold");
    signed_by_key = true;
  }
  if (!signed_by_key)
    return failure("audit.checkpoint_signature", Fault::self,
                   "no signature of the key `" + key.vkey() + "`");
  std::string_view text = parts->text;
  std::string_view lines[3];
  for (std::string_view& line : lines) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos || end == 0) return bad_checkpoint("three lines");
    line = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  if (text.starts_with("\n") || text.find("\n\n") != std::string_view::npos)
    return bad_checkpoint("an empty line");
  Checkpoint out;
  out.origin = lines[0];
  if (out.origin != key.name)
    return failure("audit.checkpoint_origin", Fault::self,
                   "the checkpoint is of `" + out.origin + "`, not of `" + key.name + "`");
  const char* const end = lines[1].data() + lines[1].size();
  const auto [stop, fault] = std::from_chars(lines[1].data(), end, out.size);
  if (fault != std::errc() || stop != end || (lines[1].size() > 1 && lines[1][0] == '0'))
    return bad_checkpoint("the tree size");
  const auto root = from_base64(lines[2]);
  if (!root || root->size() != sizeof(Hash)) return bad_checkpoint("the root hash");
  out.root = hash_from(*root);
  if (out.size == 0 && out.root != empty_root()) return bad_checkpoint("the empty tree's root");
  out.note = note;
  return out;
}

Checkpoint sign_checkpoint(uint64_t size, const Hash& root, const SigningKey& key) {
  Checkpoint out{key.public_key().name, size, root, {}};
  const std::string text =
      out.origin + "\n" + std::to_string(size) + "\n" + base64(view_of(root)) + "\n";
  const uint32_t id = key.public_key().id();
  std::string body;
  for (int shift = 24; shift >= 0; shift -= 8) body += static_cast<char>((id >> shift) & 0xFF);
  body += key.sign(text);
  out.note = text + "\n" + std::string(kDash) + out.origin + " " + base64(body) + "\n";
  return out;
}

}  // namespace doorward::audit
