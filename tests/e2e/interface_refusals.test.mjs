// INTERFACE, "What a client sees when it is refused", sentence by sentence, in both eras.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { startGateway } from './doorward.mjs';
import { exchange } from './http.mjs';
import { baseHeaders, decisionOf, modernHeaders, modernParams, modernRequest, Session, textOf } from './mcp.mjs';

const tools = ['bad', 'late', 'big', 'gone', 'status', 'stack', 'ok', 'held', 'secret', 'other'];
const stack = 'Error: ENOENT /home/ana/app/index.js\n    at Object.<anonymous> (/home/ana/app/index.js:10:5)';

/** A server that answers well, badly, late or never, by the name of the tool or resource. */
async function startUpstream() {
  const calls = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    if (request.method !== 'POST') return response.writeHead(405).end();
    const message = JSON.parse(text);
    const send = (more) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(typeof more === 'string' ? more : JSON.stringify({ jsonrpc: '2.0', id: message.id, ...more }));
    };
    if (message.id === undefined) return response.writeHead(202).end();
    const lists = {
      initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {}, resources: {}, prompts: {} }, serverInfo: { name: 'u', version: '1' } },
      'tools/list': { tools: tools.map((name) => ({ name, description: `Reads ${name}`, inputSchema: { type: 'object', properties: { n: { type: 'integer' } } } })) },
      'resources/list': { resources: tools.map((name) => ({ uri: `x://${name}`, name })) },
      'resources/templates/list': { resourceTemplates: [] },
      'prompts/list': { prompts: [{ name: 'ok' }, { name: 'held' }, { name: 'secret' }] },
    };
    if (lists[message.method]) return send({ result: lists[message.method] });
    const what = message.params.uri?.slice(4) ?? message.params.name ?? message.params.ref?.name;
    calls.push(`${message.method} ${what}`);
    switch (what) {
      case 'bad': return send('{"jsonrpc":"2.0","id":1,"id":2,"result":{}}');
      case 'late': return undefined;
      case 'gone': return response.destroy();
      case 'status': return response.writeHead(500).end(stack);
      case 'stack': return send({ error: { code: -32000, message: stack } });
      default: break;
    }
    const long = what === 'big' ? 'y'.repeat(9000) : 'fine';
    const results = {
      'tools/call': { content: [{ type: 'text', text: long }] },
      'resources/read': { contents: [{ uri: message.params.uri, text: long }] },
      'prompts/get': { messages: [{ role: 'user', content: { type: 'text', text: long } }] },
      'completion/complete': { completion: { values: [] } },
    };
    return send(results[message.method] ? { result: results[message.method] } : { error: { code: -32601, message: 'Method not found' } });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}/mcp`,
    calls,
    close: () => { server.closeAllConnections(); return new Promise((done) => server.close(done)); },
  };
}

let upstream, gateway, session, down;
before(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({
    servers: { u: { url: upstream.url, pins: 'first_use' }, down: { url: 'http://127.0.0.1:9/mcp', pins: 'first_use' } },
    flow: [],
    limits: {
      deadline: '2s', result_bytes: '4KiB', message_bytes: '16KiB', repeat_failures: 1000, breaker_failures: 1000,
      calls: { rate: '1/m', burst: 40 },
    },
    policy: { rules: [
      { id: 'most', effect: 'allow', principals: [{ user: 'local' }], tools: ['u.*', 'down.*'], prompts: ['*'], resources: ['*'] },
      { id: 'held', effect: 'hold', tools: ['u.held'], prompts: ['u.held'], resources: ['u.held'] },
      { id: 'no', effect: 'deny', tools: ['u.secret'], prompts: ['u.secret'], resources: ['u.secret'] },
      { id: 'scoped', effect: 'allow', principals: [{ scope: 'deep:read' }], tools: ['u.other'] },
      { id: 'not-other', effect: 'deny', principals: [{ user: 'nobody' }], tools: ['u.other'] },
    ] },
  });
  session = await Session.open(gateway.url('u'), gateway.token);
  down = gateway.url('down');
});
after(async () => { await gateway?.stop(); await upstream?.close(); });

/** The two eras, each asking for a whole answer: `{ status, message }`. */
const eras = {
  'with a session': async (method, params, url) => {
    if (url) {
      const body = { jsonrpc: '2.0', id: 5, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } } };
      const answer = await exchange(url, { headers: baseHeaders(gateway.token), body });
      return { status: answer.status, message: JSON.parse(answer.text) };
    }
    const started = session.start(method, params);
    const status = (await started.answer).status;
    return { status, message: await session.finish(started) };
  },
  stateless: (method, params, url = gateway.url('u')) => modernRequest(url, gateway.token, method, params),
};

const pathless = (text) => assert.ok(!/\/home\/|\.js|at Object|doorward-e2e/.test(text), text);

function assertDecision(decision, { verdict, reason }) {
  assert.equal(decision?.verdict, verdict, JSON.stringify(decision));
  assert.match(decision.reason, reason);
  assert.match(decision.reason, /^[a-z]+\.[a-z_]+$/);
  assert.match(decision.requirement, /^R\d{1,2}\.\d{1,2}$/);
  assert.ok(Number.isInteger(decision.id), 'id is the index in the audit log');
  const known = ['verdict', 'reason', 'requirement', 'retryAfter', 'approval', 'id'];
  assert.deepEqual(Object.keys(decision).filter((name) => !known.includes(name)), []);
  if (verdict === 'hold') {
    assert.deepEqual(Object.keys(decision.approval).sort(), ['expires', 'id', 'url']);
    assert.ok(Date.parse(decision.approval.expires) > Date.now());
    assert.ok(decision.approval.url.startsWith(gateway.operator));
  }
}

for (const [era, ask] of Object.entries(eras))
  describe(`${era}: a tools/call`, () => {
    const refused = async (name, expected, args = {}) => {
      const { status, message } = await ask('tools/call', { name, arguments: args });
      assert.equal(status, 200);
      assert.equal(message.error, undefined, JSON.stringify(message));
      assert.equal(message.result.isError, true);
      assert.ok(textOf(message.result).length > 20);
      pathless(textOf(message.result));
      assertDecision(decisionOf(message.result), expected);
      return message.result;
    };
    test('denied', () => refused('secret', { verdict: 'deny', reason: /^privilege\.denied$/ }));
    test('hidden, unknown and forbidden get one answer', async () => {
      const plain = async (name) => {
        const result = await refused(name, { verdict: 'deny', reason: /^privilege\.denied$/ });
        delete result._meta['io.doorward/decision'].id;
        return result;
      };
      assert.deepEqual(await plain('no_such_tool'), await plain('secret'));
    });
    test('held', async () => {
      const result = await refused('held', { verdict: 'hold', reason: /^privilege\.approval$/ });
      assert.ok(textOf(result).includes(decisionOf(result).approval.url), 'the text says where to ask');
      assert.ok(!upstream.calls.includes('tools/call held'));
    });
    test('of the wrong shape', async () => {
      const result = await refused('ok', { verdict: 'deny', reason: /^instability\.schema$/ }, { n: 'many' });
      assert.match(textOf(result), /n/, 'the text says which argument');
    });
    test('with too large an answer', () => refused('big', { verdict: 'deny', reason: /^overload\./ }));
    test('beyond its deadline', () => refused('late', { verdict: 'deny', reason: /^overload\.deadline$/ }));
    test('whose answer is no MCP', () => refused('bad', { verdict: 'deny', reason: /\./ }));
    test('whose server answers 500', () => refused('status', { verdict: 'deny', reason: /\./ }));
    test('whose server breaks off', () => refused('gone', { verdict: 'deny', reason: /\./ }));
    test('whose server fails with its stack: an error without it', async () => {
      const { status, message } = await ask('tools/call', { name: 'stack', arguments: {} });
      assert.equal(status, 200);
      assert.equal(message.error.code, -32000);
      pathless(message.error.message);
    });
    test('that passes carries no decision', async () => {
      const { status, message } = await ask('tools/call', { name: 'ok', arguments: {} });
      assert.equal(status, 200);
      assert.equal(decisionOf(message.result), undefined);
      assert.equal(textOf(message.result), 'fine');
    });
  });

for (const [era, ask] of Object.entries(eras))
  describe(`${era}: any other request`, () => {
    const refused = async (method, params, code, expected, url) => {
      const { status, message } = await ask(method, params, url);
      assert.equal(status, 200, JSON.stringify(message));
      assert.equal(message.error?.code, code, JSON.stringify(message));
      pathless(JSON.stringify(message));
      assertDecision(message.error.data, expected);
    };
    const read = (name) => ['resources/read', { uri: `x://${name}` }];
    const prompt = (name) => ['prompts/get', { name }];
    test('denied is -31403', async () => {
      await refused(...read('secret'), -31403, { verdict: 'deny', reason: /^privilege\.denied$/ });
      await refused(...prompt('secret'), -31403, { verdict: 'deny', reason: /^privilege\.denied$/ });
    });
    test('completion follows its prompt', () => refused('completion/complete',
      { ref: { type: 'ref/prompt', name: 'secret' }, argument: { name: 'a', value: 'b' } }, -31403, { verdict: 'deny', reason: /^privilege\.denied$/ }));
    test('held is -31409', async () => {
      await refused(...read('held'), -31409, { verdict: 'hold', reason: /^privilege\.approval$/ });
      await refused(...prompt('held'), -31409, { verdict: 'hold', reason: /^privilege\.approval$/ });
      assert.ok(!upstream.calls.some((call) => call.endsWith(' held')), upstream.calls.join());
    });
    test('a bad answer is -31502', () => refused(...read('bad'), -31502, { verdict: 'deny', reason: /\./ }));
    test('unavailable is -31503', async () => {
      await refused(...read('gone'), -31503, { verdict: 'deny', reason: /\./ });
      await refused('tools/list', {}, -31503, { verdict: 'deny', reason: /\./ }, down);
    });
    test('beyond its deadline is -31504', () => refused(...read('late'), -31504, { verdict: 'deny', reason: /^overload\.deadline$/ }));
  });

