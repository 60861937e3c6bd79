// A configuration with every section, read whole, and the generated files.
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "app/config/load.h"
#include "wire/json.h"

namespace doorward::app {
namespace {

using testing::ElementsAre;

constexpr std::string_view kExample = R"(version: 1
state: ./state
drain: 10s
listen:
  address: 127.0.0.1:8080
  public_url: https://gw.example/mcp
  hosts: [gw.example]
  origins: []
  tls: { certificate: c.pem, key: k.pem, client_ca: ca.pem }
admin:  { address: 127.0.0.1:8081 }
servers:
  files:
    command: [node, server-filesystem/dist/index.js, /workspace]
    sandbox:
      read:  [./server-filesystem]
      write: [{ from: ./workspace, to: /workspace }]
      network: ["api.example:443", { forward: "127.0.0.1:5432" }]
      env: { LOG: "1", API_KEY: { secret: files-key } }
      limits: { memory: 256MiB, processes: 32, cpu: 0.5, disk: 2GiB }
    instances: per_session
  tickets:
    url: https://tickets.example/mcp
    tls: { pin_sha256: ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="], ca: ca.pem }
    credential: { bearer: { secret: tickets-token } }
    environment: production
    trust: shared
    pins: first_use
    allow_server_requests: []
    tools:
      read_ticket: { classes: [read], trust: untrusted }
      send_reply:  { classes: [egress], addresses: [to, cc] }
  bank:
    url: http://127.0.0.1:9000/mcp
    credential:
      token_exchange: { issuer: "https://idp.example", client_id: gw, client_secret: { secret: idp } }
secrets:
  files-key:     { file: /run/secrets/files-key }
  tickets-token: { env: TICKETS }
  idp:           { store: idp }
identity:
  oauth: [{ issuer: https://idp.example, audiences: [https://gw.example/mcp], claims: { user: email } }]
  mtls:  { principal_from: san_dns }
  tokens: [{ id: ci, hash: "sha256$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", groups: [ci] }]
  operators: [{ id: ana, hash: "sha256$BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB", role: approver }]
policy:
  rules:
    - { id: readers, effect: allow, principals: [{ group: dev }], tools: ["files.*"], classes: [read] }
    - { id: refunds, effect: allow, principals: [{ group: support }], tools: [shop.refund],
        arguments: { properties: { amount: { maximum: 100 } } } }
    - { id: writes,  effect: hold,  principals: [{ group: dev }], classes: [write, destructive], approvers: [{ group: leads }],
        environments: [production], times: [{ days: [mon, sun], from: "22:30", to: "06:00", zone: Europe/Berlin, before: "2026-12-31T23:00:00+01:00" }] }
flow:
  - { after: untrusted, block: [egress, write, destructive, identity], unless: clean_arguments, effect: hold }
prompt_from: [{ user: ana }]
tasks:  { by: traceparent, window: 10m }
limits: { calls: { rate: 5/s, burst: 50 }, concurrency: 4, deadline: 5s, result_bytes: 2MiB, bytes: 10MiB/h, task_calls: 100, repeat_failures: 2 }
inspection:
  injection: observe
  secrets: deny
  pii: redact
  credential_paths: hold
  arguments: { injection: hold, pii: deny }
  suppress: [{ rule: secret.held, server: files, tool: read, until: 2026-12-31, why: a test }]
  classifier: { url: "https://judge.example/v1/chat/completions", api: chat, model: guard, key: { secret: idp },
                channels: [results, arguments], act: deny, on_failure: hold, timeout: 1s }
guards: { injection.prompt_text: observe }
audit: { durability: entry }
approvals: { timeout: 1m, webhook: { url: "https://hooks.example/x", secret: { secret: idp }, ca: ca.pem } }
catalog: { recheck: 0s }
)";

std::string read(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

Config example() {
  auto config = parse_config(kExample, "doorward.yaml", "/etc/doorward");
  EXPECT_TRUE(config) << (config ? "" : config.error().what);
  return config ? *config : Config{};
}

TEST(ConfigExample, ReadsListenersAndPaths) {
  const Config config = example();
  EXPECT_EQ(config.state, "/etc/doorward/state");
  EXPECT_EQ(config.lock_file(), "/etc/doorward/doorward.lock");
  EXPECT_EQ(config.listen.address.text(), "127.0.0.1:8080");
  EXPECT_EQ(config.listen.tls->certificate, "/etc/doorward/c.pem");
  EXPECT_THAT(config.listen.hosts, ElementsAre("gw.example"));
  EXPECT_EQ(config.admin.address.port, 8081);
  EXPECT_EQ(config.hash.size(), 64U);
}

TEST(ConfigExample, ReadsServers) {
  const Config config = example();
  const Server& files = config.servers.at("files");
  EXPECT_TRUE(files.is_local());
  EXPECT_THAT(files.command, ElementsAre("node", "server-filesystem/dist/index.js", "/workspace"));
  EXPECT_THAT(files.sandbox.read, ElementsAre(Mount{"/etc/doorward/server-filesystem",
                                                    "/etc/doorward/server-filesystem"}));
  EXPECT_THAT(files.sandbox.write, ElementsAre(Mount{"/etc/doorward/workspace", "/workspace"}));
  EXPECT_THAT(files.sandbox.network, ElementsAre(NetworkGrant{"api.example", 443, false},
                                                 NetworkGrant{"127.0.0.1", 5432, true}));
  EXPECT_EQ(std::get<std::string>(files.sandbox.env.at("LOG")), "1");
  EXPECT_EQ(std::get<SecretRef>(files.sandbox.env.at("API_KEY")).name, "files-key");
  EXPECT_EQ(files.sandbox.limits, (SandboxLimits{256ULL << 20, 32, 0.5, 2ULL << 30}));
  EXPECT_EQ(files.instances, Instances::per_session);
  EXPECT_EQ(files.pins, Pins::locked);
  EXPECT_EQ(files.allow_server_requests.size(), 3U);

  const Server& tickets = config.servers.at("tickets");
  EXPECT_EQ(std::get<BearerCredential>(tickets.credential).token.name, "tickets-token");
  EXPECT_EQ(tickets.trust, Trust::shared);
  EXPECT_EQ(tickets.pins, Pins::first_use);
  EXPECT_TRUE(tickets.allow_server_requests.empty());
  EXPECT_EQ(tickets.tools.at("read_ticket").classes, core::ClassSet{core::ToolClass::read});
  EXPECT_EQ(tickets.tools.at("read_ticket").trust, Trust::untrusted);
  EXPECT_THAT(*tickets.tools.at("send_reply").addresses, ElementsAre("to", "cc"));
  EXPECT_EQ(std::get<TokenExchange>(config.servers.at("bank").credential).client_secret.name,
            "idp");
}

TEST(ConfigExample, ReadsIdentityAndPolicy) {
  const Config config = example();
  EXPECT_TRUE(config.identity.has_clients());
  EXPECT_EQ(config.identity.oauth.at(0).claims, (OauthClaims{"email", "groups", "act.sub"}));
  EXPECT_EQ(config.identity.mtls->principal_from, CertificateName::san_dns);
  EXPECT_EQ(config.identity.tokens.at(0).id, "ci");
  EXPECT_EQ(config.identity.operators.at(0).role, Role::approver);
  const auto& rules = config.policy.rules;
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(config.servers.at("tickets").environment, "production");
  EXPECT_THAT(*rules[2].environments, ElementsAre("production"));
  ASSERT_EQ(rules[2].times.size(), 1U);
  const policy::TimeWindow night{.days = 0b1000001,
                                 .from = 22 * 60 + 30,
                                 .to = 6 * 60,
                                 .zone = "Europe/Berlin",
                                 .after = std::nullopt,
                                 .before = parse_rfc3339("2026-12-31T22:00:00Z")};
  EXPECT_EQ(rules[2].times[0], night);
  EXPECT_TRUE(rules[0].times.empty());
  EXPECT_EQ(rules[0].effect, policy::Effect::allow);
  EXPECT_THAT(*rules[0].tools, ElementsAre("files.*"));
  EXPECT_FALSE(rules[0].prompts);
  EXPECT_EQ(rules[1].arguments, R"({"properties":{"amount":{"maximum":100}}})");
  EXPECT_FALSE(rules[1].classes);
  EXPECT_EQ(rules[2].classes,
            (core::ClassSet{core::ToolClass::write, core::ToolClass::destructive}));
  EXPECT_EQ(rules[2].approvers.at(0).group, "leads");
  EXPECT_EQ(config.flow.at(0).id, "flow-1");
  EXPECT_EQ(config.flow.at(0).unless, FlowUnless::clean_arguments);
  EXPECT_EQ(config.prompt_from.at(0).user, "ana");
}

TEST(ConfigExample, ReadsLimitsAndModes) {
  const Config config = example();
  EXPECT_EQ(config.limits.calls, (Calls{{5, milliseconds(1000)}, 50}));
  EXPECT_EQ(config.limits.deadline, milliseconds(5000));
  EXPECT_EQ(config.limits.bytes, (Rate{10ULL << 20, milliseconds(3'600'000)}));
  EXPECT_EQ(config.limits.sessions, Limits{}.sessions);
  EXPECT_EQ(config.tasks.by, TaskBy::traceparent);
  EXPECT_EQ(config.inspection.secrets, ContentMode::deny);
  EXPECT_EQ(config.inspection.credential_paths, PathMode::hold);
  EXPECT_EQ(config.inspection.arguments.injection, InjectionMode::hold);
  EXPECT_EQ(config.inspection.arguments.secrets, std::nullopt);
  ASSERT_EQ(config.inspection.suppress.size(), 1u);
  EXPECT_TRUE(rfc3339(config.inspection.suppress[0].until).starts_with("2027-01-01T00:00:00"));
  ASSERT_TRUE(config.inspection.classifier);
  EXPECT_EQ(config.inspection.classifier->api, ClassifierApi::chat);
  EXPECT_EQ(config.inspection.classifier->key.name, "idp");
  EXPECT_EQ(config.inspection.classifier->on_failure, ClassifierFailure::hold);
  EXPECT_EQ(config.inspection.classifier->most, 64U << 10);
  EXPECT_EQ(config.guards.at("injection.prompt_text"), GuardMode::observe);
  EXPECT_EQ(config.audit.durability, Durability::entry);
  EXPECT_EQ(config.approvals.timeout, milliseconds(60'000));
  EXPECT_EQ(config.approvals.webhook,
            (Webhook{"https://hooks.example/x", {"idp"}, "/etc/doorward/ca.pem"}));
  EXPECT_EQ(config.catalog.recheck, milliseconds(0));
}

TEST(ConfigExample, TheSmallestOneHasTheDefaults) {
  auto config = parse_config("version: 1\n", "doorward.yaml", "/etc/doorward");
  ASSERT_TRUE(config) << config.error().what;
  Config expected;
  expected.state = "/etc/doorward/state";
  expected.folder = "/etc/doorward";
  expected.hash = config->hash;
  expected.text = "version: 1\n";
  EXPECT_EQ(*config, expected);
  // A conformance run sends about 200 requests in seconds.
  EXPECT_GE(config->limits.calls.burst, 200U);
}

// DOORWARD_UPDATE_GENERATED=1 rewrites both files.
void expect_generated(const char* name, const std::string& text) {
  const std::filesystem::path file = std::filesystem::path(DOORWARD_SOURCE_DIR) / name;
  if (std::getenv("DOORWARD_UPDATE_GENERATED") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  EXPECT_EQ(read(file), text) << name << " is stale; run with DOORWARD_UPDATE_GENERATED=1";
}

TEST(ConfigGenerated, SchemaIsFresh) {
  expect_generated("doorward.schema.json", config_schema_json());
}
TEST(ConfigGenerated, ReferenceIsFresh) {
  expect_generated("docs/configuration.md", config_reference_markdown());
}

// Each member of each `properties` has a description.
size_t described(wire::JsonValue node) {
  size_t count = 0;
  if (node.is_array())
    for (const wire::JsonValue item : node.items()) count += described(item);
  if (!node.is_object()) return count;
  for (const auto& [name, value, name_value] : node["properties"].is_object()
                                                   ? node["properties"].members()
                                                   : wire::JsonValue().members()) {
    EXPECT_FALSE(value["description"].text().empty()) << name;
    ++count;
  }
  for (const auto& member : node.members()) count += described(member.value);
  return count;
}

TEST(ConfigGenerated, SchemaIsStrictJsonAndDescribesEveryKey) {
  const auto schema = wire::JsonDocument::parse(config_schema_json());
  ASSERT_TRUE(schema) << schema.error().what;
  EXPECT_GT(described(schema->root()), 100U);
  EXPECT_EQ(schema->root()["additionalProperties"].boolean(), false);
}

}  // namespace
}  // namespace doorward::app
