// INTERFACE, "Rules", "Classes", "Pins" and "Readings", sentence by sentence.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeToken, runDoorward, startGateway, writeConfiguration } from './doorward.mjs';
import { exchange } from './http.mjs';
import { bearer, decisionOf, modernRequest, Session, textOf } from './mcp.mjs';
import { startChanging } from './servers/changing_http.mjs';
import { until } from './wait.mjs';

const string = { type: 'string' };
const tool = (name, properties = {}, more = {}) => ({ name, description: `The tool ${name}.`, inputSchema: { type: 'object', properties }, ...more });
const verdictOf = (result) => decisionOf(result)?.verdict ?? 'pass';

describe('formats of arguments in a rule', () => {
  let server, gateway, session;
  const formats = {
    path: { good: ['/work/a.txt', '/work/notes/a-b.txt'], bad: ['/work/../etc/passwd', '/work/%2e%2e/etc/passwd', '/etc/passwd', '/work-evil/a', '/work/a\u0000b'] },
    url: { good: ['https://example.com/a?b=c'], bad: ['javascript:alert(1)', 'not a url', 'file:///etc/passwd'] },
    host: { good: ['example.com', 'a-b.example.com'], bad: ['a b', 'example.com; id', 'http://example.com'] },
    identifier: { good: ['abc_1', 'order-17'], bad: ['a;b', '$(id)', '`id`', 'a\nb', 'a b;'] },
    command: { good: ['ls'], bad: ['ls; id', 'ls | sh', '$(id)', '`id`', 'ls\nid', 'a && b'] },
    'sql-read': { good: ['SELECT * FROM t WHERE id = 1'], bad: ['DELETE FROM t', 'SELECT 1; DROP TABLE t'] },
    'sql-write': { good: ["UPDATE t SET a = 1 WHERE id = 2"], bad: ['DROP TABLE t', 'UPDATE t SET a = 1; DELETE FROM t'] },
    'sql-single': { good: ['SELECT 1'], bad: ['SELECT 1; SELECT 2'] },
  };
  const nameOf = (format) => `read_${format.replace('-', '_')}`;
  before(async () => {
    server = await startChanging({ tools: Object.keys(formats).map((format) => tool(nameOf(format), { value: string })) });
    gateway = await startGateway({
      servers: { s: { url: server.url, pins: 'first_use', tools: Object.fromEntries(Object.keys(formats).map((format) => [nameOf(format), { classes: ['read'] }])) } },
      limits: { repeat_failures: 1000 },
      flow: [],
      guards: { 'injection.sql': 'observe', 'injection.shell_meta': 'observe', 'secrets.credential_path': 'enforce' },
      policy: { rules: Object.keys(formats).map((format) => ({
        id: nameOf(format), effect: 'allow', principals: [{ any: true }], tools: [`s.${nameOf(format)}`],
        arguments: { properties: { value: { format, ...(format === 'path' && { 'x-root': '/work' }) } }, required: ['value'] },
      })) },
    });
    session = await Session.open(gateway.url('s'), gateway.token);
  });
  after(async () => { await gateway?.stop(); await server?.close(); });

  for (const [format, { good, bad }] of Object.entries(formats)) {
    for (const value of good)
      test(`${format} takes ${JSON.stringify(value)}`, async () => {
        const result = await session.call(nameOf(format), { value });
        assert.equal(verdictOf(result), 'pass', JSON.stringify(result));
      });
    for (const value of bad.filter((one) => !one.includes('\u0000')))
      test(`${format} refuses ${JSON.stringify(value)}`, async () => {
        const result = await session.call(nameOf(format), { value });
        assert.equal(verdictOf(result), 'deny', JSON.stringify(result));
        assert.ok(!server.calls.some((call) => call.arguments.value === value));
      });
  }
});

