// Reading and editing the configuration files of clients, and what package runners mean.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/config/load.h"
#include "app/onboard/append.h"
#include "app/onboard/client_file.h"
#include "app/onboard/imitation.h"
#include "app/onboard/jsonc.h"
#include "app/onboard/named_paths.h"
#include "app/onboard/package.h"
#include "app/onboard/plan.h"
#include "app/onboard/profile.h"
#include "app/onboard/suggest.h"
#include "app/server_files.h"
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

InitPlan planned(const char* name, const char* secret = nullptr) {
  PlannedServer server;
  server.suggestion.name = name;
  server.suggestion.yaml = "    command: [\"a\"]\n";
  if (secret != nullptr) server.suggestion.secrets.emplace(secret, Secret<>("value"));
  InitPlan plan;
  plan.servers.push_back(std::move(server));
  return plan;
}

TEST(ClientFile, IsPointedAtDoorwardOnce) {
  const std::string own = R"("doorward":{"command":"/opt/doorward","args":["wrap","--config",")";
  const auto second = [&](const std::string& config) {
    const ClientFile file = parsed("/x/.cursor/mcp.json", R"({"mcpServers":{)" + own + config +
                                                              R"("]},"b":{"command":"c"}}})");
    std::vector<ClientServer> moved;
    for (const ClientServer& server : file.servers)
      if (server.name == "b") moved.push_back(server);
    return point_at_doorward(file, moved, kDoorward);
  };
  const auto again = second("/home/a/doorward.yaml");
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(*again, R"({"mcpServers":{)" + own + R"(/home/a/doorward.yaml"]}}})");
  EXPECT_FALSE(second("/home/b/doorward.yaml"));
}

TEST(Append, PutsLinesInAndTouchesNone) {
  const auto added = [](const std::string& text, const InitPlan& plan) {
    const auto out = append_servers(text, plan, "/s");
    return out ? out->text : "no";
  };
  EXPECT_EQ(
      added("version: 1\nservers: # all\n    a:\n      command: [b] # why\n\n# below\nflow: []\n",
            planned("n")),
      "version: 1\nservers: # all\n    a:\n      command: [b] # why\n    n:\n      command: "
      "[\"a\"]\n\n# below\nflow: []\n");
  EXPECT_EQ(added("version: 1\n", planned("n", "k")),
            "version: 1\n\nservers:\n  n:\n    command: [\"a\"]\n\nsecrets:\n  \"k\": { file: "
            "\"/s/k\" }\n");
  EXPECT_EQ(added("secrets:\n  x: { env: X }\nservers:\n  a:\n    url: u", planned("n", "k")),
            "secrets:\n  x: { env: X }\n  \"k\": { file: \"/s/k\" }\nservers:\n  a:\n    url: "
            "u\n  n:\n    command: [\"a\"]\n");
  EXPECT_EQ(added("servers: {}\n", planned("n")), "no");
  EXPECT_EQ(added("{ \"servers\": {} }\n", planned("n")).find("{ \"servers\""), 0u);
  InitPlan refused = planned("n");
  refused.servers.front().suggestion.refused = "no";
  EXPECT_EQ(added("servers:\n  a: 1\n", refused), "servers:\n  a: 1\n");
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

ClientServer plain_server() {
  ClientServer server;
  server.name = "notes";
  server.command = "/usr/bin/env";
  server.arguments = {"true"};
  return server;
}

// A configuration that came with a repository writes nothing of its own into doorward.yaml.
TEST(Suggest, NamesWithLinesAndControlCharactersAreRefused) {
  const std::string inject = "x\n  helper:\n    command: [\"sh\"]\n    trust: trusted\n  # ";
  for (const std::string& name : {inject, std::string("A\x1b[2J"), std::string("A\xc2\x9b") + "2J",
                                  std::string("A B"), std::string("A=B"), std::string()}) {
    ClientServer server = plain_server();
    server.environment[name] = "${input:k}";
    EXPECT_NE(suggest(server, "/tmp/none", {}).refused, "") << name;
    server = ClientServer{};
    server.name = "notes";
    server.url = "https://h.example/mcp";
    server.headers[name] = "v";
    EXPECT_NE(suggest(server, "/tmp/none", {}).refused, "") << name;
  }
  ClientServer server = plain_server();
  server.arguments.push_back("a\nb");
  EXPECT_NE(suggest(server, "/tmp/none", {}).refused, "");
  server = plain_server();
  server.environment["MODE"] = "\x1b]0;x\x07";
  EXPECT_NE(suggest(server, "/tmp/none", {}).refused, "");
  // Honest ones: lines in a value stay a value, a placeholder is told in one line.
  server = plain_server();
  server.environment = {{"MODE", "a\nb"}, {"npm_config_x", "${input:k}"}, {"LEVEL", "1"}};
  const Suggestion made = suggest(server, "/tmp/none", {});
  EXPECT_EQ(made.refused, "");
  EXPECT_NE(made.yaml.find("\"MODE\": \"a\\nb\""), std::string::npos) << made.yaml;
}

TEST(Plan, CommentsHoldNoRawText) {
  InitPlan plan;
  PlannedServer planned;
  planned.suggestion.name = "notes";
  planned.suggestion.yaml = "    command: [\"true\"]\n";
  planned.suggestion.notes = {"a\n  evil:\n    command: [\"sh\"]", "b\r\xe2\x80\xa8  evil: {}"};
  plan.servers.push_back(planned);
  const auto config = parse_config(configuration_text(plan, "/s"), "doorward.yaml", "/");
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->servers.size(), 1u);
  EXPECT_TRUE(config->servers.contains("notes"));
}

