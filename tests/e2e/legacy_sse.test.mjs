// The transport that MCP had before Streamable HTTP, for clients that know no other: off by default.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { makeToken, startGateway, stdioProbe } from './doorward.mjs';
import { begin, exchange } from './http.mjs';
import { Session, baseHeaders, bearer, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

let gateway;
let remote;
let ana;
let ben;
before(async () => {
  remote = await startProbe();
  [ana, ben] = await Promise.all([makeToken('ana'), makeToken('ben')]);
  gateway = await startGateway({
    listen: { legacy_sse: true },
    servers: { local: stdioProbe(), remote: { url: remote.url, pins: 'first_use' } },
    identity: { tokens: [ana.line, ben.line] },
  });
});
after(async () => { await gateway?.stop(); await remote?.close(); });

const stream = (url, token) => begin(url, { method: 'GET', headers: { ...bearer(token), accept: 'text/event-stream' } });

/** One session by hand: messages as they come in `next()`, `post(message)` sends one. */
async function open(name, token = ana.text) {
  const answer = await stream(gateway.url(name), token);
  assert.equal(answer.status, 200);
  const events = answer.events();
  const { event, data } = (await events.next()).value;
  assert.equal(event, 'endpoint');
  const address = new URL(data, gateway.url(name)).href;
  return {
    data, address, answer,
    next: async () => JSON.parse((await events.next()).value.data),
    post: (message, { as = token, headers = {}, to = address } = {}) =>
      exchange(to, { headers: { ...baseHeaders(as), ...headers }, body: message }),
    end: () => answer.drop(),
  };
}
const request = (id, method, params) => ({ jsonrpc: '2.0', id, method, ...(params && { params }) });
const initialize = (protocolVersion = '2024-11-05') =>
  request(0, 'initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 'old', version: '1' } });

for (const name of ['local', 'remote'])
  describe(`the oldest transport (${name})`, () => {
    test('serves revision 2024-11-05 on one stream', async () => {
      const session = await open(name);
      assert.match(session.data, new RegExp(`^/mcp/${name}\\?sessionId=[\\w-]{20,}$`));
      assert.equal((await session.post(initialize())).status, 202);
      const { id, result } = await session.next();
      assert.deepEqual([id, result.protocolVersion], [0, '2024-11-05']);
      assert.equal((await session.post({ jsonrpc: '2.0', method: 'notifications/initialized' })).status, 202);
      assert.equal((await session.post(request('a', 'tools/call', { name: 'echo', arguments: { text: 'hi' } }))).status, 202);
      const reply = await session.next();
      assert.deepEqual([reply.id, textOf(reply.result)], ['a', 'hi']);
      await session.post(request('b', 'tools/call', { name: 'progress', arguments: { steps: 2 }, _meta: { progressToken: 'p' } }));
      for (const progress of [1, 2]) assert.deepEqual((await session.next()).params, { progressToken: 'p', progress, total: 2 });
      assert.equal((await session.next()).id, 'b');
      session.end();
    });
    test('the SDK\'s client lists, calls and is asked', async () => {
      const client = new Client({ name: 'e2e', version: '1' }, { capabilities: { elicitation: {} } });
      const { ElicitRequestSchema } = await import('@modelcontextprotocol/sdk/types.js');
      client.setRequestHandler(ElicitRequestSchema, ({ params }) => ({ action: 'accept', content: { answer: params.message } }));
      await client.connect(new SSEClientTransport(new URL(gateway.url(name)), { requestInit: { headers: bearer(ana.text) } }));
      assert.ok((await client.listTools()).tools.some((tool) => tool.name === 'echo'));
      assert.match(textOf(await client.callTool({ name: 'elicit', arguments: { message: 'Who?' } })), /Who\?/);
      await client.close();
    });
  });

describe('an id in an address', () => {
  let session;
  before(async () => {
    session = await open('local');
    await session.post(initialize());
    await session.next();
  });
  after(() => session?.end());
  const list = request(1, 'tools/list');

  test('opens nothing without its owner\'s credential', async () => {
    assert.equal((await session.post(list, { as: '' })).status, 401);
    assert.equal((await session.post(list, { as: ben.text })).status, 404);
    assert.equal((await session.post(list, { to: `${gateway.url('remote')}?${session.address.split('?')[1]}` })).status, 404);
    assert.equal((await session.post(list, { to: `${gateway.url('local')}?sessionId=${'x'.repeat(22)}` })).status, 404);
    assert.equal((await session.post(list, { to: `${session.address}&x=1` })).status, 404);
  });
  test('is none for a header, nor is another session\'s one for an address', async () => {
    const id = session.address.split('=')[1];
    assert.equal((await session.post(list, { to: gateway.url('local'), headers: { 'mcp-session-id': id } })).status, 404);
    const newer = await Session.open(gateway.url('local'), ana.text);
    assert.equal((await session.post(list, { to: `${gateway.url('local')}?sessionId=${newer.id}` })).status, 404);
    await newer.end();
  });
  test('takes no headers of another transport, and no second opening', async () => {
    for (const headers of [{ 'mcp-name': 'echo' }, { 'mcp-method': 'tools/list' }, { 'mcp-param-x': 'y' }])
      assert.equal((await session.post(list, { headers })).status, 400);
    assert.equal((await session.post(initialize())).status, 400);
    assert.equal((await session.post('{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}')).status, 400);
  });
  test('ends with its stream', async () => {
    const other = await open('local');
    await other.post(initialize());
    await other.next();
    other.end();
    await until(async () => (await other.post(list)).status === 404);
  });
});

test('it is off where the configuration does not say so', async () => {
  const plain = await startGateway({ servers: { local: stdioProbe() } });
  try {
    const answer = await stream(plain.url('local'), plain.token);
    assert.equal(answer.status, 400);
    const { status } = await exchange(`${plain.url('local')}?sessionId=${'x'.repeat(22)}`, { headers: baseHeaders(plain.token), body: initialize() });
    assert.equal(status, 200); // the query says nothing: a session of the newer transport
  } finally {
    await plain.stop();
  }
});
