#include "sandbox/launcher/violations.h"

#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <string>

#include "sandbox/forbidden.h"
#include "sandbox/launcher/talk.h"

namespace doorward::sandbox::launcher {
namespace {

constexpr int kMost = 256;
static_assert(std::size(kViolations) <= 64);

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
  answer->error = -EPERM;
  (void)ioctl(listener_, SECCOMP_IOCTL_NOTIF_SEND, answer);
  for (size_t i = 0; i < std::size(kViolations); ++i) {
    if (kViolations[i].number != call->data.nr || (told_ >> i & 1U) != 0) continue;
    told_ |= 1UL << i;
    tell(Note::forbidden, kViolations[i].name);
  }
  return ++count_ < kMost;
}

}  // namespace doorward::sandbox::launcher
