#include "net/tls_trust.h"

#include <map>

#include "base/locked.h"

namespace doorward::net {

namespace {

// Contexts that were replaced, for as long as connections of them may be open. The last of a chain
// is the one in force.
struct Replaced {
  std::weak_ptr<asio::ssl::context> before;
  std::shared_ptr<asio::ssl::context> next;
};
Locked<std::map<const SSL_CTX*, Replaced>>& replaced() {
  static Locked<std::map<const SSL_CTX*, Replaced>> all;
  return all;
}

std::shared_ptr<asio::ssl::context> in_force(const SSL_CTX* of) {
  return replaced().with([&](const auto& all) {
    std::shared_ptr<asio::ssl::context> last;
    for (size_t steps = 0; steps <= all.size(); ++steps) {
      const auto found = all.find(last ? last->native_handle() : of);
      if (found == all.end()) break;
      last = found->second.next;
    }
    return last;
  });
}

}  // namespace

void replace_trust(const std::shared_ptr<asio::ssl::context>& before,
                   const std::shared_ptr<asio::ssl::context>& next) {
  if (!before || !next || before == next) return;
  replaced().with([&](auto& all) {
    std::erase_if(all, [](const auto& each) { return each.second.before.expired(); });
    all[before->native_handle()] = {before, next};
  });
}

bool is_still_trusted(SSL* connection) {
  X509* const leaf = connection != nullptr ? SSL_get0_peer_certificate(connection) : nullptr;
  if (leaf == nullptr) return false;
  if (X509_cmp_current_time(X509_get0_notAfter(leaf)) <= 0) return false;
  const auto now = in_force(SSL_get_SSL_CTX(connection));
  if (!now) return true;  // as when the connection began
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check(X509_STORE_CTX_new(),
                                                                              X509_STORE_CTX_free);
  return check &&
         X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(now->native_handle()), leaf,
                             SSL_get_peer_cert_chain(connection)) == 1 &&
         X509_STORE_CTX_set_default(check.get(), "ssl_client") == 1 &&
         X509_verify_cert(check.get()) == 1;
}

}  // namespace doorward::net
