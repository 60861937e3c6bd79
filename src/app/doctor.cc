#include "app/doctor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "app/login/account.h"
#include "base/fd.h"
#include "catalog/visible.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

using sandbox::HostItem;
using sandbox::Level;

constexpr std::array<std::string_view, 3> kLevels = {"ok", "reduced", "missing"};

struct SocketAddress {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};
SocketAddress socket_address(const Address& address) {
  SocketAddress out;
  const std::string host = address.host == "localhost" ? "127.0.0.1" : address.host;
  auto* const v4 = reinterpret_cast<sockaddr_in*>(&out.bytes);
  auto* const v6 = reinterpret_cast<sockaddr_in6*>(&out.bytes);
  if (::inet_pton(AF_INET, host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(address.port);
    out.size = sizeof *v4;
  } else if (::inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(address.port);
    out.size = sizeof *v6;
  }
  return out;
}

// 0, or the reason as errno has it.
int try_to_bind(const Address& address) {
  const SocketAddress to = socket_address(address);
  if (to.size == 0) return EADDRNOTAVAIL;
  const Fd fd(::socket(to.bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return errno;
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  return ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&to.bytes), to.size) == 0 ? 0 : errno;
}

Path nearest_that_is_there(Path path) {
  std::error_code ignored;
  while (!path.empty() && path != path.parent_path() && !std::filesystem::exists(path, ignored))
    path = path.parent_path();
  return path;
}

std::string as_mode(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777));
  return text;
}

HostItem space_item(const Path& there) {
  constexpr uint64_t kLeast = 256ULL << 20;
  struct statvfs facts{};
  if (::statvfs(there.c_str(), &facts) != 0)
    return {"space", Level::reduced, "can't be told: " + std::string(std::strerror(errno)), ""};
  const uint64_t free = static_cast<uint64_t>(facts.f_bavail) * facts.f_frsize;
  const std::string found = std::to_string(free >> 20) + " MiB free for the audit log";
  if (free >= kLeast) return {"space", Level::ok, found, ""};
  return {"space", Level::reduced, found + "; a full disk stops every call",
          "make room on the disk of `" + there.string() + "`, or move `state`"};
}

// A token that is not there yet is made at the first start.
HostItem token_item(const Path& file) {
  const std::string name = file.filename().string();
  struct stat facts{};
  if (::lstat(file.c_str(), &facts) != 0) return {name, Level::ok, "made at the first start", ""};
  if (!S_ISREG(facts.st_mode))
    return {name, Level::missing, "is no regular file", "rm '" + file.string() + "'"};
  if ((facts.st_mode & 077) != 0)
    return {name, Level::missing, "is open to others (" + as_mode(facts.st_mode) + ")",
            "chmod 600 '" + file.string() + "'"};
  if (::access(file.c_str(), R_OK) != 0)
    return {name, Level::missing, "can't be read by this user",
            "run as the user that runs the gateway"};
  return {name, Level::ok, "there, readable by its owner alone", ""};
}

}  // namespace

HostItem port_item(const std::string& name, const Address& address, bool running) {
  const std::string where = "`" + address.text() + "`";
  if (address.port == 0) return {name, Level::ok, where + " picks a free port", ""};
  const int fault = try_to_bind(address);
  if (fault == 0) return {name, Level::ok, where + " is free", ""};
  if (fault == EADDRINUSE && running)
    return {name, Level::ok, where + " is used by the running Doorward", ""};
  const std::string port = std::to_string(address.port);
  if (fault == EADDRINUSE)
    return {name, Level::missing, where + " is used by another program",
            "ss -ltnp 'sport = :" + port + "'   # stop that program, or change the address"};
  if (fault == EACCES)
    return {name, Level::missing, where + " needs a privilege",
            "setcap cap_net_bind_service=+ep \"$(command -v doorward)\"   # or a port over 1023"};
  if (fault == EADDRNOTAVAIL)
    return {name, Level::missing, where + " is no address of this host",
            "ip address   # and change the address"};
  return {name, Level::missing, where + ": " + std::strerror(fault), "change the address"};
}

