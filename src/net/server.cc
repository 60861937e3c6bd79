#include "net/server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/bridge/held_sessions.h"
#include "net/http_connection.h"
#include "net/merged/merged_held.h"
#include "net/tls_trust.h"
#include "net/upstream/child.h"
#include "net/upstream/http_pool.h"

namespace doorward::net {

using std::chrono::steady_clock;

struct Server::Acceptor {
  Acceptor(ThreadContext& on, core::Listener side) : context(on), listener(side), socket(on.io) {}
  ThreadContext& context;
  const core::Listener listener;
  asio::basic_socket_acceptor<asio::generic::stream_protocol> socket;
  std::shared_ptr<asio::ssl::context> tls;
  bool is_tcp = true;
};

namespace {

std::string peer_name(const Stream::Socket& socket, bool is_tcp) {
  if (!is_tcp) return "unix";
  error_code error;
  const auto remote = socket.remote_endpoint(error);
  if (error) return "";
  asio::ip::tcp::endpoint endpoint;
  if (remote.size() > endpoint.capacity()) return "";
  endpoint.resize(remote.size());
  std::memcpy(endpoint.data(), remote.data(), remote.size());
  return endpoint.address().to_string();
}

Error bind_error(std::string_view where, const error_code& error) {
  return Error{"net.bind", Fault::self, false,
               "can't listen on `" + std::string(where) + "`: " + error.message()};
}

}  // namespace

Server::Server(Gateway& gateway, unsigned threads) : gateway_(gateway) {
  for (unsigned i = 0; i < std::max(1U, threads); ++i) {
    threads_.push_back(std::make_unique<ThreadContext>(gateway));
    work_.push_back(asio::make_work_guard(threads_.back()->io));
  }
}

Server::~Server() {
  drain();
  // A frame that waits on one thread may hold what lives on another: a child's pipes, a timer. So
  // all frames go first, then what outlived them, and the contexts last.
  gateway_.children->stop();
  for (auto& thread : threads_) thread->io.shutdown();
  static_cast<void>(gateway_.sessions.take_all());
  gateway_.merged_held.reset();
  gateway_.held.reset();
  acceptors_.clear();
  work_.clear();
}

Expected<std::string> Server::listen(const ListenAddress& address, core::Listener listener) {
  error_code error;
  if (!address.path.empty()) {
    auto acceptor = std::make_shared<Acceptor>(*threads_.front(), listener);
    acceptor->is_tcp = false;
    const asio::local::stream_protocol::endpoint endpoint(address.path);
    // A socket that somebody answers on is left alone; what a killed process left behind is not.
    asio::local::stream_protocol::socket probe(threads_.front()->io);
    probe.connect(endpoint, error);
    if (!error) return std::unexpected(bind_error(address.path, asio::error::address_in_use));
    error.clear();
    ::unlink(address.path.c_str());
    acceptor->socket.open(endpoint.protocol(), error);
    if (!error) {
      // Readable by its owner alone from the first moment on.
      const mode_t before = ::umask(0177);
      acceptor->socket.bind(endpoint, error);
      ::umask(before);
    }
    if (!error) acceptor->socket.listen(64, error);
    if (error) return std::unexpected(bind_error(address.path, error));
    acceptors_.push_back(std::move(acceptor));
    return address.path;
  }
  const auto host = asio::ip::make_address(address.host, error);
  if (error) return std::unexpected(bind_error(address.host, error));
  asio::ip::tcp::endpoint endpoint(host, address.port);
  for (auto& thread : threads_) {
    auto acceptor = std::make_shared<Acceptor>(*thread, listener);
    acceptor->tls = address.tls;
    const std::string where = address.host + ":" + std::to_string(endpoint.port());
    acceptor->socket.open(endpoint.protocol(), error);
    if (!error) acceptor->socket.set_option(asio::socket_base::reuse_address(true), error);
    // Only between our own threads: a port that is taken by another program must be an error, so
    // the first bind is made without SO_REUSEPORT sharing by other users (the kernel checks uid).
    const int on = 1;
    if (!error && threads_.size() > 1)
      ::setsockopt(acceptor->socket.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (!error) acceptor->socket.bind(endpoint, error);
    if (!error) acceptor->socket.listen(asio::socket_base::max_listen_connections, error);
    if (error) return std::unexpected(bind_error(where, error));
    if (endpoint.port() == 0) {
      asio::ip::tcp::endpoint bound;
      const auto local = acceptor->socket.local_endpoint(error);
      bound.resize(local.size());
      std::memcpy(bound.data(), local.data(), local.size());
      endpoint.port(bound.port());
    }
    acceptors_.push_back(std::move(acceptor));
  }
  const std::string shown = host.is_v6() ? "[" + host.to_string() + "]" : host.to_string();
  return shown + ":" + std::to_string(endpoint.port());
}

void Server::start() {
  for (auto& acceptor : acceptors_)
    asio::co_spawn(acceptor->context.io, accept(acceptor), asio::detached);
  asio::co_spawn(threads_.front()->io, sweep_sessions(), asio::detached);
  for (auto& thread : threads_)
    asio::co_spawn(thread->io, sweep_credentials(*thread), asio::detached);
  for (auto& thread : threads_) {
    thread->watchdog.start();
    running_.emplace_back([context = thread.get()] {
      set_here(context);
      context->io.run();
      HttpPool::here().clear();
      set_here(nullptr);
    });
  }
}

void Server::post(std::function<void()> work) {
  asio::post(threads_.front()->io, std::move(work));
}

// Once a minute: who is refused here gets no answer that could say why.
void Server::tell_full(core::Listener listener) {
  const auto now = steady_clock::now().time_since_epoch().count();
  constexpr auto kMinute = steady_clock::duration(std::chrono::minutes(1)).count();
  auto told = told_full_.load();
  if ((told != 0 && now - told < kMinute) || !told_full_.compare_exchange_strong(told, now)) return;
  const bool operators = listener == core::Listener::operators;
  gateway_.log(std::string("all ") +
               std::to_string(operators ? gateway_.settings.operator_connections
                                        : gateway_.settings.connections) +
               " connections of the " + (operators ? "operator" : "client") +
               " listener are taken; new ones are closed. A higher limit of open files "
               "(`ulimit -n`, LimitNOFILE) makes room for more");
}

Task<> Server::accept(std::shared_ptr<Acceptor> acceptor) {
  while (acceptor->socket.is_open()) {
    auto [error, socket] = co_await acceptor->socket.async_accept(kTuple);
    if (error == asio::error::operation_aborted || !acceptor->socket.is_open()) co_return;
    if (error) {
      // Out of descriptors, say: wait instead of spinning.
      asio::steady_timer pause(acceptor->context.io);
      pause.expires_after(std::chrono::milliseconds(50));
      co_await pause.async_wait(kTuple);
      continue;
    }
    const uint64_t of_operators = gateway_.counters.operator_connections_open.load();
    const bool full = acceptor->listener == core::Listener::operators
                          ? of_operators >= gateway_.settings.operator_connections
                          : gateway_.counters.connections_open.load() >=
                                gateway_.settings.connections + of_operators;
    if (full) {
      tell_full(acceptor->listener);
      error_code ignored;
      socket.close(ignored);
      continue;
    }
    error_code ignored;
    if (acceptor->is_tcp) socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    std::string peer = peer_name(socket, acceptor->is_tcp);
    asio::co_spawn(acceptor->context.io,
                   serve_connection(gateway_, std::move(socket), acceptor->listener,
                                    std::move(peer), acceptor->tls),
                   asio::detached);
  }
}

Task<> Server::sweep_sessions() {
  asio::steady_timer timer(threads_.front()->io);
  while (!gateway_.draining.load()) {
    timer.expires_after(std::chrono::seconds(5));
    co_await timer.async_wait(kTuple);
    auto stale = gateway_.sessions.take_stale(steady_clock::now() - gateway_.settings.session_idle);
    // What Doorward opened to look at a server's definitions ends behind the look.
    const auto lately = steady_clock::now() - std::chrono::seconds(10);
    auto looked = gateway_.sessions.take_where([lately](const Session& session) {
      const core::Principal& owner = session.owner();
      return owner.issuer.empty() && owner.credential == "own" && session.last_used() < lately &&
             session.open_requests() == 0;
    });
    std::move(looked.begin(), looked.end(), std::back_inserter(stale));
    // A process whose client is gone without a word: most never end their sessions.
    const auto before = steady_clock::now() - gateway_.settings.session_left;
    auto left = gateway_.sessions.take_where([before](const Session& session) {
      return session.owns_process() && session.left_before(before);
    });
    std::move(left.begin(), left.end(), std::back_inserter(stale));
    gateway_.children->end_idle(steady_clock::now() - gateway_.settings.child_idle);
    for (const auto& session : stale)
      asio::co_spawn(timer.get_executor(), gateway_.retire(session), asio::detached);
  }
}

// A credential that counts no longer ends what it opened, within two seconds of that (R4.8): its
// issuer is asked once in one of them.
Task<> Server::sweep_credentials(ThreadContext& thread) {
  asio::steady_timer timer(thread.io);
  const bool first = &thread == threads_.front().get();
  while (!gateway_.draining.load()) {
    timer.expires_after(std::chrono::milliseconds(500));
    co_await timer.async_wait(kTuple);
    if (!gateway_.valid) continue;
    size_t ended = thread.leases.end_invalid(gateway_.valid);
    const auto stale = first ? gateway_.sessions.take_invalid(gateway_.valid)
                             : std::vector<std::shared_ptr<Session>>();
    for (const auto& session : stale)
      asio::co_spawn(thread.io, gateway_.retire(session), asio::detached);
    ended += stale.size();
    gateway_.counters.ended_by_revocation_total.fetch_add(ended);
  }
}

void Server::set_tls(core::Listener listener, const std::shared_ptr<asio::ssl::context>& tls) {
  for (auto& acceptor : acceptors_) {
    if (acceptor->listener != listener || !acceptor->is_tcp) continue;
    asio::post(acceptor->context.io, [acceptor, tls] {
      replace_trust(acceptor->tls, tls);
      acceptor->tls = tls;
    });
  }
}

void Server::drain() {
  if (std::exchange(drained_, true)) return;
  if (running_.empty()) return;
  for (auto& acceptor : acceptors_)
    asio::post(acceptor->context.io, [acceptor] {
      error_code ignored;
      acceptor->socket.close(ignored);
    });
  gateway_.draining.store(true);
  const auto until = steady_clock::now() + gateway_.settings.drain;
  while (gateway_.calls_in_flight.load() > 0 && steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  auto sessions = gateway_.sessions.take_all();
  for (const auto& session : sessions) {
    session->end();
    session->standalone()->close();  // streams end with their last chunk
    asio::co_spawn(
        executor(), [session]() -> Task<> { co_await session->upstream().close(); },
        asio::detached);
  }
  gateway_.children->end_all();
  const auto grace = steady_clock::now() + std::chrono::milliseconds(sessions.empty() ? 100 : 500);
  while (steady_clock::now() < grace && gateway_.counters.connections_open.load() > 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  for (auto& thread : threads_) thread->io.stop();
  for (auto& thread : running_) thread.join();
  running_.clear();
}

}  // namespace doorward::net
