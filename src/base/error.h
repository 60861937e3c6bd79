// What went wrong, whose fault it was and whether trying again may help. A refusal by a guard is
// not an error: see core/verdict.h.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace doorward {

enum class Fault { client, server, self };

struct Error {
  std::string code;  // stable `area.cause`, for example `json.duplicate_key`
  Fault fault = Fault::self;
  bool retryable = false;
  std::string what;  // lower case, no full stop, values in backticks, never a secret

  // Adds context in front, on the way up: "configuration: line 4: unknown key `x`".
  [[nodiscard]] Error within(std::string_view context) && {
    what = std::string(context) + ": " + what;
    return std::move(*this);
  }
};

template <class T>
using Expected = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> failure(std::string code, Fault fault,
                                                    std::string what) {
  return std::unexpected(Error{std::move(code), fault, false, std::move(what)});
}

// Ends the program at a broken invariant, with the sentence on standard error.
[[noreturn]] void panic(std::string_view sentence);

}  // namespace doorward
