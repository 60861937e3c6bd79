// Reading and editing the configuration files of clients, and what package runners mean.
#include <gtest/gtest.h>

#include "app/onboard/client_file.h"
#include "app/onboard/imitation.h"
#include "app/onboard/jsonc.h"
#include "app/onboard/package.h"
#include "app/onboard/profile.h"
#include "app/onboard/suggest.h"
#include "wire/json.h"

namespace doorward::app {
namespace {

const std::vector<std::string> kDoorward{"/opt/doorward", "wrap", "--config",
                                         "/home/a/doorward.yaml"};

ClientFile parsed(const char* path, std::string text) {
  auto file = parse_client_file(path, nullptr, std::move(text));
  EXPECT_TRUE(file) << (file ? "" : file.error().what);
  return file ? std::move(*file) : ClientFile{};
}

std::string pointed(const ClientFile& file, const std::vector<ClientServer>& moved) {
  auto text = point_at_doorward(file, moved, kDoorward);
  EXPECT_TRUE(text) << (text ? "" : text.error().what);
  return text.value_or("");
}

TEST(Jsonc, CommentsAndTrailingCommasAreBlanked) {
  const std::string text = "// a\n{ /* b */ \"x\": [1, 2, ], \"u\": \"http://h//p\", /* c */ }";
  const std::string blank = blank_comments(text);
  EXPECT_EQ(blank.size(), text.size());
  const auto document = wire::JsonDocument::parse(blank);
  ASSERT_TRUE(document) << document.error().what;
  EXPECT_EQ(document->root()["u"].text(), "http://h//p");
  EXPECT_EQ(document->root()["x"].size(), 2u);
}

TEST(ClientFile, TheKnownClientsAreToldApart) {
  EXPECT_EQ(kind_of("/x/Claude/claude_desktop_config.json", "").name, "Claude Desktop");
  EXPECT_EQ(kind_of("/x/.cursor/mcp.json", "").name, "Cursor");
  EXPECT_EQ(kind_of("/x/.vscode/mcp.json", "").name, "VS Code");
  EXPECT_EQ(kind_of("/x/.codex/config.toml", "").name, "Codex CLI");
  EXPECT_EQ(kind_of("/x/.gemini/settings.json", "").name, "Gemini CLI");
  EXPECT_EQ(kind_of("/x/zed/settings.json", "").name, "Zed");
  EXPECT_EQ(kind_of("/x/other.json", R"({"servers":{}})").member, "servers");
  EXPECT_EQ(kind_of("/x/other.json", R"({"mcpServers":{}})").member, "mcpServers");
}

TEST(ClientFile, ServersAreReadAndTheRestStays) {
  const std::string text =
      "{\n  // mine\n  \"theme\": \"dark\",\n  \"mcpServers\": {\n    \"files\": {\"command\": "
      "\"npx\", \"args\": [\"-y\", \"x\"], \"env\": {\"A\": \"1\"}},\n    // keep me\n    \"web\": "
      "{\"url\": \"https://h.example/mcp\"},\n  },\n  \"last\": 1\n}\n";
  const ClientFile file = parsed("/x/mcp.json", text);
  ASSERT_EQ(file.servers.size(), 2u);
  EXPECT_EQ(file.servers[0].command, "npx");
  EXPECT_EQ(file.servers[0].environment.at("A"), "1");
  EXPECT_EQ(file.servers[1].url, "https://h.example/mcp");
  const std::string after = pointed(file, file.servers);
  EXPECT_NE(after.find("// mine\n  \"theme\": \"dark\","), std::string::npos) << after;
  EXPECT_NE(after.find("// keep me"), std::string::npos) << after;
  EXPECT_NE(after.find("\"last\": 1\n}\n"), std::string::npos) << after;
  const ClientFile again = parsed("/x/mcp.json", after);
  ASSERT_EQ(again.servers.size(), 1u) << after;
  EXPECT_EQ(again.servers[0].name, "doorward");
  EXPECT_EQ(again.servers[0].arguments.back(), "/home/a/doorward.yaml");
}

TEST(ClientFile, AServerThatStaysStays) {
  const ClientFile file = parsed(
      "/x/mcp.json",
      R"({"mcpServers":{"a":{"command":"a"},"b":{"command":"docker"},"c":{"command":"c"}}})");
  ASSERT_EQ(file.servers.size(), 3u);
  const ClientFile again = parsed("/x/mcp.json", pointed(file, {file.servers[0], file.servers[2]}));
  ASSERT_EQ(again.servers.size(), 2u);
  EXPECT_EQ(again.servers[0].name, "doorward");
  EXPECT_EQ(again.servers[1].name, "b");
}

TEST(ClientFile, ProjectsOfClaudeCodeGetTheirOwnEntry) {
  const ClientFile file = parsed(
      "/x/.claude.json",
      R"({"mcpServers":{"a":{"command":"a"}},"projects":{"/p":{"mcpServers":{"b":{"command":"b"}}}}})");
  ASSERT_EQ(file.servers.size(), 2u);
  const ClientFile again = parsed("/x/.claude.json", pointed(file, file.servers));
  ASSERT_EQ(again.servers.size(), 2u);
  EXPECT_EQ(again.servers[0].name, "doorward");
  EXPECT_EQ(again.servers[1].project, "/p");
}

TEST(ClientFile, TomlTablesAreReplacedByLines) {
  const std::string text =
      "# mine\nmodel = \"m\"\n\n[mcp_servers.files]\ncommand = \"npx\"\nargs = [\"-y\", \"x\"]\n\n"
      "[mcp_servers.files.env]\nA = \"1\"\n\n[other]\nk = 1\n\n[mcp_servers.web]\nurl = "
      "\"https://h.example/mcp\"\n";
  const ClientFile file = parsed("/x/.codex/config.toml", text);
  ASSERT_EQ(file.servers.size(), 2u);
  const std::string after = pointed(file, file.servers);
  EXPECT_TRUE(after.starts_with("# mine\nmodel = \"m\"\n")) << after;
  EXPECT_NE(after.find("[other]\nk = 1\n"), std::string::npos) << after;
  const ClientFile again = parsed("/x/.codex/config.toml", after);
  ASSERT_EQ(again.servers.size(), 1u) << after;
  EXPECT_EQ(again.servers[0].command, "/opt/doorward");
}

TEST(ClientFile, BadFilesAreNamedWithTheirPlace) {
  for (const char* text : {"{", "{\"mcpServers\": {\"a\": {}}, \"mcpServers\": {}}", "[1] x"}) {
    const auto file = parse_client_file("/x/mcp.json", nullptr, text);
    ASSERT_FALSE(file) << text;
    EXPECT_NE(file.error().what.find("nothing was changed"), std::string::npos);
  }
  EXPECT_FALSE(parse_client_file("/x/.codex/config.toml", nullptr, "[a\n"));
  EXPECT_TRUE(parse_client_file("/x/mcp.json", nullptr, ""));
}

TEST(Package, RunnersAreUnderstood) {
  const auto npx = package_command({"npx", "-y", "@scope/server@1.2.3", "/data"});
  ASSERT_TRUE(npx);
  EXPECT_EQ(npx->name, "@scope/server");
  EXPECT_EQ(npx->version, "1.2.3");
  EXPECT_EQ(npx->arguments, std::vector<std::string>{"/data"});
  EXPECT_EQ(package_command({"npx", "server@latest"})->version, "");
  EXPECT_EQ(package_command({"npx", "-p", "pack", "tool", "x"})->program, "tool");
  EXPECT_EQ(package_command({"npm", "exec", "server", "--", "x"})->arguments.size(), 1u);
  EXPECT_EQ(package_command({"cmd", "/c", "npx", "-y", "server"})->name, "server");
  EXPECT_EQ(package_command({"uvx", "--from", "git-server==1.0", "run"})->version, "1.0");
  EXPECT_EQ(package_command({"uvx", "mcp-server-git"})->runner, Runner::python);
}

TEST(Package, WhatIsNoPackageIsNone) {
  for (const std::vector<std::string>& command : {std::vector<std::string>{"node", "index.js"},
                                                  {"npx"},
                                                  {"npx", "-c", "rm -rf x"},
                                                  {"npx", "../evil"},
                                                  {"npx", "https://h.example/x.tgz"},
                                                  {"npx", "git+ssh://x"},
                                                  {}})
    EXPECT_FALSE(package_command(command)) << (command.empty() ? "" : command.back());
}

TEST(Profile, NetworksComeFromPackageOrConnectionString) {
  EXPECT_EQ(known_network("@modelcontextprotocol/server-github").size(), 1u);
  EXPECT_TRUE(known_network("unknown").empty());
  EXPECT_EQ(database_address({"postgresql://u:p@localhost:5433/db"}),
            "{ forward: \"127.0.0.1:5433\" }");
  EXPECT_EQ(database_address({"postgres://db.example/x"}), "\"db.example:5432\"");
  EXPECT_EQ(database_address({"plain"}), "");
}

TEST(Suggest, NamesFitTheConfiguration) {
  EXPECT_EQ(server_name("My Server__x!", {}), "my-server-x");
  EXPECT_EQ(server_name("files", {"files"}), "files-2");
  EXPECT_EQ(server_name("***", {}), "server");
  EXPECT_LE(server_name(std::string(100, 'a'), {std::string(24, 'a')}).size(), 24u);
}

TEST(Suggest, SecretsLeaveTheTextAndPlaceholdersAreTold) {
  ClientServer server;
  server.name = "web";
  server.url = "https://h.example/mcp";
  server.headers["Authorization"] = "Bearer abc";
  const Suggestion made = suggest(server, "/nowhere", {});
  EXPECT_EQ(made.refused, "");
  EXPECT_EQ(made.yaml.find("abc"), std::string::npos);
  ASSERT_EQ(made.secrets.size(), 1u);
  EXPECT_EQ(made.secrets.begin()->second.reveal(), "abc");
  server.headers["Authorization"] = "${input:token}";
  EXPECT_NE(suggest(server, "/nowhere", {}).refused, "");
  server.url = "http://h.example/mcp";
  EXPECT_NE(suggest(server, "/nowhere", {}).refused, "");
  ClientServer docker;
  docker.name = "d";
  docker.command = "docker";
  EXPECT_NE(suggest(docker, "/nowhere", {}).refused, "");
}

TEST(Imitation, ASlipAwayFromAWidelyUsedOneIsTold) {
  for (const char* const name : {"filesytem", "file-system", "postgers", "mcp-server-filesytem",
                                 "@evil/server-memmory", "githuh", "p\xd0\xb0ypal"})
    EXPECT_TRUE(imitates(name)) << name;
  for (const char* const name :
       {"filesystem", "mcp-github", "github2", "context7", "@modelcontextprotocol/server-memory",
        "tickets", "notes", "files", "time", "probe", "everything", "my-files", "slack-work"})
    EXPECT_FALSE(imitates(name)) << name;
  EXPECT_TRUE(imitates("files", {"node", "/s/node_modules/server-filesytem/index.js"}));
  EXPECT_FALSE(imitates("files", {"node", "/s/node_modules/@a/server-filesystem/index.js"}));
}

TEST(Suggestion, ANameOfLettersThatPassForOthersStaysOutside) {
  ClientServer server;
  server.url = "https://h.example/mcp";
  for (const char* const name : {"files\xd1\x83stem", "file\xe2\x80\x8bsystem"}) {
    server.name = name;
    EXPECT_NE(suggest(server, "/nowhere", {}).suspicious, "") << name;
  }
  for (const char* const name : {"files",
                                 "Gr\xc3\xb6\xc3\x9f"
                                 "e",
                                 "\xe5\x9c\xb0\xe5\x9b\xbe MCP"}) {
    server.name = name;
    EXPECT_EQ(suggest(server, "/nowhere", {}).suspicious, "") << name;
  }
}

}  // namespace
}  // namespace doorward::app