std::vector<HostItem> state_items(const Path& state, bool makes_local_token) {
  const std::string where = "`" + state.string() + "`";
  struct stat facts{};
  if (::stat(state.c_str(), &facts) != 0) {
    const Path there = nearest_that_is_there(state.parent_path());
    if (::access(there.c_str(), W_OK | X_OK) != 0)
      return {
          {"state folder", Level::missing,
           where + " is not there and can't be made below `" + there.string() + "`",
           "mkdir -p -m 700 '" + state.string() + "'   # as a user that may, for the gateway's"}};
    return {{"state folder", Level::ok, where + " is made at the first start", ""},
            space_item(there)};
  }
  if (!S_ISDIR(facts.st_mode))
    return {{"state folder", Level::missing, where + " is no folder", "change `state`"}};
  std::vector<HostItem> out;
  if (::access(state.c_str(), R_OK | W_OK | X_OK) != 0)
    return {{"state folder", Level::missing, where + " can't be written by this user",
             "run as the user that owns it, or: chown -R \"$(id -un)\" '" + state.string() + "'"}};
  if ((facts.st_mode & 077) != 0)
    out.push_back({"state folder", Level::reduced,
                   where + " is open to others (" + as_mode(facts.st_mode) + ")",
                   "chmod 700 '" + state.string() + "'"});
  else
    out.push_back({"state folder", Level::ok, where + " is there, closed to others", ""});
  out.push_back(space_item(state));
  out.push_back(token_item(state / "operator-token"));
  if (makes_local_token) out.push_back(token_item(state / "local-token"));
  return out;
}

std::vector<HostItem> login_items(const Config& config) {
  std::vector<HostItem> out;
  for (const LoginState& one : login_states(config)) {
    const std::string name = "login " + one.server, mend = "doorward login " + one.server;
    if (one.outdated)
      out.push_back({name, Level::reduced,
                     "a login has ended, or is of another address, issuer or client than is "
                     "configured",
                     mend});
    else if (!one.local && one.users.empty())
      out.push_back({name, Level::reduced, "nobody is logged in there", mend});
    else
      out.push_back({name, Level::ok,
                     std::to_string(one.users.size() + (one.local ? 1 : 0)) + " logged in", ""});
  }
  return out;
}

bool Diagnosis::fine() const {
  return std::all_of(items.begin(), items.end(),
                     [](const HostItem& item) { return item.level == Level::ok; });
}

std::string Diagnosis::text() const {
  std::string out;
  size_t width = 0;
  for (const HostItem& item : items) width = std::max(width, item.name.size());
  for (const HostItem& item : items) {
    const std::string_view level = kLevels[static_cast<size_t>(item.level)];
    out.append(level).append(std::string(9 - level.size(), ' '));
    out += item.name + std::string(width + 2 - item.name.size(), ' ');
    out += catalog::visible(item.found) + "\n";
    if (item.level != Level::ok && !item.mend.empty())
      out += std::string(11 + width, ' ') + "mend: " + catalog::visible(item.mend) + "\n";
  }
  return out;
}

std::string Diagnosis::json() const {
  std::string out = std::string(R"({"fine":)") + (fine() ? "true" : "false") + R"(,"items":[)";
  for (size_t i = 0; i < items.size(); ++i) {
    out += (i == 0 ? R"({"name":)" : R"(,{"name":)") + wire::json_quote(items[i].name);
    out.append(R"(,"level":")").append(kLevels[static_cast<size_t>(items[i].level)]);
    out += R"(","found":)" + wire::json_quote(items[i].found);
    if (!items[i].mend.empty()) out += R"(,"mend":)" + wire::json_quote(items[i].mend);
    out += "}";
  }
  return out + "]}";
}

}  // namespace doorward::app
