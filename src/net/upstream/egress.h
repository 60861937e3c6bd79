// The ways out of a server's network. A server has a network of its own in which some sockets
// listen that Doorward accepts from: who connects there is that server, and where its bytes go was
// decided by the operator, never by the server (R10.3). Names are resolved once and the address
// that was judged is the one that is dialled.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "net/asio.h"

namespace doorward::net {

struct EgressTarget {
  std::string host;  // a name or an IP literal
  uint16_t port = 0;
  std::function<bool(std::string_view address)> may_dial;
};

// A listening socket inside. With `choose` it speaks HTTP CONNECT and the server names the target.
struct EgressDoor {
  Fd socket;
  std::optional<EgressTarget> target;
  std::function<std::optional<EgressTarget>(std::string_view authority)> choose;
};

struct EgressLimits {
  size_t connections = 64;           // of one server at a time
  uint64_t bytes = 1024ULL << 20;    // of one connection, both directions together
  std::chrono::seconds connect{10};  // resolving and dialling
  std::chrono::seconds idle{600};    // without a byte in either direction
};

// What a server did with its doors, for the log: `refused` names what it asked for.
using EgressEvent = std::function<void(std::string_view cause, std::string_view what)>;

// Serves all doors of one server on one thread. Destroyed or closed, every connection ends.
class Egress : public std::enable_shared_from_this<Egress> {
 public:
  Egress(asio::any_io_executor home, EgressLimits limits, EgressEvent event);
  void serve(std::vector<EgressDoor> doors);  // call once, on the home thread
  void close();                               // on the home thread; idempotent

 private:
  struct Door;
  struct Carried;
  Task<> accept(std::shared_ptr<Door> door);
  Task<> connection(std::shared_ptr<Door> door, std::shared_ptr<Carried> pair);
  Task<std::optional<EgressTarget>> ask_target(Door& door, Carried& pair);
  Task<bool> dial(const EgressTarget& target, Carried& pair);
  Task<> carry(std::shared_ptr<Carried> pair, bool outward);
  void forget(const Carried* pair);

  asio::any_io_executor home_;
  const EgressLimits limits_;
  const EgressEvent event_;
  std::vector<std::shared_ptr<Door>> doors_;
  std::vector<std::weak_ptr<Carried>> open_;
  bool closed_ = false;
};

}  // namespace doorward::net
