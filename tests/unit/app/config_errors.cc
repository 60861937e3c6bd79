// Every kind of refusal, with file, line, key and message.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "app/config/load.h"

namespace doorward::app {
namespace {

std::string refusal(const std::string& yaml) {
  const auto config = parse_config(yaml, "doorward.yaml", "/etc/doorward");
  return config ? "accepted" : config.error().what;
}

struct Case {
  std::string name;
  std::string yaml;  // behind `version: 1\n`, so it starts in line 2
  std::string error;
};

class ConfigError : public testing::TestWithParam<Case> {};

TEST_P(ConfigError, NamesFileLineKeyAndCause) {
  EXPECT_EQ(refusal("version: 1\n" + GetParam().yaml), "doorward.yaml:" + GetParam().error);
}

const std::string kServer = "servers:\n  files:\n    command: [node]\n";
const std::string kHash = "sha256$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

const std::vector<Case> kSyntax = {
    {"duplicate_key", "drain: 1s\ndrain: 2s\n",
     "3: drain: duplicate key; the first one is in line 2"},
    {"duplicate_nested", "listen:\n  hosts: []\n  \"hosts\": []\n",
     "4: listen.hosts: duplicate key; the first one is in line 3"},
    {"alias", "listen: { hosts: &a [gw.example] }\n", "2: listen.hosts: an anchor is not allowed"},
    {"scalar_anchor", "drain: &d 10s\n", "2: drain: an anchor is not allowed"},
    {"unknown_alias", "drain: *d\n",
     "2: drain: not valid YAML: the referenced anchor is not defined"},
    {"merge", "listen:\n  <<: { legacy_sse: true }\n", "3: listen: a merge key is not allowed"},
    {"tag", "drain: !!str 10s\n", "2: drain: a tag is not allowed"},
    {"plain_tag", "listen:\n  legacy_sse: ! true\n", "3: listen.legacy_sse: a tag is not allowed"},
    {"map_tag", "listen: !x { legacy_sse: true }\n", "2: listen: a tag is not allowed"},
    {"documents", "---\nversion: 1\n", "2: document: more than one document in the file"},
    {"not_yaml", "listen: { hosts: [\n",
     "3: listen.hosts[0]: not valid YAML: end of sequence flow not found"},
    {"list_key", "? [a]\n: b\n", "2: document: a key has to be plain text"},
    {"null_key", "~: b\n", "2: document: a key has to be plain text"},
    {"nul", std::string("drain: 1\0s\n", 11), "2: document: a control character"},
    {"utf8", "drain: \xc0\xaf\n", "2: document: not valid UTF-8"},
    {"surrogate", "drain: \xed\xa0\x80\n", "2: document: not valid UTF-8"},
    {"deep", "drain: " + std::string(40, '[') + std::string(40, ']') + "\n",
     "2: drain" +
         [] {
           std::string items;
           for (int i = 0; i < 31; ++i) items += "[0]";
           return items;
         }() +
         ": nested deeper than 32 levels"},
};

const std::vector<Case> kKeysAndTypes = {
    {"unknown_key", "servers:\n  files:\n    comand: [node]\n    url: https://a.example\n",
     "4: servers.files.comand: unknown key; did you mean `command`?"},
    {"unknown_top", "sever: {}\n", "2: sever: unknown key"},
    {"swapped_letters", "lisetn: {}\n", "2: lisetn: unknown key; did you mean `listen`?"},
    {"nothing_like_it", "colour: red\n", "2: colour: unknown key"},
    {"quoted_boolean", "listen:\n  legacy_sse: \"true\"\n",
     "3: listen.legacy_sse: expected true or false, got `true` in quotes"},
    {"yes_is_no_boolean", "listen:\n  legacy_sse: yes\n",
     "3: listen.legacy_sse: expected true or false, got `yes`"},
    {"null_boolean", "admin:\n  two_person:\n",
     "3: admin.two_person: expected true or false, got nothing"},
    {"quoted_number", "limits: { concurrency: \"8\" }\n",
     "2: limits.concurrency: expected a whole number, got quoted text"},
    {"number_out_of_range", "limits: { concurrency: 0 }\n",
     "2: limits.concurrency: expected a whole number from 1 to 65536, got `0`"},
    {"negative", "limits: { concurrency: -1 }\n",
     "2: limits.concurrency: expected a whole number from 1 to 65536, got `-1`"},
    {"plain_number_as_text", kServer + "    sandbox:\n      env: { LOG: 1 }\n",
     "6: servers.files.sandbox.env.LOG: expected text, got a number; quote it: \"1\""},
    {"plain_boolean_as_text", "listen: { hosts: [true] }\n",
     "2: listen.hosts[0]: expected text, got true or false; quote it: \"true\""},
    {"list_for_map", "listen: []\n", "2: listen: expected a map, got a list"},
    {"text_for_list", "listen: { hosts: gw.example }\n",
     "2: listen.hosts: expected a list, got text"},
    {"empty_section", "listen:\ndrain: 1s\n", "2: listen: expected a map, got nothing"},
    {"duration", "drain: 10\n",
     "2: drain: expected a duration such as `10s` (`0s` allowed), got `10`"},
    {"duration_unit", "limits: { deadline: 5 s }\n",
     "2: limits.deadline: expected a duration such as `10s`, got `5 s`"},
    {"zero_deadline", "limits: { deadline: 0s }\n",
     "2: limits.deadline: expected a duration such as `10s`, got `0s`"},
    {"endless", "drain: 99999999999999999999d\n",
     "2: drain: expected a duration such as `10s` (`0s` allowed), got `99999999999999999999d`"},
    {"size", "limits: { result_bytes: 1MB }\n",
     "2: limits.result_bytes: expected a size such as `512MiB`, got `1MB`"},
    {"size_overflow", "limits: { result_bytes: 9999999999TiB }\n",
     "2: limits.result_bytes: expected a size such as `512MiB`, got `9999999999TiB`"},
    {"rate", "limits: { calls: { rate: 20 } }\n",
     "2: limits.calls.rate: expected a rate such as `20/s`, got `20`"},
    {"enumeration", "tasks: { by: sesion }\n",
     "2: tasks.by: `sesion` is none of `session`, `principal`, `traceparent`; did you mean "
     "`session`?"},
    {"class", "policy:\n  rules:\n    - { id: a, effect: deny, classes: [wirte] }\n",
     "4: policy.rules[0].classes[0]: `wirte` is none of `read`, `write`, `destructive`, `execute`, "
     "`egress`, `identity`; did you mean `write`?"},
    {"address", "listen: { address: gw.example:80 }\n",
     "2: listen.address: expected an IP address (or `localhost`) and a port, such as "
     "`127.0.0.1:8080`, got `gw.example:80`"},
    {"revision", "listen: { minimum_revision: newest }\n",
     "2: listen.minimum_revision: expected a protocol revision such as `YYYY-MM-DD`"},
    {"origin_path", "listen: { origins: [https://app.example/x] }\n",
     "2: listen.origins[0]: expected scheme, host and port only, in lower case"},
    {"proxy_everyone", "listen: { trusted_proxies: [0.0.0.0/0] }\n",
     "2: listen.trusted_proxies[0]: a network of all addresses trusts everyone"},
    {"home", "state: ~/doorward\n", "2: state: `~` is not expanded; write the path out"},
};

const std::vector<Case> kServers = {
    {"server_name", "servers:\n  Files: { command: [a] }\n",
     "3: servers.Files: a server's name is 1 to 24 of a-z, 0-9, `_` and `-`, starts with a letter "
     "or digit and holds no `__`"},
    {"server_name_separator", "servers:\n  a__b: { command: [a] }\n",
     "3: servers.a__b: a server's name is 1 to 24 of a-z, 0-9, `_` and `-`, starts with a letter "
     "or digit and holds no `__`"},
    {"no_target", "servers:\n  files: { trust: trusted }\n",
     "3: servers.files: one of `command` and `url` is missing"},
    {"two_targets", "servers:\n  a: { command: [a], url: https://a.example }\n",
     "3: servers.a: `command` and `url` exclude each other"},
    {"plain_http", "servers:\n  a: { url: http://a.example/mcp }\n",
     "3: servers.a.url: http:// is accepted to a loopback address or localhost only; use https://"},
    {"http_look_alike", "servers:\n  a: { url: http://127.0.0.1.evil.example/mcp }\n",
     "3: servers.a.url: http:// is accepted to a loopback address or localhost only; use https://"},
    {"http_user_trick", "servers:\n  a: { url: http://localhost@evil.example/mcp }\n",
     "3: servers.a.url: a URL may not hold a user or password; use `credential` and `secrets`"},
    {"scheme", "servers:\n  a: { url: file:///etc/passwd }\n",
     "3: servers.a.url: expected an https:// URL"},
    {"empty_command", "servers:\n  a: { command: [] }\n",
     "3: servers.a.command: the list is empty"},
    {"sandbox_of_url", "servers:\n  a:\n    url: https://a.example\n    sandbox: {}\n",
     "5: servers.a: `sandbox` goes with `command` only"},
    {"credential_of_command",
     kServer + "    credential: { bearer: { secret: a } }\nsecrets: { a: { env: A } }\n",
     "5: servers.files: `credential` goes with `url` only"},
    {"two_credentials", "servers:\n  a:\n    url: https://a.example\n    credential: {}\n",
     "5: servers.a.credential: expected exactly one of `bearer`, `client_credentials`, "
     "`token_exchange`, `authorization_code`"},
    {"login_of_command", kServer + "    credential: { authorization_code: {} }\n",
     "5: servers.files: `credential` goes with `url` only"},
    {"login_shared",
     "servers:\n  a:\n    url: https://a.example\n    instances: shared\n    credential: { "
     "authorization_code: {} }\n",
     "6: servers.a: `authorization_code` needs `instances` other than `shared`: one session of all "
     "principals can't have an account for each"},
    {"login_secret_alone",
     "servers:\n  a:\n    url: https://a.example\n    credential: { authorization_code: { "
     "client_secret: { secret: s } } }\nsecrets: { s: { env: S } }\n",
     "5: servers.a.credential.authorization_code: `client_secret` goes with `client_id` only"},
    {"login_issuer",
     "servers:\n  a:\n    url: https://a.example\n    credential: { authorization_code: { issuer: "
     "\"http://idp.example\" } }\n",
     "5: servers.a.credential.authorization_code.issuer: http:// is accepted to a loopback address "
     "or localhost only; use https://"},
    {"login_plain_secret",
     "servers:\n  a:\n    url: https://a.example\n    credential: { authorization_code: { "
     "client_id: c, client_secret: abc } }\n",
     "5: servers.a.credential.authorization_code.client_secret: a secret in plain text; keep it in "
     "`secrets` and give its name: `{ secret: NAME }`"},
    {"grant", kServer + "    sandbox: { network: [\"*:443\"] }\n",
     "5: servers.files.sandbox.network[0]: expected `host:port`, got `*:443`"},
    {"grant_number", kServer + "    sandbox: { network: [\"2130706433:443\"] }\n",
     "5: servers.files.sandbox.network[0]: expected `host:port`, got `2130706433:443`"},
    {"preload", kServer + "    sandbox: { env: { LD_PRELOAD: /a.so } }\n",
     "5: servers.files.sandbox.env.LD_PRELOAD: `LD_PRELOAD` loads code into the server and may not "
     "be set"},
    {"mount_root", kServer + "    sandbox: { read: [/] }\n",
     "5: servers.files.sandbox.read[0]: `/` may not be given to a server\n"
     "doorward.yaml:5: servers.files.sandbox.read: `/` would give the server the gateway's own "
     "`state`; keep them apart"},
    {"mount_proc", kServer + "    sandbox: { read: [/proc/1] }\n",
     "5: servers.files.sandbox.read[0]: `/proc/1` may not be given to a server"},
    {"mount_socket", kServer + "    sandbox: { write: [/run/docker.sock] }\n",
     "5: servers.files.sandbox.write[0]: a container socket may not be given to a server"},
    {"mount_state", kServer + "    sandbox:\n      read: [.]\n",
     "6: servers.files.sandbox.read: `/etc/doorward` would give the server the gateway's own "
     "`state`; keep them apart"},
    {"mount_inside_state", kServer + "    sandbox:\n      write: [state/x]\n",
     "6: servers.files.sandbox.write: `/etc/doorward/state/x` would give the server the gateway's "
     "own `state`; keep them apart"},
    {"mount_relative_target", kServer + "    sandbox: { read: [{ from: a, to: b }] }\n",
     "5: servers.files.sandbox.read[0]: `to` has to be an absolute path"},
    {"pin", "servers:\n  a: { url: https://a.example, tls: { pin_sha256: [abc] } }\n",
     "3: servers.a.tls.pin_sha256[0]: expected base64 of a SHA-256: 44 characters"},
};

const std::vector<Case> kSecrets = {
    {"plain_bearer", "servers:\n  a: { url: https://a.example, credential: { bearer: hunter2 } }\n",
     "3: servers.a.credential.bearer: a secret in plain text; keep it in `secrets` and give its "
     "name: `{ secret: NAME }`"},
    {"env_by_name", kServer + "    sandbox:\n      env:\n        API_KEY: hunter2\n",
     "7: servers.files.sandbox.env.API_KEY: looks like a secret in plain text; keep it in "
     "`secrets` "
     "and write `API_KEY: { secret: NAME }`"},
    {"env_by_entropy", kServer + "    sandbox: { env: { MODE: q8Zk2LmX0vTr5YbN3cWp7A } }\n",
     "5: servers.files.sandbox.env.MODE: looks like a secret in plain text; keep it in `secrets` "
     "and write `MODE: { secret: NAME }`"},
    {"env_by_prefix", kServer + "    sandbox: { env: { MODE: ghp_abcdefghijklmnopqrst } }\n",
     "5: servers.files.sandbox.env.MODE: looks like a key of a known kind in plain text; keep it "
     "in "
     "`secrets` and give its name: `{ secret: NAME }`"},
    {"env_url", kServer + "    sandbox: { env: { DB: postgres://me:hunter2@db.example/x } }\n",
     "5: servers.files.sandbox.env.DB: looks like a URL with a password in plain text; keep it in "
     "`secrets` and give its name: `{ secret: NAME }`"},
    {"argument", "servers:\n  a: { command: [srv, --api-key, hunter2] }\n",
     "3: servers.a.command: argument 1 looks like a secret in plain text; give it by `sandbox.env` "
     "and `secrets`"},
    {"argument_joined", "servers:\n  a: { command: [srv, --token=hunter2] }\n",
     "3: servers.a.command: argument 1 looks like a secret in plain text; give it by `sandbox.env` "
     "and `secrets`"},
    {"undeclared",
     "servers:\n  a:\n    url: https://a.example\n    credential: { bearer: { secret: tokn } }\n"
     "secrets: { token: { env: T } }\n",
     "5: servers.a.credential.bearer: there is no `tokn` in `secrets`; did you mean `token`?"},
    {"source", "secrets:\n  a: { file: /a, env: A }\n",
     "3: secrets.a: expected exactly one of `file`, `env`, `systemd`, `store`, `vault`"},
    {"plain_in_query", "servers:\n  a: { url: \"https://a.example/mcp?api_key=hunter2\" }\n",
     "3: servers.a.url: holds a secret in plain text; keep it in `secrets` and send it by "
     "`credential: { bearer: { secret: NAME } }`"},
    {"plain_in_path",
     "servers:\n  a: { url: \"https://a.example/ghp_abcdefghijklmnopqrstuvwxyz0123456789\" }\n",
     "3: servers.a.url: holds a key of a known kind in plain text; keep it in `secrets` and send "
     "it by `credential: { bearer: { secret: NAME } }`"},
    {"plain_header",
     "servers:\n  a: { command: [npx, b, --header, \"Authorization: Bearer hunter2\"] }\n",
     "3: servers.a.command: argument 3 looks like a secret in plain text; give it by `sandbox.env` "
     "and `secrets`"},
    {"plain_short_option", "servers:\n  a: { command: [/usr/bin/mysql, -u, root, -phunter2] }\n",
     "3: servers.a.command: argument 3 looks like a secret in plain text; give it by `sandbox.env` "
     "and `secrets`"},
    {"plain_sshpass", "servers:\n  a: { command: [sshpass, -p, hunter2, ssh, -p, \"22\", b] }\n",
     "3: servers.a.command: argument 2 looks like a secret in plain text; give it by `sandbox.env` "
     "and `secrets`"},
    {"literal_source", "secrets:\n  a: hunter2\n", "3: secrets.a: expected a map, got text"},
    {"redis_password", "shared: redis://:hunter2@127.0.0.1:6379\n",
     "2: shared: looks like a URL with a password in plain text; keep it in `secrets` and give its "
     "name: `{ secret: NAME }`"},
    {"plain_token", "identity: { tokens: [{ id: ci, hash: hunter2 }] }\n",
     "2: identity.tokens[0].hash: expected the line that `doorward token new` prints: `sha256$` "
     "and 43 characters"},
    {"misplaced", "drain: ghp_abcdefghijklmnopqrst\n",
     "2: drain: expected a duration such as `10s` (`0s` allowed), got a value not shown here"},
};

const std::vector<Case> kMeaning = {
    {"dear_tool",
     "limits: { task_calls: 5 }\n" + kServer + "    tools: { read: { limits: { cost: 6 } } }\n",
     "6: servers.files.tools.read.limits.cost: more than `limits.task_calls` (5): the tool could "
     "never be called"},
    {"rule_id", "policy:\n  rules:\n    - { effect: allow }\n",
     "4: policy.rules[0]: `id` is missing"},
    {"rule_effect", "policy:\n  rules:\n    - { id: a }\n",
     "4: policy.rules[0]: `effect` is missing"},
    {"rule_twice",
     "policy:\n  rules:\n    - { id: a, effect: deny }\n    - { id: a, effect: deny }\n",
     "5: policy.rules[1]: the id `a` is taken"},
    {"rule_glob", "policy: { rules: [{ id: a, effect: allow, tools: [files] }] }\n",
     "2: policy.rules[0].tools[0]: expected `server.name` or a glob such as `server.*`"},
    {"rule_empty_selector", "policy: { rules: [{ id: a, effect: allow, principals: [] }] }\n",
     "2: policy.rules[0].principals: the list is empty"},
    {"rule_any_false",
     "policy: { rules: [{ id: a, effect: allow, principals: [{ any: false }] }] }\n",
     "2: policy.rules[0].principals[0]: `any` is either true or absent"},
    {"rule_any_and_more",
     "policy: { rules: [{ id: a, effect: allow, principals: [{ any: true, user: x }] }] }\n",
     "2: policy.rules[0].principals[0]: `any: true` stands alone"},
    {"rule_scope_wildcard",
     "policy: { rules: [{ id: a, effect: allow, principals: [{ scope: \"shop:*\" }] }] }\n",
     "2: policy.rules[0].principals[0]: a scope holds no wildcard"},
    {"rule_time", "policy: { rules: [{ id: a, effect: allow, times: [{ from: \"8:00\" }] }] }\n",
     "2: policy.rules[0].times[0].from: expected a time of day such as `08:30`, got `8:00`"},
    {"rule_late_time",
     "policy: { rules: [{ id: a, effect: allow, times: [{ to: \"24:01\" }] }] }\n",
     "2: policy.rules[0].times[0].to: expected a time of day such as `08:30`, got `24:01`"},
    {"rule_zone", "policy: { rules: [{ id: a, effect: allow, times: [{ zone: Berlin }] }] }\n",
     "2: policy.rules[0].times[0]: there is no time zone `Berlin`"},
    {"rule_never", "policy: { rules: [{ id: a, effect: allow, times: [{ from: \"24:00\" }] }] }\n",
     "2: policy.rules[0].times[0]: a window that never opens"},
    {"rule_moment",
     "policy: { rules: [{ id: a, effect: allow, times: [{ before: tomorrow }] }] }\n",
     "2: policy.rules[0].times[0].before: expected a moment such as `2026-12-31T18:00:00Z`, got "
     "`tomorrow`"},
    {"webhook_secret", "approvals: { webhook: { url: \"https://x.example/\", secret: plain } }\n",
     "2: approvals.webhook.secret: a secret in plain text; keep it in `secrets` and give its name: "
     "`{ secret: NAME }`"},
    {"webhook_plain_http",
     "approvals: { webhook: { url: \"http://x.example/\", secret: { secret: a } } }\n"
     "secrets: { a: { env: A } }\n",
     "2: approvals.webhook.url: http:// is accepted to a loopback address or localhost only; use "
     "https://"},
    {"suppress_rule",
     "inspection: { suppress: [{ rule: secret.aws_key_i, server: files, until: 2999-01-01 }] }\n"
     "servers: { files: { command: [files-server] } }\n",
     "2: inspection.suppress[0].rule: there is no such rule (the log's `detail` and `doorward "
     "inspect` name those of findings); did you mean `secret.aws_key_id`?"},
    {"suppress_server",
     "inspection: { suppress: [{ rule: secret.aws_key_id, server: fils, until: 2999-01-01 }] }\n"
     "servers: { files: { command: [files-server] } }\n",
     "2: inspection.suppress[0].server: there is no server `fils`; did you mean `files`?"},
    {"suppress_for_ever",
     "inspection: { suppress: [{ rule: secret.aws_key_id, server: files }] }\n"
     "servers: { files: { command: [files-server] } }\n",
     "2: inspection.suppress[0]: `until` is missing"},
    {"suppress_until",
     "inspection: { suppress: [{ rule: secret.aws_key_id, server: files, until: 2999-02-30 }] }\n"
     "servers: { files: { command: [files-server] } }\n",
     "2: inspection.suppress[0].until: expected a day such as `2026-12-31`, or a moment such as "
     "`2026-12-31T18:00:00Z`, got `2999-02-30`"},
    {"definitions_hold", "inspection: { definitions: { secrets: hold } }\n",
     "2: inspection: what is wrong in a definition is taken out of the list: `injection` is "
     "`enforce` or `observe` here, and nothing is held"},
    {"classifier_model", "inspection: { classifier: { url: \"https://c.example/\", api: chat } }\n",
     "2: inspection.classifier: `model` is missing: a chat endpoint needs it"},
    {"classifier_plain_http", "inspection: { classifier: { url: \"http://c.example/\" } }\n",
     "2: inspection.classifier.url: http:// is accepted to a loopback address or localhost only; "
     "use https://"},
    {"classifier_key", "inspection: { classifier: { url: \"https://c.example/\", key: sk } }\n",
     "2: inspection.classifier.key: a secret in plain text; keep it in `secrets` and give its "
     "name: `{ secret: NAME }`"},
    {"approvers", "policy: { rules: [{ id: a, effect: allow, approvers: [{ group: x }] }] }\n",
     "2: policy.rules[0]: `approvers` goes with `effect: hold` only"},
    {"schema_number",
     "policy: { rules: [{ id: a, effect: allow, arguments: { maximum: 0x10 } }] }\n",
     "2: policy.rules[0].arguments: holds a number that JSON doesn't have"},
    {"constraint_keyword",
     "policy:\n  rules:\n    - id: a\n      effect: allow\n      arguments:\n"
     "        properties:\n          amount: { maximun: 1 }\n",
     "8: policy.rules[0].arguments.properties.amount.maximun: no keyword of JSON Schema, so "
     "nothing "
     "would check it; did you mean `maximum`?"},
    {"constraint_format",
     "policy: { rules: [{ id: a, effect: deny, arguments: { items: { format: sqlread } } }] }\n",
     "2: policy.rules[0].arguments.items.format: `sqlread` is no format that is checked here; did "
     "you mean `sql-read`?; `pattern` can say more"},
    {"constraint_type",
     "policy: { rules: [{ id: a, effect: allow, arguments: { type: numbr } }] }\n",
     "2: policy.rules[0].arguments: ``: `type` must name types (null, boolean, number, integer, "
     "string, array, object)"},
    {"policy_both", "policy: { rules: [], file: a, signature: b, key: c }\n",
     "2: policy: `rules` and `file` exclude each other"},
    {"policy_unsigned", "policy: { file: a, key: c }\n",
     "2: policy: `signature` is missing; `file`, `signature` and `key` go together"},
    {"flow_allow", "flow: [{ after: untrusted, block: [write], effect: allow }]\n",
     "2: flow[0]: expected `hold` or `deny`"},
    {"flow_known_never",
     "flow: [{ after: untrusted, block: [write], known: [{ to: [a@b.example] }] }]\n",
     "2: flow[0]: `known` goes with `unless: clean_arguments` only"},
    {"flow_known_wide",
     "flow: [{ after: untrusted, block: [write], unless: clean_arguments, known: [{ to: "
     "['*@*.example'] }] }]\n",
     "2: flow[0].known[0].to[0]: a host with `*` ends in a domain of somebody's own, such as "
     "`*.corp.example`"},
    {"flow_known_none",
     "flow: [{ after: untrusted, block: [write], unless: clean_arguments, known: [{ to: [] }] }]\n",
     "2: flow[0].known[0].to: the list is empty"},
    {"guard_area", "guards: { injektion.prompt_text: observe }\n",
     "2: guards.injektion.prompt_text: there is no area `injektion`; did you mean `injection`?"},
    {"guard_observe", "guards: { identity.token: observe }\n",
     "2: guards.identity.token: transport, identity, policy, audit and isolation have no observe "
     "mode"},
    {"open_address", "listen:\n  address: 0.0.0.0:8080\n",
     "3: listen.address: not a loopback address: needs `identity` with `oauth`, `mtls` or "
     "`tokens`\n"
     "doorward.yaml:3: listen.address: not a loopback address: needs `listen.tls`, or "
     "`listen.trusted_proxies` for the load balancer that ends TLS"},
    {"open_address_without_tls",
     "listen:\n  address: 0.0.0.0:8080\nidentity: { tokens: [{ id: ci, hash: \"" + kHash +
         "\" }] }\n",
     "3: listen.address: not a loopback address: needs `listen.tls`, or `listen.trusted_proxies` "
     "for the load balancer that ends TLS"},
    {"open_admin", "admin:\n  address: 0.0.0.0:8081\n",
     "3: admin.address: not a loopback address: needs `admin.tls`"},
    {"one_address", "admin:\n  address: 127.0.0.1:8080\n",
     "3: admin.address: the same address as `listen.address`"},
    {"mtls_without_ca", "identity:\n  mtls: {}\n",
     "3: identity.mtls: needs `listen.tls` with `client_ca`"},
    {"http_issuer", "identity: { oauth: [{ issuer: http://idp.example, audiences: [a] }] }\n",
     "2: identity.oauth[0].issuer: http:// is accepted to a loopback address or localhost only; "
     "use "
     "https://"},
    {"wildcard_scope",
     "identity: { tokens: [{ id: ci, hash: \"" + kHash + "\", scopes: [\"*\"] }] }\n",
     "2: identity.tokens[0].scopes[0]: a wildcard is no scope"},
    {"operator_without_proof", "identity: { operators: [{ id: ana }] }\n",
     "2: identity.operators[0]: expected exactly one of `hash`, `oauth`"},
    {"remote_plain_redis", "shared: redis://cache.example:6379\n",
     "2: shared: redis:// is accepted to a loopback address only; use rediss://"},
};

const auto kName = [](const testing::TestParamInfo<Case>& info) { return info.param.name; };
INSTANTIATE_TEST_SUITE_P(Syntax, ConfigError, testing::ValuesIn(kSyntax), kName);
INSTANTIATE_TEST_SUITE_P(KeysAndTypes, ConfigError, testing::ValuesIn(kKeysAndTypes), kName);
INSTANTIATE_TEST_SUITE_P(Servers, ConfigError, testing::ValuesIn(kServers), kName);
INSTANTIATE_TEST_SUITE_P(Secrets, ConfigError, testing::ValuesIn(kSecrets), kName);
INSTANTIATE_TEST_SUITE_P(Meaning, ConfigError, testing::ValuesIn(kMeaning), kName);

TEST(ConfigErrors, VersionIsAskedForAndFixed) {
  EXPECT_EQ(refusal("drain: 1s\n"), "doorward.yaml:1: document: `version` is missing");
  EXPECT_EQ(refusal("version: 2\n"),
            "doorward.yaml:1: version: expected a whole number from 1 to 1, got `2`");
  EXPECT_EQ(refusal(""), "doorward.yaml:1: document: expected a map, got nothing");
}

TEST(ConfigErrors, AllProblemsInTheOrderOfTheFile) {
  EXPECT_EQ(refusal("version: 1\nadmin: { address: 0.0.0.0:1 }\ndrain: soon\nlimits: { x: 1 }\n"),
            "doorward.yaml:2: admin.address: not a loopback address: needs `admin.tls`\n"
            "doorward.yaml:3: drain: expected a duration such as `10s` (`0s` allowed), got `soon`\n"
            "doorward.yaml:4: limits.x: unknown key");
}

TEST(ConfigErrors, SizeIsBounded) {
  const std::string padded = "version: 1\n#" + std::string(1024 * 1024 - 13, 'x') + "\n";
  ASSERT_EQ(padded.size(), 1024U * 1024U);
  EXPECT_EQ(refusal(padded), "accepted");
  EXPECT_EQ(refusal(padded + "\n"), "doorward.yaml:1: document: larger than 1048576 bytes");
}

// The near misses of the refusals above.
TEST(ConfigErrors, OrdinaryValuesPass) {
  for (const std::string& yaml : {
           kServer + "    sandbox: { env: { LOG: \"1\", TOKEN_FILE: /run/t, MAX_TOKENS: \"4096\", "
                     "KEYBOARD: us, DEBUG: \"true\", HOME: "
                     "/workspace/of-the-server-with-a-long-name } }\n",
           std::string("servers: { a: { url: \"http://[::1]:9/mcp\" } }\n"),
           std::string("servers: { a: { url: http://localhost:9/mcp } }\n"),
           std::string("servers: { a: { command: [npx, -y, "
                       "\"@modelcontextprotocol/server-everything\", --keys] } }\n"),
           std::string("guards: { identity.token: enforce }\n"),
           std::string(
               "admin: { address: \"127.0.0.1:0\" }\nlisten: { address: \"127.0.0.1:0\" }\n"),
           "listen: { address: \"0.0.0.0:8080\", trusted_proxies: [10.0.0.0/8] }\n"
           "identity: { tokens: [{ id: ci, hash: \"" +
               kHash + "\" }] }\n",
           std::string("# only a comment\n"),
           std::string("limits: { result_bytes: 1024 }\n"),
           std::string("\"drain\": '10s'\n"),
       })
    EXPECT_EQ(refusal("version: 1\n" + yaml), "accepted") << yaml;
}

TEST(ConfigErrors, AMissingFileIsNamed) {
  const auto config = load_config("/nonexistent/doorward.yaml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, "config.unreadable");
  EXPECT_EQ(config.error().what,
            "`/nonexistent/doorward.yaml` is not there; `doorward init` writes one, --config names "
            "another");
  EXPECT_FALSE(load_config("/"));
}

}  // namespace
}  // namespace doorward::app
