// A confused model and an overloaded server: what is repeated, too much, too long or in vain.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { packageFile, startGateway, stdioServer, testsFolder } from './doorward.mjs';
import { exchange } from './http.mjs';
import { decisionOf, Session, textOf } from './mcp.mjs';
import { never, startFickle } from './servers/fickle_http.mjs';
import { processesWith, until } from './wait.mjs';

const stubborn = join(testsFolder, 'e2e/servers/stubborn_stdio.mjs');

/** A gateway before one fickle server `db`; both end with the test. */
async function gatewayFor(t, tools, limits = {}, more = {}) {
  const server = await startFickle(tools);
  t.after(() => server.close());
  const gateway = await startGateway({
    servers: { db: { url: server.url, pins: 'first_use', ...more } }, limits,
  });
  t.after(() => gateway.stop());
  const session = await Session.open(gateway.url('db'), gateway.token);
  return { server, gateway, session };
}

const metric = async (gateway, name) => {
  const answer = await exchange(`${gateway.operator}/metrics`, {
    method: 'GET', headers: { authorization: `Bearer ${gateway.operatorToken}` },
  });
  const line = answer.text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
};

describe('the same failing call', () => {
  const fails = () => { throw new Error('syntax error at or near "SELCT"'); };

  test('malformed SQL with jitter reaches the server three times of a hundred, and the way out stays open', async (t) => {
    const { server, gateway, session } = await gatewayFor(t, { query: fails, describe: () => 'the tables are: users' });
    for (let i = 0; i < 100; i++) {
      const text = i % 2 ? `SELCT *  FROM users WHERE id = ${i}` : `selct * from Users /* ${i} */\nwhere id='${i}';`;
      const result = await session.call('query', i % 3 ? { sql: text, limit: 5 } : { limit: 5, sql: text });
      assert.equal(result.isError, true);
      if (i < 3) continue;
      const decision = decisionOf(result);
      assert.equal(decision.reason, 'instability.repeat_failure');
      assert.equal(decision.requirement, 'R2.2');
      assert.ok(decision.retryAfter > 0 && decision.retryAfter <= 30);
      assert.match(textOf(result), /change/i);
      if (i % 10 === 0) assert.equal(textOf(await session.call('describe', { table: `t${i}` })), 'the tables are: users');
    }
    assert.equal(server.calls.filter(({ name }) => name === 'query').length, 3);
    assert.equal(await metric(gateway, 'doorward_limit_reached_total{limit="repeat_failure"}'), 97);
  });

  test('an honest walk over missing files is no storm', async (t) => {
    const { server, session } = await gatewayFor(t, { read: () => { throw new Error('no such file'); } });
    for (let i = 0; i < 30; i++) assert.equal(decisionOf(await session.call('read', { path: `/data/${i}.txt` })), undefined);
    assert.equal(server.calls.length, 30);
  });
});

test('a circle of calls is cut, and another call goes on', async (t) => {
  const { server, session } = await gatewayFor(t, { read: ({ path }) => path });
  let stopped;
  for (let i = 0; i < 40 && !stopped; i++) {
    const result = await session.call('read', { path: i % 2 ? 'a' : 'b' });
    if (result.isError) stopped = decisionOf(result);
  }
  assert.equal(stopped?.reason, 'instability.loop');
  assert.ok(server.calls.length <= 8);
  assert.equal(textOf(await session.call('read', { path: 'c' })), 'c');
});

test('the budget of a task ends its calls; a new session is a new task', async (t) => {
  const { server, gateway, session } = await gatewayFor(t, { read: ({ n }) => n }, { task_calls: 5 });
  for (let n = 0; n < 5; n++) assert.equal(textOf(await session.call('read', { n })), String(n));
  const decision = decisionOf(await session.call('read', { n: 6 }));
  assert.equal(decision.reason, 'instability.call_budget');
  assert.ok(decision.retryAfter > 1700 && decision.retryAfter <= 1800, JSON.stringify(decision));
  assert.equal(server.calls.length, 5);
  const next = await Session.open(gateway.url('db'), gateway.token);
  assert.equal(textOf(await next.call('read', { n: 7 })), '7');
});

test('twice the burst: half is refused, with the time to wait', async (t) => {
  const { server, session } = await gatewayFor(t, { read: ({ n }) => n, list: () => 'x' }, { calls: { rate: '1/h', burst: 10 } });
  const decisions = [];
  for (let n = 0; n < 20; n++) decisions.push(decisionOf(await session.call('read', { n })));
  const refused = decisions.filter(Boolean);
  assert.equal(refused.length, 10);
  for (const decision of refused) {
    assert.equal(decision.reason, 'instability.rate');
    assert.ok(decision.retryAfter > 1);
  }
  assert.equal(server.calls.length, 10);
  assert.equal(textOf(await session.call('list')), 'x');
});