describe('schemas and pins', () => {
  let server, gateway, session;
  before(async () => {
    server = await startChanging({ tools: [
      tool('read_plain', { a: string }),
      { ...tool('read_open', { a: string }), inputSchema: { type: 'object', properties: { a: string }, additionalProperties: true } },
      { ...tool('read_all', {}), inputSchema: { type: 'object', allOf: [{ properties: { a: string } }, { properties: { b: string } }] } },
      { ...tool('read_closed', {}), inputSchema: { type: 'object', allOf: [{ properties: { a: string } }], unevaluatedProperties: false } },
      { ...tool('read_free', {}), inputSchema: { type: 'object' } },
      { ...tool('read_remote', {}), inputSchema: { type: 'object', properties: { a: { $ref: 'https://schemas.example/a.json' } } } },
      tool('write_claims', {}, { annotations: { readOnlyHint: true } }),
      tool('read_destroys', {}, { annotations: { destructiveHint: true, readOnlyHint: false } }),
      tool('run_shell', { command: string }),
    ] });
    gateway = await startGateway({
      servers: { s: { url: server.url } },
      catalog: { recheck: '0s' },
      limits: { repeat_failures: 1000 },
      flow: [],
      policy: { rules: [
        { id: 'all', effect: 'allow', principals: [{ any: true }], tools: ['s.*'], classes: ['read'] },
        { id: 'ask', effect: 'hold', principals: [{ any: true }], classes: ['write', 'destructive'] },
      ] },
    });
    session = await Session.open(gateway.url('s'), gateway.token);
  });
  after(async () => { await gateway?.stop(); await server?.close(); });
  const reason = async (name, args = {}) => decisionOf(await session.call(name, args))?.reason ?? 'pass';

  test('an unpinned tool is refused rogue.unpinned and shown by pin list', async () => {
    assert.equal(await reason('read_plain', { a: 'x' }), 'rogue.unpinned');
    assert.match((await gateway.cli('pin', 'list')).out, /s\.read_plain\s+unpinned/);
  });
  test('a sign-off counts at once; a remote $ref stays out', async () => {
    await gateway.cli('pin', 'approve', 's');
    assert.equal(await reason('read_plain', { a: 'x' }), 'pass');
    assert.notEqual(await reason('read_remote', { a: 'x' }), 'pass');
  });
  test('undeclared arguments: refused beside properties, else the keywords decide', async () => {
    assert.equal(await reason('read_plain', { a: 'x', b: 'y' }), 'instability.schema');
    assert.equal(await reason('read_open', { a: 'x', b: 'y' }), 'pass');
    assert.equal(await reason('read_all', { a: 'x', b: 'y', c: 'z' }), 'pass');
    assert.equal(await reason('read_closed', { a: 'x', b: 'y' }), 'instability.schema');
    assert.equal(await reason('read_free', { anything: 1 }), 'pass');
  });
  test('annotations of a server only make it stricter', async () => {
    assert.equal(await reason('write_claims'), 'privilege.approval');
    assert.notEqual(await reason('read_destroys'), 'pass');
  });
  test('execute needs a rule that lists it and names the server', async () => {
    assert.equal(await reason('run_shell', { command: 'ls' }), 'privilege.denied');
    assert.ok(!server.calls.some(({ name }) => name === 'run_shell'));
  });
  test('one changed byte is looked for before every call with recheck 0s', async () => {
    server.tools[0].description += '.';
    assert.equal(await reason('read_plain', { a: 'x' }), 'rogue.drift');
    assert.equal((await gateway.cli('pin', 'diff')).code, 1);
    assert.equal((await gateway.cli('pin', 'approve', 's.read_plain')).code, 0);
    assert.equal(await reason('read_plain', { a: 'x' }), 'pass');
  });
  test('revoke takes it away at once', async () => {
    assert.equal((await gateway.cli('pin', 'revoke', 's.read_plain')).code, 0);
    assert.equal(await reason('read_plain', { a: 'x' }), 'rogue.unpinned');
  });
});

