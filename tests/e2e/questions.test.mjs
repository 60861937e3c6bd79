// Questions of a server whose channel does not say whose call they belong to, and calls that wait for an
// answer that will never come.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway, stdioProbe } from './doorward.mjs';
import { begin } from './http.mjs';
import { Session, decisionOf, modernHeaders, modernParams, modernRequest, textOf } from './mcp.mjs';
import { until, untilHeld } from './wait.mjs';

let gateway;
before(async () => {
  gateway = await startGateway({
    servers: { local: stdioProbe(), ours: stdioProbe({ instances: 'per_principal' }), everyones: stdioProbe({ instances: 'shared' }) },
    limits: { result_bytes: '4KiB' },
  });
});
after(() => gateway?.stop());

const capabilities = { elicitation: {} };
let id = 1;
const ask = (name, args = {}, more = {}) => modernRequest(gateway.url('local'), gateway.token, 'tools/call',
  { name, arguments: args, ...more }, { id: id++, capabilities });
const received = async () => JSON.parse(textOf((await ask('received')).message.result));
/** Starts a call and leaves it open. */
async function hold() {
  const params = { name: 'hold', arguments: {} };
  const answer = begin(gateway.url('local'), {
    headers: modernHeaders(gateway.token, 'tools/call', params),
    body: { jsonrpc: '2.0', id: id++, method: 'tools/call', params: modernParams(params, capabilities) },
  });
  await until(async () => (await received()).some(({ name }) => name === 'hold'), { every: 300 });
  return { release: async () => { await ask('release'); await (await answer).text(); } };
}

describe('a question of an older local server, for a stateless client', () => {
  test('is asked by the call that can only have asked', async () => {
    const first = (await ask('elicit', { message: 'Who?' })).message.result;
    assert.equal(first.resultType, 'input_required');
    // That one waits; the next question is another call's.
    const second = (await ask('elicit', { message: 'And who?' })).message.result;
    assert.equal(Object.values(second.inputRequests)[0].params.message, 'And who?');
    for (const [asked, message] of [[second, 'And who?'], [first, 'Who?']]) {
      const [key] = Object.keys(asked.inputRequests);
      const done = await ask('elicit', { message },
        { requestState: asked.requestState, inputResponses: { [key]: { action: 'accept', content: { answer: message } } } });
      assert.match(textOf(done.message.result), new RegExp(message.replace('?', '\\?')));
    }
  });
  test('is refused while several calls could have asked', async () => {
    const held = await hold();
    const { message } = await ask('elicit', { message: 'Who?' });
    assert.match(textOf(message.result), /-31403|"code"/, JSON.stringify(message));
    await held.release();
    assert.equal((await ask('elicit', { message: 'Who?' })).message.result.resultType, 'input_required');
  });
  test('that a guard refuses ends its call at once', async () => {
    const cancelled = async () => (await received()).filter(({ method }) => method === 'notifications/cancelled').length;
    const before_ = await cancelled();
    const { message } = await ask('elicit', { message: 'x'.repeat(5000) });
    assert.equal(decisionOf(message.result)?.reason, 'overload.size', JSON.stringify(message).slice(0, 300));
    assert.equal(await cancelled(), before_ + 1);
  });
});

describe('questions that nobody answers', () => {
  test('have a bound of their own, which is no failure of the server', async () => {
    const asked = [];
    let refused;
    for (let n = 0; n < 70 && !refused; n += 1) {
      const { result } = (await ask('elicit', { message: `Which, ${n}?` })).message;
      if (result.resultType === 'input_required') asked.push({ n, result });
      else refused = result;
    }
    const decision = decisionOf(refused);
    assert.equal(decision?.reason, 'overload.questions', JSON.stringify(refused));
    assert.ok(decision.retryAfter > 0 && decision.retryAfter <= 600);
    assert.match(textOf(refused), /32 calls wait for your answers/);
    assert.ok(asked.length > 16 && asked.length <= 32);
    // Again and again: neither the circuit nor the counter of failures takes it for the server's.
    for (let n = 0; n < 6; n += 1)
      assert.equal(decisionOf((await ask('elicit', { message: `More, ${n}?` })).message.result)?.reason, 'overload.questions');
    assert.equal(textOf((await ask('echo', { text: 'still here' })).message.result), 'still here');
    // An answer makes room.
    const [{ n, result }] = asked;
    const [key] = Object.keys(result.inputRequests);
    const done = await ask('elicit', { message: `Which, ${n}?` },
      { requestState: result.requestState, inputResponses: { [key]: { action: 'accept', content: { answer: 'this' } } } });
    assert.match(textOf(done.message.result), /this/);
    assert.equal((await ask('elicit', { message: 'And now?' })).message.result.resultType, 'input_required');
  });
});

describe('a question of a process that serves several sessions', () => {
  const open = (server) => Session.open(gateway.url(server), gateway.token,
    { capabilities, answers: { 'elicitation/create': () => ({ action: 'accept', content: { answer: 'me' } }) } });
  test('reaches the session whose call is the only one', async () => {
    const [one, other] = [await open('ours'), await open('ours')];
    assert.match(textOf(await one.call('elicit', { message: 'Who?' })), /"me"/);
    assert.match(textOf(await other.call('elicit', { message: 'Who?' })), /"me"/);
  });
  test('is refused while calls of several sessions are open', async () => {
    const [one, other] = [await open('ours'), await open('ours')];
    const held = other.request('tools/call', { name: 'hold', arguments: {} });
    await untilHeld(one);
    assert.match(textOf(await one.call('elicit', { message: 'Who?' })), /"code"/);
    await one.call('release');
    assert.equal(textOf((await held).result), 'released');
  });
  test('of several principals reaches the one whose call is the only one', async () => {
    const session = await open('everyones');
    assert.match(textOf(await session.call('elicit', { message: 'Who?' })), /"me"/);
  });
  test('of several principals reaches a stateless client as well', async (t) => {
    const own = await startGateway({ servers: { everyones: stdioProbe({ instances: 'shared' }) } });
    t.after(() => own.stop());
    const elicit = async (more) => (await modernRequest(own.url('everyones'), own.token, 'tools/call',
      { name: 'elicit', arguments: { message: 'Who?' }, ...more }, { id: id++, capabilities })).message.result;
    const asked = await elicit();
    assert.equal(asked.resultType, 'input_required', JSON.stringify(asked));
    const [key] = Object.keys(asked.inputRequests);
    const done = await elicit({ requestState: asked.requestState, inputResponses: { [key]: { action: 'accept', content: { answer: 'this' } } } });
    assert.match(textOf(done), /this/);
  });
  test('of several principals is refused while calls of several are open, and the server is told', async () => {
    const [one, other] = [await open('everyones'), await open('everyones')];
    const held = other.request('tools/call', { name: 'hold', arguments: {} });
    await untilHeld(one);
    assert.match(textOf(await one.call('elicit', { message: 'Who?' })), /Nothing says which client/);
    await one.call('release');
    assert.equal(textOf((await held).result), 'released');
  });
});
