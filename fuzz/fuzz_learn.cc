// Fuzzes module: sandbox
// What a watched server says: questions for names out of its memory, and observations line by line.
// No proposal gives what the checks of a plan refuse.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sandbox/check.h"
#include "sandbox/launcher/observe.h"
#include "sandbox/learn.h"
#include "sandbox/powers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace doorward::sandbox;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char c : launcher::question_in(text)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!plain && c != '-' && c != '_' && c != '.') std::abort();
  }
  Lessons lessons;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lessons.add(text.substr(at, end - at));
    at = end + 1;
  }
  LaunchPlan plan;
  plan.name = "try";
  plan.command = {"sh"};
  plan.write = {{"/usr/share", "/workspace"}};
  const Proposal proposal = lessons.propose(plan);
  for (const auto* mounts : {&proposal.read, &proposal.write})
    for (const Mount& mount : *mounts)
      if (mount.to != "/workspace" && (is_wide(mount.from) || holds_credentials(mount.from)))
        std::abort();
  plan.read = proposal.read;
  plan.write.clear();
  plan.network = proposal.network;
  if (plan.network.size() <= 64 && plan.read.size() <= 256 && !check(plan)) std::abort();
  (void)proposal_yaml(proposal, "  ");
  return 0;
}
