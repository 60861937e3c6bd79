// A careless operator: odd paths, bad files under SIGHUP, a log that cannot be written, limits of the system.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startGateway, stdioProbe } from './doorward.mjs';
import { exchange, rawExchange, statusOf } from './http.mjs';
import { decisionOf, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

let probe;
before(async () => { probe = await startProbe(); });
after(() => probe?.close());
const start = (more, options) => startGateway({ servers: { probe: { url: probe.url, pins: 'first_use' } }, ...more }, options);
const echo = (session) => session.call('echo', { text: 'served' });

describe('the operator side', () => {
  let gateway;
  before(async () => { gateway = await start({ servers: { local: stdioProbe() } }); });
  after(() => gateway?.stop());
  const get = (path, token) => rawExchange(gateway.operator, [`GET ${path} HTTP/1.1`, `Host: ${new URL(gateway.operator).host}`,
    ...(token ? [`Authorization: Bearer ${token}`] : []), 'Connection: close', '', ''].join('\r\n'), { enough: () => false });

  for (const path of ['/', '/api/v1/approvals', '/metrics', '/audit/checkpoint', '/audit/tile/0/000'])
    test(`${path} knows no client's token`, async () => {
      assert.equal(statusOf(await get(path)), 401);
      assert.equal(statusOf(await get(path, gateway.token)), 401);
    });
  for (const path of ['/audit/../operator-token', '/audit/tile/../../operator-token', '/audit/tile/%2e%2e/%2e%2e/operator-token',
    '/audit/tile/..%2f..%2foperator-token', '/audit/tile/0/../../key', '/audit/key', '/audit/tile//etc/passwd',
    '/audit/segment/000000000001.seg', '/audit/tile/0/000%00', '/audit/tile/99999999999999999999/000', '/audit/tile/0/-1',
    '/audit/tile/0/000.p/256', '/audit/tile/0/000.p/0', '/api/v1/../../state', '//audit/checkpoint'])
    test(`${path} is no file`, async () => {
      const text = await get(path, gateway.operatorToken);
      assert.ok([400, 404].includes(statusOf(text)), text.slice(0, 80));
      assert.ok(!text.includes(gateway.operatorToken));
    });
});

describe('SIGHUP with a bad file changes nothing', () => {
  let gateway;
  let session;
  let good;
  before(async () => {
    gateway = await start();
    session = await Session.open(gateway.url('probe'), gateway.token);
    good = readFileSync(gateway.file, 'utf8');
  });
  after(() => gateway?.stop());
  const other = (more) => () => JSON.stringify({ ...JSON.parse(good), ...more });
  const bad = {
    'empty': () => '',
    'bytes that are no text': () => Buffer.from([0, 255, 123, 123]),
    'aliases that multiply': () => `a: &a [x, x]\n${Array.from({ length: 20 }, (_, i) => `b${i}: &b${i} [*a, *a]`).join('\n')}`,
    'a hundred thousand levels': () => '['.repeat(100_000),
    'twenty megabytes': () => `x: ${'a'.repeat(20_000_000)}`,
    'another state folder': other({ state: './elsewhere' }),
    'all addresses without an identity': other({ listen: { address: '0.0.0.0:0' } }),
  };
  for (const [name, text] of Object.entries(bad))
    test(name, async () => {
      const before = gateway.stderr.length;
      writeFileSync(gateway.file, text());
      gateway.child.kill('SIGHUP');
      await until(() => gateway.stderr.slice(before).includes('not reloaded'));
      assert.equal(textOf(await echo(session)), 'served');
    });
  test('two hundred SIGHUP at once are survived', async () => {
    writeFileSync(gateway.file, good);
    for (let i = 0; i < 200; i++) gateway.child.kill('SIGHUP');
    await until(() => /[^t] reloaded/.test(gateway.stderr));
    assert.equal(textOf(await echo(session)), 'served');
  });
});

describe('where the log cannot be written', () => {
  test('a removed log folder stops the calls, and readiness', async () => {
    const gateway = await start({ limits: { repeat_failures: 1000 } });
    try {
      const session = await Session.open(gateway.url('probe'), gateway.token);
      rmSync(join(gateway.folder, 'state/audit'), { recursive: true });
      await until(async () => decisionOf((await session.request('tools/call', { name: 'echo', arguments: { text: 'x' } })).result) !== undefined, { every: 300 });
      assert.equal((await exchange(`${gateway.operator}/readyz`, { method: 'GET' })).status, 503);
    } finally {
      await gateway.stop();
    }
  });
  test('a file size limit does not kill the gateway', async () => {
    const gateway = await start({ limits: { repeat_failures: 1000 } });
    try {
      const session = await Session.open(gateway.url('probe'), gateway.token);
      const limited = spawnSync('prlimit', ['--pid', String(gateway.child.pid), '--fsize=1024:1024']);
      assert.equal(limited.status, 0, String(limited.stderr));
      for (let i = 0; i < 60; i++) await session.request('tools/call', { name: 'echo', arguments: { text: `${i}${'q'.repeat(900_000)}` } });
      assert.equal(gateway.child.signalCode, null);
    } finally {
      await gateway.stop();
    }
  });
});

test('a token file that others can read stops the start', async () => {
  const gateway = await start();
  await gateway.stop({ keep: true });
  chmodSync(join(gateway.folder, 'state/operator-token'), 0o644);
  await assert.rejects(start(undefined, { place: { folder: gateway.folder, file: gateway.file, config: gateway.config } }), /chmod 600/);
});