test('a large result, asked for again and again, stops at the byte quota', async (t) => {
  const size = 50_000;
  const { server, session } = await gatewayFor(t, { read: () => 'x'.repeat(size) }, { bytes: '1MiB/h' });
  let bytes = 0;
  let refused = 0;
  for (let n = 0; n < 100; n++) {
    const result = await session.call('read', { n });
    if (result.isError) {
      assert.equal(decisionOf(result).reason, 'overload.byte_quota');
      refused++;
    } else bytes += textOf(result).length;
  }
  assert.ok(bytes <= 1024 * 1024 && bytes >= 900_000, `${bytes}`);
  assert.ok(refused >= 79);
  assert.ok(server.calls.length <= bytes / size + 2);
});

test('a large file of a real server, read again and again, stops at the byte quota; other tools go on', async (t) => {
  const script = packageFile('@modelcontextprotocol/server-filesystem', 'dist/index.js');
  if (!existsSync(script)) return t.skip('run `npm ci --ignore-scripts` in tests');
  const folder = mkdtempSync('/var/tmp/doorward-large-');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const size = 300_000;
  writeFileSync(join(folder, 'large.txt'), 'a line of a large file\n'.repeat(size / 23));
  const gateway = await startGateway({
    servers: { files: stdioServer(script, [folder], { sandbox: { read: [folder] } }) }, limits: { bytes: '3MiB/h' },
  });
  t.after(() => gateway.stop());
  const session = await Session.open(gateway.url('files'), gateway.token);
  let read = 0;
  let refused = 0;
  for (let n = 0; n < 100; n++) {
    const result = await session.call('read_text_file', { path: join(folder, 'large.txt'), head: 1_000_000 + n });
    if (decisionOf(result)) {
      assert.equal(decisionOf(result).reason, 'overload.byte_quota');
      assert.ok(decisionOf(result).retryAfter > 1);
      refused++;
      if (refused % 20 === 0) assert.match(textOf(await session.call('get_file_info', { path: join(folder, 'large.txt') })), /size/);
    } else read++;
  }
  assert.ok(read >= 3 && read <= 11, `${read}`);
  assert.equal(read + refused, 100);
});

describe('many at a time', () => {
  test('so many run as may, the rest is refused quickly, and places come back', async (t) => {
    let open = 0;
    let most = 0;
    let go;
    const gate = new Promise((done) => { go = done; });
    const { server, session } = await gatewayFor(t, {
      read: async () => { most = Math.max(most, ++open); await gate; open--; return 'done'; },
    }, { concurrency: 4, queue: 4 });
    const answers = Array.from({ length: 100 }, (_, n) => session.call('read', { n }));
    const refused = [];
    answers.forEach((answer) => answer.then((result) => { if (result.isError) refused.push(decisionOf(result)); }));
    await until(() => refused.length === 96);
    assert.equal(server.calls.length, 4);
    go();
    const results = await Promise.all(answers);
    assert.equal(results.filter((result) => !result.isError).length, 4);
    assert.equal(most, 4);
    for (const decision of refused) {
      assert.equal(decision.reason, 'overload.concurrency');
      assert.equal(decision.retryAfter, 1);
    }
    assert.equal(textOf(await session.call('read', { n: 'after' })), 'done');
  });

  test('a short wait in the queue is no refusal', async (t) => {
    const { session } = await gatewayFor(t, { read: async () => { await pause(20); return 'done'; } }, { concurrency: 2 });
    const results = await Promise.all(Array.from({ length: 12 }, (_, n) => session.call('read', { n })));
    assert.ok(results.every((result) => textOf(result) === 'done'), JSON.stringify(results));
  });
});

