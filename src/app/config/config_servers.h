// `servers` of doorward.yaml: what runs where, with which powers and whose credential.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/config/config_values.h"
#include "core/classes.h"

namespace doorward::app {

struct Mount {
  Path from;  // on the host
  Path to;    // inside; the same absolute path unless given
  // Not `from` itself but a folder below it for each principal, made when first needed.
  bool per_principal = false;
  bool operator==(const Mount&) const = default;
};

// One thing that a sandboxed server may reach.
struct NetworkGrant {
  std::string host;  // lower-case DNS name, `*.name`, or IP literal
  uint16_t port = 0;
  bool forward = false;  // offered as a port on the server's own loopback
  bool operator==(const NetworkGrant&) const = default;
};

// A literal, or a secret by name.
using EnvValue = std::variant<std::string, SecretRef>;

struct SandboxLimits {
  uint64_t memory = 512ULL << 20;
  uint32_t processes = 64;
  double cpu = 1.0;  // cores
  uint64_t disk = 1ULL << 30;
  bool operator==(const SandboxLimits&) const = default;
};

// Walls that some hosts can't put up whole; `require` names those that may not be weaker.
enum class Wall : uint8_t { own_user, cgroup, cpu_quota, landlock };

// Powers beyond files and network, each named by the operator on purpose.
enum class ServerPower : uint8_t { unix_sockets, git_write };

struct Sandbox {
  std::vector<Mount> read;
  std::vector<Mount> write;
  std::vector<NetworkGrant> network;
  std::map<std::string, EnvValue> env;
  SandboxLimits limits;
  bool require_cgroup = false;  // the same as `cgroup` in `require`
  std::vector<Wall> require;    // the server does not start where one of them is weaker
  std::vector<ServerPower> powers;
  bool operator==(const Sandbox&) const = default;
};

enum class Instances : uint8_t { automatic, per_session, per_principal, shared };
enum class Trust : uint8_t { trusted, shared, untrusted };
enum class Pins : uint8_t { locked, first_use };
enum class ServerRequest : uint8_t { elicitation, sampling, roots };

struct BearerCredential {
  SecretRef token;
  bool operator==(const BearerCredential&) const = default;
};
struct ClientCredentials {  // RFC 6749 section 4.4
  std::string issuer;
  std::string client_id;
  SecretRef client_secret;  // one of client_secret and private_key is set
  SecretRef private_key;    // PEM; proves the client by a signed assertion (RFC 7523)
  std::string scope;
  std::string audience;
  bool operator==(const ClientCredentials&) const = default;
};
struct TokenExchange {  // RFC 8693, for the calling user
  std::string issuer;
  std::string client_id;
  SecretRef client_secret;  // as above
  SecretRef private_key;
  std::string scope;
  std::string audience;
  bool operator==(const TokenExchange&) const = default;
};
// Each principal's own account, after a login (RFC 6749 section 4.1): see app/login.
struct AuthorizationCode {
  std::string issuer;     // "" = the one that the server's metadata names
  std::string client_id;  // "" = registered at the login (RFC 7591)
  SecretRef client_secret;
  std::string scope;  // "" = what the server asks for
  bool operator==(const AuthorizationCode&) const = default;
};
using Credential = std::variant<std::monostate, BearerCredential, ClientCredentials, TokenExchange,
                                AuthorizationCode>;

// Tighter limits of one server or one tool; absent = those of `limits`.
struct OwnLimits {
  std::optional<Calls> calls;
  std::optional<uint32_t> concurrency;
  std::optional<milliseconds> deadline;
  std::optional<uint64_t> result_bytes;
  std::optional<Rate> bytes;
  std::optional<uint32_t> cost;  // what one call takes of `task_calls`
  bool operator==(const OwnLimits&) const = default;
};

// The operator's word on one tool; it overrides the lock file.
struct ToolOverride {
  std::optional<core::ClassSet> classes;
  std::optional<Trust> trust;
  std::optional<std::vector<std::string>> addresses;  // arguments that name a destination
  std::optional<bool> is_private;                     // its results are private data
  std::optional<bool> idempotent;                     // absent: what its signed definition says
  OwnLimits limits;
  bool operator==(const ToolOverride&) const = default;
};

struct Server {
  std::vector<std::string> command;  // one of command and url is set
  std::string url;
  Sandbox sandbox;  // of a command
  Instances instances = Instances::automatic;
  UpstreamTls tls;
  Credential credential;
  std::string environment;     // a name that rules know, `production`; "" = none
  std::optional<Trust> trust;  // absent: guessed from names, and what follows only observed
  std::map<std::string, ToolOverride> tools;
  Pins pins = Pins::locked;
  bool kill_overdue = true;  // a local one that does not end a call at its deadline
  std::vector<ServerRequest> allow_server_requests = {
      ServerRequest::elicitation, ServerRequest::sampling, ServerRequest::roots};
  OwnLimits limits;

  [[nodiscard]] bool is_local() const { return !command.empty(); }
  bool operator==(const Server&) const = default;
};

}  // namespace doorward::app
