// Looks through the source: nothing but net/writer.h writes to a socket or a pipe of a client or a
// server, and nobody makes Cleared bytes on the side.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

namespace doorward {
namespace {

namespace fs = std::filesystem;
using Found = std::set<std::string>;  // paths below src

// Every file of src below `folder` with a line, comments aside, that `pattern` fits.
Found files_with(const std::string& pattern, const std::string& folder = "") {
  const fs::path root = fs::path(DOORWARD_SOURCE_DIR) / "src";
  const std::regex expression(pattern);
  Found found;
  for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
    const std::string extension = entry.path().extension();
    if (extension != ".cc" && extension != ".h") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      line = line.substr(0, line.find("//"));
      if (std::regex_search(line, expression)) found.insert(fs::relative(entry.path(), root));
    }
  }
  return found;
}

constexpr const char* kSystemCalls =
    R"((^|[^\w:.>])(::)?(sendto|sendmsg|sendmmsg|writev|pwrite|pwritev|pwritev2|sendfile|vmsplice|dprintf|io_uring_enter)\s*\()"
    R"(|(^|[\s(!=])::(write|send|splice|tee)\s*\()";

TEST(OneWriter, AsioWritesInTheWriterOnly) {
  EXPECT_EQ(
      files_with(R"(\b(async_write(_some)?|async_send(_to)?|write_some|send_to)\b\s*\()"),
      // redteam is a client of its own: its attacks are bytes that no judged message could be.
      (Found{"app/redteam/attacker.cc", "net/writer.h"}));
  EXPECT_EQ(files_with(R"(asio::write\s*\(|\bSSL_write(_ex)?\b|\bBIO_write\b)"), Found{});
}

TEST(OneWriter, OnlyWriteHandsBuffersOver) {
  EXPECT_EQ(files_with(R"(\b(write_buffers|count_written)\s*\()"),
            (Found{"net/stream.h", "net/writer.cc", "net/writer.h"}));
}

TEST(OneWriter, NetMakesNoSystemCallThatWrites) {
  // A server's own network: bytes that this process never holds, carried by the kernel (egress.h).
  EXPECT_EQ(files_with(kSystemCalls, "net"), Found{"net/upstream/egress.cc"});
  EXPECT_EQ(
      files_with(
          R"(\b(std::cout|std::cerr|printf|fprintf|puts|fwrite|fputs|std::ofstream|fmt::print)\b)",
          "net"),
      Found{});
}

TEST(OneWriter, EverySystemCallThatWritesHasItsReason) {
  const std::map<std::string, std::string> reasons{
      {"app/discover/listeners.cc", "asks a listener of this host whether it speaks MCP"},
      {"app/log_line.cc", "log lines to standard error"},
      {"net/upstream/egress.cc", "a server's own connections, from socket to socket in the kernel"},
      {"app/secret_store.cc", "the encrypted secrets of the state folder"},
      {"app/task_labels.cc", "labels of tasks, for the next start"},
      {"identity/revocations.cc", "what was revoked, for the next start"},
      {"app/state.cc", "token files of the state folder"},
      {"audit/files.cc", "the audit log's files"},
      {"catalog/lock_store.cc", "the lock file"},
      {"sandbox/launcher/talk.cc", "the launcher's report to its parent"},
      {"sandbox/hand_over.h", "hands a descriptor to a peer on a Unix socket"},
      {"sandbox/launch.cc", "the launcher's orders"},
      {"sandbox/main_launch.cc", "id maps and limits of a new sandbox"},
  };
  for (const std::string& file : files_with(kSystemCalls)) {
    const bool known = reasons.contains(file) || file.starts_with("audit/") ||
                       file.starts_with("sandbox/launcher/");
    EXPECT_TRUE(known) << file
                       << " writes by a system call: send it through net::write, or say here "
                          "what it writes";
  }
}

TEST(OneWriter, GuardsAndTheCorridorWriteNowhere) {
  for (const char* folder : {"core", "guards", "policy", "identity", "wire"}) {
    Found found = files_with(kSystemCalls, folder);
    found.erase("identity/revocations.cc");  // its own file in the state folder
    EXPECT_EQ(found, Found{}) << folder;
    EXPECT_EQ(
        files_with(R"(\b(std::cout|std::cerr|printf|fprintf|puts|fwrite|fputs|std::ofstream)\b)",
                   folder),
        Found{})
        << folder;
  }
}

TEST(OneWriter, BodiesOfDoorwardsOwnAreMadeAtTheseDoorsOnly) {
  // The old transport's first event is an address of ours (2024-11-05, HTTP with SSE).
  EXPECT_EQ(files_with(R"((\.|->)own\s*\()"),
            (Found{"net/http_connection.cc", "net/oldest_transport.cc"}));
}

TEST(OneWriter, OnlyTheCorridorIsAFriendOfCleared) {
  EXPECT_EQ(files_with(R"(friend (class|struct) \w*Pipeline)"),
            (Found{"core/cleared.h", "core/pipeline.h"}));
  EXPECT_EQ(files_with(R"(\bCleared\(std::|\bCleared\(wire::|\bCleared\(edits|\bCleared\(body)"),
            (Found{"core/cleared.cc", "core/cleared.h", "core/pipeline.cc"}));
}

// The search itself: it finds what it looks for, and knows a comment.
TEST(OneWriter, TheSearchFinds) {
  EXPECT_TRUE(files_with(R"(std::array<asio::const_buffer)").contains("net/writer.h"));
  EXPECT_FALSE(files_with(R"(The one function that writes)").contains("net/writer.h"));
}

}  // namespace
}  // namespace doorward
