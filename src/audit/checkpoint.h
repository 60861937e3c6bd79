// The signed tree head: a C2SP tlog-checkpoint in a C2SP signed note, signed with Ed25519.
//
//   note      = origin LF size LF base64(root) LF *( extension LF ) LF 1*signature
//   signature = "— " name " " base64( key id (4) || Ed25519 signature (64) ) LF
//   vkey      = name "+" hex(key id) "+" base64( 0x01 || public key (32) )
//   key id    = SHA-256( name || LF || 0x01 || public key )[:4]
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/hash.h"
#include "base/error.h"
#include "base/secret.h"

namespace doorward::audit {

// A name that can stand on a signature line: not empty, no white space, control or plus sign.
[[nodiscard]] bool is_key_name(std::string_view name);

struct PublicKey {
  std::string name;
  std::array<uint8_t, 32> key{};

  [[nodiscard]] uint32_t id() const;
  [[nodiscard]] std::string vkey() const;
  [[nodiscard]] bool verifies(std::string_view text, std::string_view signature) const;
  // Errors: audit.key_syntax; a key id that is not the key's own is one.
  [[nodiscard]] static Expected<PublicKey> parse(std::string_view vkey);
};

class SigningKey {
 public:
  [[nodiscard]] static SigningKey generate(std::string name);
  // A PKCS #8 PEM file's content, as `pem()` writes it. Errors: audit.key_syntax.
  [[nodiscard]] static Expected<SigningKey> parse(std::string name, const Secret<>& pem);

  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] Secret<> pem() const;
  [[nodiscard]] std::string sign(std::string_view text) const;  // 64 bytes

 private:
  struct Release {
    void operator()(void* key) const;
  };
  SigningKey() = default;
  std::unique_ptr<void, Release> key_;  // an EVP_PKEY
  PublicKey public_key_;
};

struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Hash root{};
  std::string note;  // the whole signed note as it is on disk
};

struct NoteSignature {
  std::string name;
  uint32_t key_id = 0;
  std::string signature;
};
// A note's parts without a word on whether a signature holds.
struct SignedNote {
  std::string text;  // with its last LF
  std::vector<NoteSignature> signatures;
};

inline constexpr size_t kMaxNoteBytes = 64 * 1024;

// Errors: audit.note_syntax (size over 64 KiB, bad UTF-8, control characters, no signature).
[[nodiscard]] Expected<SignedNote> parse_note(std::string_view note);
// Errors: those of parse_note, audit.checkpoint_syntax, audit.checkpoint_signature (none of `key`,
// or one of `key` that does not hold), audit.checkpoint_origin (not `key.name`).
[[nodiscard]] Expected<Checkpoint> open_checkpoint(std::string_view note, const PublicKey& key);
[[nodiscard]] Checkpoint sign_checkpoint(uint64_t size, const Hash& root, const SigningKey& key);

}  // namespace doorward::audit
