// Tells when files change: certificates and keys that are renewed beside a running gateway.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/config/config.h"

namespace doorward::app {

class FileWatch {
 public:
  // `changed` is called by `look` after one of `files` has become another one, and has stayed so
  // for one look: a pair that is replaced one by one is seen as a whole.
  void add(std::vector<Path> files, std::function<void()> changed);
  void clear() { watched_.clear(); }
  void look();

 private:
  struct Watched {
    std::vector<Path> files;
    std::function<void()> changed;
    std::string known, seen;
  };
  std::vector<Watched> watched_;
};

}  // namespace doorward::app
