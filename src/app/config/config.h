// doorward.yaml as plain values, one struct per section. Every default is a member initialiser
// here and nowhere else: the loader, the JSON Schema and the reference documentation read it from
// a default-constructed `Config`. Paths are absolute once loaded; durations are milliseconds,
// sizes are bytes. Secrets never stand here, only their names in `secrets`.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "core/classes.h"
#include "core/task.h"
#include "policy/rule.h"

namespace doorward::app {

using std::chrono::milliseconds;
using Path = std::filesystem::path;

// `{ secret: NAME }`: a name in `Config::secrets`; "" where none is given.
struct SecretRef {
  std::string name;
  [[nodiscard]] explicit operator bool() const { return !name.empty(); }
  bool operator==(const SecretRef&) const = default;
};

// `20/s`, `100MiB/h`: an amount (of calls or bytes) for each period.
struct Rate {
  uint64_t amount = 0;
  milliseconds period{1000};
  [[nodiscard]] double per_second() const {
    return static_cast<double>(amount) * 1000.0 / static_cast<double>(period.count());
  }
  bool operator==(const Rate&) const = default;
};

// An IP literal or `localhost`, and a port (0 picks one).
struct Address {
  std::string host = "127.0.0.1";
  uint16_t port = 0;
  [[nodiscard]] bool is_loopback() const;
  [[nodiscard]] std::string text() const;  // `127.0.0.1:8080`, `[::1]:8080`
  bool operator==(const Address&) const = default;
};

struct ListenTls {
  Path certificate;  // PEM, leaf first
  Path key;
  Path client_ca;  // empty = client certificates are not asked for
  bool operator==(const ListenTls&) const = default;
};

struct Listen {
  Address address{"127.0.0.1", 8080};
  std::string public_url;            // canonical URI (audience, metadata); "" = from the address
  std::vector<std::string> hosts;    // accepted Host beside loopback names, without port
  std::vector<std::string> origins;  // accepted Origin, `https://app.example`
  std::optional<ListenTls> tls;
  std::vector<std::string> trusted_proxies;  // IP or CIDR of load balancers that end TLS
  bool legacy_sse = false;
  std::string minimum_revision;  // oldest revision served, `YYYY-MM-DD`; "" = the oldest known
  bool operator==(const Listen&) const = default;
};

struct Admin {
  Address address{"127.0.0.1", 8081};
  std::string public_url;          // base of links for approvers; "" = from the address
  std::vector<std::string> hosts;  // accepted Host beside loopback names
  std::optional<ListenTls> tls;
  bool two_person = false;
  bool operator==(const Admin&) const = default;
};

// --- servers ---------------------------------------------------------------------------------

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

struct UpstreamTls {
  std::vector<std::string> pin_sha256;  // base64 of the SHA-256 of the SubjectPublicKeyInfo
  Path ca;                              // empty = the system's
  Path client_certificate;
  Path client_key;
  bool operator==(const UpstreamTls&) const = default;
};

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

struct Calls {
  Rate rate{20, milliseconds(1000)};
  uint64_t burst = 400;
  bool operator==(const Calls&) const = default;
};

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

// --- secrets and identity --------------------------------------------------------------------

struct FileSecret {
  Path path;
  bool operator==(const FileSecret&) const = default;
};
struct EnvSecret {
  std::string variable;
  bool operator==(const EnvSecret&) const = default;
};
struct SystemdSecret {
  std::string credential;
  bool operator==(const SystemdSecret&) const = default;
};
struct StoreSecret {
  std::string name;
  bool operator==(const StoreSecret&) const = default;
};
struct VaultSecret {
  std::string address;  // https, or http to loopback
  std::string path;     // `secret/data/app`
  std::string field = "value";
  Path token_file;
  bool operator==(const VaultSecret&) const = default;
};
using SecretSource = std::variant<FileSecret, EnvSecret, SystemdSecret, StoreSecret, VaultSecret>;

struct OauthClaims {  // paths into the token's claims; a dot goes one level down
  std::string user = "sub";
  std::string groups = "groups";
  std::string agent = "act.sub";
  bool operator==(const OauthClaims&) const = default;
};

struct Introspection {  // RFC 7662
  std::string client_id;
  SecretRef client_secret;
  bool operator==(const Introspection&) const = default;
};

struct OauthIssuer {
  std::string issuer;
  std::vector<std::string> audiences;
  OauthClaims claims;
  std::optional<Introspection> introspection;
  Path ca;  // of the issuer's TLS; empty = the system's
  bool operator==(const OauthIssuer&) const = default;
};

enum class CertificateName : uint8_t { san_uri, san_dns, san_email, subject_cn };

struct Mtls {
  CertificateName principal_from = CertificateName::san_uri;
  bool operator==(const Mtls&) const = default;
};

struct StaticToken {
  std::string id;    // also the user's name
  std::string hash;  // `sha256$` and the base64url of the SHA-256 of the token's text
  std::vector<std::string> groups;
  std::vector<std::string> scopes;
  bool operator==(const StaticToken&) const = default;
};

enum class DpopNonce : uint8_t { offered, required };

enum class Role : uint8_t { viewer, approver, admin };

struct OperatorOauth {
  std::string issuer;
  std::string group;
  bool operator==(const OperatorOauth&) const = default;
};

struct Operator {
  std::string id;
  std::string hash;  // one of hash and oauth is set
  std::optional<OperatorOauth> oauth;
  std::vector<std::string> groups;
  Role role = Role::viewer;
  bool operator==(const Operator&) const = default;
};

// Whose requests a key signs (RFC 9421).
struct SignatureKey {
  std::string id, user;
  std::string key;  // Ed25519, base64 of 32 bytes or PEM
  bool operator==(const SignatureKey&) const = default;
};

enum class SignedBy : uint8_t { listed, all };

struct Signatures {
  SignedBy required = SignedBy::listed;
  milliseconds window{60'000};  // how old one may be
  std::vector<SignatureKey> keys;
  bool operator==(const Signatures&) const = default;
};

struct Identity {
  std::vector<OauthIssuer> oauth;
  std::optional<Mtls> mtls;
  std::vector<StaticToken> tokens;
  std::vector<Operator> operators;
  bool sender_constrained = false;  // refuse bearer tokens that no key is bound to (DPoP, mTLS)
  milliseconds leeway{30'000};      // clock difference that is tolerated in tokens
  DpopNonce dpop_nonce = DpopNonce::offered;
  milliseconds dpop_window{60'000};      // how old a proof without a nonce may be
  milliseconds key_refresh{5 * 60'000};  // an issuer's keys are fetched again after this,
  milliseconds key_outage{60 * 60'000};  // and count so much longer while it can't be reached
  std::optional<Signatures> signatures;  // of requests; absent: none is asked for
  // False: no client credential is configured, so the local token is made and accepted.
  [[nodiscard]] bool has_clients() const { return !oauth.empty() || mtls || !tokens.empty(); }
  bool operator==(const Identity&) const = default;
};

// --- policy and flow -------------------------------------------------------------------------

// A file that counts only with its signature.
struct SignedPolicy {
  Path file;
  Path signature;  // Ed25519 over the file's bytes
  Path key;        // PEM public key
  bool operator==(const SignedPolicy&) const = default;
};

struct Policy {
  std::vector<policy::Rule> rules;  // also where they came from `signed_file`
  std::optional<SignedPolicy> signed_file;
  bool operator==(const Policy&) const = default;
};

enum class FlowAfter : uint8_t { untrusted, shared, private_data };
enum class FlowUnless : uint8_t { never, clean_arguments };

// Destinations that an operator knows, and whose calls may go there.
struct FlowKnown {
  std::string id;               // `RULE.known-1` and so on where not given
  std::vector<std::string> to;  // patterns of `policy::flow::KnownList`
  std::optional<std::vector<policy::PrincipalSelector>> principals;  // absent: everyone's
  bool operator==(const FlowKnown&) const = default;
};

struct FlowRule {
  std::string id;  // `flow-1` and so on where not given
  FlowAfter after = FlowAfter::untrusted;
  core::ClassSet block;
  FlowUnless unless = FlowUnless::never;
  policy::Effect effect = policy::Effect::hold;  // hold or deny
  std::vector<FlowKnown> known;                  // goes with `clean_arguments`
  bool operator==(const FlowRule&) const = default;
};

using core::TaskBy;
using core::Tasks;

// In force where there is no `flow`: it stops where an operator stated labels, else it observes.
[[nodiscard]] inline FlowRule default_flow() {
  using core::ToolClass;
  return {"default",
          FlowAfter::untrusted,
          {ToolClass::egress, ToolClass::write, ToolClass::destructive, ToolClass::identity},
          FlowUnless::clean_arguments,
          policy::Effect::hold,
          {}};
}

// --- limits, inspection, audit ---------------------------------------------------------------

struct Limits {
  Calls calls;                          // per principal and tool
  uint32_t concurrency = 8;             // calls of one principal at a time
  uint32_t tool_concurrency = 32;       // calls of one tool at a time
  uint32_t server_concurrency = 64;     // calls of one server at a time
  uint32_t queue = 64;                  // calls of one server that may wait for a place
  milliseconds deadline{30'000};        // of one call; progress doesn't extend it
  uint64_t message_bytes = 4ULL << 20;  // of one message of a client
  uint64_t result_bytes = 1ULL << 20;   // of one result of a tool
  uint32_t depth = 64;                  // nesting of one message
  Rate bytes{100ULL << 20, milliseconds(3'600'000)};  // results, per principal and tool
  uint32_t task_calls = 500;
  milliseconds task_time{24 * 3'600'000};
  uint32_t repeat_failures = 3;  // the same failing call, then it is blocked
  milliseconds repeat_window{60'000};
  milliseconds cooldown{30'000};  // of a blocked call
  uint32_t breaker_failures = 5;  // of a server in a row, then it is not called
  uint32_t breaker_percent = 50;  // or of its calls that fail; 100 = only in a row
  milliseconds breaker_cooldown{10'000};
  uint32_t sessions = 64;                          // of one principal
  uint32_t streams = 32;                           // open streams of one principal
  uint32_t subscriptions = 64;                     // of one session
  Rate server_messages{50, milliseconds(1000)};    // notifications and log lines of one server
  Rate server_requests{60, milliseconds(60'000)};  // what one server may ask a client
  Rate list_changes{30, milliseconds(60'000)};     // list_changed and updated of one server
  uint64_t buffers = 256ULL << 20;                 // of all messages under way
  uint32_t heavy_concurrency = 2;       // calls known as heavy, of one principal at a time
  milliseconds heavy_deadline{10'000};  // of a call known as heavy
  bool adaptive = true;                 // a slow server gets fewer calls at a time
  uint32_t retries = 1;                 // of an idempotent read that was lost
  bool operator==(const Limits&) const = default;
};

// `enforce`: by how sure it is, labelled or refused. Arguments are never labelled or redacted: what
// would be is refused there.
enum class InjectionMode : uint8_t { enforce, hold, deny, observe };
enum class ContentMode : uint8_t { redact, hold, deny, observe };
enum class PathMode : uint8_t { deny, hold };

// What one channel does otherwise than the rest.
struct ChannelModes {
  std::optional<InjectionMode> injection;
  std::optional<ContentMode> secrets;
  std::optional<ContentMode> pii;
  bool operator==(const ChannelModes&) const = default;
};

// Findings of one rule that are a false alarm, for one server or tool of it, until a day.
struct Suppression {
  std::string rule;
  std::string server;
  std::string tool;  // "" = all of the server's
  WallTime until{};
  std::string why;
  bool operator==(const Suppression&) const = default;
};

// A detector of the operator's own, asked besides the built-in ones.
enum class ClassifierApi : uint8_t { chat, moderation, score };
enum class ClassifierAct : uint8_t { observe, label, hold, deny };
enum class ClassifierFailure : uint8_t { ignore, hold, deny };
enum class ClassifierChannel : uint8_t { arguments, results };

struct ExternalClassifier {
  std::string url;  // https, or http to loopback
  ClassifierApi api = ClassifierApi::score;
  std::string model;   // of `chat` and `moderation`
  std::string prompt;  // of `chat`: what the model is told; "" = a built-in one
  SecretRef key;
  Path ca;  // of its TLS; empty = the system's
  std::vector<ClassifierChannel> channels = {ClassifierChannel::results};
  double threshold = 0.5;
  ClassifierAct act = ClassifierAct::label;
  ClassifierFailure on_failure = ClassifierFailure::ignore;
  milliseconds timeout{2'000};  // of one message
  uint32_t concurrency = 4;     // questions at a time
  uint64_t window = 4096;       // bytes of one question
  uint64_t most = 64ULL << 10;  // bytes of one message that are asked about
  bool operator==(const ExternalClassifier&) const = default;
};

struct Inspection {
  InjectionMode injection = InjectionMode::enforce;
  ContentMode secrets = ContentMode::redact;
  ContentMode pii = ContentMode::observe;        // in answers
  PathMode credential_paths = PathMode::deny;    // in arguments
  ChannelModes arguments, results, definitions;  // absent = as above
  std::vector<Suppression> suppress;
  std::optional<ExternalClassifier> classifier;
  bool operator==(const Inspection&) const = default;
};

enum class GuardMode : uint8_t { enforce, observe };
enum class Durability : uint8_t { batch, entry };  // in rising order

enum class KeptTexts : uint8_t { sizes, redacted };  // in rising order

// Where entries go besides the log itself; exactly one of file, syslog and otlp.
struct AuditExport {
  std::string id;  // names its cursor in the state folder
  Path file;
  std::string syslog;  // `tls://host:port`, or `tcp://` to a loopback host
  std::string otlp;    // URL of a collector's logs endpoint
  UpstreamTls tls;
  SecretRef token;  // bearer token of the collector
  bool operator==(const AuditExport&) const = default;
};

// What of the log stays in the state folder; 0 = all.
struct AuditKeep {
  uint64_t size = 0;
  milliseconds age{0};
  Path archive;  // old entries move there; "" = they are deleted
  bool operator==(const AuditKeep&) const = default;
};

struct AuditWitness {
  std::string url;  // C2SP tlog-witness: `add-checkpoint` stands below it
  std::string key;  // its vkey line
  UpstreamTls tls;
  bool operator==(const AuditWitness&) const = default;
};

struct Audit {
  Durability durability = Durability::batch;
  KeptTexts arguments = KeptTexts::redacted;
  KeptTexts results = KeptTexts::redacted;
  milliseconds heartbeat{60'000};
  Rate quota{1ULL << 30, milliseconds(3'600'000)};  // entries of one principal, in bytes
  Path copy;  // a folder on another disk or host that gets each checkpoint and tile; "" = none
  std::vector<AuditExport> exports;
  AuditKeep keep;
  std::vector<AuditWitness> witnesses;
  SecretRef key;           // PEM that signs checkpoints; none = one in the state folder
  SecretRef previous_key;  // the one before it, until the log was opened once with both
  bool operator==(const Audit&) const = default;
};

// Tells another system of each question and its answer, by signed requests.
struct Webhook {
  std::string url;  // https, or http to loopback
  SecretRef secret;
  Path ca;  // of its TLS; empty = the system's
  bool operator==(const Webhook&) const = default;
};

struct Approvals {
  milliseconds timeout{5 * 60'000};  // of the question, and then of its answer
  uint32_t pending = 20;             // open questions of one principal
  std::optional<Webhook> webhook;
  bool operator==(const Approvals&) const = default;
};

struct Catalog {
  milliseconds recheck{60'000};  // 0 = before every call
  uint32_t sign_offs = 1;        // how many different people sign a definition
  Path key;                      // PEM public key that the lock file is signed by; "" = unsigned
  SecretRef signing_key;         // PEM private key that signs what Doorward saves
  milliseconds revalidate_after{0};    // age from which a server is due for validation; 0 = never
  milliseconds discover{15 * 60'000};  // how often clients' files are looked at; 0 = never
  milliseconds probation{0};           // of a server that was signed off; 0 = none
  Calls probation_calls{Rate{30, milliseconds(60'000)}, 10};  // of one principal and such a server
  std::optional<SignedPolicy> servers;  // a signed file of more servers; merged when it is loaded
  bool operator==(const Catalog&) const = default;
};

struct Shared {
  std::string url;  // redis:// or rediss://; "" = one machine
  SecretRef password;
  bool operator==(const Shared&) const = default;
};

// --- the whole -------------------------------------------------------------------------------

struct Config {
  uint32_t version = 1;
  Path state = "./state";
  Shared shared;
  milliseconds drain{10'000};
  Listen listen;
  Admin admin;
  std::map<std::string, Server> servers;
  std::map<std::string, SecretSource> secrets;
  Identity identity;
  Policy policy;
  std::vector<FlowRule> flow = {default_flow()};
  std::vector<policy::PrincipalSelector> prompt_from;  // whose word on the user's prompt counts
  // Who may choose what log level a server sends at.
  std::vector<policy::PrincipalSelector> log_level_from = {policy::PrincipalSelector{.any = true}};
  Tasks tasks;
  Limits limits;
  Inspection inspection;
  std::map<std::string, GuardMode> guards;  // by guard id; absent = enforce
  Audit audit;
  Approvals approvals;
  Catalog catalog;

  // Not keys: where it came from.
  Path file;         // absolute; empty for parse_config without a file
  Path folder;       // relative paths count from here
  std::string hash;  // hex SHA-256 of the file's bytes, of a signed policy's bytes too
  std::string text;  // those bytes, for the entry of a change (no secret stands in them)

  Path pins;  // the lock file where it is not beside `file`

  [[nodiscard]] Path lock_file() const { return pins.empty() ? folder / "doorward.lock" : pins; }
  bool operator==(const Config&) const = default;
};

}  // namespace doorward::app