describe('a server that does not answer', () => {
  test('is answered for at the deadline, is told so, and its place is free', async (t) => {
    const { server, gateway, session } = await gatewayFor(t, { sleep: never, read: () => 'x' }, { deadline: '1s', concurrency: 1, queue: 0 });
    const began = Date.now();
    const result = await session.call('sleep', { seconds: 600 });
    assert.equal(decisionOf(result).reason, 'overload.deadline');
    assert.ok(Date.now() - began >= 900);
    await until(() => server.cancelled.length === 1);
    assert.equal(textOf(await session.call('read')), 'x');
    assert.equal(await metric(gateway, 'doorward_limit_reached_total{limit="deadline"}'), 1);
  });

  test('is one of the limits that /metrics counts, like the size and the depth of a message', async (t) => {
    const { gateway, session } = await gatewayFor(t, { read: () => 'x'.repeat(4000) }, { message_bytes: '8KiB', result_bytes: '1KiB' });
    assert.equal(decisionOf(await session.call('read')).reason, 'overload.size');
    await (await session.post(JSON.stringify({ jsonrpc: '2.0', id: 900, method: 'ping', params: { pad: 'x'.repeat(9000) } }))).text();
    assert.equal(await metric(gateway, 'doorward_limit_reached_total{limit="size"}'), 2);
    await (await session.post(`{"jsonrpc":"2.0","id":901,"method":"ping","params":{"a":${'['.repeat(100)}${']'.repeat(100)}}}`)).text();
    assert.equal(await metric(gateway, 'doorward_limit_reached_total{limit="depth"}'), 1);
    assert.equal(await metric(gateway, 'doorward_limit_reached_total{limit="sessions"}'), 0);
  });

  test('over stdio: its process is killed, and the session goes on with a fresh one', async (t) => {
    const marker = `doorward-e2e-stubborn-${process.pid}`;
    const gateway = await startGateway({ servers: { local: stdioServer(stubborn, [marker]) }, limits: { deadline: '1s' } });
    t.after(() => gateway.stop());
    const session = await Session.open(gateway.url('local'), gateway.token);
    assert.equal(textOf(await session.call('count')), '1');
    const first = processesWith(marker);
    assert.ok(first.length > 0);
    assert.equal(decisionOf(await session.call('spin')).reason, 'overload.deadline');
    await until(() => processesWith(marker).every((pid) => !first.includes(pid)));
    assert.equal(textOf(await session.call('count', { again: 1 })), '1');
    assert.equal(textOf(await session.call('count', { again: 2 })), '2');
    assert.equal(await metric(gateway, 'doorward_children_replaced_total'), 1);
  });

  test('over stdio with kill_overdue off: it keeps its process', async (t) => {
    const gateway = await startGateway({ servers: { local: stdioServer(stubborn, [], { kill_overdue: false }) }, limits: { deadline: '1s' } });
    t.after(() => gateway.stop());
    const session = await Session.open(gateway.url('local'), gateway.token);
    assert.equal(decisionOf(await session.call('spin')).reason, 'overload.deadline');
    await pause(3000);
    assert.equal(textOf(await session.call('count')), '2');
  });

  test('does not hold another one back', async (t) => {
    const hung = await startFickle({ read: never });
    const fine = await startFickle({ read: () => 'fine' });
    t.after(() => Promise.all([hung.close(), fine.close()]));
    const gateway = await startGateway({
      servers: {
        hung: { url: hung.url, pins: 'first_use', limits: { concurrency: 2, deadline: '60s' } },
        fine: { url: fine.url, pins: 'first_use' },
      },
      limits: { queue: 0 },
    });
    t.after(() => gateway.stop());
    const a = await Session.open(gateway.url('hung'), gateway.token);
    const b = await Session.open(gateway.url('fine'), gateway.token);
    const held = [0, 1].map((n) => a.call('read', { n }).catch(() => {}));
    await until(() => hung.calls.length === 2);
    assert.equal(decisionOf(await a.call('read', { n: 3 })).reason, 'overload.concurrency');
    for (let n = 0; n < 50; n++) assert.equal(textOf(await b.call('read', { n })), 'fine');
    await hung.stop();
    await Promise.all(held);
    await hung.start();
  });

  test('killed and started again: fast refusals, then one good probe, and nothing is sent twice', async (t) => {
    const { server, gateway, session } = await gatewayFor(t, { read: ({ n }) => n }, { breaker_failures: 3, breaker_cooldown: '1s' });
    assert.equal(textOf(await session.call('read', { n: 'up' })), 'up');
    await server.stop();
    const reasons = [];
    for (let n = 0; n < 10; n++) reasons.push(decisionOf(await session.call('read', { n })).reason);
    assert.deepEqual(new Set(reasons.slice(0, 3)), new Set(['overload.unavailable']));
    assert.deepEqual(new Set(reasons.slice(3)), new Set(['instability.circuit_open']));
    await server.start();
    await until(async () => textOf(await session.call('read', { n: 'back' })) === 'back', { every: 200 });
    const sent = server.calls.map(({ args }) => args.n);
    assert.deepEqual(sent, ['up', 'back']);
    assert.ok(await metric(gateway, 'doorward_circuits_opened_total') >= 1);
  });
});
