// What becomes of a message that guards hold and none denies. A guard may say so besides judging.
#pragma once

#include <vector>

#include "core/guard.h"

namespace doorward::core {

class Releases {
 public:
  Releases() = default;
  Releases(const Releases&) = delete;
  Releases& operator=(const Releases&) = delete;
  virtual ~Releases() = default;

  // `held` are the holds, in the order of their guards; not empty. `pass`: it goes on to commit as
  // if nobody had held it; a hold that names its approval; a denial; a `need`. Changes nothing but
  // notes.
  [[nodiscard]] virtual Verdict release(const Exchange&, const std::vector<Verdict>& held,
                                        Notes&) const = 0;
};

}  // namespace doorward::core
