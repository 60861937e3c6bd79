// What a client says beside its requests reaches a server only where it is about something: a cancel of
// a call that was sent, once; progress of a question that the server asked.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exchange } from './http.mjs';
import { bearer, decisionOf, Session, textOf } from './mcp.mjs';
import { startGateway, stdioProbe } from './doorward.mjs';
import { until } from './wait.mjs';

let gateway;
let full;
before(async () => {
  gateway = await startGateway({ servers: { local: stdioProbe() } });
  full = await startGateway({ servers: { local: stdioProbe() }, limits: { concurrency: 1, queue: 4, deadline: '4s' } });
});
after(async () => { await gateway?.stop(); await full?.stop(); });

const received = async (session) => JSON.parse(textOf(await session.call('received')));
const told = async (session, method) => (await received(session)).filter((one) => one.method === method);

test('a repeated cancel goes up once', async () => {
  const session = await Session.open(gateway.url('local'), gateway.token);
  const { answer } = session.start('tools/call', { name: 'hold', arguments: {} }, 'held');
  await until(async () => (await received(session)).some(({ name }) => name === 'hold'), { every: 300 });
  for (let n = 0; n < 10; n += 1) await session.notify('notifications/cancelled', { requestId: 'held' });
  for (let n = 0; n < 10; n += 1) await session.notify('notifications/cancelled', { requestId: `none${n}` });
  assert.equal((await told(session, 'notifications/cancelled')).length, 1);
  answer.drop();
});

test('a call that waits for its turn is not sent once it is cancelled, and its cancel stays here', async () => {
  const session = await Session.open(full.url('local'), full.token);
  const first = session.start('tools/call', { name: 'hold', arguments: {} }, 'first');
  await until(async () => /^doorward_slots_held\S* [1-9]/m.test(
    (await exchange(`${full.operator}/metrics`, { method: 'GET', headers: bearer(full.operatorToken) })).text), { what: 'the first is under way' });
  const others = [];
  for (let n = 0; n < 3; n += 1) {
    others.push(session.start('tools/call', { name: 'echo', arguments: { text: `${n}` } }, `other${n}`));
    await session.notify('notifications/cancelled', { requestId: `other${n}` });
  }
  for (const other of others)
    assert.match(decisionOf((await session.finish(other)).result)?.reason ?? '', /^overload\.(concurrency|cancelled)$/);
  assert.equal(decisionOf((await session.finish(first)).result)?.reason, 'overload.deadline');
  await until(async () => (await told(session, 'notifications/cancelled')).length === 1, { every: 500 });
  assert.ok((await received(session)).every(({ name }) => name !== 'echo'));
});

test('progress of what no server asked is dropped', async () => {
  let session;
  session = await Session.open(gateway.url('local'), gateway.token, {
    capabilities: { elicitation: {} },
    answers: {
      'elicitation/create': async ({ _meta }) => {
        await session.notify('notifications/progress', { progressToken: _meta.progressToken, progress: 1 });
        await session.notify('notifications/progress', { progressToken: 'another', progress: 1 });
        return { action: 'accept', content: { answer: 'yes' } };
      },
    },
  });
  for (let n = 0; n < 20; n += 1) await session.notify('notifications/progress', { progressToken: `none${n}`, progress: n });
  assert.equal((await told(session, 'notifications/progress')).length, 0);
  assert.match(textOf(await session.call('elicit', { message: 'Well?', token: 'mine' })), /yes/);
  assert.equal((await told(session, 'notifications/progress')).length, 1);
  await session.notify('notifications/progress', { progressToken: 'mine', progress: 2 });
  assert.equal((await told(session, 'notifications/progress')).length, 1);
});
