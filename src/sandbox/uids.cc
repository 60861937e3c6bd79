#include "sandbox/uids.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <map>

#include "base/fd.h"

namespace doorward::sandbox {
namespace {

std::unexpected<Error> bad(const std::filesystem::path& file, std::string_view why) {
  return failure("sandbox.uid", Fault::self, "`" + file.string() + "`: " + std::string(why));
}

Expected<std::string> read_all(int fd, const std::filesystem::path& file) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t size = read(fd, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return bad(file, std::strerror(errno));
    if (size == 0) return text;
    text.append(buffer, static_cast<size_t>(size));
    if (text.size() > (1U << 20)) return bad(file, "too large");
  }
}

Expected<std::map<uid_t, std::string>> parse(std::string_view text,
                                             const std::filesystem::path& file) {
  std::map<uid_t, std::string> table;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return bad(file, "its last line is cut");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    uid_t uid = 0;
    const auto [at, error] = std::from_chars(line.data(), line.data() + line.size(), uid);
    const auto digits = static_cast<size_t>(at - line.data());
    if (error != std::errc() || uid < kFirstUid || uid > kLastUid || digits + 1 >= line.size() ||
        line[digits] != ' ' || !table.emplace(uid, line.substr(digits + 1)).second) {
      return bad(file, "damaged");
    }
  }
  return table;
}

bool is_taken_on_host(uid_t uid) {
  char space[4096];
  passwd user{};
  passwd* found_user = nullptr;
  group team{};
  group* found_team = nullptr;
  (void)getpwuid_r(uid, &user, space, sizeof space, &found_user);
  (void)getgrgid_r(uid, &team, space, sizeof space, &found_team);
  return found_user != nullptr || found_team != nullptr;
}

}  // namespace

Expected<uid_t> uid_of(std::string_view name, const std::filesystem::path& file) {
  const Fd fd(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_APPEND, 0600));
  if (!fd) return bad(file, std::strerror(errno));
  while (flock(fd.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return bad(file, std::strerror(errno));
  }
  const auto text = read_all(fd.get(), file);
  if (!text) return std::unexpected(text.error());
  const auto table = parse(*text, file);
  if (!table) return std::unexpected(table.error());
  for (const auto& [uid, owner] : *table) {
    if (owner == name) return uid;
  }
  for (uid_t uid = kFirstUid; uid <= kLastUid; ++uid) {
    if (table->contains(uid) || is_taken_on_host(uid)) continue;
    const std::string line = std::to_string(uid) + " " + std::string(name) + "\n";
    if (write(fd.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()) ||
        fsync(fd.get()) != 0) {
      return bad(file, std::strerror(errno));
    }
    return uid;
  }
  return bad(file, "all users for servers are taken");
}

}  // namespace doorward::sandbox
