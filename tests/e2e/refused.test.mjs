// No refused or held call reaches a server, and nobody learns from a refusal which tools there are:
// in each era, over HTTP and standard input, at one server's endpoint and at that of all.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { binary, startGateway, stdioServer, testsFolder, writeConfiguration } from './doorward.mjs';
import { begin, exchange } from './http.mjs';
import { decisionOf, modernHeaders, modernParams, Session } from './mcp.mjs';
import { startModern } from './servers/modern_http.mjs';
import { startProbe } from './servers/probe_http.mjs';

const anyone = [{ any: true }];
const rules = [
  { id: 'echo', effect: 'allow', principals: anyone, tools: ['*.echo'] },
  { id: 'sums', effect: 'allow', principals: anyone, tools: ['*.sum'], arguments: { properties: { a: { maximum: 100 } } } },
  { id: 'log', effect: 'hold', principals: anyone, tools: ['*.log'] },
  { id: 'roots', effect: 'allow', principals: anyone, tools: ['*.roots'] },
  { id: 'no-roots', effect: 'deny', principals: anyone, tools: ['*.roots'] },
  { id: 'others', effect: 'allow', principals: [{ user: 'somebody' }], tools: ['*.progress'] },
];
const limits = { repeat_failures: 1000, calls: { rate: '1000/s', burst: 10000 }, task_calls: 100000, concurrency: 64 };

// Of each server: what no rule grants, what a rule forbids, what another user may, what nobody has.
const indistinguishable = ['elicit', 'roots', 'progress', 'no_such_tool', 'Echo', 'echo.'];
const refused = [
  ...indistinguishable.map((name) => [name, {}]),
  ['elicit', { message: 'x' }],
  ['sum', { a: 101, b: 1 }],
  ['sum', { a: 1 }], ['sum', { a: '1', b: 2 }], ['sum', { a: 1, b: 2, c: 3 }], ['sum', {}],
  ['echo', {}], ['echo', { text: 7 }], ['echo', { text: 'a', more: 'b' }],
  ['log', { level: 'info', text: 'held' }],
  ['log', { level: 'info' }],
];

const servers = ['http_old', 'http_new', 'stdio_old', 'stdio_new'];

/** Four servers of which the test sees each message: `{ configuration(place), seen(name), close() }`. */
async function startServers() {
  const [old, fresh] = await Promise.all([startProbe(), startModern()]);
  const folder = mkdtempSync(join(tmpdir(), 'doorward-refused-'));
  const stdio = (era) => stdioServer(join(testsFolder, 'e2e/servers/counted_stdio.mjs'), [era, '/counted/log'],
    { sandbox: { write: [{ from: join(folder, era), to: '/counted' }] } });
  for (const era of ['probe', 'modern']) mkdirSync(join(folder, era));
  const file = (era) => (existsSync(join(folder, era, 'log')) ? readFileSync(join(folder, era, 'log'), 'utf8') : '');
  return {
    configuration: {
      http_old: { url: old.url, pins: 'first_use' }, http_new: { url: fresh.url, pins: 'first_use' },
      stdio_old: stdio('probe'), stdio_new: stdio('modern'),
    },
    seen: (name) => ({
      http_old: () => old.requests.map(({ text }) => text).join('\n'),
      http_new: () => fresh.requests.map(({ text }) => text).join('\n'),
      stdio_old: () => file('probe'), stdio_new: () => file('modern'),
    })[name](),
    close: async () => { await old.close(); await fresh.close(); rmSync(folder, { recursive: true, force: true }); },
  };
}

const callsOf = (text) => text.split('\n').filter((line) => line.includes('"tools/call"')).map((line) => JSON.parse(line));
const plain = (message) => {
  const copy = structuredClone(message);
  delete copy.id;
  for (const place of [copy.result?._meta?.['io.doorward/decision'], copy.error?.data]) if (place) delete place.id;
  return copy;
};

