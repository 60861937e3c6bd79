// Starts a local server behind its walls.
//
// gateway -> doorward-launch (stays, watches) -> bwrap -> doorward-init (PID 1) -> the server.
// doorward-launch holds one end of a socket whose other end only the gateway has: however the
// gateway dies, the socket closes and everything below ends.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/fd.h"
#include "sandbox/host.h"
#include "sandbox/plan.h"

namespace doorward::sandbox {

// A socket that listens inside the server's network namespace; whoever connects is that server.
struct Listening {
  enum class Kind {
    direct,   // carry the bytes to host:port, after checking the address (egress.h)
    forward,  // the same, and loopback or private literals were listed on purpose
    proxy,    // speak HTTP CONNECT; targets are judged by `permits` (egress.h)
  };
  Fd socket;  // accept here; non-blocking
  Kind kind = Kind::direct;
  NetworkRule target;  // of a proxy: empty
};

// How a child ended, or what it tried.
struct ChildEvent {
  enum class Kind { ended, forbidden, observed } kind = Kind::ended;
  std::string cause;  // ended: exited, signalled, memory, disk, processes, forbidden, stopped,
                      // lost; forbidden: the name of the call (R10.8); observed: empty
  int status = 0;     // ended: exit code, or the signal's number
  std::string text;   // for the log; observed: see learn.h
};

// INVARIANT: nothing of it outlives the object, nor this process.
struct Child {
  pid_t outer = -1;  // doorward-launch; a child of this process
  Fd pidfd;          // readable once it is gone
  Fd control;        // readable when there are events or at the end; closing it ends the child
  Fd stdin_, stdout_, stderr_;  // our ends of its pipes
  std::vector<Listening> listening;
  std::vector<std::string> reduced;  // walls that are weaker here, one sentence each
  std::vector<std::string> cgroups;
  std::vector<ChildEvent> early;  // came before it was ready; next_event gives them first

  Child() = default;
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();  // kill_all
};

// Blocks for 30 to 100 ms: call it from a thread that may wait. The plan's program runs when it
// returns. Errors, each naming its step: sandbox.plan (client fault of the configuration),
// sandbox.host, sandbox.seccomp, sandbox.uid, sandbox.spawn, sandbox.launch.
[[nodiscard]] Expected<Child> launch(const LaunchPlan& plan, const Host& host);

// Asks the server to end (SIGTERM). Close `stdin_` first; kill_all after a grace period.
void terminate(Child& child);
// Kills every process of the child, removes its control groups and reaps it. Blocks for some
// milliseconds. Idempotent.
void kill_all(Child& child);
// True once doorward-launch is gone; reaps it.
[[nodiscard]] bool exited(Child& child);
// The next event without waiting: ask until there is none, once after launch and whenever
// `control` is readable. After `ended` there is no more.
[[nodiscard]] std::optional<ChildEvent> next_event(Child& child);

}  // namespace doorward::sandbox
