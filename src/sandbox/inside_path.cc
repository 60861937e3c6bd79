#include "sandbox/inside_path.h"

#include <algorithm>
#include <deque>

#include "sandbox/resolve.h"

namespace doorward::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr int kLinks = 40;  // as the kernel does

// The place on the host of a path inside; empty where no mount shows it.
fs::path on_host(const std::vector<Mount>& mounts, const fs::path& path) {
  const Mount* best = nullptr;
  for (const Mount& mount : mounts)
    if (is_within(path, mount.to) && (best == nullptr || is_within(mount.to, best->to)))
      best = &mount;
  if (best == nullptr || best->from.empty()) return {};
  const fs::path rest = path.lexically_relative(best->to);
  return rest == "." ? best->from : best->from / rest;
}

}  // namespace

bool leads_out(const std::vector<Mount>& mounts, const std::string& path) {
  const fs::path given(path);
  const fs::path start = given.is_absolute() ? given : mounts.front().to / given;
  std::deque<fs::path> parts(start.begin(), start.end());
  fs::path at = "/";
  for (int links = 0; !parts.empty();) {
    const fs::path part = std::move(parts.front());
    parts.pop_front();
    if (part.empty() || part == "." || part == "/") continue;
    if (part == "..") {
      at = at.parent_path();
      continue;
    }
    const fs::path next = at / part;
    std::error_code error;
    const fs::path host = on_host(mounts, next);
    const fs::path target = host.empty() ? fs::path() : fs::read_symlink(host, error);
    if (target.empty() || error) {
      at = next;
      continue;
    }
    if (++links > kLinks) return true;
    if (target.is_absolute()) at = "/";
    parts.insert(parts.begin(), target.begin(), target.end());
  }
  return !is_within(at, "/tmp") &&
         std::ranges::none_of(mounts, [&](const Mount& mount) { return is_within(at, mount.to); });
}

}  // namespace doorward::sandbox
