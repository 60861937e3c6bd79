#include "sandbox/launch.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/bytes.h"
#include "sandbox/order.h"
#include "sandbox/spec.h"
#include "sandbox/uids.h"

namespace doorward::sandbox {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kStart{20};  // for the whole launch
constexpr std::chrono::seconds kEnd{10};    // for the launcher to clear up
constexpr int kAbove = 32;                  // above every descriptor that a launcher starts with

std::unexpected<Error> failed(const char* code, std::string what) {
  return failure(code, Fault::self, std::move(what));
}
std::unexpected<Error> failed_errno(const char* what) {
  return failed("sandbox.spawn", std::string(what) + ": " + std::strerror(errno));
}

struct Pipe {
  Fd read, write;
  [[nodiscard]] bool make() {
    int both[2];
    if (pipe2(both, O_CLOEXEC) != 0) return false;
    read.reset(both[0]);
    write.reset(both[1]);
    return true;
  }
};

// The order in a memory file that nobody can change any more.
Expected<Fd> seal(const Spec& spec) {
  std::string bytes = encode(spec);
  Fd file(memfd_create("order", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  const bool good =
      file && write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  wipe(bytes.data(), bytes.size());
  if (!good || fcntl(file.get(), F_ADD_SEALS,
                     F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
    return failed_errno("order");
  }
  return file;
}

// Runs `program` with `fds[i]` as its descriptor i and nothing else, in a session of its own, with
// no environment. Signals that the gateway blocks or ignores are as usual there.
Expected<pid_t> spawn(const std::filesystem::path& program, const std::array<int, 5>& fds) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  // First far up, so that no source is overwritten before it is used.
  std::array<Fd, 5> high;
  bool good = true;
  for (size_t i = 0; i < fds.size(); ++i) {
    high[i].reset(fcntl(fds[i], F_DUPFD_CLOEXEC, kAbove));
    good = good && high[i] &&
           posix_spawn_file_actions_adddup2(&actions, high[i].get(), static_cast<int>(i)) == 0;
  }
  good = good && posix_spawn_file_actions_addclosefrom_np(&actions, fds.size()) == 0;
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  char name[] = "doorward-launch";
  char* words[] = {name, nullptr};
  char* nothing[] = {nullptr};
  pid_t pid = -1;
  const int error =
      good ? posix_spawn(&pid, program.c_str(), &actions, &attributes, words, nothing) : EMFILE;
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    return failed("sandbox.spawn", "`" + program.string() + "`: " + std::strerror(error));
  }
  return pid;
}

struct Message {
  char kind = 0;  // 0 = the other side is gone
  std::string text;
  Fd fd;
};

// One message; nothing when none is there.
std::optional<Message> receive(int control) {
  char buffer[4200];
  iovec part{buffer, sizeof buffer};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))];
  msghdr head{};
  head.msg_iov = &part;
  head.msg_iovlen = 1;
  head.msg_control = space;
  head.msg_controllen = sizeof space;
  ssize_t size = 0;
  do {
    size = recvmsg(control, &head, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::nullopt;
  Message message;
  if (size <= 0) return message;
  if (const cmsghdr* extra = CMSG_FIRSTHDR(&head);
      extra != nullptr && extra->cmsg_level == SOL_SOCKET && extra->cmsg_type == SCM_RIGHTS) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(extra), sizeof fd);
    message.fd.reset(fd);
  }
  message.kind = buffer[0];
  message.text.assign(buffer + 1, static_cast<size_t>(size - 1));
  return message;
}

// What a bwrap that failed wrote.
std::string last_words(int fd) {
  char buffer[512];
  pollfd ready{fd, POLLIN, 0};
  if (poll(&ready, 1, 0) != 1) return {};
  const ssize_t size = read(fd, buffer, sizeof buffer);
  std::string text = size > 0 ? std::string(buffer, static_cast<size_t>(size)) : std::string();
  while (text.ends_with('\n')) text.pop_back();
  return text.empty() ? text : " (" + text + ")";
}

