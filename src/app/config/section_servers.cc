// The sections `servers` and `secrets`.
#include <algorithm>
#include <array>

#include "app/config/plaintext.h"
#include "app/config/sections.h"
#include "app/config/types.h"

namespace doorward::app {

namespace {

const Type<Mount>& mount_type() {
  static const Type<Mount> type = [] {
    const auto long_form =
        Section<Mount>()
            .key("from", &Mount::from, path(), "Folder or file on the host.", Need::required)
            .key("to", &Mount::to, path(), "Absolute path inside the sandbox.", Need::required)
            .key("per_principal", &Mount::per_principal, boolean(),
                 "Each principal gets a folder of its own below `from`; of `write` only.")
            .check([](Reader& reader, const Node& node, Mount&) {
              const Member* to = node.member("to");
              if (to != nullptr && to->value.kind == Node::Kind::scalar &&
                  !to->value.text.starts_with('/'))
                reader.problem(to->line, "`to` has to be an absolute path");
            })
            .done();
    Type<Mount> short_form{path().shape, [](Reader& reader, const Node& node, Mount& into) {
                             path().read(reader, node, into.from);
                             into.to = into.from;
                           }};
    Type<Mount> either = text_or_map(short_form, long_form);
    return Type<Mount>{
        either.shape, [either](Reader& reader, const Node& node, Mount& into) {
          either.read(reader, node, into);
          for (const char* kernel : {"/proc", "/sys", "/dev"}) {
            const std::string from = into.from.string();
            if (from == "/" || from == kernel || from.starts_with(std::string(kernel) + "/"))
              return reader.problem(node.line, "`" + from + "` may not be given to a server");
          }
          if (into.from.filename() == "docker.sock" || into.from.filename() == "containerd.sock" ||
              into.from.filename() == "podman.sock")
            reader.problem(node.line, "a container socket may not be given to a server");
        }};
  }();
  return type;
}

const Type<NetworkGrant>& grant_type() {
  static const Type<NetworkGrant> type = [] {
    const auto plain = parsed<NetworkGrant>("`host:port`", "^[^ ]+:[0-9]{1,5}$", parse_grant, {});
    auto shape = std::make_shared<Shape>();
    shape->kind = Shape::Kind::section;
    shape->keys.push_back({"forward",
                           "`host:port` that is offered under the same port on the server's own "
                           "loopback.",
                           plain.shape, true, ""});
    Type<NetworkGrant> forward{
        shape, [plain, shape](Reader& reader, const Node& node, NetworkGrant& into) {
          const Member* member = node.member("forward");
          for (const Member& other : node.members)
            if (&other != member) unknown_key(reader, other, shape->keys);
          if (member == nullptr) return reader.problem(node.line, "`forward` is missing");
          const Reader::Step step(reader, "forward");
          plain.read(reader, member->value, into);
          into.forward = true;
        }};
    return text_or_map(plain, forward);
  }();
  return type;
}

std::string variable_complaint(std::string_view name) {
  for (const char c : name)
    if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '_')
      return "expected the name of an environment variable: letters, digits and `_`";
  if (name.empty() || (name[0] >= '0' && name[0] <= '9'))
    return "expected a name that starts with a letter";
  if (name == "LD_PRELOAD" || name == "LD_AUDIT")
    return "`" + std::string(name) + "` loads code into the server and may not be set";
  return "";
}

// Literals that look like a secret are refused; the fix is named.
void read_env_text(Reader& reader, const Node& node, EnvValue& into) {
  const std::string* value = read_text(reader, node);
  if (value == nullptr) return;
  const std::string& path = reader.path();
  const std::string name = path.substr(path.rfind('.') + 1);
  if (is_random_looking(*value) || is_plain_secret(name, *value))
    return reader.problem(
        node.line, "looks like a secret in plain text; keep it in `secrets` and write `" + name +
                       ": { secret: NAME }`");
  into = *value;
}

Type<EnvValue> env_value_type() {
  const Type<EnvValue> literal{text({.may_be_empty = true}).shape, read_env_text};
  const Type<EnvValue> secret{secret_ref().shape,
                              [](Reader& reader, const Node& node, EnvValue& into) {
                                SecretRef reference;
                                secret_ref().read(reader, node, reference);
                                into = std::move(reference);
                              }};
  return text_or_map(literal, secret);
}

const Type<Sandbox>& sandbox_type() {
  static const Type<SandboxLimits> limits =
      Section<SandboxLimits>()
          .key("memory", &SandboxLimits::memory, size(), "Memory of all its processes.")
          .key("processes", &SandboxLimits::processes, count<uint32_t>(1, 65536),
               "Processes and threads.")
          .key("cpu", &SandboxLimits::cpu, real(0.05, 1024), "Processor cores.")
          .key("disk", &SandboxLimits::disk, size(), "What it may write.")
          .done();
  static const Type<Sandbox> type =
      Section<Sandbox>()
          .key("read", &Sandbox::read, list_of(mount_type()),
               "Readable paths: at the same absolute path, or `{ from, to }`.")
          .key("write", &Sandbox::write, list_of(mount_type()),
               "Writable paths: at the same absolute path, or `{ from, to }`.")
          .key("network", &Sandbox::network, list_of(grant_type()),
               "`host:port` that it may reach through the egress proxy, or `{ forward: host:port "
               "}`; "
               "empty: none.")
          .key("env", &Sandbox::env,
               map_of<EnvValue>("VARIABLE", "^[A-Za-z_][A-Za-z0-9_]*$", variable_complaint,
                                env_value_type()),
               "Its whole environment: text, or `{ secret: NAME }`. Nothing is inherited.")
          .key("limits", &Sandbox::limits, limits, "Limits that the kernel keeps.")
          .key("require_cgroup", &Sandbox::require_cgroup, boolean(),
               "Refuses to start the server where no cgroup can be made.")
          .key("require", &Sandbox::require,
               list_of(one_of<Wall>({{"own_user", Wall::own_user},
                                     {"cgroup", Wall::cgroup},
                                     {"cpu_quota", Wall::cpu_quota},
                                     {"landlock", Wall::landlock}})),
               "Walls that may not be weaker: the server does not start on a host that lacks one.")
          .key("powers", &Sandbox::powers,
               list_of(one_of<ServerPower>({{"unix_sockets", ServerPower::unix_sockets},
                                            {"git_write", ServerPower::git_write}})),
               "Powers beyond files and network. `git_write`: the `.git` of repositories in its "
               "write mounts, which stays read-only otherwise: git servers need it, and can then "
               "make git run programs. `unix_sockets`: sockets by path, as browsers need; "
               "it reaches those that lie in its mounts.")
          .done();
  return type;
}

}  // namespace