/** Everything refused through `call(name, args)`, which gives the whole answer; one call passes. */
async function check({ call, nameOf, server, seen }) {
  const shapes = new Map();
  for (const [name, args] of refused) {
    const { message, ...shape } = await call(nameOf(name), args);
    const what = `${server} ${nameOf(name)} ${JSON.stringify(args)}: ${JSON.stringify(message)}`;
    assert.equal(message.result?.isError, true, what);
    assert.ok(['deny', 'hold'].includes(decisionOf(message.result)?.verdict), what);
    if (indistinguishable.includes(name)) shapes.set(name, { ...shape, message: plain(message) });
  }
  const [[, first], ...others] = [...shapes];
  for (const [name, shape] of others) assert.deepEqual(shape, first, `${server}: ${name} is told apart`);
  const { message } = await call(nameOf('echo'), { text: 'passes' });
  assert.equal(message.result?.content?.[0]?.text, 'passes', JSON.stringify(message));
  const calls = callsOf(seen(server));
  for (const { params } of calls)
    assert.deepEqual([params.name, params.arguments], ['echo', { text: 'passes' }], `${server} got ${JSON.stringify(params)}`);
  assert.ok(calls.length > 0);
}

describe('over HTTP', () => {
  let all;
  let gateway;
  before(async () => {
    all = await startServers();
    gateway = await startGateway({ servers: all.configuration, limits, policy: { rules } });
  });
  after(async () => { await gateway?.stop(); await all?.close(); });

  const headersOf = ({ 'content-length': _, ...headers }) => headers;
  for (const server of servers) {
    const endpoints = [[server, (name) => name], ['', (name) => `${server}__${name}`]];
    for (const [endpoint, nameOf] of endpoints) {
      const where = `${server} at /mcp${endpoint && `/${endpoint}`}`;
      test(`${where}, with sessions`, async () => {
        const session = await Session.open(gateway.url(endpoint), gateway.token);
        await session.request('tools/list');
        let id = 100;
        await check({ server, nameOf, seen: all.seen, call: async (name, args) => {
          const answer = await session.post({ jsonrpc: '2.0', id: ++id, method: 'tools/call', params: { name, arguments: args } });
          const { status, headers } = answer;
          const text = await answer.text();
          const lines = text.startsWith('{') ? [text] : text.split('\n').filter((line) => line.startsWith('data: {')).map((line) => line.slice(6));
          return { status, headers: headersOf(headers), count: lines.length, message: JSON.parse(lines.at(-1)) };
        } });
      });
      test(`${where}, without sessions`, async () => {
        await check({ server, nameOf, seen: all.seen, call: async (name, args) => {
          const params = { name, arguments: args };
          const { status, headers, text } = await exchange(gateway.url(endpoint), {
            headers: modernHeaders(gateway.token, 'tools/call', params),
            body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: modernParams(params) },
          });
          const line = text.startsWith('{') ? text : text.split('\n').filter((one) => one.startsWith('data: {')).at(-1).slice(6);
          return { status, headers: headersOf(headers), message: JSON.parse(line) };
        } });
      });
    }
  }

  test('a list shows what may be called and nothing else, at each endpoint in each era', async () => {
    for (const endpoint of [...servers, '']) {
      const session = await Session.open(gateway.url(endpoint), gateway.token);
      const { result } = await session.request('tools/list');
      const modern = await begin(gateway.url(endpoint), {
        headers: modernHeaders(gateway.token, 'tools/list'),
        body: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: modernParams() },
      }).then((answer) => answer.json());
      for (const { tools } of [result, modern.result])
        assert.deepEqual([...new Set(tools.map(({ name }) => name.split('__').at(-1)))].sort(), ['echo', 'log', 'sum'], endpoint);
    }
  });
});

describe('over standard input and output', () => {
  let all;
  before(async () => { all = await startServers(); });
  after(async () => { await all?.close(); });

  for (const era of ['with sessions', 'without sessions'])
    test(`all servers, ${era}`, async () => {
      const place = writeConfiguration({ servers: all.configuration, limits, policy: { rules } });
      const child = spawn(binary, ['wrap', '--config', place.file], { cwd: place.folder, stdio: ['pipe', 'pipe', 'pipe'] });
      child.stderr.resume();
      const exited = new Promise((done) => child.on('close', done));
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      let id = 0;
      const ask = async (method, params) => {
        child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params })}\n`);
        for (;;) {
          const message = JSON.parse((await lines.next()).value);
          if (message.id === id && message.method === undefined) return message;
        }
      };
      const modern = era === 'without sessions';
      if (!modern) {
        await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } });
        child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
      }
      await ask('tools/list', modern ? modernParams() : {});
      for (const server of servers)
        await check({ server, seen: all.seen, nameOf: (name) => `${server}__${name}`, call: async (name, args) => {
          const params = { name, arguments: args };
          return { message: await ask('tools/call', modern ? modernParams(params) : params) };
        } });
      child.stdin.end();
      await exited;
      rmSync(place.folder, { recursive: true, force: true });
    });
});
