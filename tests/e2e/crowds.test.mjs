// Clients that take without giving: thousands of connections, a byte a second, answers that nobody
// reads, bodies without end, notifications without end. Others are served the while, and the gateway
// grows by no more than its configuration says.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { makeToken, startGateway, stdioServer, testsFolder } from './doorward.mjs';
import { join } from 'node:path';
import { Session, textOf } from './mcp.mjs';
import { startFickle } from './servers/fickle_http.mjs';
import { until } from './wait.mjs';

const MiB = 1024 * 1024;
const buffers = 32 * MiB; // of the configuration below
const ofAConnection = 40_000; // docs/benchmarks.md, "Idle memory"
const slack = 48 * MiB; // heaps of the threads, the pages of a log, what a dev build adds

const status = (pid, name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

/** What the gateway grows by while `run` goes on, at its highest. */
async function growth(gateway, run) {
  const { pid } = gateway.child;
  const base = status(pid, 'VmRSS');
  writeFileSync(`/proc/${pid}/clear_refs`, '5'); // the peak begins anew
  await run();
  return status(pid, 'VmHWM') - base;
}

const head = (gateway, token, session, more) => `POST /mcp/db HTTP/1.1\r\nHost: ${new URL(gateway.client).host}\r\n`
  + `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n`
  + `MCP-Protocol-Version: 2025-11-25\r\nMcp-Session-Id: ${session}\r\n${more}\r\n\r\n`;
const post = (gateway, token, session, message) => {
  const body = JSON.stringify(message);
  return head(gateway, token, session, `Content-Length: ${body.length}`) + body;
};

describe('a crowd', () => {
  let server;
  let gateway;
  let greedy; // a principal of each test, which the next one does not pay for
  let sockets = [];
  const greedyOnes = [];

  before(async () => {
    const ana = await makeToken('ana');
    for (let i = 0; i < 9; i++) greedyOnes.push(await makeToken(`mallory${i}`));
    server = await startFickle({ big: () => 'x'.repeat(900_000), small: ({ n }) => `small ${n}`, also: () => 'y'.repeat(900_000) });
    gateway = await startGateway({
      servers: {
        db: { url: server.url, pins: 'first_use' },
        noisy: stdioServer(join(testsFolder, 'e2e/servers/flood_stdio.mjs')),
      },
      identity: { tokens: [ana.line, ...greedyOnes.map(({ line }) => line)] },
      limits: {
        buffers: '32MiB', bytes: '100GiB/h', concurrency: 16, queue: 512, task_calls: 100_000,
        calls: { rate: '10000/s', burst: 10_000 },
      },
    });
    gateway.quiet = ana.text;
  });
  after(async () => {
    await gateway?.stop();
    await server?.close();
  });

  /** `count` connections that send `bytes(i)` and read nothing unless told. */
  async function crowd(count, bytes, { reads = true } = {}) {
    for (let i = 0; i < count; i++) {
      const socket = connect(Number(new URL(gateway.client).port), '127.0.0.1');
      socket.on('error', () => {});
      socket.on('close', () => { socket.ended = true; });
      if (reads) socket.resume();
      const text = bytes(i);
      if (text) socket.write(text);
      sockets.push(socket);
      if (i % 100 === 99) await pause(2);
    }
    await until(() => sockets.every((socket) => !socket.connecting), { what: 'all are connected' });
  }
  beforeEach(() => { greedy = greedyOnes.shift().text; });
  afterEach(() => {
    sockets.forEach((socket) => socket.destroy());
    sockets = [];
  });

  /** Ana opens a session and calls; what she is answered in the end of all this is what she asked. */
  async function others() {
    const session = await Session.open(gateway.url('db'), gateway.quiet);
    for (let n = 0; n < 20; n++) assert.equal(textOf(await session.call('small', { n })), `small ${n}`);
    await session.end();
  }

  test('five thousand connections, idle and with half a head', async () => {
    await others();
    const grown = await growth(gateway, async () => {
      await crowd(5000, (i) => (i % 2 ? 'POST /mcp/db HTTP/1.1\r\nHost: ' : ''));
      await others();
      assert.equal(sockets.filter(({ ended }) => ended).length, 0);
      await others();
    });
    assert.ok(grown < 5000 * ofAConnection + slack, `${grown / MiB} MiB`);
  });

  test('clients that send a byte a second, of heads and of bodies that they announced as large', async () => {
    const session = await Session.open(gateway.url('db'), greedy);
    const announced = head(gateway, greedy, session.id, `Content-Length: ${4 * MiB - 1}`);
    const grown = await growth(gateway, async () => {
      await crowd(600, (i) => (i % 2 ? announced : 'POST /mcp/db HTTP/1.1\r\n'));
      for (let second = 0; second < 4; second++) {
        sockets.forEach((socket) => socket.write('x'));
        await others();
        await pause(1000);
      }
      // A head has its time; a body's is longer.
      await until(() => sockets.every((socket, i) => i % 2 || socket.ended), { what: 'slow heads are cut off' });
      await others();
    });
    assert.ok(grown < buffers + slack, `${grown / MiB} MiB`);
  });

  test('bodies that stop just before their end', async () => {
    const session = await Session.open(gateway.url('db'), greedy);
    const most = head(gateway, greedy, session.id, `Content-Length: ${4 * MiB - 1}`) + ' '.repeat(3 * MiB);
    const grown = await growth(gateway, async () => {
      await crowd(100, () => most);
      for (let second = 0; second < 6; second++) {
        await others();
        await pause(500);
      }
    });
    assert.ok(grown < buffers + slack, `${grown / MiB} MiB`);
  });

  test('answers that are never read', async () => {
    const session = await Session.open(gateway.url('db'), greedy);
    const already = server.calls.filter(({ name }) => name !== 'small').length;
    const grown = await growth(gateway, async () => {
      // Each takes what the kernel keeps for it, and what comes behind that waits in the gateway.
      for (let round = 0; round < 2; round++) {
        await crowd(40, (i) => post(gateway, greedy, session.id, {
          jsonrpc: '2.0', id: `${round}-${i}`, method: 'tools/call',
          params: { name: i % 2 ? 'big' : 'also', arguments: { n: `${round}-${i}` } },
        }), { reads: false });
        await others();
      }
      await until(() => server.calls.filter(({ name }) => name !== 'small').length - already >= 20, { what: 'many are answered', patience: 90_000 });
      await others();
    });
    assert.ok(grown < buffers + slack, `${grown / MiB} MiB`);
  });

  test('a stream that is never read', async () => {
    const session = await Session.open(gateway.url('noisy'), greedy);
    const grown = await growth(gateway, async () => {
      const calls = Array.from({ length: 20 }, (_, i) => post(gateway, greedy, session.id, {
        jsonrpc: '2.0', id: `s${i}`, method: 'tools/call',
        params: { name: 'log', arguments: { times: 20_000, n: i }, _meta: { progressToken: i } },
      }).replace('/mcp/db', '/mcp/noisy'));
      await crowd(20, (i) => calls[i], { reads: false });
      for (let second = 0; second < 3; second++) {
        await others();
        await pause(500);
      }
    });
    assert.ok(grown < buffers + slack, `${grown / MiB} MiB`);
  });

  for (const [how, framing] of [['announced', 'Content-Length: 1073741824'], ['in chunks', 'Transfer-Encoding: chunked']])
    test(`a body of 1 GB, ${how}, is refused at its limit and costs nothing`, async () => {
      const session = await Session.open(gateway.url('db'), greedy);
      const piece = 'x'.repeat(64 * 1024);
      const block = how === 'announced' ? piece : `10000\r\n${piece}\r\n`;
      let sent = 0;
      let got = '';
      const grown = await growth(gateway, async () => {
        const socket = connect(Number(new URL(gateway.client).port), '127.0.0.1');
        socket.on('data', (bytes) => { got += bytes; });
        socket.on('error', () => {});
        const closed = new Promise((done) => { socket.on('close', done); });
        socket.write(head(gateway, greedy, session.id, framing));
        while (!socket.destroyed && sent < 1024 * MiB) {
          sent += block.length;
          if (!socket.write(block)) await Promise.race([new Promise((go) => { socket.once('drain', go); }), closed]);
          if (sent % (4 * MiB) < block.length) await pause(0);
        }
        await others();
        socket.destroy();
      });
      assert.match(got, /^HTTP\/1\.1 413 /);
      assert.match(got, /overload\.size/);
      assert.ok(sent < 64 * MiB, `${sent / MiB} MiB were taken`);
      assert.ok(grown < buffers + slack, `${grown / MiB} MiB`);
    });

  test('a chunk that is announced as too large is refused before it comes', async () => {
    const session = await Session.open(gateway.url('db'), greedy);
    const socket = connect(Number(new URL(gateway.client).port), '127.0.0.1');
    let got = '';
    socket.on('data', (bytes) => { got += bytes; });
    socket.on('error', () => {});
    socket.write(`${head(gateway, greedy, session.id, 'Transfer-Encoding: chunked')}40000000\r\n{`);
    // Far below the time that a body has: the rest never comes.
    await until(() => got.includes('overload.size'), { patience: 10_000 });
    assert.match(got, /^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  test('notifications without end', async () => {
    const session = await Session.open(gateway.url('db'), greedy);
    const one = post(gateway, greedy, session.id, { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1 } });
    const grown = await growth(gateway, async () => {
      await crowd(40, () => one.repeat(1000));
      await others();
      await others();
    });
    assert.ok(grown < buffers + slack, `${grown / MiB} MiB`);
  });
});
