#include "app/discover/listeners.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>

#include "app/given_file.h"
#include "base/fd.h"
#include "catalog/visible.h"
#include "net/session/revision.h"
#include "wire/http.h"
#include "wire/json.h"

namespace doorward::app {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr size_t kMostSockets = 256;       // asked, of all that listen
constexpr size_t kMostAnswer = 16 * 1024;  // read of one answer
constexpr milliseconds kEach{1000};        // for one question
constexpr std::chrono::seconds kAll{20};   // for all of them
constexpr std::array<std::string_view, 3> kPaths{"/mcp", "/", "/sse"};

std::string question() {
  return R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":)" +
         wire::json_quote(net::newest_session_revision().name) +
         R"(,"capabilities":{},"clientInfo":{"name":"doorward-discovery","version":"1"}}})";
}

std::optional<uint64_t> number(std::string_view text, int base) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> fields(std::string_view line) {
  std::vector<std::string_view> out;
  while (!line.empty()) {
    const size_t first = line.find_first_not_of(' ');
    if (first == std::string_view::npos) break;
    line.remove_prefix(first);
    const size_t end = std::min(line.find(' '), line.size());
    out.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return out;
}

// Words of 32 bits, each in the machine's order. "" for an address that loopback doesn't reach.
std::string reached_by(std::string_view address, bool is_v6) {
  if (!is_v6) {
    const auto value = number(address, 16);
    if (!value) return "";
    const bool loopback = (*value & 0xFFU) == 127;
    return *value == 0 || loopback ? "127.0.0.1" : "";
  }
  if (address == std::string(32, '0')) return "::1";
  if (address == std::string(24, '0') + "01000000") return "::1";
  // An IPv4 address in IPv6 clothes.
  if (address.starts_with("0000000000000000FFFF0000")) return reached_by(address.substr(24), false);
  return "";
}

// Which processes hold which sockets, as far as this account may look.
std::map<uint64_t, Path> holders() {
  std::map<uint64_t, Path> out;
  std::error_code error;
  for (const auto& process : fs::directory_iterator("/proc", error)) {
    const std::string pid = process.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code hidden;
    for (const auto& fd : fs::directory_iterator(process.path() / "fd", hidden)) {
      const std::string link = fs::read_symlink(fd.path(), hidden).string();
      if (!link.starts_with("socket:[") || !link.ends_with("]")) continue;
      if (const auto inode = number(std::string_view(link).substr(8, link.size() - 9), 10))
        out.emplace(*inode, fs::read_symlink(process.path() / "exe", hidden));
    }
  }
  return out;
}

int connected(const Listening& to, steady_clock::time_point until) {
  const bool is_v6 = to.host == "::1";
  const int fd =
      ::socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(to.port);
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(to.port);
  v6.sin6_addr = IN6ADDR_LOOPBACK_INIT;
  const auto* address =
      is_v6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  const socklen_t size = is_v6 ? sizeof v6 : sizeof v4;
  if (::connect(fd, address, size) == 0) return fd;
  pollfd wait{fd, POLLOUT, 0};
  const auto left = std::chrono::duration_cast<milliseconds>(until - steady_clock::now()).count();
  int failed = 0;
  socklen_t length = sizeof failed;
  const bool open = left > 0 && ::poll(&wait, 1, static_cast<int>(left)) == 1 &&
                    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &length) == 0 && failed == 0;
  if (open) return fd;
  ::close(fd);
  return -1;
}

// The beginning of what it answers; "" when it says nothing in time.
std::string asked(const Listening& to, std::string_view path) {
  const auto until = steady_clock::now() + kEach;
  const Fd socket(connected(to, until));
  if (!socket) return "";
  const bool listens = path == "/sse";  // the transport before Streamable HTTP
  std::string request = std::string(listens ? "GET " : "POST ") + std::string(path) +
                        " HTTP/1.1\r\nHost: localhost:" + std::to_string(to.port) +
                        "\r\nConnection: close\r\nAccept: " +
                        (listens ? "text/event-stream" : "application/json, text/event-stream") +
                        "\r\n";
  if (listens) {
    request += "\r\n";
  } else {
    const std::string body = question();
    request += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body;
  }
  if (::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size()))
    return "";
  std::string answer;
  while (answer.size() < kMostAnswer && answered_in(answer) == Answered::nothing) {
    pollfd wait{socket.get(), POLLIN, 0};
    const auto left = std::chrono::duration_cast<milliseconds>(until - steady_clock::now()).count();
    if (left <= 0 || ::poll(&wait, 1, static_cast<int>(left)) != 1) break;
    char buffer[4096];
    const ssize_t got = ::recv(socket.get(), buffer, sizeof buffer, 0);
    if (got <= 0) break;
    answer.append(buffer, static_cast<size_t>(got));
    if (!answer.starts_with("HTTP/")) return "";
  }
  return answer;
}