const Type<UpstreamTls>& upstream_tls_type() {
  static const Type<UpstreamTls> type =
      Section<UpstreamTls>()
          .key("pin_sha256", &UpstreamTls::pin_sha256,
               list_of(text({.label = "base64 of a SHA-256",
                             .pattern = "^[A-Za-z0-9+/]{43}=$",
                             .complain =
                                 [](std::string_view pin) {
                                   const bool fits =
                                       pin.size() == 44 && pin.ends_with('=') &&
                                       pin.find_first_not_of(
                                           "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                           "0123456789+/") == 43;
                                   return std::string(
                                       fits ? "" : "expected base64 of a SHA-256: 44 characters");
                                 }})),
               "Accepted public keys: base64 of the SHA-256 of the SubjectPublicKeyInfo.")
          .key("ca", &UpstreamTls::ca, path(), "CA file; absent: the system's.")
          .key("client_certificate", &UpstreamTls::client_certificate, path(),
               "Certificate that the gateway shows, PEM.")
          .key("client_key", &UpstreamTls::client_key, path(), "Its private key, PEM.")
          .check([](Reader& reader, const Node& node, UpstreamTls& tls) {
            if (tls.client_certificate.empty() != tls.client_key.empty())
              reader.problem(node.line, "`client_certificate` and `client_key` go together");
          })
          .done();
  return type;
}

namespace {

template <class T>
Type<T> oauth_client_type() {
  return Section<T>()
      .key("issuer", &T::issuer, upstream_url(), "Authorization server.", Need::required)
      .key("client_id", &T::client_id, text(), "The gateway's client id there.", Need::required)
      .key("client_secret", &T::client_secret, secret_ref(), "Its secret, by name.")
      .key("private_key", &T::private_key, secret_ref(),
           "Instead of a secret: its private key (PEM), by name, for signed assertions (RFC 7523).")
      .key("scope", &T::scope, text(), "Scopes to ask for, separated by spaces.")
      .key("audience", &T::audience, text(), "Audience or resource to ask for.")
      .check([](Reader& reader, const Node& node, T& client) {
        if (bool(client.client_secret) == bool(client.private_key))
          reader.problem(node.line, "expected exactly one of `client_secret`, `private_key`");
      })
      .done();
}

const Type<AuthorizationCode>& authorization_code_type() {
  static const Type<AuthorizationCode> type =
      Section<AuthorizationCode>()
          .key("issuer", &AuthorizationCode::issuer, upstream_url(),
               "Authorization server; absent: the one that the server's metadata names.")
          .key("client_id", &AuthorizationCode::client_id, text(),
               "Doorward's client id there; absent: it registers itself at the login (RFC 7591).")
          .key("client_secret", &AuthorizationCode::client_secret, secret_ref(),
               "Its secret, by name; absent: a public client.")
          .key("scope", &AuthorizationCode::scope, text(),
               "Scopes to ask for, separated by spaces; absent: what the server asks for.")
          .check([](Reader& reader, const Node& node, AuthorizationCode& account) {
            if (account.client_secret && account.client_id.empty())
              reader.problem(node.line, "`client_secret` goes with `client_id` only");
          })
          .done();
  return type;
}

const Type<Credential>& credential_type() {
  static const Type<Credential> type =
      Choice<Credential>()
          .key("bearer", wrapped(secret_ref(), &BearerCredential::token), "A fixed token, by name.")
          .key("client_credentials", oauth_client_type<ClientCredentials>(),
               "A token of the gateway's own (RFC 6749 section 4.4).")
          .key("token_exchange", oauth_client_type<TokenExchange>(),
               "A token for the calling user (RFC 8693).")
          .key("authorization_code", authorization_code_type(),
               "Each principal's own account there, after `doorward login SERVER` (RFC 6749 "
               "section 4.1, with PKCE).")
          .done();
  return type;
}

const Type<Trust>& trust_type() {
  static const Type<Trust> type = one_of<Trust>(
      {{"trusted", Trust::trusted}, {"shared", Trust::shared}, {"untrusted", Trust::untrusted}});
  return type;
}

const Type<ToolOverride>& tool_type() {
  static const Type<ToolOverride> type =
      Section<ToolOverride>()
          .key("classes", &ToolOverride::classes, maybe(classes()), "What the tool can do.")
          .key("trust", &ToolOverride::trust, maybe(trust_type()), "Provenance of its results.")
          .key("addresses", &ToolOverride::addresses,
               maybe(list_of(text({.label = "the name of an argument"}))),
               "Arguments that name a destination; guessed where absent.")
          .key("private", &ToolOverride::is_private, maybe(boolean()),
               "Its results are private data, for `flow`.")
          .key("idempotent", &ToolOverride::idempotent, maybe(boolean()),
               "A call that only reads may be sent once more when its answer was lost; what the "
               "signed definition says where absent.")
          .key("limits", &ToolOverride::limits, own_limits_type(), "Limits of this tool.")
          .done();
  return type;
}

// `mysql -pX`, `sshpass -pX` and `sshpass -p X`: of other programs `-p` is a port or a path.
bool is_short_password(const std::vector<std::string>& command, size_t at) {
  static constexpr std::array<std::string_view, 6> kPrograms = {
      "mysql", "mysqldump", "mysqladmin", "mysqlsh", "mariadb", "mariadb-dump"};
  const auto program = [&](size_t i) {
    const std::string_view word = command[i];
    return word.substr(word.rfind('/') + 1);
  };
  const std::string_view argument = command[at];
  const bool glued = argument.starts_with("-p") && argument.size() > 2;
  if (program(at - 1) == "sshpass") return glued;
  if (at > 1 && command[at - 1] == "-p" && program(at - 2) == "sshpass") return true;
  for (size_t i = 0; glued && i < at; ++i)
    if (std::find(kPrograms.begin(), kPrograms.end(), program(i)) != kPrograms.end()) return true;
  return false;
}

// `--token=abc` or `--api-key abc` in a command line.
void check_command(Reader& reader, const Node& node, Server& server) {
  if (server.command.empty()) return;
  std::string& program = server.command[0];
  if (program.find('/') != std::string::npos && !program.starts_with('/'))
    program = (reader.folder() / program).lexically_normal().string();
  const Member* command = node.member("command");
  for (size_t i = 1; i < server.command.size(); ++i) {
    const std::string& argument = server.command[i];
    const size_t equals = argument.find('=');
    const bool option = argument.starts_with("--");
    std::string name = argument.substr(0, equals);
    name.erase(0, name.find_first_not_of('-'));
    for (char& c : name)
      if (c == '-') c = '_';
    const bool next_value =
        option && equals == std::string::npos && i + 1 < server.command.size() &&
        !server.command[i + 1].starts_with('-') && is_plain_secret(name, server.command[i + 1]);
    if (is_random_looking(argument) || is_secret_argument(argument) || next_value ||
        is_short_password(server.command, i)) {
      const Reader::Step step(reader, "command");
      reader.problem(
          command->line,
          "argument " + std::to_string(i) +
              " looks like a secret in plain text; give it by `sandbox.env` and `secrets`");
    }
  }
}

void check_server(Reader& reader, const Node& node, Server& server) {
  const bool command = node.member("command") != nullptr;
  const bool url = node.member("url") != nullptr;
  if (command == url)
    reader.problem(node.line, command ? "`command` and `url` exclude each other"
                                      : "one of `command` and `url` is missing");
  for (const char* key : {"tls", "credential"})
    if (command && !url && node.member(key) != nullptr)
      reader.problem(node.member(key)->line, std::string("`") + key + "` goes with `url` only");
  if (url && !command && node.member("sandbox") != nullptr)
    reader.problem(node.member("sandbox")->line, "`sandbox` goes with `command` only");
  if (url && node.member("tls") != nullptr && server.url.starts_with("http://"))
    reader.problem(node.member("tls")->line, "`tls` goes with an https:// URL only");
  if (const std::string_view what = credential_in_url(server.url); url && !what.empty()) {
    const Reader::Step step(reader, "url");
    reader.problem(node.member("url")->line,
                   "holds " + std::string(what) +
                       " in plain text; keep it in `secrets` and send it by `credential: { bearer: "
                       "{ secret: NAME } }`");
  }
  if (std::holds_alternative<AuthorizationCode>(server.credential) &&
      server.instances == Instances::shared)
    reader.problem(node.member("credential")->line,
                   "`authorization_code` needs `instances` other than `shared`: one session of all "
                   "principals can't have an account for each");
  check_command(reader, node, server);
  const auto per_principal = [](const Mount& mount) { return mount.per_principal; };
  if (std::ranges::any_of(server.sandbox.read, per_principal))
    reader.problem(node.line, "`per_principal` goes with `write` only");
  if (server.instances == Instances::shared &&
      std::ranges::any_of(server.sandbox.write, per_principal))
    reader.problem(node.line,
                   "`per_principal` folders need `instances` other than `shared`: one process of "
                   "all principals can't have a folder for each");
}

}  // namespace

const Type<Server>& server_type() {
  static const Type<Server> type =
      Section<Server>()
          .key("command", &Server::command, list_of(text({.may_be_empty = true}), 1),
               "Program and arguments of a local server; started without a shell, in a sandbox.")
          .key("url", &Server::url, upstream_url(),
               "Endpoint of a remote server: https, or http to a loopback address only.")
          .key("sandbox", &Server::sandbox, sandbox_type(), "The powers that a local server gets.")
          .key("instances", &Server::instances,
               one_of<Instances>({{"automatic", Instances::automatic},
                                  {"per_session", Instances::per_session},
                                  {"per_principal", Instances::per_principal},
                                  {"shared", Instances::shared}}),
               "How many processes or connections: `automatic` is one per session, or one per "
               "principal where the protocol has no sessions.")
          .key("tls", &Server::tls, upstream_tls_type(), "TLS to a remote server.")
          .key("credential", &Server::credential, credential_type(),
               "How the gateway proves itself to a remote server.")
          .key("environment", &Server::environment, text({.complain = plain_name_complaint}),
               "A name that rules select by, `production` say; absent: none.")
          .key("trust", &Server::trust, maybe(trust_type()),
               "Provenance of its results; `shared` is an own store that outsiders can write to. "
               "Absent: `untrusted`.")
          .key("tools", &Server::tools,
               map_of<ToolOverride>("TOOL", "^.{1,128}$", plain_name_complaint, tool_type()),
               "Overrides of the lock file, by tool.")
          .key("pins", &Server::pins,
               one_of<Pins>({{"locked", Pins::locked}, {"first_use", Pins::first_use}}),
               "`locked` refuses what the lock file doesn't name; `first_use` pins on first sight.")
          .key("allow_server_requests", &Server::allow_server_requests,
               list_of(one_of<ServerRequest>({{"elicitation", ServerRequest::elicitation},
                                              {"sampling", ServerRequest::sampling},
                                              {"roots", ServerRequest::roots}})),
               "Requests of the server that may reach a client that declared them.")
          .key("kill_overdue", &Server::kill_overdue, boolean(),
               "Kill a local server that does not end a call at its deadline, and start it anew.")
          .key("limits", &Server::limits, own_limits_type(), "Limits of this server.")
          .check(check_server)
          .done();
  return type;
}

const Type<SecretSource>& secret_source_type() {
  static const Type<VaultSecret> vault =
      Section<VaultSecret>()
          .key("address", &VaultSecret::address, upstream_url(), "Vault's URL.", Need::required)
          .key("path", &VaultSecret::path, text(), "Path of the secret.", Need::required)
          .key("field", &VaultSecret::field, text(), "Field of the secret.")
          .key("token_file", &VaultSecret::token_file, path(), "File with the Vault token.",
               Need::required)
          .done();
  static const Type<SecretSource> type =
      Choice<SecretSource>()
          .key("file", wrapped(path(), &FileSecret::path), "A file; one final line end is cut.")
          .key("env", wrapped(text(), &EnvSecret::variable),
               "A variable of the gateway's environment.")
          .key("systemd", wrapped(text(), &SystemdSecret::credential),
               "A credential of systemd, in $CREDENTIALS_DIRECTORY.")
          .key("store", wrapped(text(), &StoreSecret::name),
               "The encrypted local store (`doorward secrets set`).")
          .key("vault", vault, "HashiCorp Vault, key-value.")
          .done();
  return type;
}

}  // namespace doorward::app