describe('rules over prompts and resources', () => {
  let server, gateway, session;
  before(async () => {
    server = await startChanging({
      tools: [tool('read_a')],
      prompts: [{ name: 'greet' }, { name: 'other' }],
      resources: [{ uri: 'note://1', name: 'first' }, { uri: 'note://2', name: 'second' }, { uri: 'file:///x/3', name: 'third' }],
    });
    const tokens = await Promise.all(['tools', 'all', 'byname', 'byuri'].map((id) => makeToken(id)));
    gateway = await startGateway({
      servers: { s: { url: server.url, pins: 'first_use' } },
      identity: { tokens: tokens.map(({ line }) => line) },
      policy: { rules: [
        { id: 'tools', effect: 'allow', principals: [{ user: 'tools' }], tools: ['*'] },
        { id: 'all', effect: 'allow', principals: [{ user: 'all' }] },
        { id: 'byname', effect: 'allow', principals: [{ user: 'byname' }], resources: ['s.first'], prompts: ['s.greet'] },
        { id: 'byuri', effect: 'allow', principals: [{ user: 'byuri' }], resources: ['file:///x/*'] },
      ] },
    });
    session = Object.fromEntries(await Promise.all(tokens.map(async ({ text, line }) => [line.id, await Session.open(gateway.url('s'), text)])));
  });
  after(async () => { await gateway?.stop(); await server?.close(); });
  const may = async (who, method, params) => (await session[who].request(method, params)).error?.code ?? 'pass';
  const read = (uri) => ['resources/read', { uri }];

  test('a rule with only tools covers tools', async () => {
    assert.equal(textOf(await session.tools.call('read_a')), 'did read_a');
    assert.equal(await may('tools', 'prompts/get', { name: 'greet' }), -31403);
    assert.equal(await may('tools', ...read('note://1')), -31403);
  });
  test('a rule with none of them covers all three', async () => {
    assert.equal(textOf(await session.all.call('read_a')), 'did read_a');
    assert.equal(await may('all', 'prompts/get', { name: 'greet' }), 'pass');
    assert.equal(await may('all', ...read('note://2')), 'pass');
  });
  test('globs of resources match the name or the URI', async () => {
    assert.equal(await may('byname', ...read('note://1')), 'pass');
    assert.equal(await may('byname', ...read('note://2')), -31403);
    assert.equal(await may('byuri', ...read('file:///x/3')), 'pass');
    assert.equal(await may('byuri', ...read('note://1')), -31403);
  });
  test('completion follows its prompt', async () => {
    const complete = (name) => ['completion/complete', { ref: { type: 'ref/prompt', name }, argument: { name: 'a', value: 'b' } }];
    assert.equal(await may('byname', ...complete('other')), -31403);
    assert.notEqual(await may('byname', ...complete('greet')), -31403);
  });
  test('lists show what may be used', async () => {
    const names = async (who, kind) => (await session[who].request(`${kind}/list`)).result[kind].map(({ name }) => name);
    assert.deepEqual(await names('byname', 'resources'), ['first']);
    assert.deepEqual(await names('byname', 'prompts'), ['greet']);
    assert.deepEqual(await names('byname', 'tools'), []);
    assert.deepEqual(await names('tools', 'resources'), []);
  });
});

