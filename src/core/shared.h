// What one guard works out of a message and others need as well. It says nothing that can't be
// worked out again, so that judging stays pure.
#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace doorward::core {

// One value of each type, made when it is first asked for.
class Shared {
 public:
  template <class Value>
  [[nodiscard]] Value& of() {
    static char type_mark = 0;  // its address stands for the type
    for (const auto& [type, value] : held_)
      if (type == &type_mark) return *static_cast<Value*>(value.get());
    const auto made = std::make_shared<Value>();
    held_.emplace_back(&type_mark, made);
    return *made;
  }
  void clear() { held_.clear(); }

 private:
  std::vector<std::pair<const void*, std::shared_ptr<void>>> held_;
};

}  // namespace doorward::core