std::string known_at(const Config& config, uint16_t port) {
  for (const auto& [name, server] : config.servers) {
    const auto url = wire::parse_url(server.url);
    if (url && wire::is_loopback_host(url->authority.host) && url->authority.port == port)
      return name;
  }
  return "";
}

ScanFinding finding_of(const Config& config, const Listening& socket, Answered answered,
                       std::string_view path, const Path& program) {
  ScanFinding made;
  made.kind = "listener";
  made.server = known_at(config, socket.port);
  made.name = (socket.host == "::1" ? "[::1]" : socket.host) + ":" + std::to_string(socket.port);
  made.rule = "discovery.listener";
  made.severity = !made.server.empty()        ? Severity::note
                  : answered == Answered::mcp ? Severity::high
                                              : Severity::medium;
  const std::string who =
      program.empty() ? "" : " (`" + catalog::visible(program.filename().string()) + "`)";
  const std::string where = std::string(path) + who;
  if (answered == Answered::mcp)
    made.text = "an MCP server answers anybody of this machine at " + where;
  else if (answered == Answered::protected_mcp)
    made.text = "a server asks for a token as MCP servers do at " + where;
  else
    made.text = "a server speaks JSON-RPC at " + where;
  made.text += made.server.empty() ? ", and the configuration does not know it"
                                   : "; it is the configured server `" + made.server + "`";
  return made;
}

}  // namespace

std::vector<Listening> listening_in(std::string_view text, bool is_v6) {
  std::vector<Listening> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto parts = fields(line);
    // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
    if (parts.size() < 10 || parts[3] != "0A") continue;
    const size_t colon = parts[1].rfind(':');
    if (colon == std::string_view::npos) continue;
    const auto port = number(parts[1].substr(colon + 1), 16);
    const auto inode = number(parts[9], 10);
    std::string host = reached_by(parts[1].substr(0, colon), is_v6);
    if (!port || *port == 0 || *port > 65535 || !inode || host.empty()) continue;
    out.push_back({std::move(host), static_cast<uint16_t>(*port), *inode});
  }
  return out;
}

Answered answered_in(std::string_view answer) {
  if (!answer.starts_with("HTTP/1.")) return Answered::nothing;
  const size_t end = answer.find("\r\n\r\n");
  if (end == std::string_view::npos) return Answered::nothing;
  const std::string_view head = answer.substr(0, end), body = answer.substr(end + 4);
  if (body.find("\"protocolVersion\"") != std::string_view::npos) return Answered::mcp;
  if (body.find("event: endpoint") != std::string_view::npos) return Answered::mcp;
  if (body.find("\"jsonrpc\"") != std::string_view::npos) return Answered::json_rpc;
  const bool refuses = head.find(" 401 ") < 16;
  if (refuses && head.find("oauth-protected-resource") != std::string_view::npos)
    return Answered::protected_mcp;
  return Answered::nothing;
}

std::vector<ScanFinding> listeners_around(const Config& config) {
  std::vector<Listening> all;
  for (const auto& [file, is_v6] : {std::pair("/proc/net/tcp", false), {"/proc/net/tcp6", true}})
    if (const auto text = read_given_file(file, 8 << 20))
      for (Listening& one : listening_in(*text, is_v6)) {
        const bool twice =
            std::ranges::any_of(all, [&](const auto& other) { return other.port == one.port; });
        if (!twice) all.push_back(std::move(one));
      }
  size_t left_out = all.size() > kMostSockets ? all.size() - kMostSockets : 0;
  if (left_out > 0) all.resize(kMostSockets);
  const std::map<uint64_t, Path> held = holders();
  const auto until = steady_clock::now() + kAll;
  std::vector<ScanFinding> found;
  for (const Listening& socket : all) {
    const auto holder = held.find(socket.inode);
    const Path program = holder == held.end() ? Path() : holder->second;
    if (program.filename() == "doorward") continue;
    if (steady_clock::now() > until) {
      ++left_out;
      continue;
    }
    if (socket.port == config.listen.address.port || socket.port == config.admin.address.port)
      continue;
    for (const std::string_view path : kPaths) {
      const Answered answered = answered_in(asked(socket, path));
      if (answered == Answered::nothing) continue;
      found.push_back(finding_of(config, socket, answered, path, program));
      break;
    }
  }
  if (left_out > 0) {
    ScanFinding unasked;
    unasked.rule = "discovery.unasked";
    unasked.kind = "listener";
    unasked.name = "others";
    unasked.text = std::to_string(left_out) + " more sockets listen and were not asked";
    found.push_back(std::move(unasked));
  }
  return found;
}

}  // namespace doorward::app