ChildEvent violation(std::string call) {
  std::string text = "forbidden system call " + call;
  return {ChildEvent::Kind::forbidden, std::move(call), 0, std::move(text)};
}

// Waits until the program runs. `child` takes the doors that were handed out.
Expected<void> await_ready(Child& child, std::vector<Listening> doors) {
  const auto until = steady_clock::now() + kStart;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - steady_clock::now()).count();
    if (left <= 0) return failed("sandbox.launch", "no answer from `doorward-launch`");
    pollfd ready{child.control.get(), POLLIN, 0};
    if (poll(&ready, 1, static_cast<int>(left)) < 0 && errno != EINTR) return failed_errno("poll");
    auto message = receive(child.control.get());
    if (!message) continue;
    switch (static_cast<Note>(message->kind)) {
      case Note::ready:
        for (const auto& door : doors) {
          if (!door.socket) return failed("sandbox.launch", "network: a door is missing");
        }
        child.listening = std::move(doors);
        return {};
      case Note::listening: {
        const auto index = std::strtoul(message->text.c_str(), nullptr, 10);
        if (index < doors.size()) doors[index].socket = std::move(message->fd);
        break;
      }
      case Note::reduced:
        child.reduced.push_back(std::move(message->text));
        break;
      // A quick server can be caught before its start was reported.
      case Note::forbidden:
        child.early.push_back(violation(std::move(message->text)));
        break;
      case Note::observed:
        child.early.push_back({ChildEvent::Kind::observed, "", 0, std::move(message->text)});
        break;
      case Note::failed:
        return failed("sandbox.launch", message->text + last_words(child.stderr_.get()));
      default:
        return failed("sandbox.launch",
                      "`doorward-launch` ended" + last_words(child.stderr_.get()));
    }
  }
}

std::string tag_for(const std::string& name) {
  static std::atomic<uint64_t> count{0};
  return "doorward-" + std::to_string(getpid()) + "-" + std::to_string(++count) + "-" + name;
}

}  // namespace

Child::Child(Child&& other) noexcept {
  *this = std::move(other);
}

Child& Child::operator=(Child&& other) noexcept {
  if (this == &other) return *this;
  kill_all(*this);
  outer = std::exchange(other.outer, -1);
  pidfd = std::move(other.pidfd);
  control = std::move(other.control);
  stdin_ = std::move(other.stdin_);
  stdout_ = std::move(other.stdout_);
  stderr_ = std::move(other.stderr_);
  listening = std::move(other.listening);
  reduced = std::move(other.reduced);
  cgroups = std::move(other.cgroups);
  early = std::move(other.early);
  return *this;
}

Child::~Child() {
  kill_all(*this);
}

Expected<Child> launch(const LaunchPlan& plan, const Host& host) {
  uint32_t uid = 0;
  if (host.root) {
    auto own = uid_of(plan.name, plan.state / "uids");
    if (!own) return std::unexpected(own.error());
    uid = *own;
  }
  auto order = make_order(plan, host, uid, tag_for(plan.name));
  if (!order) return std::unexpected(std::move(order.error()).within("server `" + plan.name + "`"));
  auto sealed = seal(order->spec);
  for (auto& [name, value] : order->spec.env) wipe(value.data(), value.size());
  if (!sealed) return std::unexpected(sealed.error());

  Pipe in, out, err;
  int control[2];
  if (!in.make() || !out.make() || !err.make()) return failed_errno("pipes");
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) != 0) {
    return failed_errno("control socket");
  }
  Child child;
  child.control.reset(control[0]);
  const Fd theirs(control[1]);
  auto pid = spawn(host.launcher,
                   {in.read.get(), out.write.get(), err.write.get(), sealed->get(), theirs.get()});
  if (!pid) return std::unexpected(pid.error());
  child.outer = *pid;
  child.pidfd.reset(static_cast<int>(syscall(SYS_pidfd_open, *pid, 0)));
  if (!child.pidfd) return failed_errno("pidfd");
  child.stdin_ = std::move(in.write);
  child.stdout_ = std::move(out.read);
  child.stderr_ = std::move(err.read);
  child.reduced = std::move(order->reduced);
  child.cgroups = std::move(order->spec.cgroups);
  // Our copies of its ends go now, or the end of a child could never be seen.
  in.read.reset();
  out.write.reset();
  err.write.reset();
  const_cast<Fd&>(theirs).reset();
  if (auto ready = await_ready(child, std::move(order->doors)); !ready) {
    return std::unexpected(std::move(ready.error()).within("server `" + plan.name + "`"));
  }
  return child;
}

