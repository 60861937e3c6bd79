// The top level of doorward.yaml and its small sections.
#include <algorithm>

#include "app/config/sections.h"
#include "app/config/types.h"
#include "core/area.h"
#include "wire/http.h"

namespace doorward::app {

namespace {

std::string shared_complaint(std::string_view url) {
  for (const std::string_view scheme : {"redis://", "rediss://"}) {
    if (!url.starts_with(scheme)) continue;
    std::string_view rest = url.substr(scheme.size());
    rest = rest.substr(0, rest.find('/'));
    if (rest.empty() || rest.find('@') != std::string_view::npos)
      return "expected host and port; a password goes into `{ url, password: { secret: NAME } }`";
    const size_t colon = rest.rfind(':');
    const std::string_view host = rest.ends_with(']') ? rest : rest.substr(0, colon);
    const bool v6 = host.starts_with('[') && host.ends_with(']');
    const std::string_view bare = v6 ? host.substr(1, host.size() - 2) : host;
    if (!is_ip_literal(bare) && !is_dns_name(bare)) return "expected host and port";
    if (scheme == "redis://" && !is_loopback_host(bare))
      return "redis:// is accepted to a loopback address only; use rediss://";
    return "";
  }
  return "expected redis://host:port or rediss://host:port";
}

const Type<Shared>& shared_type() {
  static const Type<Shared> type = [] {
    const auto url =
        text({.label = "a Redis URL", .pattern = "^rediss?://", .complain = shared_complaint});
    const auto section =
        Section<Shared>()
            .key("url", &Shared::url, url, "Redis or Valkey.", Need::required)
            .key("password", &Shared::password, secret_ref(), "Its password, by name.")
            .done();
    return text_or_map(wrapped(url, &Shared::url), section);
  }();
  return type;
}

const Type<Tasks>& tasks_type() {
  static const Type<Tasks> type =
      Section<Tasks>()
          .key("by", &Tasks::by,
               one_of<TaskBy>({{"session", TaskBy::session},
                               {"principal", TaskBy::principal},
                               {"traceparent", TaskBy::traceparent}}),
               "What makes calls one task: the session where there is one, else principal and "
               "window.")
          .key("window", &Tasks::window, duration(), "Idle time that ends a task without session.")
          .done();
  return type;
}

const Type<Webhook>& webhook_type() {
  static const Type<Webhook> type =
      Section<Webhook>()
          .key("url", &Webhook::url, upstream_url(),
               "Where to: https, or http to a loopback address only.", Need::required)
          .key("secret", &Webhook::secret, secret_ref(),
               "Key of the signature (Standard Webhooks: HMAC-SHA256), by name.", Need::required)
          .key("ca", &Webhook::ca, path(), "PEM certificate that its TLS is verified by.")
          .done();
  return type;
}

const Type<Approvals>& approvals_type() {
  static const Type<Approvals> type =
      Section<Approvals>()
          .key("timeout", &Approvals::timeout, duration(),
               "Life of a question, and then of its answer until it is redeemed.")
          .key("pending", &Approvals::pending, count<uint32_t>(1, 10000),
               "Open questions of one principal.")
          .key("webhook", &Approvals::webhook, maybe(webhook_type()),
               "Tells another system of each question and its answer, by signed requests.")
          .done();
  return type;
}

// An https URL stays as it is written; all else is a path.
const Type<Path>& path_or_url() {
  static const Type<Path> type = [] {
    Type<Path> made = path();
    auto shape = std::make_shared<Shape>(*made.shape);
    shape->label = "path or https URL";
    made.shape = std::move(shape);
    made.read = [](Reader& reader, const Node& node, Path& into) {
      if (node.kind != Node::Kind::scalar || !node.text.starts_with("https://"))
        return path().read(reader, node, into);
      if (const auto url = wire::parse_url(node.text); !url)
        return reader.problem(node.line, url.error().what);
      into = node.text;
    };
    return made;
  }();
  return type;
}

void check_places(Reader& reader, const Node& node, const SignedPolicy& given) {
  const auto is_url = [](const Path& place) { return place.string().starts_with("https://"); };
  if (is_url(given.file) != is_url(given.signature))
    reader.problem(node.line, "the file and its signature are both paths, or both https URLs");
}

const Type<SignedPolicy>& signed_file_type() {
  static const Type<SignedPolicy> type =
      Section<SignedPolicy>()
          .key("file", &SignedPolicy::file, path_or_url(),
               "A file with `servers`, as here, or its https URL; what is fetched needs a `serial` "
               "that rises with each change.",
               Need::required)
          .key(
              "signature", &SignedPolicy::signature, path_or_url(),
              "Ed25519 signature over the file's bytes: 64 bytes, or their base64. A URL where the "
              "file is one.",
              Need::required)
          .key("key", &SignedPolicy::key, path(), "Public key, PEM.", Need::required)
          .check(check_places)
          .done();
  return type;
}

const Type<Catalog>& catalog_type() {
  static const Type<Catalog> type =
      Section<Catalog>()
          .key("recheck", &Catalog::recheck, duration(true),
               "Definitions older than this are listed again before "
               "a call; `0s`: before every call.")
          .key("sign_offs", &Catalog::sign_offs, count<uint32_t>(1, 5),
               "How many different people sign off a definition.")
          .key("key", &Catalog::key, path(),
               "PEM public key (Ed25519) that doorward.lock has to "
               "be signed by.")
          .key("signing_key", &Catalog::signing_key, secret_ref(),
               "PEM private key that signs doorward.lock when "
               "Doorward saves it, by name.")
          .key("revalidate_after", &Catalog::revalidate_after, duration(true),
               "Age from which a server has to be validated again; "
               "`0s`: never.")
          .key("servers", &Catalog::servers, maybe(signed_file_type()),
               "A signed file of servers that count as if they stood here.")
          .key("discover", &Catalog::discover, duration(true),
               "How often the configurations of MCP clients of this account are looked at for "
               "servers that go around Doorward; `0s`: never.")
          .key("probation", &Catalog::probation, duration(true),
               "How long a server that was signed off stays on probation: fewer calls, and a "
               "person approves each that does more than read. `0s`: none.")
          .key("probation_calls", &Catalog::probation_calls, calls_type(),
               "Calls of one principal to a server on probation.")
          .done();
  return type;
}

}  // namespace

const Type<std::map<std::string, Server>>& servers_type() {
  static const Type<std::map<std::string, Server>> type = map_of<Server>(
      "NAME", "^(?!.*__)[a-z0-9][a-z0-9_-]{0,23}$", server_name_complaint, server_type());
  return type;
}

std::string server_name_complaint(std::string_view name) {
  return is_server_name(name)
             ? ""
             : "a server's name is 1 to 24 of a-z, 0-9, `_` and `-`, starts with a "
               "letter or digit and holds no `__`";
}

std::string plain_name_complaint(std::string_view name) {
  if (name.empty() || name.size() > 128) return "a name is 1 to 128 characters";
  for (const char c : name)
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) return "a name holds no white space";
  return "";
}

