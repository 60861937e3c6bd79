// Servers and clients that send without end: what is dropped is counted, and others are served.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startGateway, stdioServer, testsFolder } from './doorward.mjs';
import { exchange } from './http.mjs';
import { decisionOf, Session, textOf } from './mcp.mjs';
import { join } from 'node:path';

const flooder = join(testsFolder, 'e2e/servers/flood_stdio.mjs');

const metrics = async (gateway) => (await exchange(`${gateway.operator}/metrics`, {
  method: 'GET', headers: { authorization: `Bearer ${gateway.operatorToken}` },
})).text;
const reached = async (gateway, limit) =>
  Number(new RegExp(`limit_reached_total\\{limit="${limit}"\\} (\\d+)`).exec(await metrics(gateway))[1]);

async function open(t, limits = {}) {
  const gateway = await startGateway({ servers: { noisy: stdioServer(flooder) }, limits });
  t.after(() => gateway.stop());
  return { gateway, session: await Session.open(gateway.url('noisy'), gateway.token, { capabilities: { roots: {} }, answers: { 'roots/list': () => ({ roots: [] }) } }) };
}

describe('a server that floods', () => {
  const kinds = {
    log: ['notifications', 'notifications/message'],
    progress: ['notifications', 'notifications/progress'],
    changed: ['list_changes', 'notifications/tools/list_changed'],
  };
  for (const [tool, [limit, method]] of Object.entries(kinds))
    test(`${method}: some reach the client, the rest is counted, the answer comes`, async (t) => {
      const { gateway, session } = await open(t);
      const result = await session.call(tool, { times: 2000 }, { progressToken: 7 });
      assert.equal(textOf(result), 'done');
      assert.ok(session.notifications.filter((one) => one.method === method).length <= 200);
      assert.ok(await reached(gateway, limit) > 100 || (await metrics(gateway)).match(/server_messages_dropped_total [1-9]/));
      assert.equal(textOf(await session.call('quiet')), 'done');
    });

  test('an error among a flood of debug lines is heard', async (t) => {
    const { session } = await open(t);
    await session.call('log', { times: 300, then: 'error' });
    const heard = session.notifications.filter(({ method }) => method === 'notifications/message');
    assert.equal(heard.filter(({ params }) => params.level === 'error').length, 1);
    assert.ok(heard.length <= 100);
  });

  test('a denial stands in the log, whatever a server says at the time', async (t) => {
    const { gateway, session } = await open(t, { task_calls: 3 });
    await session.call('log', { times: 2000 });
    await session.call('log', { times: 2000, n: 1 });
    await session.call('log', { times: 2000, n: 2 });
    const decision = decisionOf(await session.call('quiet'));
    assert.equal(decision.reason, 'instability.call_budget');
    const { out } = await gateway.cli('audit', 'export');
    const lines = out.split('\n');
    assert.ok(lines.some((line) => line.includes('instability.call_budget')));
    assert.ok(lines.filter((line) => line.includes('notification_flood')).length <= 400, 'a sample of the drops');
  });
});

test('subscriptions of one session are bounded', async (t) => {
  const { gateway, session } = await open(t, { subscriptions: 3 });
  const answers = [];
  for (let n = 0; n < 6; n++) answers.push(await session.request('resources/subscribe', { uri: `noise://${n}` }));
  assert.equal(answers.filter(({ result }) => result).length, 3);
  for (const { error } of answers.slice(3)) {
    assert.equal(error.code, -31429);
    assert.equal(error.data.reason, 'overload.subscriptions');
  }
  await session.request('resources/unsubscribe', { uri: 'noise://0' });
  assert.ok((await session.request('resources/subscribe', { uri: 'noise://9' })).result);
  assert.ok(await reached(gateway, 'subscriptions') >= 3);
});
