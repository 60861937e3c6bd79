// Calls held for a person: on stdio and HTTP, in both eras, over a restart; and who may answer.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { modern, sdk1Stdio, sdk2Stdio } from './clients.mjs';
import { binary, makeToken, runDoorward, startGateway, stdioProbe, writeConfiguration } from './doorward.mjs';
import { exchange } from './http.mjs';
import { bearer, decisionOf, modernRequest, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

const holdLog = [
  { id: 'echo', effect: 'allow', principals: [{ any: true }], tools: ['probe.echo'] },
  { id: 'log', effect: 'hold', principals: [{ any: true }], tools: ['probe.log'] },
];
const args = (text) => ({ level: 'info', text });
const held = (result) => {
  assert.equal(result?.isError, true, JSON.stringify(result));
  const decision = decisionOf(result);
  assert.equal(decision?.verdict, 'hold', JSON.stringify(result));
  return decision;
};

describe('over HTTP', () => {
  let probe, gateway, session, lea, ana;
  before(async () => {
    probe = await startProbe();
    [lea, ana] = await Promise.all([makeToken('lea'), makeToken('ana')]);
    const hash = (token) => token.line.hash;
    gateway = await startGateway({
      servers: { probe: { url: probe.url, pins: 'first_use',
        tools: { sum: { classes: ['identity'] }, log: { classes: ['write'] } } } },
      limits: { repeat_failures: 1000 },
      identity: {
        tokens: [{ id: 'ana', hash: hash(ana), groups: ['dev'] }],
        operators: [
          { id: 'lea', hash: hash(lea), groups: ['leads'], role: 'approver' },
          { id: 'ana', hash: hash(ana), role: 'admin' },
        ],
      },
      policy: { rules: [...holdLog,
        { id: 'sum', effect: 'allow', principals: [{ any: true }], tools: ['probe.sum'] },
        { id: 'large', effect: 'hold', principals: [{ any: true }], tools: ['probe.large'], approvers: [{ group: 'leads' }] },
      ] },
    });
    // What changes rights is never pinned on first sight.
    assert.equal((await gateway.cli('pin', 'approve', 'probe.sum')).code, 0);
    session = await Session.open(gateway.url('probe'), ana.text);
  });
  after(async () => { await gateway?.stop(); await probe?.close(); });

  const api = async (method, path, token) => {
    const answer = await exchange(`${gateway.operator}${path}`, { method, headers: bearer(token) });
    return { status: answer.status, headers: answer.headers, text: answer.body ?? answer.text };
  };

  test('the list shows what is asked, to operators only', async () => {
    const { approval } = held(await session.call('log', args('listed')));
    const listed = await api('GET', '/api/v1/approvals', lea.text);
    assert.equal(listed.status, 200);
    const found = JSON.parse(listed.text).approvals.find(({ id }) => id === approval.id);
    assert.equal(found.state, 'pending');
    assert.equal(found.question.user, 'ana');
    assert.deepEqual(JSON.parse(found.question.arguments), args('listed'));
    assert.equal((await api('GET', '/api/v1/approvals', 'no-operator')).status, 401);
    const cli = await gateway.cli('approvals', 'list');
    assert.ok(cli.out.includes(approval.id), cli.out + cli.err);
  });
  test('a denial stands', async () => {
    const { approval } = held(await session.call('log', args('denied')));
    assert.equal((await api('POST', `/api/v1/approvals/${approval.id}/deny`, lea.text)).status, 200);
    assert.equal(decisionOf(await session.call('log', args('denied'))).reason, 'privilege.approval_denied');
    assert.equal((await api('POST', `/api/v1/approvals/${approval.id}/approve`, lea.text)).status, 409);
  });
  test('only the approvers of the rule approve', async () => {
    const { approval } = held(await session.call('large', { bytes: 10 }));
    assert.equal((await gateway.cli('approvals', 'approve', approval.id)).code, 1);
    assert.equal((await api('POST', `/api/v1/approvals/${approval.id}/approve`, lea.text)).status, 200);
    assert.notEqual((await session.call('large', { bytes: 10 })).isError, true);
  });
  test('rights are changed with another person only, and nobody approves their own', async () => {
    const decision = held(await session.call('sum', { a: 1, b: 2 }));
    assert.equal(decision.reason, 'privilege.escalation');
    const path = `/api/v1/approvals/${decision.approval.id}/approve`;
    assert.equal((await api('POST', path, ana.text)).status, 403);
    assert.equal((await api('POST', path, lea.text)).status, 200);
    assert.deepEqual((await session.call('sum', { a: 1, b: 2 })).structuredContent, { sum: 3 });
    held(await session.call('sum', { a: 1, b: 2 }));
  });
  test('what one era asked, the other redeems', async () => {
    const { approval } = held(await session.call('log', args('eras')));
    const call = { name: 'log', arguments: args('eras') };
    const again = (await modernRequest(gateway.url('probe'), ana.text, 'tools/call', call)).message.result;
    assert.equal(held(again).approval.id, approval.id);
    assert.equal((await gateway.cli('approvals', 'approve', approval.id)).code, 0);
    const done = (await modernRequest(gateway.url('probe'), ana.text, 'tools/call', call)).message.result;
    assert.notEqual(done.isError, true, JSON.stringify(done));
    held(await session.call('log', args('eras')));
  });
  test('no message of a client answers for a person', async () => {
    const before = held(await session.call('log', args('own word'))).approval;
    for (const meta of [{ 'io.doorward/approval': before.id }, { approved: true, 'io.doorward/decision': { verdict: 'pass' } }])
      held(await session.call('log', args('own word'), meta));
    assert.equal((await exchange(`${gateway.client}/api/v1/approvals/${before.id}/approve`, { method: 'POST', headers: bearer(ana.text) })).status, 404);
    assert.ok(!probe.requests.some(({ text }) => text.includes('own word')), 'a held call arrived');
  });
  test('the page asks for a token and loads nothing', async () => {
    // Without a credential it is the answer to that: 401, with the page that asks for one.
    assert.equal((await api('GET', '/', lea.text)).status, 200);
    const page = await api('GET', '/', undefined);
    assert.equal(page.status, 401);
    assert.match(page.headers['content-security-policy'], /frame-ancestors 'none'/);
    assert.match(page.text, /http-equiv="Content-Security-Policy" content="default-src 'none'/);
    assert.ok(!/(src|href)=/.test(page.text));
    const { approval } = held(await session.call('log', args('page')));
    assert.equal(approval.url, `${gateway.operator}/#${approval.id}`);
  });
  test('the API describes itself', async () => {
    const described = JSON.parse((await api('GET', '/api/v1/openapi.json', lea.text)).text);
    assert.equal(described.openapi, '3.1.0');
    assert.ok(described.paths['/api/v1/approvals/{id}/approve'].post);
  });
  test('each step is in the log', async () => {
    const exported = await gateway.cli('audit', 'export');
    for (const step of ['asked', 'approved', 'denied', 'redeemed'])
      assert.ok(exported.out.includes(`privilege.approval_${step}`), step);
  });
});

test('an approval lives over a restart, and is redeemed once', async () => {
  const probe = await startProbe();
  const config = {
    servers: { probe: { url: probe.url, pins: 'first_use' } },
    limits: { repeat_failures: 1000 },
    policy: { rules: holdLog },
  };
  const place = writeConfiguration(config);
  const open = async () => {
    const gateway = await startGateway(config, { place });
    return { gateway, session: await Session.open(gateway.url('probe'), gateway.token) };
  };
  let { gateway, session } = await open();
  const { approval } = held(await session.call('log', args('x')));
  await gateway.stop({ keep: true });
  ({ gateway, session } = await open());
  assert.equal(held(await session.call('log', args('x'))).approval.id, approval.id);
  assert.equal((await gateway.cli('approvals', 'approve', approval.id)).code, 0);
  await gateway.stop({ keep: true });
  ({ gateway, session } = await open());
  assert.equal(textOf(await session.call('log', args('x'))), 'done');
  await gateway.stop({ keep: true });
  ({ gateway, session } = await open());
  held(await session.call('log', args('x')));
  await gateway.stop();
  await probe.close();
});

test('a right that is taken away after the approval is gone', async () => {
  const probe = await startProbe();
  const config = { servers: { probe: { url: probe.url, pins: 'first_use' } }, policy: { rules: holdLog } };
  const place = writeConfiguration(config);
  const gateway = await startGateway(config, { place });
  const session = await Session.open(gateway.url('probe'), gateway.token);
  const { approval } = held(await session.call('log', args('x')));
  assert.equal((await gateway.cli('approvals', 'approve', approval.id)).code, 0);
  const rules = [...holdLog, { id: 'no-log', effect: 'deny', tools: ['probe.log'] }];
  writeFileSync(place.file, JSON.stringify({ ...place.config, policy: { rules } }));
  gateway.child.kill('SIGHUP');
  await until(() => gateway.stderr.includes('reloaded'));
  assert.equal(decisionOf(await session.call('log', args('x'))).reason, 'privilege.denied');
  assert.ok(!probe.sawCall('log'));
  await gateway.stop();
  await probe.close();
});

test('on a desktop nothing that changes rights passes without a second person', async () => {
  const probe = await startProbe();
  const gateway = await startGateway({
    servers: { probe: { url: probe.url, pins: 'first_use', tools: { sum: { classes: ['identity'] } } } },
    policy: { rules: [{ id: 'sum', effect: 'allow', principals: [{ any: true }], tools: ['probe.sum'] }] },
  });
  assert.equal((await gateway.cli('pin', 'approve', 'probe.sum')).code, 0);
  const session = await Session.open(gateway.url('probe'), gateway.token);
  assert.equal(decisionOf(await session.call('sum', { a: 1, b: 1 })).reason, 'privilege.second_person_missing');
  await gateway.stop();
  await probe.close();
});

describe('over stdio', () => {
  let home;
  before(() => { home = mkdtempSync(join(tmpdir(), 'doorward-home-')); });
  after(() => rmSync(home, { recursive: true, force: true }));
  for (const [kind, open] of Object.entries({ 'SDK 1.x': sdk1Stdio, 'client 2.x, modern': (parameters) => sdk2Stdio(modern, parameters) }))
    test(`${kind}: held, approved from outside, passes once`, async () => {
      const place = writeConfiguration({ servers: { probe: stdioProbe() }, policy: { rules: holdLog }, limits: { repeat_failures: 1000 } });
      const client = await open({ command: binary, args: ['wrap', '--config', place.file], cwd: place.folder,
        env: { PATH: process.env.PATH, HOME: home } });
      const { approval } = held(await client.call('probe__log', args('x')));
      assert.equal(held(await client.call('probe__log', args('x'))).approval.id, approval.id);
      const done = await runDoorward(['approvals', 'approve', approval.id, '--config', place.file], { cwd: place.folder });
      assert.equal(done.code, 0, done.err);
      assert.equal(textOf(await client.call('probe__log', args('x'))), 'done');
      held(await client.call('probe__log', args('x')));
      await client.close();
      rmSync(place.folder, { recursive: true, force: true });
    });
});
