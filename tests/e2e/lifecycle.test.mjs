// Start, drain, reload, and what happens when a side goes away in the middle of a call.
import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { allowAll, runDoorward, startGateway, stdioServer, probeFile, writeConfiguration } from './doorward.mjs';
import { begin, exchange } from './http.mjs';
import { baseHeaders, decisionOf, modernHeaders, modernParams, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { processesWith, until, untilHeld } from './wait.mjs';

const marker = (name) => `doorward-e2e-${name}-${process.pid}`;
const marked = (name) => stdioServer(probeFile, [marker(name)]);
const hold = { name: 'hold', arguments: {} };
const isClear = (reply) => reply.error !== undefined || reply.result?.isError === true;

describe('start', () => {
  let gateway;
  before(async () => { gateway = await startGateway({ servers: { local: marked('start') } }); });
  after(() => gateway?.stop());

  test('prints its two listeners and then ready', () => {
    assert.match(gateway.client, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    assert.match(gateway.operator, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    assert.equal(gateway.lines.at(-1), 'ready');
  });
  test('its two tokens are for their owner only, on one line', () => {
    for (const name of ['local-token', 'operator-token'])
      assert.equal(statSync(join(gateway.folder, 'state', name)).mode & 0o777, 0o600);
    for (const token of [gateway.token, gateway.operatorToken]) assert.match(token, /^[\w-]{43}$/);
    assert.notEqual(gateway.token, gateway.operatorToken);
    assert.ok(!gateway.stderr.includes(gateway.operatorToken), 'logs show no token');
  });
  test('is healthy and ready', async () => {
    for (const path of ['/healthz', '/readyz'])
      assert.equal((await exchange(`${gateway.operator}${path}`, { method: 'GET' })).status, 200);
  });
  test('a second one on the same state ends with 3', async () => {
    assert.equal((await runDoorward(['run', '--config', gateway.file], { cwd: gateway.folder })).code, 3);
  });
});

describe('a configuration that is not right ends with 2', () => {
  const cases = {
    'no file': undefined,
    'an unknown key': { servers: {}, no_such_key: 1 },
    'a wrong type': { servers: {}, drain: [] },
    'http to a foreign host': { servers: { far: { url: 'http://mcp.example/mcp' } } },
    'a server name with two underscores': { servers: { a__b: { url: 'http://127.0.0.1:1/mcp' } } },
    'a foreign address without identity': { servers: {}, listen: { address: '0.0.0.0:0' } },
    'a secret in plain text': { servers: { far: { url: 'https://mcp.example/mcp', credential: { bearer: 'abcdef' } } } },
  };
  for (const [name, config] of Object.entries(cases))
    test(name, async () => {
      const place = writeConfiguration(config ?? {});
      const file = config ? place.file : join(place.folder, 'nothing.yaml');
      const { code, out, err } = await runDoorward(['run', '--config', file], { cwd: place.folder });
      assert.equal(code, 2, out + err);
      assert.ok(err.length > 0);
      if (name === 'an unknown key') assert.match(err, /doorward\.yaml:\d+|line \d+/);
      assert.ok(!err.includes('abcdef'));
    });
});

describe('SIGTERM', () => {
  test('lets a call finish, takes no new one, and ends with 0', async (t) => {
    const probe = await startProbe();
    t.after(() => probe.close());
    const gateway = await startGateway({ servers: { probe: { url: probe.url, pins: 'first_use' } }, drain: '20s' });
    t.after(() => gateway.stop());
    const session = await Session.open(gateway.url('probe'), gateway.token);
    const held = session.start('tools/call', hold);
    await until(() => probe.probes().some(({ holding }) => holding === 1));
    gateway.terminate();
    await until(async () => {
      const status = await exchange(gateway.url('probe'), { headers: baseHeaders(gateway.token), body: { jsonrpc: '2.0', id: 1, method: 'ping' } })
        .then((answer) => answer.status, () => 0);
      return status === 0 || status === 503;
    });
    for (const one of probe.probes()) one.release();
    assert.equal(textOf((await session.finish(held)).result), 'released');
    assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
  });
  test('waits no longer than drain, and leaves no server behind', async (t) => {
    const gateway = await startGateway({ servers: { local: marked('drain') }, drain: '1s' });
    t.after(() => gateway.stop());
    const session = await Session.open(gateway.url('local'), gateway.token);
    const held = session.start('tools/call', hold);
    await untilHeld(session);
    assert.ok(processesWith(marker('drain')).length > 0);
    session.finish(held).catch(() => {});
    assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
    await until(() => processesWith(marker('drain')).length === 0);
  });
  test('ends its servers even when it is killed', async (t) => {
    const gateway = await startGateway({ servers: { local: marked('kill') } });
    t.after(() => gateway.stop());
    const session = await Session.open(gateway.url('local'), gateway.token);
    await session.call('echo', { text: 'x' });
    assert.ok(processesWith(marker('kill')).length > 0);
    gateway.child.kill('SIGKILL');
    await gateway.exited;
    await until(() => processesWith(marker('kill')).length === 0);
  });
});

describe('SIGHUP', () => {
  test('loads a good configuration and leaves a bad one', async (t) => {
    const probe = await startProbe();
    t.after(() => probe.close());
    const gateway = await startGateway({ servers: { probe: { url: probe.url, pins: 'first_use' } } });
    t.after(() => gateway.stop());
    const session = await Session.open(gateway.url('probe'), gateway.token);
    assert.equal(textOf(await session.call('echo', { text: 'x' })), 'x');

    writeFileSync(gateway.file, JSON.stringify({ ...gateway.config, no_such_key: 1, policy: { rules: [] } }));
    gateway.child.kill('SIGHUP');
    await until(() => gateway.stderr.includes('no_such_key'));
    assert.equal(textOf(await session.call('echo', { text: 'y' })), 'y');

    writeFileSync(gateway.file, JSON.stringify({ ...gateway.config, policy: { rules: [] } }));
    gateway.child.kill('SIGHUP');
    await until(async () => decisionOf(await session.call('echo', { text: 'z' }))?.verdict === 'deny');

    writeFileSync(gateway.file, JSON.stringify({ ...gateway.config, policy: allowAll }));
    gateway.child.kill('SIGHUP');
    await until(async () => textOf(await session.call('echo', { text: 'again' })) === 'again');
  });
});

describe('a server that goes away in the middle of a call', () => {
  test('over stdio: the call ends clearly, and the next one is served', async (t) => {
    const gateway = await startGateway({ servers: { local: marked('gone') } });
    t.after(() => gateway.stop());
    const session = await Session.open(gateway.url('local'), gateway.token);
    const held = session.start('tools/call', hold);
    await untilHeld(session);
    const server = processesWith(marker('gone'));
    assert.ok(server.length > 0);
    process.kill(Math.max(...server), 'SIGKILL');
    const reply = await session.finish(held);
    assert.ok(isClear(reply), JSON.stringify(reply));
    assert.ok(!JSON.stringify(reply).includes(probeFile), 'no path is shown');
    await until(async () => {
      const next = await Session.open(gateway.url('local'), gateway.token).catch(() => undefined);
      return next && textOf(await next.call('echo', { text: 'back' })) === 'back';
    });
  });
  test('over stdio: a server that ends itself is told as such', async (t) => {
    const gateway = await startGateway({ servers: { local: marked('crash') } });
    t.after(() => gateway.stop());
    const session = await Session.open(gateway.url('local'), gateway.token);
    assert.ok(isClear(await session.request('tools/call', { name: 'crash', arguments: {} })));
  });
  test('over HTTP: a broken stream ends the call clearly', async (t) => {
    const probe = await startProbe();
    t.after(() => probe.close());
    const gateway = await startGateway({ servers: { probe: { url: probe.url, pins: 'first_use' } } });
    t.after(() => gateway.stop());
    const session = await Session.open(gateway.url('probe'), gateway.token);
    const held = session.start('tools/call', hold);
    await until(() => probe.probes().some(({ holding }) => holding === 1));
    await probe.close();
    const reply = await session.finish(held);
    assert.ok(isClear(reply), JSON.stringify(reply));
    assert.ok(isClear(await session.request('tools/call', { name: 'echo', arguments: { text: 'x' } })));
  });
  test('a call beyond its deadline ends, and is cancelled at the server', async (t) => {
    const probe = await startProbe();
    t.after(() => probe.close());
    const gateway = await startGateway({
      servers: { probe: { url: probe.url, pins: 'first_use' } }, limits: { deadline: '1s' },
    });
    t.after(() => gateway.stop());
    const session = await Session.open(gateway.url('probe'), gateway.token);
    const reply = await session.request('tools/call', hold);
    assert.equal(decisionOf(reply.result)?.verdict, 'deny', JSON.stringify(reply));
    await until(() => probe.probes().some(({ cancelled }) => cancelled.length === 1));
  });
});

describe('a client that goes away in the middle of a call', () => {
  let probe;
  let gateway;
  before(async () => {
    probe = await startProbe();
    gateway = await startGateway({ servers: { probe: { url: probe.url, pins: 'first_use' } } });
  });
  after(async () => {
    await gateway?.stop();
    await probe?.close();
  });

  test('in an older revision has not cancelled', async () => {
    const session = await Session.open(gateway.url('probe'), gateway.token);
    const held = session.start('tools/call', hold);
    await until(() => probe.probes().some(({ holding }) => holding === 1));
    held.answer.drop();
    assert.equal(textOf(await session.call('echo', { text: 'x' })), 'x');
    assert.ok(probe.probes().every(({ cancelled }) => cancelled.length === 0));
    await session.call('release');
  });
  test('in the newer revision has cancelled', async () => {
    const answer = begin(gateway.url('probe'), {
      headers: modernHeaders(gateway.token, 'tools/call', hold),
      body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: modernParams({ ...hold, _meta: { progressToken: 1 } }) },
    });
    await until(() => probe.probes().some(({ holding }) => holding === 1));
    answer.drop();
    await until(() => probe.probes().some(({ cancelled }) => cancelled.length === 1));
  });
  test('and the gateway serves on', async () => {
    const session = await Session.open(gateway.url('probe'), gateway.token);
    assert.equal(textOf(await session.call('echo', { text: 'x' })), 'x');
  });
});
