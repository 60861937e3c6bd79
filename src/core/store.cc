#include "core/store.h"

#include <future>

namespace doorward::core {

Expected<void> Store::run(Work work) {
  auto promise = std::make_shared<std::promise<Expected<void>>>();
  auto ended = promise->get_future();
  transact(std::move(work), [promise](Expected<void> how) { promise->set_value(std::move(how)); });
  return ended.get();
}

}  // namespace doorward::core
