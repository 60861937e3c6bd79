// A hostile client: smuggled requests, other people's sessions, floods of connections and sessions.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { makeToken, startGateway, stdioProbe } from './doorward.mjs';
import { exchange, rawExchange, statusOf } from './http.mjs';
import { modernHeaders, modernParams, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

let probe;
let gateway;
let url;
let ana;
let ben;

before(async () => {
  [ana, ben] = await Promise.all([makeToken('ana'), makeToken('ben')]);
  probe = await startProbe();
  gateway = await startGateway({
    identity: { tokens: [ana.line, ben.line] },
    servers: { probe: { url: probe.url, pins: 'first_use' }, local: stdioProbe() },
  });
  url = gateway.url('probe');
});
after(async () => {
  await gateway?.stop();
  await probe?.close();
});

const open = (who = ana, server = 'probe', options) => Session.open(gateway.url(server), who.text, options);
const call = (id, text) => JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'echo', arguments: { text } } });
const head = (session, lines, first = 'POST /mcp/probe HTTP/1.1') => [
  first, `Host: ${new URL(url).host}`, ...Object.entries(session.headers()).map(([name, value]) => `${name}: ${value}`), ...lines, '', '',
].join('\r\n');
const hex = (text) => text.length.toString(16);
const forwarded = (mark) => probe.requests.filter(({ text }) => text.includes(mark)).length;

describe('a request that two readers could cut differently is refused whole', () => {
  const body = call(1, 'SMUGGLED');
  const chunked = `${hex(body)}\r\n${body}\r\n0\r\n\r\n`;
  const length = `Content-Length: ${body.length}`;
  const coding = 'Transfer-Encoding: chunked';
  const cases = {
    'chunked twice': [[coding, coding], chunked],
    'chunked, chunked': [['Transfer-Encoding: chunked, chunked'], chunked],
    'chunked beside identity': [[coding, 'Transfer-Encoding: identity'], chunked],
    'another case of chunked': [['Transfer-Encoding: ChunKed'], chunked],
    'a vertical tab before chunked': [['Transfer-Encoding: \x0bchunked'], chunked],
    'a length beside an unknown coding': [[length, 'Transfer-Encoding: xchunked'], body],
    'chunked in HTTP/1.0': [[coding], chunked, 'POST /mcp/probe HTTP/1.0'],
    'a list of equal lengths': [[`Content-Length: ${body.length}, ${body.length}`], body],
    'the same length twice': [[length, length], body],
    'a hexadecimal length': [[`Content-Length: 0x${hex(body)}`], body],
    'a length beyond 64 bits': [[`Content-Length: ${2n ** 64n + BigInt(body.length)}`], body],
    'a chunk size beyond 64 bits': [[coding], `1${hex(body).padStart(16, '0')}\r\n${body}\r\n0\r\n\r\n`],
    'line feeds alone between chunks': [[coding], `${hex(body)}\n${body}\n0\n\n`],
    'a line feed in a chunk extension': [[coding], `${hex(body)};a\n${body}\r\n0\r\n\r\n`],
    'bytes between chunks': [[coding], `${hex(body)}\r\n${body}XX0\r\n\r\n`],
    'a bare carriage return in a field': [['X-A: a\rContent-Length: 3', length], body],
    'the whole URL as target': [[length], body, 'POST http://evil.example/mcp/probe HTTP/1.1'],
    'a session id twice': [['Mcp-Session-Id: other', length], body],
    'a content type twice': [['Content-Type: text/plain', length], body],
    'two messages in one body': [[`Content-Length: ${2 * body.length + 1}`], `${body}\n${body}`],
  };
  for (const [name, [lines, rest, first]] of Object.entries(cases))
    test(name, async () => {
      const text = await rawExchange(url, Buffer.from(head(await open(), lines, first) + rest, 'latin1'));
      const status = statusOf(text);
      assert.ok(status === 0 || (status >= 400 && status < 500), text.slice(0, 80));
      assert.equal(forwarded('SMUGGLED'), 0);
    });
  test('a refused body is not read as the next request', async () => {
    const session = await open();
    const inner = head(session, [`Content-Length: ${call(2, 'INNER').length}`]) + call(2, 'INNER');
    await rawExchange(url, head(session, [`Content-Length: ${inner.length}`, coding]) + inner);
    await rawExchange(url, `${head(session, [coding])}zz\r\n${inner}`);
    assert.equal(textOf(await session.call('echo', { text: 'alive' })), 'alive');
    assert.equal(forwarded('INNER'), 0);
  });
  test('headers of the client do not reach the server', async () => {
    const session = await open();
    const more = { cookie: 'a=b', 'x-forwarded-user': 'admin', 'proxy-authorization': 'Basic x', 'x-evil': '1' };
    await (await session.post(call(1, 'HEADERS'), more)).text();
    const [{ headers }] = probe.requests.filter(({ text }) => text.includes('HEADERS'));
    for (const name of ['authorization', ...Object.keys(more)]) assert.equal(headers[name], undefined, name);
  });
});

