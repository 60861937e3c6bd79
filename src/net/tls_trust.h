// Whether the client certificate of an open connection still counts: certificates expire and
// authorities are taken away while connections stay (R4.8).
#pragma once

#include <memory>

#include "net/asio.h"

namespace doorward::net {

// From now on connections of `before` are judged by what `next` trusts. Both may be the same.
void replace_trust(const std::shared_ptr<asio::ssl::context>& before,
                   const std::shared_ptr<asio::ssl::context>& next);

// Within its time, and vouched for by an authority that is trusted now. Judged anew at most once
// a second by a caller that keeps the answer. False without a certificate.
[[nodiscard]] bool is_still_trusted(SSL* connection);

}  // namespace doorward::net
