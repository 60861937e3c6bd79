#include "net/writer.h"

namespace doorward::net {

namespace {
std::atomic<uint64_t> written{0};
}

uint64_t bytes_written() {
  return written.load(std::memory_order_relaxed);
}
void count_written(uint64_t bytes) {
  written.fetch_add(bytes, std::memory_order_relaxed);
}

}  // namespace doorward::net