void terminate(Child& child) {
  if (child.control) (void)send(child.control.get(), "T", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

bool exited(Child& child) {
  if (child.outer < 0) return true;
  pid_t pid = 0;
  do {
    pid = waitpid(child.outer, nullptr, WNOHANG);
  } while (pid < 0 && errno == EINTR);
  if (pid == 0) return false;
  child.outer = -1;
  return true;
}

void kill_all(Child& child) {
  child.control.reset();  // the launcher sees this, kills all and clears up
  child.stdin_.reset();
  child.stdout_.reset();
  child.stderr_.reset();
  child.listening.clear();
  const auto until = steady_clock::now() + kEnd;
  while (!exited(child)) {
    pollfd gone{child.pidfd.get(), POLLIN, 0};
    (void)poll(&gone, 1, 100);
    // Everything below dies with it; only an empty control group may stay.
    if (child.outer >= 0 && steady_clock::now() > until) kill(child.outer, SIGKILL);
  }
  child.pidfd.reset();
  // Usually gone by now. A launcher that was killed leaves them, with members about to die.
  for (const auto& folder : child.cgroups) {
    for (int round = 0; round < 200 && rmdir(folder.c_str()) != 0 && errno == EBUSY; ++round) {
      usleep(5'000);
    }
  }
  child.cgroups.clear();
}

std::optional<ChildEvent> next_event(Child& child) {
  if (!child.early.empty()) {
    ChildEvent event = std::move(child.early.front());
    child.early.erase(child.early.begin());
    return event;
  }
  while (child.control) {
    auto message = receive(child.control.get());
    if (!message) return std::nullopt;
    ChildEvent event;
    if (message->kind == static_cast<char>(Note::forbidden)) {
      return violation(std::move(message->text));
    }
    if (message->kind == static_cast<char>(Note::observed))
      return ChildEvent{ChildEvent::Kind::observed, "", 0, std::move(message->text)};
    if (message->kind == 0) {
      child.control.reset();
      return ChildEvent{ChildEvent::Kind::ended, "lost", 0, "its launcher was killed"};
    }
    if (message->kind != static_cast<char>(Note::ended) || message->text.size() < 1 + sizeof(int)) {
      continue;
    }
    child.control.reset();
    int status = 0;
    std::memcpy(&status, message->text.data() + 1, sizeof status);
    event.status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    switch (static_cast<Cause>(message->text[0])) {
      case Cause::exited:
        // A call through the door of another architecture ends the process at once.
        event.cause = !WIFSIGNALED(status)     ? "exited"
                      : event.status == SIGSYS ? "forbidden"
                                               : "signalled";
        break;
      case Cause::memory:
        event.cause = "memory";
        break;
      case Cause::disk:
        event.cause = "disk";
        break;
      case Cause::processes:
        event.cause = "processes";
        break;
      case Cause::forbidden:
        event.cause = "forbidden";
        break;
      case Cause::stopped:
        event.cause = "stopped";
        break;
    }
    event.text = message->text.substr(1 + sizeof(int));
    if (event.text.empty()) event.text = event.cause + " " + std::to_string(event.status);
    return event;
  }
  return std::nullopt;
}

}  // namespace doorward::sandbox
