// The state folder: its lock, and the tokens that Doorward makes for itself.
#pragma once

#include <memory>
#include <string>

#include "app/config/config.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/secret.h"
#include "identity/tokens.h"

namespace doorward::app {

// One process a state folder. Held until destroyed. Errors: state.locked, state.unusable.
class StateLock {
 public:
  [[nodiscard]] static Expected<StateLock> take(const Path& folder);

 private:
  explicit StateLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

// Makes the folder, mode 0700. Errors: state.unusable.
[[nodiscard]] Expected<void> make_state_folder(const Path& folder);

// The token in `folder/name`: one line, base64url of 32 bytes, mode 0600; made when it is not
// there. Errors: state.token (can't be read or written, is open to others, is no token).
[[nodiscard]] Expected<Secret<std::string>> keep_token(const Path& folder, std::string_view name);

// Whether the local token counts: only where there is no section `identity` at all. One that names
// nobody admits nobody; whoever takes the last token out of it does not mean to let in all who can
// read a file.
[[nodiscard]] bool takes_local_token(const Config& config);

// The clients and operators that the configuration and the state folder know.
struct KnownTokens {
  std::shared_ptr<const identity::Tokens> clients, operators;
};
[[nodiscard]] Expected<KnownTokens> known_tokens(const Config& config);

}  // namespace doorward::app
