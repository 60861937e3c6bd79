// What is lost on its way: an idempotent read is sent once more, within a budget; of everything else
// the client is told that nobody knows whether it took effect, and so is the log.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startGateway } from './doorward.mjs';
import { exchange } from './http.mjs';
import { decisionOf, Session, textOf } from './mcp.mjs';
import { lose, startFickle, Status } from './servers/fickle_http.mjs';
import { until } from './wait.mjs';

const metric = async (gateway, name) => {
  const answer = await exchange(`${gateway.operator}/metrics`, {
    method: 'GET', headers: { authorization: `Bearer ${gateway.operatorToken}` },
  });
  return Number(answer.text.split('\n').find((one) => one.startsWith(`${name} `))?.split(' ').at(-1));
};

/** Loses what it is asked as often as `times` says, then answers. */
const losing = (times) => ({ n }) => {
  if (times-- > 0) throw lose;
  return `the answer to ${n}`;
};

async function open(t, tool, { annotations, classes = ['read'], stated, limits } = {}) {
  const server = await startFickle({ work: tool, other: () => 'other' }, { work: annotations });
  t.after(() => server.close());
  const gateway = await startGateway({
    servers: {
      desk: {
        url: server.url, pins: 'first_use',
        tools: { work: { classes, ...(stated !== undefined && { idempotent: stated }) } },
      },
    },
    limits,
  });
  t.after(() => gateway.stop());
  return { server, gateway, session: await Session.open(gateway.url('desk'), gateway.token) };
}

const sent = (server) => server.calls.filter(({ name }) => name === 'work');
const entries = async (gateway) => {
  const { out } = await gateway.cli('audit', 'export');
  return out.split('\n').filter(Boolean).map((line) => JSON.parse(line)).map((one) => (typeof one.entry === 'string' ? JSON.parse(one.entry) : one.entry ?? one))
    .filter((entry) => entry.tool === 'work');
};

const never = {
  'a write, whatever it says of itself': { classes: ['write'], annotations: { idempotentHint: true, readOnlyHint: true } },
  'a write that the configuration calls idempotent': { classes: ['write'], stated: true },
  'a read that also sends': { classes: ['read', 'egress'], annotations: { readOnlyHint: true } },
  'a read that nobody calls idempotent': {},
  'a read that the configuration says is not': { annotations: { readOnlyHint: true }, stated: false },
};

describe('a call whose connection breaks', () => {
  test('that only reads and says so is sent once more, as a request of its own', async (t) => {
    const { server, gateway, session } = await open(t, losing(1), { annotations: { readOnlyHint: true } });
    assert.equal(textOf(await session.call('work', { n: 1 })), 'the answer to 1');
    assert.equal(sent(server).length, 2);
    assert.notEqual(sent(server)[0].id, sent(server)[1].id);
    assert.deepEqual(sent(server)[0].args, sent(server)[1].args);
    assert.equal(await metric(gateway, 'doorward_retries_total'), 1);
    const written = await entries(gateway);
    assert.deepEqual(written.map(({ kind, outcome, effect }) => [kind, outcome, effect].filter(Boolean).join(' ')), [
      'decision', 'outcome upstream_gone unknown', 'decision', 'outcome ok',
    ]);
  });

  test('is told as lost when it is lost again', async (t) => {
    const { server, session } = await open(t, losing(9), { annotations: { idempotentHint: true } });
    const result = await session.call('work', { n: 1 });
    assert.equal(decisionOf(result).reason, 'overload.unavailable');
    assert.equal(sent(server).length, 2);
  });

  test('is not sent again with `retries: 0`', async (t) => {
    const { server, session } = await open(t, losing(1), { annotations: { readOnlyHint: true }, limits: { retries: 0 } });
    assert.equal(decisionOf(await session.call('work', { n: 1 })).reason, 'overload.unavailable');
    assert.equal(sent(server).length, 1);
  });

  for (const [what, how] of Object.entries(never))
    test(`${what} is never sent twice, and its effect is unknown`, async (t) => {
      const { server, gateway, session } = await open(t, losing(1), how);
      const result = await session.call('work', { n: 1 });
      const decision = decisionOf(result);
      assert.equal(decision.reason, 'overload.unavailable');
      assert.match(textOf(result), /not known/);
      assert.equal(sent(server).length, 1);
      assert.equal(await metric(gateway, 'doorward_retries_total'), 0);
      const outcome = (await entries(gateway)).find(({ kind }) => kind === 'outcome');
      assert.equal(outcome.effect, 'unknown');
      assert.equal(textOf(await session.call('work', { n: 2 })), 'the answer to 2');
    });

  test('a server that loses much is not asked twice as much', async (t) => {
    const { server, gateway, session } = await open(t, () => { throw lose; }, {
      annotations: { readOnlyHint: true }, limits: { breaker_failures: 1000, breaker_percent: 100 },
    });
    const times = 30;
    for (let n = 0; n < times; n++) assert.equal(decisionOf(await session.call('work', { n })).reason, 'overload.unavailable');
    assert.ok(sent(server).length <= times + 5, `${sent(server).length}`);
    assert.ok(await metric(gateway, 'doorward_limit_reached_total{limit="retries"}') > 0);
  });
});