describe('what belongs to another user', () => {
  for (const server of ['probe', 'local']) {
    test(`a question is not answered from another session (${server})`, async () => {
      let asked;
      const known = new Promise((done) => { asked = done; });
      let answer;
      const wait = new Promise((done) => { answer = done; });
      const mine = await open(ana, server, {
        capabilities: { elicitation: {} },
        answers: { 'elicitation/create': async () => { asked(); await wait; return { action: 'accept', content: { answer: 'mine' } }; } },
      });
      const theirs = await open(ben, server, { capabilities: { elicitation: {} } });
      const result = mine.call('elicit', { message: '?' });
      await known;
      for (let id = 0; id < 20; id++) {
        const posted = await theirs.post({ jsonrpc: '2.0', id, result: { action: 'accept', content: { answer: 'theirs' } } });
        assert.equal(posted.status, 400);
        await posted.text();
      }
      answer();
      assert.match(textOf(await result), /mine/);
    });
    test(`a second GET takes no stream over (${server})`, async () => {
      const session = await open(ana, server);
      const first = await session.listen();
      const second = await session.listen();
      assert.deepEqual([first.status, second.status], [200, 409]);
      first.drop();
      second.drop();
    });
  }
  test('a modern request with the session of another gives nothing of it', async () => {
    const session = await open();
    const answer = await exchange(url, {
      headers: { ...modernHeaders(ben.text, 'tools/list'), 'mcp-session-id': session.id },
      body: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: modernParams() },
    });
    assert.equal(answer.status, 404);
  });
  test('a storm of sessions ends nobody else\'s', async () => {
    const sessions = [await open(ben), await open(ben, 'local')];
    for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 10 }, () => open().catch(() => {})));
    for (let i = 0; i < 8; i++) await Promise.all(Array.from({ length: 10 }, () => open(ana, 'local').catch(() => {})));
    for (const session of sessions) assert.equal(textOf(await session.call('echo', { text: 'mine' })), 'mine');
  });
});

describe('many connections', () => {
  const flood = async (count, bytes, to = url) => {
    const sockets = [];
    for (let i = 0; i < count; i++) {
      const socket = connect(Number(new URL(to).port), '127.0.0.1', () => bytes && socket.write(bytes));
      socket.on('error', () => {});
      socket.resume();
      sockets.push(socket);
      if (i % 100 === 99) await new Promise((go) => { setTimeout(go, 5); });
    }
    return () => sockets.forEach((socket) => socket.destroy());
  };
  for (const [name, bytes] of [['idle', ''], ['with half a head', 'POST /mcp/probe HTTP/1.1\r\nHost: '],
    ['with half a body and no credential', `POST /mcp/probe HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n${' '.repeat(5000)}`]])
    test(`two thousand ${name}: others are served`, async () => {
      const stop = await flood(2000, bytes);
      assert.equal(textOf(await (await open()).call('echo', { text: 'served' })), 'served');
      stop();
    });
});

// Many desktops give a program 1024 descriptors; connections alone must not use them up.
test('connections without a credential can not use up the descriptors of the gateway', async () => {
  const small = await startGateway({ servers: { probe: { url: probe.url, pins: 'first_use' } } },
    { through: ['prlimit', '--nofile=1024:1024'] });
  const sockets = [];
  try {
    const session = await Session.open(small.url('probe'), small.token);
    for (let i = 0; i < 1500; i++) {
      const socket = connect(Number(new URL(small.client).port), '127.0.0.1');
      socket.on('error', () => {});
      socket.resume();
      sockets.push(socket);
    }
    const ready = async () => (await exchange(`${small.operator}/readyz`, { method: 'GET' }).catch(() => ({}))).status === 200;
    await until(ready, { every: 300 });
    sockets.forEach((socket) => socket.destroy());
    const served = () => session.call('echo', { text: 'served' }).then(textOf, () => undefined);
    await until(async () => await served() === 'served', { every: 300 });
    assert.ok(await ready());
  } finally {
    sockets.forEach((socket) => socket.destroy());
    await small.stop();
  }
});
