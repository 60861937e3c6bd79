// INTERFACE, "Configuration": the example as it stands there, defaults, the form of errors, reload.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { allowAll, makeToken, runDoorward, startGateway, testsFolder } from './doorward.mjs';
import { decisionOf, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

// INTERFACE's example, word for word but for what it leaves out with `…`.
const example = (hash) => `
version: 1
state: ./state                      # embedded: SQLite and the audit log (state/audit/checkpoint, state/audit/tile/…)
drain: 10s
listen:
  address: 127.0.0.1:8080
  public_url: https://gw.example/mcp        # canonical URI: audience, metadata
  hosts: [gw.example]                       # accepted Host; loopback names by default
  origins: []                               # accepted Origin
  tls: { certificate: c.pem, key: k.pem, client_ca: ca.pem }
admin:  { address: 127.0.0.1:8081 }
servers:
  files:
    command: [node, server-filesystem/dist/index.js, /workspace]
    sandbox:                        # on by default; these are the powers it gets
      read:  [./server-filesystem]          # at the same absolute path, or { from, to }
      write: [{ from: ./workspace, to: /workspace }]
      network: ["api.example:443", { forward: "127.0.0.1:5432" }]   # empty = none
      env: { LOG: "1", API_KEY: { secret: files-key } }
      limits: { memory: 512MiB, processes: 64, cpu: 1.0, disk: 1GiB }
    instances: per_session          # per_session (legacy default) | per_principal (2026-07-28 default) | shared
  tickets:
    url: https://tickets.example/mcp        # http:// only to a loopback address or localhost, anything else exits 2
    tls: { pin_sha256: ["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="], ca: ca.pem, client_certificate: c.pem, client_key: k.pem }
    credential: { bearer: { secret: tickets-token } }     # or client_credentials, token_exchange
    trust: untrusted                # provenance of its results
    tools:                          # overrides of the lock file, by tool
      read_ticket: { classes: [read], trust: untrusted }
      send_reply:  { classes: [egress], addresses: [to, cc] }   # which arguments name a destination; guessed where absent
secrets:
  files-key:     { file: /run/secrets/files-key }         # or env:, systemd:, store:, vault:
  tickets-token: { env: TICKETS_TOKEN }
identity:
  oauth: [{ issuer: https://idp.example, audiences: [https://gw.example/mcp], claims: { user: sub, groups: groups, agent: act.sub } }]
  mtls:  { principal_from: san_uri }
  tokens: [{ id: ci, hash: "${hash}", groups: [ci] }]    # token text dw_<id>_<256 random bits>
policy:
  rules:                            # no rule that allows = denied; deny beats hold beats allow
    - { id: readers, effect: allow, principals: [{ group: dev }], tools: ["files.*"], classes: [read] }
    - { id: refunds, effect: allow, principals: [{ group: support }], tools: [shop.refund],
        arguments: { properties: { amount: { maximum: 100 } } } }     # JSON Schema
    - { id: writes,  effect: hold,  principals: [{ group: dev }], classes: [write, destructive], approvers: [{ group: leads }] }
flow:
  - { after: untrusted, block: [egress, write, destructive, identity], unless: clean_arguments, effect: hold }
tasks:  { by: session, window: 30m }      # session where there is one, else principal and window; or traceparent
limits: { calls: { rate: 20/s, burst: 200 }, concurrency: 8, deadline: 30s, result_bytes: 1MiB, bytes: 100MiB/h, task_calls: 500, repeat_failures: 3 }
inspection: { injection: enforce, secrets: redact, pii: observe }
guards: { injection.prompt_text: observe }  # a guard's mode by its id
audit: { durability: batch }
approvals: { timeout: 5m }
`;

let folder;
before(() => { folder = mkdtempSync(join(tmpdir(), 'doorward-configuration-')); });
after(() => rmSync(folder, { recursive: true, force: true }));

/** \`check\` reads a configuration and starts nothing. */
async function judged(yaml) {
  writeFileSync(join(folder, 'doorward.yaml'), yaml);
  const { code, out, err } = await runDoorward(['check', '--format', 'json'], { cwd: folder });
  return { code, out, err };
}
const base = 'version: 1\nservers: {}\n';

describe('the example', () => {
  test('is understood', async () => {
    const { code, out, err } = await judged(example((await makeToken('ci')).line.hash));
    assert.ok(code === 0 || code === 1, err);
    assert.equal(JSON.parse(out).requirements.length, 87);
  });
  for (const [name, yaml] of Object.entries({
    'every place of a secret': 'secrets:\n  a: { file: /x }\n  b: { env: X }\n  c: { systemd: x }\n  d: { store: x }\n  e: { vault: { address: "https://vault.example", path: kv/x, token_file: /x } }\n',
    'the two other upstream credentials': 'secrets: { s: { env: X } }\nservers:\n  a: { url: "https://a.example/mcp", credential: { client_credentials: { issuer: "https://idp.example", client_id: gw, client_secret: { secret: s }, scope: x, audience: y } } }\n' +
      '  b: { url: "https://b.example/mcp", credential: { token_exchange: { issuer: "https://idp.example", client_id: gw, client_secret: { secret: s } } } }\n',
    introspection: 'secrets: { s: { env: X } }\nidentity: { oauth: [{ issuer: "https://idp.example", audiences: ["https://gw.example/mcp"], introspection: { client_id: gw, client_secret: { secret: s } } }] }\n',
    operators: 'identity: { operators: [{ id: lea, hash: "sha256$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", groups: [leads], role: approver }, { id: sre, oauth: { issuer: "https://idp.example", group: sre }, role: admin }], oauth: [{ issuer: "https://idp.example", audiences: ["https://gw.example/mcp"] }] }\n',
    'http to loopback, by number and by name': 'servers: { a: { url: "http://127.0.0.1:9/mcp" }, b: { url: "http://localhost:9/mcp" }, c: { url: "http://[::1]:9/mcp" } }\n',
    'every kind of instances': 'servers: { a: { command: [x], instances: per_session }, b: { command: [x], instances: per_principal }, c: { command: [x], instances: shared } }\n',
    'the rest of the names': 'listen: { legacy_sse: true, trusted_proxies: ["10.0.0.1"], public_url: "https://gw.example/mcp" }\nadmin: { two_person: true }\nprompt_from: [{ user: ana }]\ncatalog: { recheck: 0s }\ntasks: { by: traceparent }\n' +
      'servers: { a: { url: "https://a.example/mcp", allow_server_requests: [], pins: first_use, trust: shared } }\n',
    'rules for prompts, resources, agents and scopes': 'policy: { rules: [{ id: r, effect: allow, principals: [{ any: true }, { user: u }, { group: g }, { scope: s }, { agent: a }], prompts: ["a.*"], resources: ["a.*", "file:///x/*"], tools: ["*"] }] }\n',
    'argument formats': 'policy: { rules: [{ id: r, effect: allow, tools: [a.b], arguments: { properties: { a: { format: path, x-root: /w }, b: { format: url }, c: { format: host }, d: { format: identifier }, e: { format: command }, f: { format: sql-read }, g: { format: sql-write }, h: { format: sql-single } } } }] }\n',
  }))
    test(name, async () => {
      const { code, err } = await judged((yaml.includes('servers:') ? 'version: 1\n' : base) + yaml);
      assert.ok(code === 0 || code === 1, err);
    });
});

describe('what is refused: 2, with file, line and key', () => {
  for (const [name, [yaml, line, key]] of Object.entries({
    'an unknown key': ['version: 1\nservers: {}\nlimit: {}\n', 3, 'limit'],
    'an unknown key deep down': ['version: 1\nservers:\n  a:\n    command: [x]\n    sandbox: { reed: [] }\n', 5, 'servers.a.sandbox.reed'],
    'a wrong type': ['version: 1\nservers: {}\nlimits: { concurrency: many }\n', 3, 'limits.concurrency'],
    'a quoted number': ['version: 1\nservers: {}\nlimits: { concurrency: "8" }\n', 3, 'limits.concurrency'],
    'a quoted boolean': ['version: 1\nservers: {}\nlisten: { legacy_sse: "true" }\n', 3, 'listen.legacy_sse'],
    'a secret in plain text': ['version: 1\nservers:\n  a: { url: "https://a.example/mcp", credential: { bearer: abc } }\n', 3, 'servers.a.credential.bearer'],
    'a secret in the environment of a server': ['version: 1\nservers:\n  a: { command: [x], sandbox: { env: { API_KEY: AKIAQ4TRX7BZP2LMNV6K } } }\n', 3, 'servers.a.sandbox.env.API_KEY'],
    'a secret that is not there': ['version: 1\nservers:\n  a: { url: "https://a.example/mcp", credential: { bearer: { secret: no } } }\n', 3, 'servers.a.credential.bearer'],
    'http to a foreign host': ['version: 1\nservers:\n  a: { url: "http://a.example/mcp" }\n', 3, 'servers.a.url'],
    'http to a name that begins with localhost': ['version: 1\nservers:\n  a: { url: "http://localhost.evil.example/mcp" }\n', 3, 'servers.a.url'],
    'a server name in capitals': ['version: 1\nservers:\n  Files: { command: [x] }\n', 3, 'servers.Files'],
    'a server name of 25 letters': [`version: 1\nservers:\n  ${'a'.repeat(25)}: { command: [x] }\n`, 3, `servers.${'a'.repeat(25)}`],
    'a server name with __': ['version: 1\nservers:\n  a__b: { command: [x] }\n', 3, 'servers.a__b'],
    'a duplicate key': ['version: 1\nservers: {}\nservers: {}\n', 3, ''],
    'an alias': ['version: 1\nservers: &a {}\nlimits: *a\n', 2, ''],
    'a tag': ['version: !!int 1\nservers: {}\n', 1, ''],
    'two documents': ['version: 1\nservers: {}\n---\nversion: 1\n', 3, ''],
    'a foreign address without identity': ['version: 1\nservers: {}\nlisten: { address: "0.0.0.0:8080" }\n', 3, 'listen'],
    'an unknown class': ['version: 1\nservers: {}\npolicy: { rules: [{ id: a, effect: allow, classes: [reed] }] }\n', 3, 'policy.rules[0].classes'],
    'an effect that there is not': ['version: 1\nservers: {}\npolicy: { rules: [{ id: a, effect: permit }] }\n', 3, 'policy.rules[0].effect'],
    'two rules with one id': ['version: 1\nservers: {}\npolicy:\n  rules:\n    - { id: a, effect: allow }\n    - { id: a, effect: deny }\n', 6, 'policy.rules'],
    'no version': ['servers: {}\n', 1, ''],
    'another version': ['version: 2\nservers: {}\n', 1, 'version'],
    'a guard that there is not': ['version: 1\nservers: {}\nguards: { injection.no_such: observe }\n', 3, 'guards'],
    'a guard that can not only observe': ['version: 1\nservers: {}\nguards: { transport.origin_host: observe }\n', 3, 'guards'],
  }))
    test(name, async () => {
      writeFileSync(join(folder, 'doorward.yaml'), yaml);
      const { code, out, err } = await runDoorward(['run'], { cwd: folder });
      assert.equal(code, 2, out + err);
      assert.ok(err.includes(`doorward.yaml:${line}: ${key}`), err);
      assert.ok(!err.includes('AKIAQ4TRX7BZP2LMNV6K'));
    });
});

describe('the published schema', () => {
  const schema = JSON.parse(readFileSync(join(testsFolder, '../doorward.schema.json'), 'utf8'));
  const at = (path) => path.split('.').reduce((place, name) => place?.properties?.[name] ?? place?.additionalProperties?.properties?.[name], schema);
  test('has a description for every key', () => {
    const walk = (place, path) => {
      for (const [name, value] of Object.entries(place.properties ?? {})) {
        if (path !== '' || name !== '$schema') assert.ok(value.description, `${path}${name}`);
        walk(value, `${path}${name}.`);
      }
      if (typeof place.additionalProperties === 'object') walk(place.additionalProperties, `${path}*.`);
      if (place.items) walk(place.items, `${path}[].`);
    };
    walk(schema, '');
  });
  test('names the defaults of INTERFACE', () => {
    for (const [path, value] of Object.entries({
      'listen.address': '127.0.0.1:8080', 'admin.address': '127.0.0.1:8081', 'catalog.recheck': '60s', 'approvals.timeout': '5m',
    })) {
      const known = at(path)?.default;
      assert.ok(known === value || (value === '60s' && known === '1m'), `${path}: ${known}`);
    }
  });
});

describe('reload', () => {
  let probe, gateway, session;
  before(async () => {
    probe = await startProbe();
    gateway = await startGateway({ servers: { probe: { url: probe.url, pins: 'first_use' } }, audit: { durability: 'entry' } });
    session = await Session.open(gateway.url('probe'), gateway.token);
  });
  after(async () => { await gateway?.stop(); await probe?.close(); });
  const write = (more) => writeFileSync(gateway.file, JSON.stringify({ ...gateway.config, ...more }));
  const hup = async (said) => {
    const before = gateway.stderr.length;
    gateway.child.kill('SIGHUP');
    await until(() => gateway.stderr.slice(before).includes(said));
  };
  test('an edit that was not loaded raises logtamper.config_edited', async () => {
    write({ policy: { rules: [] } });
    await until(async () => (await gateway.cli('audit', 'tail', '-n', '200')).out.includes('logtamper.config_edited'), { patience: 90_000, every: 500 });
    assert.equal(textOf(await session.call('echo', { text: 'still' })), 'still');
  });
  test('one that lowers the log is refused whole', async () => {
    write({ audit: { durability: 'batch' }, policy: { rules: [] } });
    await hup('not reloaded');
    assert.equal(textOf(await session.call('echo', { text: 'as before' })), 'as before');
  });
  test('a good one holds from then on', async () => {
    write({ policy: { rules: [{ id: 'no', effect: 'deny' }, ...allowAll.rules] } });
    await hup('reloaded');
    assert.equal(decisionOf(await session.call('echo', { text: 'x' }))?.verdict, 'deny');
  });
});
