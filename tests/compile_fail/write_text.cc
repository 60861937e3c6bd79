// The one writer takes nothing but Cleared.
// error: no matching function for call to 'write\(.*Stream&, std::.*string&\)'|could not convert .*
// to '?doorward::core::Cleared
#include "net/writer.h"

using namespace doorward;

net::Task<> send(net::Stream& stream, core::Cleared cleared) {
#ifdef FORBIDDEN
  std::string text("{}");
  const auto error = co_await net::write(stream, text);
#else
  const auto error = co_await net::write(stream, std::move(cleared));
#endif
  static_cast<void>(error);
}
