// Bodies that one principal sends slowly fill its own share of the memory and nobody else's.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'node:test';
import { makeToken, startGateway } from './doorward.mjs';
import { exchange } from './http.mjs';
import { baseHeaders, Session, textOf } from './mcp.mjs';
import { startFickle } from './servers/fickle_http.mjs';
import { until } from './wait.mjs';

const MiB = 1024 * 1024;

test('a principal whose messages never end keeps nobody else waiting', async (t) => {
  const [ana, mallory] = [await makeToken('ana'), await makeToken('mallory')];
  const server = await startFickle({ read: ({ n }) => `read ${n}` });
  t.after(() => server.close());
  // A quarter, 4 MiB, is for what is read of clients; a quarter of that is each principal's.
  const gateway = await startGateway({
    servers: { f: { url: server.url, pins: 'first_use' } },
    identity: { tokens: [ana.line, mallory.line] }, limits: { buffers: '16MiB', message_bytes: '2MiB' },
  });
  t.after(() => gateway.stop());
  const session = await Session.open(gateway.url('f'), ana.text);
  const call = async (n) => assert.equal(textOf(await session.call('read', { n, pad: 'p'.repeat(100_000) })), `read ${n}`);
  await call(-1);

  let over = false;
  const sockets = new Set();
  const slow = () => {
    if (over) return;
    const socket = connect(Number(new URL(gateway.client).port), '127.0.0.1');
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => {});
    socket.on('close', () => { sockets.delete(socket); setTimeout(slow, 100); });
    socket.write(`POST /mcp/f HTTP/1.1\r\nHost: ${new URL(gateway.client).host}\r\nAuthorization: Bearer ${mallory.text}\r\n`
      + `Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: ${MiB}\r\n\r\n`);
    socket.write(Buffer.alloc(900_000, 32));
  };
  t.after(() => { over = true; for (const socket of sockets) socket.destroy(); });
  for (let i = 0; i < 40; i += 1) slow();
  const used = async () => {
    const { text } = await exchange(`${gateway.operator}/metrics`, { method: 'GET', headers: { authorization: `Bearer ${gateway.operatorToken}` } });
    return Number(/^doorward_buffers_requests_bytes (\d+)/m.exec(text)[1]);
  };
  await until(async () => await used() >= 1.5 * MiB, { what: 'the slow bodies hold what they may' });
  for (let n = 0; n < 40; n += 1) {
    await call(n);
    assert.ok(await used() <= 2.5 * MiB);
    await pause(50);
  }
  // The one who holds it is told so, and when to come back.
  const own = await exchange(gateway.url('f'), { headers: baseHeaders(mallory.text), body: Buffer.from(`{"pad":"${'p'.repeat(1_900_000)}"}`) });
  assert.equal(own.status, 503);
  assert.equal(own.headers['retry-after'] ?? JSON.parse(own.text).error.data.retryAfter, JSON.parse(own.text).error.data.retryAfter);
  assert.equal(JSON.parse(own.text).error.data.reason, 'overload.memory');
  assert.match(JSON.parse(own.text).error.message, /your messages/);
});