std::string guard_id_complaint(std::string_view id) {
  const size_t dot = id.find('.');
  const std::string_view area = id.substr(0, dot);
  static const std::vector<std::string> kAreas = [] {
    std::vector<std::string> names;
    for (unsigned i = 1; i <= 11; ++i)
      names.emplace_back(core::area_text(static_cast<core::Area>(i)));
    return names;
  }();
  if (dot == std::string_view::npos || dot + 1 == id.size())
    return "expected a guard's id, `area.name`";
  if (std::find(kAreas.begin(), kAreas.end(), area) == kAreas.end())
    return "there is no area `" + std::string(area) + "`" + suggestion(area, kAreas);
  return "";
}

const Type<Config>& config_type() {
  static const Type<Config> type =
      Section<Config>()
          .key("version", &Config::version, count<uint32_t>(1, 1), "Version of this format: 1.",
               Need::required)
          .key("state", &Config::state, path(),
               "Folder of the embedded state: database, audit log, tokens. One process each.")
          .key("shared", &Config::shared, shared_type(), "Redis or Valkey of a fleet.")
          .key("drain", &Config::drain, duration(true), "How long calls may finish after SIGTERM.")
          .key("listen", &Config::listen, listen_type(), "The listener of clients.")
          .key("admin", &Config::admin, admin_type(), "The listener of operators.")
          .key("servers", &Config::servers, servers_type(),
               "The MCP servers, by name. Nothing else is ever started or contacted.")
          .key("secrets", &Config::secrets,
               map_of<SecretSource>("NAME", "^[^\\s]{1,128}$", plain_name_complaint,
                                    secret_source_type()),
               "Where secrets are kept, by name. They never stand in this file.")
          .key("identity", &Config::identity, identity_type(),
               "Who may connect, and how they prove it.")
          .key("policy", &Config::policy, policy_type(), "Who may do what.")
          .key("flow", &Config::flow, flow_type(),
               "What may not follow on what. Absent: the rule of docs/flow.md; `[]`: nothing.")
          .key("prompt_from", &Config::prompt_from, list_of(selector_type()),
               "Principals whose word on the user's prompt is believed.")
          .key("log_level_from", &Config::log_level_from, list_of(selector_type()),
               "Who may choose the level at which a server sends log messages; absent: everyone.")
          .key("tasks", &Config::tasks, tasks_type(), "What counts as one task.")
          .key("limits", &Config::limits, limits_type(), "Limits of calls and messages.")
          .key("inspection", &Config::inspection, inspection_type(), "What is done about findings.")
          .key("guards", &Config::guards,
               map_of<GuardMode>("GUARD", "^[a-z]+\\.[a-z0-9_.]+$", guard_id_complaint,
                                 one_of<GuardMode>({{"enforce", GuardMode::enforce},
                                                    {"observe", GuardMode::observe}})),
               "Modes of single guards, by id; `observe` records and changes nothing.")
          .key("audit", &Config::audit, audit_type(), "The audit log.")
          .key("approvals", &Config::approvals, approvals_type(), "Calls held for a person.")
          .key("catalog", &Config::catalog, catalog_type(), "Definitions of tools.")
          .done();
  return type;
}

}  // namespace doorward::app
