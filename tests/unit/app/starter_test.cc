// What a server gets of the host because of the words of its command line.
#include "app/starter.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "base/bytes.h"

namespace doorward::app {
namespace {

namespace fs = std::filesystem;

class Starter : public testing::Test {
 protected:
  Starter() {
    for (const char* folder : {"notes", "pkg", ".ssh", "node_modules/other/dist",
                               "node_modules/@modelcontextprotocol/server-filesystem/dist"})
      fs::create_directories(place_ / folder);
    for (const char* file :
         {"server.py", "helper.py", "alone.js", "data.csv", "node_modules/other/dist/index.js",
          "node_modules/@modelcontextprotocol/server-filesystem/dist/index.js"})
      std::ofstream(place_ / file) << "text";
  }
  ~Starter() override { fs::remove_all(place_); }
  Starter(const Starter&) = delete;
  Starter& operator=(const Starter&) = delete;

  // The server that a command makes; its notes in `notes_`.
  Server made_of(const std::vector<std::string>& command) {
    Config config;
    auto wrapped = add_wrapped_server(config, command, place_);
    EXPECT_TRUE(wrapped);
    if (!wrapped) return {};
    notes_ = testing::PrintToString(wrapped->notes);
    return config.servers.at(wrapped->name);
  }
  static bool has(const std::vector<Mount>& mounts, const fs::path& path) {
    return std::ranges::any_of(mounts, [&](const Mount& mount) { return mount.from == path; });
  }

  const fs::path place_ =
      fs::canonical(fs::temp_directory_path()) / ("doorward-starter-" + hex(random_bytes(6)));
  std::string notes_;
};

TEST_F(Starter, LeavesWordsThatAreNoPathAlone) {
  const std::vector<std::string> command = {"python3", "-m", "pkg", "notes", ".ssh", "data.csv"};
  const Server server = made_of(command);
  EXPECT_EQ(server.command, command);
  EXPECT_TRUE(server.sandbox.read.empty());
  EXPECT_TRUE(server.sandbox.write.empty());
  EXPECT_EQ(made_of({"python3", "-m", "server.py"}).command.back(), "server.py");
}

TEST_F(Starter, ShowsFoldersThatAreWrittenAsPathsToRead) {
  for (const std::string& word : {std::string("./notes"), (place_ / "notes").string()}) {
    const Server server =
        made_of({"node", (place_ / "node_modules/other/dist/index.js").string(), word});
    EXPECT_TRUE(has(server.sandbox.read, place_ / "notes")) << word;
    EXPECT_TRUE(server.sandbox.write.empty()) << word;
    EXPECT_EQ(server.command.back(), (place_ / "notes").string());
    EXPECT_THAT(notes_, testing::HasSubstr("it reads"));
  }
}

TEST_F(Starter, ShowsThemToWriteToPackagesThatAreForIt) {
  const Server server = made_of(
      {"node",
       (place_ / "node_modules/@modelcontextprotocol/server-filesystem/dist/index.js").string(),
       "./notes"});
  EXPECT_TRUE(has(server.sandbox.write, place_ / "notes"));
  EXPECT_FALSE(has(server.sandbox.read, place_ / "notes"));
  EXPECT_THAT(notes_, testing::HasSubstr("it reads and changes"));
}

TEST_F(Starter, NeverShowsCredentialsAndWideFolders) {
  const Server server = made_of({"python3", "server.py", "./.ssh", "/home", "/var/lib", "/"});
  EXPECT_TRUE(server.sandbox.write.empty());
  EXPECT_FALSE(has(server.sandbox.read, place_ / ".ssh"));
  EXPECT_FALSE(has(server.sandbox.read, "/var/lib"));
  EXPECT_THAT(notes_, testing::HasSubstr("does not get"));
}

TEST_F(Starter, TellsOfNeighboursThatStayHidden) {
  const Server server = made_of({"python3", "server.py"});
  EXPECT_EQ(server.command.back(), (place_ / "server.py").string());
  EXPECT_THAT(notes_, testing::HasSubstr("`server.py` alone"));
  (void)made_of({"node", "alone.js"});
  EXPECT_THAT(notes_, testing::Not(testing::HasSubstr("alone.js` alone")));
}

}  // namespace
}  // namespace doorward::app
