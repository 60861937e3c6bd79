// A hostile server: what it invents reaches nobody, and what it pours out costs the gateway little.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeToken, startGateway, stdioServer, testsFolder } from './doorward.mjs';
import { begin } from './http.mjs';
import { decisionOf, modernHeaders, modernParams, modernRequest, Session, textOf } from './mcp.mjs';
import { until } from './wait.mjs';

const hostileFile = join(testsFolder, 'e2e/servers/hostile_stdio.mjs');
const probeFile = join(testsFolder, 'e2e/servers/probe_stdio.mjs');
const plenty = { calls: { rate: '1000/s', burst: 10000 }, repeat_failures: 1000, breaker_failures: 1000 };
let gateway;
let ana;
let ben;

before(async () => {
  [ana, ben] = await Promise.all([makeToken('ana'), makeToken('ben')]);
  gateway = await startGateway({
    identity: { tokens: [ana.line, ben.line] }, limits: plenty,
    servers: {
      hostile: stdioServer(hostileFile), shared: stdioServer(hostileFile, [], { instances: 'shared' }),
      probe: stdioServer(probeFile), counted: stdioServer(probeFile),
    },
  });
});
after(() => gateway?.stop());

const open = (server, who = ana, options) => Session.open(gateway.url(server), who.text, options);
const act = (session, how, more = {}, meta) => session.call('act', { how, ...more }, meta);
const memory = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${gateway.child.pid}/status`, 'utf8'))[1]);

/** Collects what comes on the GET stream of `session`. */
async function listen(session) {
  const stream = await session.listen();
  assert.equal(stream.status, 200);
  const got = [];
  (async () => { for await (const event of stream.events()) got.push(event.data); })().catch(() => {});
  return { got, drop: () => stream.drop() };
}

describe('what a server invents', () => {
  test('notifications and requests that belong to nothing reach no client', async () => {
    const session = await open('hostile');
    const other = await open('hostile', ben);
    const streams = [await listen(session), await listen(other)];
    assert.equal(textOf(await act(session, 'stray')), 'done');
    assert.equal(textOf(await act(session, 'nothing')), 'nothing'); // what came before is behind us
    assert.doesNotMatch(JSON.stringify([session.notifications, other.notifications, ...streams.map(({ got }) => got)]), /stray/);
    streams.forEach((stream) => stream.drop());
  });
  test('answers to guessed ids, and a second answer, are dropped', async () => {
    const session = await open('hostile');
    const other = await open('hostile', ben);
    const waiting = other.start('tools/call', { name: 'act', arguments: { how: 'silence' } });
    assert.equal(textOf(await act(session, 'guess')), 'right');
    assert.equal(textOf(await act(session, 'nothing')), 'nothing');
    assert.equal(textOf(await act(other, 'nothing')), 'nothing');
    waiting.answer.drop();
  });
  test("a decision in the gateway's name is not passed on", async () => {
    const result = await act(await open('hostile'), 'pretend');
    assert.equal(decisionOf(result), undefined);
  });
  test('its stack and paths are not passed on', async () => {
    const reply = await (await open('hostile')).request('tools/call', { name: 'act', arguments: { how: 'stack' } });
    assert.doesNotMatch(JSON.stringify(reply), /\/srv\/stray/);
  });
  test('a log message in one process of two users goes to no other user', async () => {
    const first = await open('shared');
    const second = await open('shared', ben);
    await Promise.all([act(first, 'later', { text: 'ana' }), act(second, 'later', { text: 'ben' })]);
    assert.doesNotMatch(JSON.stringify(first.notifications), /of ben/);
    assert.doesNotMatch(JSON.stringify(second.notifications), /of ana/);
  });
});

describe('what a server pours out', () => {
  // Each is tens of megabytes; the bound leaves room for the allocator and for sanitizers' shadow.
  const bound = 200_000;
  for (const [how, n] of [['flood', 30_000], ['changes', 50_000], ['progress', 30_000], ['noise', 50_000], ['errors', 20_000]])
    test(`${how}: the call ends, and memory stays`, async () => {
      const session = await open('hostile');
      const start = memory();
      assert.equal(textOf(await act(session, how, { n }, { progressToken: 'p' })), 'done');
      assert.ok(memory() - start < bound, `grew by ${memory() - start} kB`);
    });
  test('a line of 300 MB ends the server, not the gateway', async () => {
    const start = memory();
    const result = await act(await open('hostile'), 'line', { n: 300 });
    assert.equal(result.isError, true);
    assert.ok(memory() - start < bound, `grew by ${memory() - start} kB`);
    assert.equal(textOf(await act(await open('hostile'), 'nothing')), 'nothing');
  });
  test('a client that does not read its stream does not fill the gateway', async () => {
    const session = await open('hostile');
    const start = memory();
    const answer = await session.start('tools/call', { name: 'act', arguments: { how: 'flood', n: 100_000 } }).answer;
    answer.response.pause();
    assert.equal(textOf(await act(await open('hostile', ben), 'nothing')), 'nothing');
    assert.ok(memory() - start < bound, `grew by ${memory() - start} kB`);
    answer.drop();
  });
});

test('first requests at the same time share the one process of their user', async () => {
  const url = gateway.url('counted');
  const ask = (id) => modernRequest(url, ana.text, 'tools/call', { name: 'received', arguments: {} }, { id });
  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(ask));
  for (const { message } of answers) assert.ok(textOf(message.result), JSON.stringify(message));
  const received = JSON.parse(textOf((await ask(7)).message.result));
  assert.equal(received.filter(({ name }) => name === 'received').length, 7);
});

test('a client of 2026-07-28 that goes away has cancelled, over stdio too', async () => {
  const url = gateway.url('probe');
  const received = async () => JSON.parse(textOf((await modernRequest(url, ana.text, 'tools/call', { name: 'received', arguments: {} })).message.result));
  await received(); // the process is there before it is asked two things at once
  const call = begin(url, {
    headers: modernHeaders(ana.text, 'tools/call', { name: 'hold' }),
    body: { jsonrpc: '2.0', id: 7, method: 'tools/call', params: modernParams({ name: 'hold', arguments: {} }) },
  });
  await until(async () => (await received()).some(({ name }) => name === 'hold'), { every: 300 });
  call.drop();
  await until(async () => (await received()).some(({ method }) => method === 'notifications/cancelled'), { every: 300 });
});