/** Says so as often as `times` says, then answers. */
const busy = (times, status, headers, body) => ({ n }) => {
  if (times-- > 0) throw new Status(status, headers, body);
  return `the answer to ${n}`;
};

describe('a call that the server, or what stands before it, can not do now', () => {
  for (const status of [502, 503, 504])
    test(`is sent once more after ${status} where it only reads and says so`, async (t) => {
      const { server, session } = await open(t, busy(1, status), { annotations: { readOnlyHint: true } });
      assert.equal(textOf(await session.call('work', { n: 1 })), 'the answer to 1');
      assert.equal(sent(server).length, 2);
    });

  test('waits as long as a small Retry-After says', async (t) => {
    const { server, session } = await open(t, busy(1, 503, { 'retry-after': '1' }), { annotations: { readOnlyHint: true } });
    const began = Date.now();
    assert.equal(textOf(await session.call('work', { n: 1 })), 'the answer to 1');
    assert.ok(Date.now() - began >= 990, 'not before');
    assert.equal(sent(server).length, 2);
  });

  for (const far of ['60', 'Fri, 31 Dec 2049 23:59:59 GMT'])
    test(`is not sent again where Retry-After is ${far}`, async (t) => {
      const { server, session } = await open(t, busy(1, 503, { 'retry-after': far }), { annotations: { readOnlyHint: true } });
      const decision = decisionOf(await session.call('work', { n: 1 }));
      assert.equal(decision.reason, 'overload.unavailable');
      assert.equal(decision.retryAfter, far === '60' ? 60 : undefined);
      assert.equal(sent(server).length, 1);
    });

  test('is told as such when it can not again', async (t) => {
    const { server, session } = await open(t, busy(9, 503), { annotations: { readOnlyHint: true } });
    assert.equal(decisionOf(await session.call('work', { n: 1 })).reason, 'overload.unavailable');
    assert.equal(sent(server).length, 2);
  });

  for (const [what, how] of Object.entries(never))
    test(`${what} is never sent twice`, async (t) => {
      const { server, session } = await open(t, busy(1, 503, { 'retry-after': '0' }), how);
      const result = await session.call('work', { n: 1 });
      assert.equal(decisionOf(result).reason, 'overload.unavailable');
      assert.match(textOf(result), /not known/);
      assert.equal(sent(server).length, 1);
    });

  for (const status of [400, 403, 404, 409, 413, 429, 500, 501])
    test(`is not sent again after ${status}`, async (t) => {
      const { server, session } = await open(t, busy(1, status, { 'retry-after': '0' }), { annotations: { readOnlyHint: true } });
      await session.call('work', { n: 1 }).catch(() => {});
      assert.equal(sent(server).length, 1);
    });
});

test('where nothing was sent the effect is known', async (t) => {
  const { server, session } = await open(t, losing(0), { classes: ['write'] });
  await server.stop();
  const result = await session.call('work', { n: 1 });
  assert.match(textOf(result), /nothing was sent/);
  await server.start();
});

test('an outlier that answers every other call is shut off, and comes back by one good probe', async (t) => {
  let flaps = true;
  let turn = 0;
  const { server, gateway, session } = await open(t, ({ n }) => {
    if (flaps && turn++ % 3 !== 0) throw lose;
    return n;
  }, { limits: { breaker_failures: 1000, breaker_cooldown: '1s', retries: 0 } });
  let stopped;
  for (let n = 0; n < 120 && !stopped; n++) {
    const decision = decisionOf(await session.call('work', { n }));
    if (decision?.reason === 'instability.circuit_open') stopped = n;
  }
  assert.ok(stopped >= 60 && stopped <= 90, `${stopped}`);
  flaps = false;
  const before = sent(server).length;
  await until(async () => textOf(await session.call('work', { n: 'back' })) === 'back', { every: 200 });
  assert.equal(sent(server).length, before + 1);
  assert.ok(await metric(gateway, 'doorward_circuits_opened_total') >= 1);
});
