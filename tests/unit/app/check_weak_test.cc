// Every key that takes something from a requirement is told beside it, and nothing else is.
#include "app/check_weak.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "app/check.h"
#include "app/config/load.h"
#include "app/starter.h"
#include "wire/json.h"

namespace doorward::app {
namespace {

Config config_of(const std::string& yaml) {
  auto config = parse_config("version: 1\n" + yaml, "doorward.yaml", "/srv/doorward");
  EXPECT_TRUE(config) << yaml << "\n" << config.error().what;
  if (!config) return {};
  config->file = "/srv/doorward/doorward.yaml";
  return *config;
}

std::set<std::string> weakened(const Config& config, const catalog::LockFile* lock = nullptr) {
  std::set<std::string> ids;
  for (const Weakening& one : weakenings(config, lock))
    if (one.degree == Weakening::Degree::partly)
      ids.insert(one.requirements.begin(), one.requirements.end());
  return ids;
}

const std::string kFlow =
    "flow: [{ after: untrusted, block: [egress, write, destructive, identity], unless: "
    "clean_arguments }]\n";
const std::string kLocal = "servers: { p: { command: [node]";
const std::string kRemote = "servers: { p: { url: 'https://p.example/mcp'";
const std::string kHash = "sha256$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const std::string kIdentity = "identity: { tokens: [{ id: ci, hash: '" + kHash + "' }] }\n";

struct Case {
  std::string name, yaml;
  std::set<std::string> ids;
};
std::ostream& operator<<(std::ostream& out, const Case& it) {
  return out << it.name;
}

class Weakened : public testing::TestWithParam<Case> {};

TEST_P(Weakened, IsToldBesideItsRequirements) {
  EXPECT_EQ(weakened(config_of(kFlow + GetParam().yaml)), GetParam().ids) << GetParam().yaml;
}

const std::vector<Case> kInspection = {
    {"injection", "inspection: { injection: observe }", {"R1.4", "R3.5", "R6.5"}},
    {"injection_arguments", "inspection: { arguments: { injection: observe } }", {"R1.4", "R6.5"}},
    {"injection_results", "inspection: { results: { injection: observe } }", {"R3.5"}},
    {"injection_definitions", "inspection: { definitions: { injection: observe } }", {"R3.5"}},
    {"injection_deny", "inspection: { injection: deny }", {}},
    {"injection_by_id",
     "inspection: { results: { injection: observe } }\nguards: { injection.prompt_text: enforce, "
     "injection.hidden_unicode: enforce }",
     {}},
    {"secrets", "inspection: { secrets: observe }", {"R7.3", "R7.5"}},
    {"secrets_results", "inspection: { results: { secrets: observe } }", {"R7.3"}},
    {"secrets_arguments", "inspection: { arguments: { secrets: observe } }", {"R7.5"}},
    {"secrets_hold", "inspection: { secrets: hold }", {}},
    {"credential_paths", "inspection: { credential_paths: hold }", {"R7.4"}},
};
INSTANTIATE_TEST_SUITE_P(Inspection, Weakened, testing::ValuesIn(kInspection),
                         [](const auto& it) { return it.param.name; });

const std::vector<Case> kPlaces = {
    {"legacy_sse", "listen: { legacy_sse: true }", {"R5.5"}},
    {"leeway", "identity: { leeway: 1h }", {"R4.2"}},
    {"leeway_near", "identity: { leeway: 1m }", {}},
    {"key_outage", "identity: { key_outage: 30d }", {"R4.2"}},
    {"key_refresh", "identity: { key_refresh: 1d }", {"R4.2"}},
    {"dpop_window", "identity: { dpop_window: 1h }", {"R4.3"}},
    {"first_use", kLocal + ", pins: first_use } }", {"R3.4", "R11.5"}},
    {"kill_overdue", kLocal + ", kill_overdue: false } }", {"R1.3", "R6.1"}},
    {"shared_alone", kLocal + ", instances: shared } }", {}},
    {"shared", kIdentity + kLocal + ", instances: shared } }", {"R10.6"}},
    {"whole_disk", kLocal + ", sandbox: { read: [/home] } } }", {"R10.1", "R10.2", "R7.4"}},
    {"keys", kLocal + ", sandbox: { read: [/home/ana/.ssh] } } }", {"R10.1", "R7.4"}},
    {"one_secret",
     "secrets: { t: { env: T } }\nservers: { a: { url: 'https://a.example', credential: { bearer: "
     "{ secret: t } } }, b: { url: 'https://b.example', credential: { bearer: { secret: t } } } }",
     {"R7.6", "R11.7"}},
    {"recheck", "catalog: { recheck: 30d }", {"R3.4"}},
    {"discover_never", "catalog: { discover: 0s }", {"R11.8"}},
    {"discover_late", "catalog: { discover: 30d }", {"R11.8"}},
    {"discover_daily", "catalog: { discover: 1d }", {}},
    {"kept_arguments", "audit: { arguments: sizes }", {"R8.6"}},
    {"heartbeat", "audit: { heartbeat: 1d }", {"R8.8"}},
    {"quota", "audit: { quota: 1TiB/h }", {"R8.5"}},
    {"keep", "audit: { keep: { age: 1s } }", {"R8.2", "R8.8"}},
    {"keep_small", "audit: { keep: { size: 1MiB } }", {"R8.2", "R8.8"}},
    {"keep_archive", "audit: { keep: { age: 1d, archive: /srv/old } }", {}},
    {"keep_long", "audit: { keep: { age: 365d } }", {}},
    {"approvals", "approvals: { timeout: 365d }", {"R1.5", "R9.6"}},
    {"approvals_day", "approvals: { timeout: 8h }", {}},
    {"pending", "approvals: { pending: 10000 }", {"R6.8"}},
    {"window", "tasks: { window: 1s }", {"R2.5", "R3.8", "R11.9"}},
};
INSTANTIATE_TEST_SUITE_P(Places, Weakened, testing::ValuesIn(kPlaces),
                         [](const auto& it) { return it.param.name; });

const std::vector<Case> kLimits = {
    {"rate", "limits: { calls: { rate: 1000/s } }", {"R2.6"}},
    {"burst", "limits: { calls: { burst: 100000 } }", {"R2.6"}},
    {"concurrency", "limits: { concurrency: 65536 }", {"R6.2"}},
    {"tool_concurrency", "limits: { tool_concurrency: 65536 }", {"R6.2"}},
    {"server_concurrency", "limits: { server_concurrency: 65536 }", {"R6.2", "R6.6"}},
    {"queue", "limits: { queue: 65536 }", {"R6.2"}},
    {"deadline", "limits: { deadline: 30d }", {"R1.3", "R6.1"}},
    {"deadline_near", "limits: { deadline: 5m }", {}},
    {"message_bytes", "limits: { message_bytes: 1GiB }", {"R6.4"}},
    {"result_bytes", "limits: { result_bytes: 1GiB }", {"R3.6", "R6.4"}},
    {"depth", "limits: { depth: 1024 }", {"R2.7", "R6.4"}},
    {"buffers", "limits: { buffers: 1TiB }", {"R6.4"}},
    {"bytes", "limits: { bytes: 1TiB/h }", {"R6.3"}},
    {"task_calls", "limits: { task_calls: 1000000 }", {"R2.5"}},
    {"task_time", "limits: { task_time: 365d }", {"R2.5"}},
    {"repeat_failures", "limits: { repeat_failures: 1000 }", {"R2.2", "R2.3"}},
    {"repeat_window", "limits: { repeat_window: 1ms }", {"R2.2", "R2.3"}},
    {"cooldown", "limits: { cooldown: 1ms }", {"R2.2", "R2.3"}},
    {"breaker_failures", "limits: { breaker_failures: 1000 }", {"R2.4", "R6.6"}},
    {"breaker_cooldown", "limits: { breaker_cooldown: 1ms }", {"R2.4", "R6.6"}},
    {"sessions", "limits: { sessions: 65536 }", {"R6.8"}},
    {"server_processes", "limits: { server_processes: 65536 }", {"R6.2"}},
    {"server_processes_of_a_large_host", "limits: { server_processes: 2000 }", {}},
    {"streams", "limits: { streams: 65536 }", {"R6.8"}},
    {"subscriptions", "limits: { subscriptions: 65536 }", {"R6.8"}},
    {"server_messages", "limits: { server_messages: 100000/s }", {"R6.8", "R8.5"}},
    {"server_requests", "limits: { server_requests: 100000/s }", {"R6.8"}},
    {"list_changes", "limits: { list_changes: 100000/s }", {"R6.8"}},
    {"heavy_concurrency", "limits: { heavy_concurrency: 65536 }", {"R6.5"}},
    {"heavy_deadline", "limits: { heavy_deadline: 30d }", {"R6.5"}},
    {"lower", "limits: { concurrency: 1, deadline: 1s, retries: 0, adaptive: false }", {}},
    {"of_server", kLocal + ", limits: { deadline: 30d } } }", {"R1.3", "R6.1"}},
    {"of_tool", kLocal + ", tools: { a: { limits: { bytes: 1TiB/h } } } } }", {"R6.3"}},
    {"memory", kLocal + ", sandbox: { limits: { memory: 1TiB } } } }", {"R1.3"}},
    {"processes", kLocal + ", sandbox: { limits: { processes: 65536 } } } }", {"R1.3"}},
    {"cpu", kLocal + ", sandbox: { limits: { cpu: 512 } } } }", {"R1.3"}},
    {"disk", kLocal + ", sandbox: { limits: { disk: 100TiB } } } }", {"R1.3"}},
};
INSTANTIATE_TEST_SUITE_P(Limits, Weakened, testing::ValuesIn(kLimits),
                         [](const auto& it) { return it.param.name; });

std::string rules(const std::string& list) {
  return kRemote + " } }\npolicy: { rules: [" + list + "] }";
}
const std::vector<Case> kPolicy = {
    {"destructive",
     rules("{ id: a, effect: allow, tools: ['p.*'], classes: [read, destructive] }"),
     {"R1.5"}},
    {"destructive_held",
     rules("{ id: a, effect: allow, tools: ['p.*'], classes: [read, destructive] }, "
           "{ id: b, effect: hold, principals: [{ any: true }], classes: [destructive] }"),
     {}},
    {"destructive_held_of_others",
     rules("{ id: a, effect: allow, tools: ['p.*'], classes: [destructive] }, "
           "{ id: b, effect: hold, principals: [{ group: x }], classes: [destructive] }"),
     {"R1.5"}},
    {"destructive_held_elsewhere",
     rules("{ id: a, effect: allow, tools: ['p.*'], classes: [destructive] }, "
           "{ id: b, effect: hold, tools: ['q.*'] }"),
     {"R1.5"}},
    {"destructive_of_a_group_held_alike",
     rules("{ id: a, effect: allow, principals: [{ group: x }], classes: [destructive] }, "
           "{ id: b, effect: hold, principals: [{ group: x }], classes: [destructive] }"),
     {}},
    {"identity_is_held_anyway", rules("{ id: a, effect: allow, classes: [read, identity] }"), {}},
    {"execute_of_a_group",
     rules("{ id: a, effect: allow, principals: [{ group: x }], tools: ['p.*'], classes: [execute] "
           "}"),
     {"R1.5"}},
    {"execute_of_all",
     rules("{ id: a, effect: allow, tools: ['p.*'], classes: [execute] }, "
           "{ id: b, effect: hold, classes: [execute] }"),
     {"R1.1"}},
    {"everything",
     rules("{ id: a, effect: allow, principals: [{ any: true }] }"),
     {"R1.5", "R9.1", "R9.4"}},
    {"prompts", rules("{ id: a, effect: allow, prompts: ['*'], resources: ['*'] }"), {}},
    {"read", rules("{ id: a, effect: allow, principals: [{ any: true }], classes: [read] }"), {}},
};
INSTANTIATE_TEST_SUITE_P(Policy, Weakened, testing::ValuesIn(kPolicy),
                         [](const auto& it) { return it.param.name; });

TEST(WeakFlow, IsWhatStopsLessThanTheDefault) {
  const std::set<std::string> both = {"R3.8", "R11.9"};
  EXPECT_EQ(weakened(config_of("flow: []")), both);
  EXPECT_EQ(weakened(config_of("flow: [{ after: untrusted, block: [identity] }]")), both);
  EXPECT_EQ(weakened(config_of("flow: [{ after: private, block: [egress] }]")), both);
  EXPECT_EQ(weakened(config_of("flow: [{ after: untrusted, block: [identity, egress] }, { after: "
                               "untrusted, block: [write, destructive] }]")),
            std::set<std::string>());
  EXPECT_EQ(weakened(config_of(kFlow + "prompt_from: [{ any: true }]")), both);
  EXPECT_EQ(weakened(config_of(kFlow + "prompt_from: [{ group: hosts }]")),
            std::set<std::string>());
}

// What the lock file knows of a tool decides, where a rule lists no classes.
TEST(WeakPolicy, KnowsTheToolsOfTheLockFile) {
  catalog::LockFile lock;
  catalog::Pin pin;
  pin.definition.name = "erase";
  pin.classes = {core::ToolClass::write, core::ToolClass::destructive};
  pin.approved = {{"ana", "2026-11-01T00:00:00Z"}};
  lock.server("p").pins[static_cast<size_t>(catalog::DefinitionKind::tool)].emplace("erase", pin);
  const std::string rule = " } }\npolicy: { rules: [{ id: a, effect: allow, tools: ['p.*'] }";
  EXPECT_EQ(weakened(config_of(kFlow + kRemote + rule + "] }"), &lock),
            std::set<std::string>{"R1.5"});
  EXPECT_EQ(weakened(config_of(kFlow + kRemote + rule +
                               ", { id: b, effect: hold, tools: [p.erase] "
                               "}] }"),
                     &lock),
            std::set<std::string>());
  // A server that has its own folders and no network, as the demo's: told, and no less.
  const Config confined = config_of(kFlow + kLocal + rule + "] }");
  EXPECT_EQ(weakened(confined, &lock), std::set<std::string>());
  EXPECT_TRUE(std::ranges::any_of(weakenings(confined, &lock), [](const Weakening& one) {
    return one.what.find("`p.erase`") != std::string::npos;
  }));
}

TEST(WeakNothing, IsWhatAFreshStartRunsWith) {
  EXPECT_EQ(weakened(config_of(kFlow)), std::set<std::string>());
  // `init`: reads, and asks first.
  EXPECT_EQ(
      weakened(config_of(
          kFlow + "policy: { rules: [{ id: read, effect: allow, principals: [{ any: true }], "
                  "classes: [read] }, { id: ask-first, effect: hold, principals: [{ any: true }], "
                  "classes: [write, destructive, egress, identity] }] }")),
      std::set<std::string>());
  // `wrap -- CMD`: without a configuration, the first sight is what is signed.
  Config starter = starter_config();
  ASSERT_TRUE(add_wrapped_server(starter, {"node", "x.js"}, "/srv"));
  starter.flow = {};  // of labels nobody has said a word
  EXPECT_EQ(weakened(starter), (std::set<std::string>{"R3.8", "R11.9"}));
}

// The row itself, as `check` prints it.
TEST(WeakRow, NamesTheKeyAndIsNoLongerEnforced) {
  const std::string json = check_json(config_of("listen: { legacy_sse: true }\nflow: []"));
  const auto parsed = wire::JsonDocument::parse(json);
  ASSERT_TRUE(parsed);
  for (const wire::JsonValue row : parsed->root()["requirements"].items()) {
    const bool weak = row["id"].text() == "R5.5" || row["id"].text() == "R3.8";
    if (weak) EXPECT_EQ(row["state"].text(), "partly") << row["evidence"].text();
    if (row["id"].text() == "R5.5")
      EXPECT_NE(row["evidence"].text().find("`listen.legacy_sse: true`"), std::string::npos);
    if (row["id"].text() == "R9.1") EXPECT_EQ(row["state"].text(), "enforced");
  }
}

}  // namespace
}  // namespace doorward::app
