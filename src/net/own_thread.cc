#include "net/own_thread.h"

#include "net/upstream/http_pool.h"

namespace doorward::net {

OwnThread::OwnThread(Gateway& gateway)
    : context_(gateway), work_(asio::make_work_guard(context_.io)) {
  context_.watchdog.start();
  thread_ = std::thread([this] {
    set_here(&context_);
    context_.io.run();
    HttpPool::here().clear();
    set_here(nullptr);
  });
}

OwnThread::~OwnThread() {
  context_.io.stop();
  thread_.join();
  context_.io.shutdown();
}

}  // namespace doorward::net
