// The gateway's threads and listeners: one io_context a thread, SO_REUSEPORT, draining.
#pragma once

#include <thread>
#include <vector>

#include "net/gateway.h"

namespace doorward::net {

struct ListenAddress {
  std::string host;   // an address, no name; or "" with `path`
  uint16_t port = 0;  // 0 picks one
  std::string path;   // a unix socket
  std::shared_ptr<asio::ssl::context> tls;
};

class Server {
 public:
  Server(Gateway& gateway, unsigned threads);
  ~Server();

  // Binds on every thread; returns the address in force, `127.0.0.1:8080` or the socket's path.
  // Errors: net.bind (what, and why).
  [[nodiscard]] Expected<std::string> listen(const ListenAddress& address, core::Listener listener);
  void start();
  // Runs on one of the server's threads.
  void post(std::function<void()> work);
  [[nodiscard]] asio::any_io_executor executor() { return threads_.front()->io.get_executor(); }

  // New connections of this side use these settings; those that are open keep theirs.
  void set_tls(core::Listener listener, const std::shared_ptr<asio::ssl::context>& tls);

  // Stops accepting, lets calls end for at most `drain`, ends every session and child, joins.
  void drain();

 private:
  struct Acceptor;
  Task<> accept(std::shared_ptr<Acceptor> acceptor);
  void tell_full(core::Listener listener);
  Task<> sweep_sessions();
  Task<> sweep_credentials(ThreadContext& thread);

  Gateway& gateway_;
  std::vector<std::unique_ptr<ThreadContext>> threads_;
  std::vector<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::vector<std::thread> running_;
  std::vector<std::shared_ptr<Acceptor>> acceptors_;
  std::atomic<int64_t> told_full_ = 0;
  bool drained_ = false;
};

}  // namespace doorward::net
