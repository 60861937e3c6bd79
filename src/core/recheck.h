// What has to hold of a message after guards have edited it. A guard may say so besides judging.
#pragma once

#include <string_view>

#include "core/guard.h"

namespace doorward::core {

class Rechecks {
 public:
  Rechecks() = default;
  Rechecks(const Rechecks&) = delete;
  Rechecks& operator=(const Rechecks&) = delete;
  virtual ~Rechecks() = default;

  // `edited` is the message with all guards' edits, before it is committed. Asked only where there
  // is an edit. `pass` or a denial. Pure, as judging is.
  [[nodiscard]] virtual Verdict recheck(const Exchange&, std::string_view edited) const = 0;
};

}  // namespace doorward::core
