// The tests' own tools, without a gateway: what they report is what happens on the wire.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exchange, rawExchange, statusOf } from './http.mjs';
import { Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';

let probe;
before(async () => { probe = await startProbe(); });
after(() => probe.close());

test('a session lists and calls', async () => {
  const session = await Session.open(probe.url);
  const reply = await session.request('tools/list');
  assert.ok(reply.result.tools.length >= 14);
  assert.equal(textOf(await session.call('echo', { text: 'hi' })), 'hi');
  assert.ok(probe.sawCall('echo'));
  assert.ok(!probe.sawCall('crash'));
});

test('the server asks back on the stream of the call', async () => {
  const session = await Session.open(probe.url, undefined, { answers: { 'roots/list': () => ({ roots: [] }) } });
  assert.equal(textOf(await session.call('roots')), '{"roots":[]}');
});

test('progress and list changes arrive as notifications', async () => {
  const session = await Session.open(probe.url);
  await session.call('progress', { steps: 3 }, { progressToken: 'p' });
  assert.equal(session.notifications.filter(({ method }) => method === 'notifications/progress').length, 3);
});

test('a held call ends when it is released', async () => {
  const session = await Session.open(probe.url);
  const held = session.start('tools/call', { name: 'hold', arguments: {} });
  await session.call('release');
  assert.equal(textOf((await session.finish(held)).result), 'released');
});

test('an ended session is gone', async () => {
  const session = await Session.open(probe.url);
  assert.equal((await session.end()).status, 200);
  assert.equal((await exchange(probe.url, { headers: session.headers(), body: { jsonrpc: '2.0', id: 1, method: 'ping' } })).status, 404);
});

test('raw bytes get a raw answer', async () => {
  assert.equal(statusOf(await rawExchange(probe.url, 'nonsense\r\n\r\n')), 400);
});
