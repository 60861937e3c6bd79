#include "audit/hash.h"

#include <openssl/evp.h>

#include <cstring>

#include "base/error.h"

namespace doorward::audit {

namespace {
// Fetched once, and one context a thread: an entry is hashed on the caller's path.
Hash digest(std::string_view first, std::string_view second) {
  static EVP_MD* const kind = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  struct Context {
    EVP_MD_CTX* it = EVP_MD_CTX_new();
    ~Context() { EVP_MD_CTX_free(it); }
  };
  thread_local const Context context;
  Hash out;
  if (kind == nullptr || EVP_DigestInit_ex2(context.it, kind, nullptr) != 1 ||
      EVP_DigestUpdate(context.it, first.data(), first.size()) != 1 ||
      EVP_DigestUpdate(context.it, second.data(), second.size()) != 1 ||
      EVP_DigestFinal_ex(context.it, out.data(), nullptr) != 1)
    panic("SHA-256 is not available");
  return out;
}
}  // namespace

Hash leaf_hash(std::string_view entry) {
  constexpr std::string_view kLeaf("\0", 1);
  return digest(kLeaf, entry);
}

Hash node_hash(const Hash& left, const Hash& right) {
  char both[65];
  both[0] = 1;
  std::memcpy(both + 1, left.data(), 32);
  std::memcpy(both + 33, right.data(), 32);
  return digest({both, sizeof both}, {});
}

Hash empty_root() {
  return sha256({});
}

Hash hash_from(std::string_view bytes) {
  Hash out;
  std::memcpy(out.data(), bytes.data(), out.size());
  return out;
}

}  // namespace doorward::audit
