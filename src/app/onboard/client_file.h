// Configuration files of MCP clients: where they lie, which servers stand in them, and the same
// text with those servers behind Doorward. Everything else of a file, comments included, stays as
// it is to the byte.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "base/error.h"

namespace doorward::app {

enum class ClientFormat : uint8_t { json, toml };

// One client's way to write servers.
struct ClientKind {
  std::string_view name;    // `Claude Desktop`
  std::string_view member;  // of the object that holds the servers: `mcpServers`
  ClientFormat format = ClientFormat::json;
  bool is_clients = true;  // false: a description of servers, which no client reads
};

struct ClientServer {
  std::string name;
  std::string command;
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;
  std::string folder;  // `cwd`
  std::string url;
  std::map<std::string, std::string> headers;
  std::string project;  // of a server that counts in one folder only (Claude Code); "" elsewhere
  bool is_off = false;  // switched off in the client
  bool leaves_out = false;  // the client offers only some of its tools
  // Where its member (name and value) stands in the text.
  size_t begin = 0, end = 0;
};

struct ClientFile {
  const ClientKind* kind = nullptr;
  Path path;
  std::string text;
  std::vector<ClientServer> servers;
};

// Every known place below `home`, and of `folder` as a project. Not all of them exist.
struct KnownPlace {
  const ClientKind* kind;
  Path path;
};
[[nodiscard]] std::vector<KnownPlace> known_places(const Path& home, const Path& folder);
// The kind of a file that a person names: by its place and name, else by what stands in it.
[[nodiscard]] const ClientKind& kind_of(const Path& path, std::string_view text);

// Errors: init.unreadable, init.client_file (what is wrong, and where).
[[nodiscard]] Expected<ClientFile> read_client_file(const Path& path, const ClientKind* kind);
[[nodiscard]] Expected<ClientFile> parse_client_file(const Path& path, const ClientKind* kind,
                                                     std::string text);

// True where the entry starts Doorward: nothing to move.
[[nodiscard]] bool is_doorward(const ClientServer& server);

// The text with `moved` taken out and one entry `doorward` put in, that runs `command`.
[[nodiscard]] Expected<std::string> point_at_doorward(const ClientFile& file,
                                                      const std::vector<ClientServer>& moved,
                                                      const std::vector<std::string>& command);

}  // namespace doorward::app
