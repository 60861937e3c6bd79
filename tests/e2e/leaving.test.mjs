// A client that leaves at any moment of its call leaves nothing behind: no connection to the server,
// no slot, no descriptor. Both eras on either side, over HTTP and to local servers.
import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import { makeToken, startGateway, stdioProbe, stdioServer, testsFolder } from './doorward.mjs';
import { begin, exchange } from './http.mjs';
import { modernHeaders, modernParams, modernRequest, Session, textOf } from './mcp.mjs';
import { never, startFickle } from './servers/fickle_http.mjs';
import { startModern } from './servers/modern_http.mjs';
import { until } from './wait.mjs';

let gateway;
let fickle;
let modern;
const tokens = {};

before(async () => {
  fickle = await startFickle({ hold: never, echo: ({ text }) => text });
  modern = await startModern();
  const lines = [];
  for (const server of ['sessions', 'stateless', 'local', 'local_stateless'])
    for (const era of ['session', 'stateless']) {
      const token = await makeToken(`${server}-${era}`);
      tokens[`${server}-${era}`] = token.text;
      lines.push(token.line);
    }
  gateway = await startGateway({
    servers: {
      sessions: { url: fickle.url, pins: 'first_use' },
      stateless: { url: modern.url, pins: 'first_use' },
      local: stdioProbe(),
      local_stateless: stdioServer(join(testsFolder, 'e2e/servers/modern_stdio.mjs')),
    },
    identity: { tokens: lines },
    limits: { deadline: '3s', task_calls: 1_000_000, calls: { rate: '100000/s', burst: 1_000_000 } },
  });
});
after(async () => {
  await gateway?.stop();
  await fickle?.close();
  await modern?.close();
});

const sockets = () => {
  let count = 0;
  const folder = `/proc/${gateway.child.pid}/fd`;
  for (const name of readdirSync(folder)) {
    try {
      if (readlinkSync(join(folder, name)).startsWith('socket:')) count += 1;
    } catch { /* closed meanwhile */ }
  }
  return count;
};
const gauges = async () => {
  const { text } = await exchange(`${gateway.operator}/metrics`, { method: 'GET', headers: { authorization: `Bearer ${gateway.operatorToken}` } });
  return text.split('\n').filter((line) => /^doorward_(calls_in_flight|slots_held)\b/.test(line)).map((line) => Number(line.split(' ').at(-1)));
};

for (const server of ['sessions', 'stateless', 'local', 'local_stateless'])
  for (const era of ['session', 'stateless'])
    describe(`a client of the ${era} era at ${server}`, () => {
      test('leaves nothing behind, whenever it leaves', async () => {
        const url = gateway.url(server);
        const token = tokens[`${server}-${era}`];
        const session = era === 'session' ? await Session.open(url, token) : undefined;
        let next = 100;
        const start = () => {
          const params = { name: 'hold', arguments: {} };
          const id = next++;
          if (session) return session.start('tools/call', params, id).answer;
          return begin(url, { headers: modernHeaders(token, 'tools/call', params), body: { jsonrpc: '2.0', id, method: 'tools/call', params: modernParams(params) } });
        };
        const echo = async (text) => textOf(session ? await session.call('echo', { text })
          : (await modernRequest(url, token, 'tools/call', { name: 'echo', arguments: { text } }, { id: next++ })).message.result);
        assert.equal(await echo('before'), 'before');
        const before_ = sockets();
        assert.ok((await gauges()).length >= 2);
        for (let wait = 0; wait <= 20; wait += 2)
          for (let round = 0; round < 6; round += 1)
            await Promise.all(Array.from({ length: 4 }, async () => {
              const call = start();
              await pause(wait);
              call.drop();
            }));
        await until(async () => (await gauges()).every((value) => value === 0), { what: 'the gauges are back' });
        await until(() => fickle.open === 0, { what: 'the server with sessions holds no call' });
        await until(() => modern.server.held.size === 0, { what: 'the stateless server holds no call' });
        // What is idle and kept for the next request is no leak: cancels went that way.
        await until(() => sockets() <= before_ + 16, { what: 'the sockets are closed' });
      });
    });

test('a client that sends its next request ahead and leaves is noticed', async () => {
  // A deadline that ends nothing here.
  const patient = await startGateway({ servers: { sessions: { url: fickle.url, pins: 'first_use' } }, limits: { deadline: '10m' } });
  const url = new URL(patient.url('sessions'));
  const params = { name: 'hold', arguments: {} };
  const post = (id) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: modernParams(params) });
    const headers = Object.entries(modernHeaders(patient.token, 'tools/call', params)).map(([key, value]) => `${key}: ${value}\r\n`).join('');
    return `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  };
  const socket = connect(Number(url.port), url.hostname);
  socket.on('error', () => {});
  try {
    socket.write(post(1));
    await until(() => fickle.open === 1, { what: 'the call is at the server' });
    socket.write(post(2).slice(0, 200));
    await pause(300); // these bytes lie unread
    socket.destroy();
    await until(() => fickle.open === 0, { what: 'the server is told' });
  } finally {
    socket.destroy();
    await patient.stop();
  }
});
