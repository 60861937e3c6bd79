// Which credential each request under way was admitted by, so that the request ends with it.
#pragma once

#include <functional>
#include <list>
#include <memory>

#include "core/pipeline.h"

namespace doorward::net {

// One per thread. INVARIANT: used on its own thread only.
class Leases {
 public:
  class Lease {
   public:
    // `end` closes the connection; it may be called once, from the thread of the request. `holds`:
    // whether the connection itself still vouches for the credential; null where it need not.
    // `admission` outlives it.
    Lease(Leases& of, const core::Admission& admission, std::function<void()> end,
          std::function<bool()> holds = {});
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

   private:
    friend class Leases;
    const std::shared_ptr<std::list<Lease*>> all_;
    const core::Admission& admission_;
    const std::function<void()> end_;
    const std::function<bool()> holds_;
    bool ended_ = false;
    std::list<Lease*>::iterator place_;
  };

  using Valid = std::function<bool(const core::Principal&, const core::Credential&)>;
  // Ends each request whose credential is valid no more; how many that were.
  size_t end_invalid(const Valid& valid);

 private:
  const std::shared_ptr<std::list<Lease*>> all_ = std::make_shared<std::list<Lease*>>();
};

}  // namespace doorward::net