describe('protocol faults keep their codes', () => {
  const post = async (body, headers = session.headers()) => {
    const answer = await exchange(gateway.url('u'), { headers, body });
    return { status: answer.status, message: JSON.parse(answer.text) };
  };
  test('-32700 for what is no JSON', async () => {
    const { status, message } = await post('{');
    assert.equal(status, 400);
    assert.equal(message.error.code, -32700);
  });
  test('-32600 for what is no request', async () => {
    for (const body of ['[]', '{"jsonrpc":"1.0","id":1,"method":"ping"}', '{"jsonrpc":"2.0","id":null,"method":"ping"}']) {
      const { status, message } = await post(body);
      assert.equal(status, 400, body);
      assert.equal(message.error.code, -32600, body);
    }
  });
  test('-32601 for an unknown method', async () => {
    const old = await post({ jsonrpc: '2.0', id: 'm1', method: 'no/such' });
    assert.equal(old.status, 200);
    assert.equal(old.message.error.code, -32601);
    const newer = await modernRequest(gateway.url('u'), gateway.token, 'no/such', {});
    assert.equal(newer.status, 404);
    assert.equal(newer.message.error.code, -32601);
  });
  test('-32602 for a log level that there is not', async () => {
    const { message } = await post({ jsonrpc: '2.0', id: 'm2', method: 'logging/setLevel', params: { level: 'loud' } });
    assert.equal(message.error.code, -32602);
  });
  test('-32020 for a header unlike its body', async () => {
    for (const headers of [{ 'mcp-name': 'other' }, { 'mcp-method': 'tools/list' }]) {
      const { status, message } = await modernRequest(gateway.url('u'), gateway.token, 'tools/call', { name: 'ok', arguments: {} }, { headers });
      assert.equal(status, 400);
      assert.equal(message.error.code, -32020);
    }
  });
  test('-32022 for a revision that is not served', async () => {
    const params = modernParams({});
    params._meta['io.modelcontextprotocol/protocolVersion'] = '2099-01-01';
    const headers = { ...modernHeaders(gateway.token, 'tools/list'), 'mcp-protocol-version': '2099-01-01' };
    const { status, message } = await post({ jsonrpc: '2.0', id: 1, method: 'tools/list', params }, headers);
    assert.equal(status, 400);
    assert.equal(message.error.code, -32022, JSON.stringify(message));
  });
});