describe('scopes and approvals', () => {
  let server, gateway, tokens;
  before(async () => {
    server = await startChanging({ tools: [tool('read_a', { n: { type: 'integer' } }), tool('write_b', { n: { type: 'integer' } }), tool('assign_admin', { user: string })] });
    tokens = Object.fromEntries(await Promise.all(['ana', 'bob', 'lea', 'vic'].map(async (id) => [id, await makeToken(id)])));
    gateway = await startGateway({
      servers: { s: { url: server.url } },
      approvals: { timeout: '3s' },
      limits: { repeat_failures: 1000 },
      identity: {
        tokens: [tokens.ana.line, { ...tokens.bob.line, scopes: ['s:read'] }],
        operators: [{ id: 'lea', hash: tokens.lea.line.hash, role: 'approver' }, { id: 'vic', hash: tokens.vic.line.hash, role: 'viewer' }],
      },
      policy: { rules: [
        { id: 'scoped', effect: 'allow', principals: [{ scope: 's:read' }], tools: ['s.read_a'] },
        { id: 'ask', effect: 'hold', principals: [{ user: 'ana' }, { user: 'bob' }], tools: ['s.write_b'] },
      ] },
    });
    await gateway.cli('pin', 'approve', '--all');
  });
  after(async () => { await gateway?.stop(); await server?.close(); });
  const operator = (who, method, path) => exchange(`${gateway.operator}${path}`, { method, headers: { ...bearer(who ? tokens[who].text : gateway.operatorToken), ...(method === 'POST' && { 'content-length': 0 }) } });

  test('a missing scope is 403 with the challenge, in both eras', async () => {
    const session = await Session.open(gateway.url('s'), tokens.ana.text);
    const answer = await exchange(session.url, { headers: session.headers(), body: { jsonrpc: '2.0', id: 's', method: 'tools/call', params: { name: 'read_a', arguments: {} } } });
    const { status, headers } = await modernRequest(gateway.url('s'), tokens.ana.text, 'tools/call', { name: 'read_a', arguments: {} });
    for (const challenged of [answer, { status, headers }]) {
      assert.equal(challenged.status, 403);
      assert.match(challenged.headers['www-authenticate'], /^Bearer .*error="insufficient_scope".*scope="s:read"/);
    }
    assert.equal(textOf(await (await Session.open(gateway.url('s'), tokens.bob.text)).call('read_a')), 'did read_a');
  });
  test('a repeat before the answer has the same approval; approved, it passes once, for the same principal only', async () => {
    const [ana, bob] = await Promise.all(['ana', 'bob'].map((who) => Session.open(gateway.url('s'), tokens[who].text)));
    const first = decisionOf(await ana.call('write_b', { n: 1 }));
    assert.equal(decisionOf(await ana.call('write_b', { n: 1 })).approval.id, first.approval.id);
    assert.notEqual(decisionOf(await ana.call('write_b', { n: 2 })).approval.id, first.approval.id);
    assert.equal((await operator('vic', 'POST', `/api/v1/approvals/${first.approval.id}/approve`)).status, 403);
    assert.equal((await operator('lea', 'POST', `/api/v1/approvals/${first.approval.id}/approve`)).status, 200);
    assert.equal(verdictOf(await bob.call('write_b', { n: 1 })), 'hold');
    assert.equal(verdictOf(await ana.call('write_b', { n: 1 })), 'pass');
    assert.equal(verdictOf(await ana.call('write_b', { n: 1 })), 'hold');
  });
  test('silence denies: after its life a question is another one', async () => {
    const ana = await Session.open(gateway.url('s'), tokens.ana.text);
    const { approval } = decisionOf(await ana.call('write_b', { n: 3 }));
    await until(() => Date.now() > Date.parse(approval.expires) + 200);
    assert.equal((await operator('lea', 'POST', `/api/v1/approvals/${approval.id}/approve`)).status, 409);
    assert.notEqual(decisionOf(await ana.call('write_b', { n: 3 })).approval.id, approval.id);
  });
});

test('where a second person is required and none is configured: denied', async () => {
  const server = await startChanging({ tools: [tool('assign_admin', { user: string })] });
  const gateway = await startGateway({
    servers: { s: { url: server.url } },
    policy: { rules: [{ id: 'all', effect: 'allow', principals: [{ any: true }], tools: ['s.*'], classes: ['read', 'write', 'identity'] }] },
  });
  await gateway.cli('pin', 'approve', '--all');
  const session = await Session.open(gateway.url('s'), gateway.token);
  const decision = decisionOf(await session.call('assign_admin', { user: 'eve' }));
  assert.equal(decision.verdict, 'deny');
  assert.equal(decision.reason, 'privilege.second_person_missing');
  await gateway.stop();
  await server.close();
});

test('signed policy: the file counts while its signature fits', async () => {
  const place = writeConfiguration({ servers: {}, policy: { file: 'policy.yaml', signature: 'policy.sig', key: 'policy.pub' } });
  const at = (name) => join(place.folder, name);
  const openssl = (...args) => execFileSync('openssl', args, { cwd: place.folder, stdio: ['ignore', 'pipe', 'ignore'] });
  openssl('genpkey', '-algorithm', 'ed25519', '-out', 'key.pem');
  openssl('pkey', '-in', 'key.pem', '-pubout', '-out', 'policy.pub');
  writeFileSync(at('policy.yaml'), 'rules:\n  - { id: readers, effect: allow, principals: [{ group: dev }], tools: ["s.*"] }\n');
  openssl('pkeyutl', '-sign', '-rawin', '-inkey', 'key.pem', '-in', 'policy.yaml', '-out', 'policy.sig');
  const explain = () => runDoorward(['policy', 'explain', '--user', 'ana', '--group', 'dev', '--tool', 's.read_a', '--config', place.file]);
  assert.equal((await explain()).code, 0);
  writeFileSync(at('policy.yaml'), 'rules:\n  - { id: readers, effect: allow, principals: [{ any: true }], tools: ["s.*"] }\n');
  for (const args of [['run'], ['check'], ['policy', 'explain', '--user', 'a', '--tool', 's.a']]) {
    const { code, err } = await runDoorward([...args, '--config', place.file]);
    assert.equal(code, 2, `${args}: ${err}`);
    assert.match(err, /signature/);
  }
});
