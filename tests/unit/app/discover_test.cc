// What goes around Doorward, and servers as the MCP Registry describes them.
#include <gtest/gtest.h>

#include "app/discover/listeners.h"
#include "app/onboard/client_file.h"

namespace doorward::app {
namespace {

constexpr std::string_view kHead =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode\n";

std::string line(std::string_view address, std::string_view state) {
  return "   0: " + std::string(address) + " 00000000:0000 " + std::string(state) +
         " 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 100 0 0 10 0\n";
}

TEST(Listening, SocketsThatLoopbackReachesAreRead) {
  const std::string text = std::string(kHead) + line("0100007F:1F90", "0A") +
                           line("00000000:0050", "0A") + line("0100007F:1F91", "01") +
                           line("0A00000A:1F92", "0A") + line("0200007F:1F93", "0A");
  const auto found = listening_in(text, false);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0], (Listening{"127.0.0.1", 8080, 4711}));
  EXPECT_EQ(found[1].port, 80);
  EXPECT_EQ(found[2].port, 8083);
}

TEST(Listening, AddressesOfVersionSixToo) {
  const auto found = listening_in(line("00000000000000000000000001000000:1F90", "0A") +
                                      line("00000000000000000000000000000000:1F91", "0A") +
                                      line("0000000000000000FFFF00000100007F:1F92", "0A") +
                                      line("B80D0120000000000000000001000000:1F93", "0A"),
                                  true);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].host, "::1");
  EXPECT_EQ(found[1].host, "::1");
  EXPECT_EQ(found[2].host, "127.0.0.1");
}

TEST(Listening, AnswersAreToldApart) {
  const std::string ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
  EXPECT_EQ(answered_in(ok + R"({"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"x"}})"),
            Answered::mcp);
  EXPECT_EQ(answered_in(ok + R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601}})"),
            Answered::json_rpc);
  EXPECT_EQ(answered_in("HTTP/1.1 200 OK\r\n\r\nevent: endpoint\ndata: /m?id=1\n\n"),
            Answered::mcp);
  EXPECT_EQ(answered_in("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer "
                        "resource_metadata=\"http://h/.well-known/oauth-protected-resource\"\r\n"
                        "\r\n"),
            Answered::protected_mcp);
  EXPECT_EQ(answered_in("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\n\r\n"),
            Answered::nothing);
  EXPECT_EQ(answered_in(ok + "<html>hello</html>"), Answered::nothing);
  EXPECT_EQ(answered_in("SSH-2.0-OpenSSH"), Answered::nothing);
}

ClientFile described(std::string text) {
  auto file = parse_client_file("/x/server.json", nullptr, std::move(text));
  EXPECT_TRUE(file) << (file ? "" : file.error().what);
  return file ? std::move(*file) : ClientFile{};
}

constexpr std::string_view kPackage = R"({
  "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
  "name": "io.github.owner/files", "description": "Files.", "version": "1.2.0",
  "packages": [
    {"registryType": "oci", "identifier": "docker.io/owner/files", "transport": {"type": "stdio"}},
    {"registryType": "npm", "identifier": "@owner/files", "version": "1.2.0",
     "transport": {"type": "stdio"},
     "packageArguments": [
       {"type": "named", "name": "--root", "value": "/data", "isRequired": true},
       {"type": "positional", "valueHint": "folder", "isRequired": true},
       {"type": "named", "name": "--color"}],
     "environmentVariables": [
       {"name": "FILES_TOKEN", "isRequired": true, "isSecret": true},
       {"name": "FILES_LEVEL", "default": "1"}, {"name": "FILES_MORE"}]}]})";

TEST(RegistryFile, APackageIsWhatAClientWouldWrite) {
  const ClientFile file = described(std::string(kPackage));
  EXPECT_FALSE(file.kind->is_clients);
  ASSERT_EQ(file.servers.size(), 1U);
  const ClientServer& server = file.servers[0];
  EXPECT_EQ(server.name, "files");
  EXPECT_EQ(server.command, "npx");
  EXPECT_EQ(server.arguments,
            (std::vector<std::string>{"-y", "@owner/files@1.2.0", "--root", "/data", "${folder}"}));
  EXPECT_EQ(server.environment.at("FILES_TOKEN"), "${FILES_TOKEN}");
  EXPECT_EQ(server.environment.at("FILES_LEVEL"), "1");
  EXPECT_FALSE(server.environment.contains("FILES_MORE"));
}

TEST(RegistryFile, ARemoteGoesBeforeAPackageAndTheApisWrappingIsTakenOff) {
  const ClientFile file = described(
      R"({"server": {"name": "com.example/web", "remotes": [{"type": "streamable-http",
          "url": "https://h.example/mcp", "headers": [{"name": "X-Key", "isRequired": true}]}],
          "packages": [{"registryType": "npm", "identifier": "x", "version": "1.0.0"}]}})");
  ASSERT_EQ(file.servers.size(), 1U);
  EXPECT_EQ(file.servers[0].url, "https://h.example/mcp");
  EXPECT_EQ(file.servers[0].headers.at("X-Key"), "${X-Key}");
}

TEST(RegistryFile, WhatCantBeInstalledIsRefused) {
  EXPECT_FALSE(parse_client_file(
      "/x/server.json", nullptr,
      R"({"$schema":"https://h/server.schema.json","name":"a/b","packages":[{"registryType":"oci","identifier":"x"}]})"));
}

}  // namespace
}  // namespace doorward::app