describe('refusals of HTTP itself', () => {
  const ping = { jsonrpc: '2.0', id: 'h', method: 'ping' };
  test('no valid credential: 401 with a challenge', async () => {
    for (const headers of [{ 'content-type': 'application/json' }, baseHeaders('nobody')]) {
      const answer = await exchange(gateway.url('u'), { headers, body: ping });
      assert.equal(answer.status, 401);
      assert.match(answer.headers['www-authenticate'], /^Bearer\b/);
    }
  });
  test('a bad Origin or Host: 403', async () => {
    for (const more of [{ origin: 'https://evil.example' }, { host: 'evil.example' }])
      assert.equal((await exchange(gateway.url('u'), { headers: { ...session.headers(), ...more }, body: ping })).status, 403);
  });
  test('an unknown /mcp/NAME: 404, after authentication', async () => {
    assert.equal((await exchange(gateway.url('unknown'), { headers: baseHeaders(), body: ping })).status, 401);
    assert.equal((await exchange(gateway.url('unknown'), { headers: baseHeaders(gateway.token), body: ping })).status, 404);
  });
  test('no scope is missing where a rule allows without one', async () => {
    assert.equal(textOf((await session.request('tools/call', { name: 'other', arguments: {} })).result), 'fine');
  });
});

// Last: they use up what `local` may do in a minute.
describe('limits', () => {
  for (const [era, ask] of Object.entries(eras))
    test(`${era}: -31429 and retryAfter`, async () => {
      let last;
      for (let i = 0; i < 60 && !last?.error; i++) ({ message: last } = await ask('resources/read', { uri: 'x://ok' }));
      assert.equal(last.error.code, -31429, JSON.stringify(last));
      assertDecision(last.error.data, { verdict: 'deny', reason: /^instability\.rate$/ });
      assert.ok(last.error.data.retryAfter >= 1);
    });
  test('a call that is limited is a result with retryAfter, and HTTP stays 200', async () => {
    let reply;
    for (let i = 0; i < 60 && !reply?.result?.isError; i++) reply = await session.request('tools/call', { name: 'ok', arguments: { n: i } });
    assertDecision(decisionOf(reply.result), { verdict: 'deny', reason: /^instability\.rate$/ });
    assert.ok(Number.isInteger(decisionOf(reply.result).retryAfter));
    assert.match(textOf(reply.result), /\d+ seconds/);
  });
  test('too large is -31413', async () => {
    const text = 'z'.repeat(20_000);
    const answer = await exchange(gateway.url('u'), { headers: session.headers(), body: { jsonrpc: '2.0', id: 'big', method: 'prompts/get', params: { name: 'ok', arguments: { text } } } });
    const message = JSON.parse(answer.text);
    assert.equal(message.error?.code, -31413, `${answer.status} ${answer.text}`);
  });
});
