// Connections to HTTP servers, kept alive, one pool a thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/gateway.h"
#include "net/http_stream.h"

namespace doorward::net {

// A connection on loan. Given back only after a whole, well-framed answer.
struct PooledConnection {
  std::string origin;
  std::unique_ptr<HttpStream> http;
  SteadyTime idle_since{};
};

class HttpPool {
 public:
  // The pool of the running thread.
  [[nodiscard]] static HttpPool& here();

  // Resolves and dials what the operator stated, or takes an idle connection that is still open.
  // Errors: upstream.unavailable.
  [[nodiscard]] Task<Expected<PooledConnection>> take(
      const ServerRoute& route, SteadyTime deadline,
      std::shared_ptr<Cancellation> cancellation = nullptr);
  void give_back(PooledConnection connection);
  void clear() { idle_.clear(); }

 private:
  std::map<std::string, std::vector<PooledConnection>> idle_;
};

}  // namespace doorward::net
