#include "sandbox/launcher/violations.h"

#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string>

#include "sandbox/forbidden.h"
#include "sandbox/launcher/observe.h"
#include "sandbox/launcher/talk.h"

namespace doorward::sandbox::launcher {
namespace {

constexpr int kMost = 256;
constexpr size_t kSeen = 20'000;

bool is_foreign(const seccomp_data& made) {
  return made.arch != kNativeCalls || static_cast<unsigned>(made.nr) >= kForeignFrom;
}

bool is_forbidden(const seccomp_data& made) {
  const int number = made.nr;
  return is_foreign(made) ||
         std::any_of(std::begin(kViolations), std::end(kViolations),
                     [number](const auto& call) { return call.number == number; });
}
static_assert(std::size(kViolations) < 63);
constexpr unsigned long kForeignBit = 1UL << 63;

}  // namespace

void Violations::watch(int listener) {
  if (listener_ >= 0) close(listener_);
  listener_ = listener;
}

bool Violations::answer() {
  // Room for a kernel whose structures have grown.
  alignas(seccomp_notif) char call_space[512] = {};
  alignas(seccomp_notif_resp) char answer_space[512] = {};
  auto* call = reinterpret_cast<seccomp_notif*>(call_space);
  auto* answer = reinterpret_cast<seccomp_notif_resp*>(answer_space);
  if (ioctl(listener_, SECCOMP_IOCTL_NOTIF_RECV, call) != 0) {
    if (errno != ENOENT && errno != EINTR) watch(-1);  // nobody is left who could call
    return true;
  }
  answer->id = call->id;
  if (!is_forbidden(call->data)) {
    // A look is no check: what the call does is up to the kernel, with every wall in place.
    for (std::string& text : observe(*call))
      if (seen_.size() < kSeen && seen_.insert(text).second) tell(Note::observed, text);
    answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    (void)ioctl(listener_, SECCOMP_IOCTL_NOTIF_SEND, answer);
    return true;
  }
  answer->error = -EPERM;
  (void)ioctl(listener_, SECCOMP_IOCTL_NOTIF_SEND, answer);
  if (is_foreign(call->data)) {
    if ((told_ & kForeignBit) == 0) tell(Note::forbidden, kForeignCall);
    told_ |= kForeignBit;
    return ++count_ < kMost;
  }
  for (size_t i = 0; i < std::size(kViolations); ++i) {
    if (kViolations[i].number != call->data.nr || (told_ >> i & 1U) != 0) continue;
    told_ |= 1UL << i;
    tell(Note::forbidden, kViolations[i].name);
  }
  return ++count_ < kMost;
}

}  // namespace doorward::sandbox::launcher
