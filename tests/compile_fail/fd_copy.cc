// An owned descriptor has one owner.
// error: use of deleted function .*Fd\(const doorward::Fd&\)
#include "base/fd.h"

doorward::Fd pass(doorward::Fd& fd) {
#ifdef FORBIDDEN
  return fd;
#else
  return std::move(fd);
#endif
}
