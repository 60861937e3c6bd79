// A server to launch, with folders of its own, and what it wrote.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/bytes.h"
#include "sandbox/launch.h"

namespace doorward::sandbox {

namespace fs = std::filesystem;

// Removed with all that is in it.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("doorward-sandbox-" + hex(random_bytes(6)))) {
    fs::create_directories(path_);
    // Reached without links and by every user, whatever the umask.
    fs::permissions(path_, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
    path_ = fs::canonical(path_);
  }
  ~Folder() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] fs::path make(const std::string& name, fs::perms mode = fs::perms(0755)) const {
    fs::create_directories(path_ / name);
    fs::permissions(path_ / name, mode);
    return path_ / name;
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

inline const Host& this_host() {
  static const Host host = Host::probe(fs::path(DOORWARD_BINARY_DIR) / "bin");
  return host;
}

inline std::string slurp(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Everything until the end, or until `seconds` have passed.
inline std::string read_to_end(int fd, int seconds = 30) {
  std::string text;
  char buffer[4096];
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < until) {
    pollfd ready{fd, POLLIN, 0};
    if (poll(&ready, 1, 200) <= 0) continue;
    const ssize_t size = read(fd, buffer, sizeof buffer);
    if (size <= 0) break;
    text.append(buffer, static_cast<size_t>(size));
  }
  return text;
}

inline ChildEvent wait_for_end(Child& child, int seconds = 30) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < until) {
    while (auto event = next_event(child)) {
      if (event->kind == ChildEvent::Kind::ended) return *event;
    }
    if (!child.control) break;
    pollfd ready{child.control.get(), POLLIN, 0};
    (void)poll(&ready, 1, 200);
  }
  return {ChildEvent::Kind::ended, "no event", -1, ""};
}

struct Outcome {
  std::string out, err;
  ChildEvent end;
};

// Runs to its end; what it could not start with stands in `err`.
inline Outcome run(const LaunchPlan& plan, const Host& host = this_host()) {
  auto child = launch(plan, host);
  if (!child) return {"", child.error().what, {ChildEvent::Kind::ended, "not started", -1, ""}};
  child->stdin_.reset();
  Outcome outcome;
  outcome.out = read_to_end(child->stdout_.get());
  outcome.err = read_to_end(child->stderr_.get());
  outcome.end = wait_for_end(*child);
  return outcome;
}

// A plan for a shell script with a workspace, in folders below `folder`.
inline LaunchPlan shell(const Folder& folder, const std::string& script) {
  LaunchPlan plan;
  plan.name = "try";
  plan.command = {"sh", "-c", script};
  plan.state = folder.make("state", fs::perms(0700));
  plan.write = {{folder.make("workspace", fs::perms(0700)), "/workspace"}};
  return plan;
}

}  // namespace doorward::sandbox