TEST(ClientFile, WhatIsSwitchedOffIsKnown) {
  const ClientFile file = parsed("/x/.gemini/settings.json",
                                 R"({"mcpServers":{"a":{"command":"a","disabled":true},
      "b":{"command":"b","excludeTools":["x"]},"c":{"command":"c"},"d":{"command":"d"}},
      "mcp":{"excluded":["d"]}})");
  ASSERT_EQ(file.servers.size(), 4u);
  EXPECT_TRUE(file.servers[0].is_off);
  EXPECT_TRUE(file.servers[1].leaves_out);
  EXPECT_FALSE(file.servers[2].is_off || file.servers[2].leaves_out);
  EXPECT_TRUE(file.servers[3].is_off);
}

TEST(NamedPaths, DataStaysWhereItIs) {
  const Path folder =
      std::filesystem::temp_directory_path() / ("doorward-paths-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "own");
  std::ofstream(folder / "own/config.json") << "{}";
  const auto mounted = [&](const std::string& name, const std::string& value,
                           std::string_view keeps = "") {
    Server server;
    server.command = {"node"};
    const NamedPaths told = mount_named_paths(server, {{name, value}}, keeps);
    std::string out;
    for (const Mount& mount : server.sandbox.write) out += mount.to.string() + " ";
    return told.refused.empty() ? out : "refused";
  };
  const std::string own = (folder / "own").string();
  EXPECT_EQ(mounted("MEMORY_FILE_PATH", own + "/memory.jsonl", "MEMORY_FILE_PATH"), own + " ");
  EXPECT_EQ(mounted("DATA", own), own + " ");
  EXPECT_EQ(mounted("DATA", own + "/config.json"), own + "/config.json ");
  EXPECT_EQ(mounted("DATA", "/tmp/doorward-no-such-file.json"), "refused");
  for (const char* const other : {"/usr/share", "/no/such/folder/x", "relative", "/tmp", "a:/b"})
    EXPECT_EQ(mounted("DATA", other), "") << other;
  // A folder that is not there yet is made; what lies beside it is none of the server's.
  EXPECT_EQ(mounted("LOGS_DIR", own + "/logs"), own + "/logs ");
  EXPECT_TRUE(std::filesystem::is_directory(own + "/logs"));
  EXPECT_EQ(mounted("DATA", own + "/data"), "refused");
  EXPECT_FALSE(std::filesystem::exists(own + "/data"));
  Server server;
  server.command = {"node", "--config=" + own + "/config.json"};
  EXPECT_EQ(mount_named_paths(server, {}, "").refused, "");
  ASSERT_EQ(server.sandbox.read.size(), 1u);
  EXPECT_EQ(server.sandbox.read[0].to, own + "/config.json");
  std::filesystem::remove_all(folder);
}

TEST(ServerFiles, AScriptIsKnownByTheCodeBesideIt) {
  const Path folder =
      std::filesystem::temp_directory_path() / ("doorward-code-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "lib");
  const auto put = [&](const char* name, const char* text) {
    std::ofstream(folder / name) << text;
  };
  put("server.py", "import helper");
  put("lib/helper.py", "1");
  put("notes.txt", "1");
  Config config;
  Server server;
  server.command = {"python3", (folder / "server.py").string()};
  server.sandbox.read = {{folder, folder}};
  const std::string before = digest_of_files(config, server);
  put("notes.txt", "2");
  EXPECT_EQ(digest_of_files(config, server), before);
  put("lib/helper.py", "2");
  const std::string edited = digest_of_files(config, server);
  EXPECT_NE(edited, before);
  put("json.py", "3");
  EXPECT_NE(digest_of_files(config, server), edited);
  // What its sandbox does not show it is not loaded.
  server.sandbox.read = {{folder / "server.py", folder / "server.py"}};
  const std::string alone = digest_of_files(config, server);
  put("json.py", "4");
  EXPECT_EQ(digest_of_files(config, server), alone);
  std::filesystem::remove_all(folder);
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
