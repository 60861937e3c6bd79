// A server that is killed in the middle of calls and started again: fast refusals, recovery by one
// good probe, and nothing that may have taken effect is sent twice.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startGateway, stdioServer, testsFolder } from './doorward.mjs';
import { decisionOf, Session, textOf } from './mcp.mjs';
import { until } from './wait.mjs';

const script = join(testsFolder, 'e2e/servers/journal_http.mjs');

const freePort = () => new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => done(port));
  });
});

/** A server in a process of its own: `start()`, `kill()`, and the calls that it `saw(name)`. */
async function journalServer(t) {
  const folder = mkdtempSync(join(tmpdir(), 'doorward-journal-'));
  const file = join(folder, 'calls');
  writeFileSync(file, '');
  const port = await freePort();
  let child;
  const server = {
    url: `http://127.0.0.1:${port}/mcp`,
    start: () => new Promise((done, failed) => {
      child = spawn(process.execPath, [script, `${port}`, file], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.once('data', done);
      child.once('error', failed);
    }),
    kill: () => new Promise((done) => { child.once('close', done); child.kill('SIGKILL'); }),
    saw: (name) => readFileSync(file, 'utf8').split('\n').filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1)),
  };
  await server.start();
  t.after(() => { child.kill('SIGKILL'); rmSync(folder, { recursive: true, force: true }); });
  return server;
}

test('killed in the middle of calls: each may have been seen once, is told as unknown, and is never sent again', async (t) => {
  const server = await journalServer(t);
  const gateway = await startGateway({
    servers: { desk: { url: server.url, pins: 'first_use', tools: { write: { classes: ['write'] }, read: { classes: ['read'] } } } },
    limits: { breaker_failures: 5, breaker_cooldown: '1s', concurrency: 16 },
  });
  t.after(() => gateway.stop());
  const session = await Session.open(gateway.url('desk'), gateway.token);
  assert.equal(textOf(await session.call('write', { n: 'up' })), 'write up');

  const writes = Array.from({ length: 6 }, (_, i) => session.call('write', { n: `w${i}`, wait: 60_000 }));
  const reads = Array.from({ length: 4 }, (_, i) => session.call('read', { n: `r${i}`, wait: 60_000 }));
  await until(() => server.saw('write').length === 7 && server.saw('read').length === 4);
  await server.kill();
  for (const result of await Promise.all(writes)) {
    assert.equal(decisionOf(result).reason, 'overload.unavailable');
    assert.match(textOf(result), /not known/);
  }
  for (const result of await Promise.all(reads)) assert.ok(decisionOf(result));

  // Down: nothing is waited for, and what is said is that nothing was sent.
  const reasons = [];
  for (let n = 0; n < 20; n++) {
    const decision = decisionOf(await session.call('write', { n: `down${n}` }));
    reasons.push(decision.reason);
    if (decision.reason === 'instability.circuit_open') assert.ok(decision.retryAfter >= 1);
  }
  // On a slow machine a cool-down may end meanwhile: its probe finds nobody, too.
  assert.ok(reasons.filter((reason) => reason === 'instability.circuit_open').length >= 10, `${reasons}`);
  assert.ok(reasons.every((reason) => ['instability.circuit_open', 'overload.unavailable'].includes(reason)), `${reasons}`);

  await server.start();
  await until(async () => textOf(await session.call('write', { n: 'back' })) === 'write back', { every: 200 });
  const after = Array.from({ length: 10 }, (_, i) => session.call('write', { n: `after${i}` }));
  (await Promise.all(after)).forEach((result, i) => assert.equal(textOf(result), `write after${i}`));

  const seen = server.saw('write');
  assert.equal(new Set(seen).size, seen.length, `${seen}`);
  assert.deepEqual(seen.filter((n) => n.startsWith('down')), []);
  assert.equal(seen.filter((n) => n === 'back').length, 1);
  // Idempotent reads may go once more; the breaker was open before their pause was over, or not.
  for (const n of new Set(server.saw('read'))) assert.ok(server.saw('read').filter((one) => one === n).length <= 2);
});

test('while it is down and its cool-down is over, one call at a time tries', async (t) => {
  const server = await journalServer(t);
  const gateway = await startGateway({
    servers: { desk: { url: server.url, pins: 'first_use', tools: { write: { classes: ['write'] } } } },
    limits: { breaker_failures: 2, breaker_cooldown: '1s' },
  });
  t.after(() => gateway.stop());
  const session = await Session.open(gateway.url('desk'), gateway.token);
  await session.call('write', { n: 'up' });
  await server.kill();
  const reasons = [];
  for (let n = 0; n < 4; n++) reasons.push(decisionOf(await session.call('write', { n })).reason);
  assert.deepEqual(reasons, ['overload.unavailable', 'overload.unavailable', 'instability.circuit_open', 'instability.circuit_open']);
  // The first that gets through is the probe; it fails, and the cool-down doubles.
  let last;
  await until(async () => { last = decisionOf(await session.call('write', { n: 'probe' })); return last.reason === 'overload.unavailable'; }, { every: 100 });
  const refused = decisionOf(await session.call('write', { n: 'behind it' }));
  assert.equal(refused.reason, 'instability.circuit_open');
  assert.equal(refused.retryAfter, 2);
  await server.start();
  await until(async () => textOf(await session.call('write', { n: 'back' })) === 'write back', { every: 200 });
  assert.deepEqual(server.saw('write'), ['up', 'back']);
});

test('a local server that froze while nobody called it is replaced at the next call', async (t) => {
  const gateway = await startGateway({
    servers: { cold: stdioServer(join(testsFolder, 'e2e/servers/freezing_stdio.mjs')) },
    catalog: { recheck: '1s' }, limits: { deadline: '2s' },
  });
  t.after(() => gateway.stop());
  const session = await Session.open(gateway.url('cold'), gateway.token);
  assert.equal(textOf(await session.call('count')), '1');
  assert.equal(textOf(await session.call('freeze')), '2');
  await pause(1500); // what is known of its tools is too old now, so the next call asks for them first
  assert.equal(decisionOf(await session.call('count')).reason, 'overload.deadline');
  // Once its process is replaced the same session goes on, with one that knows nothing of the calls.
  await until(async () => textOf(await session.call('count')) === '1', { every: 200 });
});
