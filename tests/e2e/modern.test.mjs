// Revision 2026-07-28 on the wire: headers that agree with the body, discovery, removed methods.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway, stdioProbe } from './doorward.mjs';
import { begin, exchange } from './http.mjs';
import { modernHeaders, modernParams, modernRequest, modernVersion, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';

let probe;
let gateway;

before(async () => {
  probe = await startProbe();
  gateway = await startGateway({
    servers: { probe: { url: probe.url, pins: 'first_use' }, local: stdioProbe() },
  });
});
after(async () => {
  await gateway?.stop();
  await probe?.close();
});

const echo = { name: 'echo', arguments: { text: 'hi' } };
const ask = (method, params, options, server = 'probe') =>
  modernRequest(gateway.url(server), gateway.token, method, params, options);

for (const server of ['probe', 'local'])
  describe(`a modern client of an older server (${server})`, () => {
    test('discovers it', async () => {
      const { status, message } = await ask('server/discover', {}, {}, server);
      assert.equal(status, 200);
      assert.ok(message.result.supportedVersions.includes(modernVersion));
      assert.ok(message.result.capabilities.tools);
    });
    test('lists and calls', async () => {
      const list = await ask('tools/list', {}, {}, server);
      assert.ok(list.message.result.tools.some(({ name }) => name === 'echo'));
      assert.equal(list.message.result.resultType, 'complete');
      assert.ok(Number.isInteger(list.message.result.ttlMs));
      assert.ok(['public', 'private'].includes(list.message.result.cacheScope));
      const { status, message } = await ask('tools/call', echo, {}, server);
      assert.equal(status, 200);
      assert.equal(message.result.resultType, 'complete');
      assert.equal(textOf(message.result), 'hi');
    });
    test('reads structured content', async () => {
      const { message } = await ask('tools/call', { name: 'sum', arguments: { a: 2, b: 3 } }, {}, server);
      assert.deepEqual(message.result.structuredContent, { sum: 5 });
    });
    test('is asked by an input_required result, and answers by a new call', async () => {
      const first = await ask('tools/call', { name: 'elicit', arguments: { message: 'Who?' } },
        { capabilities: { elicitation: {} } }, server);
      assert.equal(first.message.result.resultType, 'input_required', JSON.stringify(first.message));
      const [[key, question]] = Object.entries(first.message.result.inputRequests);
      assert.equal(question.method, 'elicitation/create');
      assert.equal(question.params.message, 'Who?');
      const second = await ask('tools/call', {
        name: 'elicit', arguments: { message: 'Who?' },
        inputResponses: { [key]: { action: 'accept', content: { answer: 'me' } } },
        ...(first.message.result.requestState && { requestState: first.message.result.requestState }),
      }, { id: 2, capabilities: { elicitation: {} } }, server);
      assert.equal(second.message.result.resultType, 'complete', JSON.stringify(second.message));
      assert.match(textOf(second.message.result), /"answer":"me"/);
    });
    test('gets no question that it did not offer to answer', async () => {
      const { message } = await ask('tools/call', { name: 'elicit', arguments: { message: 'Who?' } }, {}, server);
      assert.notEqual(message.result?.resultType, 'input_required');
    });
    test('gets progress on the stream of the call', async () => {
      const { others, message } = await ask('tools/call',
        { name: 'progress', arguments: { steps: 3 }, _meta: { progressToken: 'mine' } }, {}, server);
      assert.ok(message.result);
      const progress = others.filter(({ method }) => method === 'notifications/progress');
      assert.deepEqual(progress.map(({ params }) => [params.progressToken, params.progress]),
        [['mine', 1], ['mine', 2], ['mine', 3]]);
    });
    test('hears of a changed list by subscriptions/listen', async () => {
      const params = { notifications: { toolsListChanged: true } };
      const answer = await begin(gateway.url(server), {
        headers: modernHeaders(gateway.token, 'subscriptions/listen', params),
        body: { jsonrpc: '2.0', id: 'listen-1', method: 'subscriptions/listen', params: modernParams(params) },
      });
      assert.equal(answer.status, 200);
      const heard = [];
      for await (const event of answer.events()) {
        if (event.data.trim() === '') continue;
        const message = JSON.parse(event.data);
        heard.push(message.method);
        assert.equal(message.params._meta['io.modelcontextprotocol/subscriptionId'], 'listen-1');
        if (heard.length === 1) await ask('tools/call', { name: 'grow', arguments: {} }, {}, server);
        if (message.method === 'notifications/tools/list_changed') break;
      }
      assert.equal(heard[0], 'notifications/subscriptions/acknowledged');
      assert.equal(heard.at(-1), 'notifications/tools/list_changed');
    });
  });

describe('headers that do not agree with the body are 400 and -32020', () => {
  const cases = {
    'another Mcp-Method': { 'mcp-method': 'tools/list' },
    'Mcp-Method in other case': { 'mcp-method': 'Tools/Call' },
    'another Mcp-Name': { 'mcp-name': 'crash' },
    'an Mcp-Name of another text in base64': { 'mcp-name': '=?base64?Y3Jhc2g=?=' },
    'an Mcp-Name of bad base64': { 'mcp-name': '=?base64?ZWNobw?=' },
    'no Mcp-Method': { 'mcp-method': undefined },
    'no Mcp-Name': { 'mcp-name': undefined },
    'another revision': { 'mcp-protocol-version': '2025-11-25' },
    'no revision': { 'mcp-protocol-version': undefined },
  };
  for (const [name, change] of Object.entries(cases))
    test(name, async () => {
      const before = probe.requests.length;
      const headers = Object.fromEntries(
        Object.entries({ ...modernHeaders(gateway.token, 'tools/call', echo), ...change })
          .filter(([, value]) => value !== undefined));
      const answer = await exchange(gateway.url('probe'), {
        headers, body: { jsonrpc: '2.0', id: 3, method: 'tools/call', params: modernParams(echo) },
      });
      assert.equal(answer.status, 400, answer.text);
      assert.equal(JSON.parse(answer.text).error.code, -32020, answer.text);
      assert.equal(probe.requests.slice(before).filter(({ text }) => text.includes('"echo"') && text.includes('tools/call')).length, 0);
    });
  test('the right name in base64 is fine', async () => {
    const { status, message } = await ask('tools/call', echo, { headers: { 'mcp-name': '=?base64?ZWNobw==?=' } });
    assert.equal(status, 200);
    assert.equal(textOf(message.result), 'hi');
  });
  test('white space around a value is fine', async () => {
    const { status } = await ask('tools/call', echo, { headers: { 'mcp-name': '  echo  ' } });
    assert.equal(status, 200);
  });
});

describe('the envelope of a modern request', () => {
  const bare = async (params, headers = {}) => exchange(gateway.url('probe'), {
    headers: { ...modernHeaders(gateway.token, 'tools/list'), ...headers },
    body: { jsonrpc: '2.0', id: 3, method: 'tools/list', params },
  });
  test('without clientCapabilities is 400 and -32602', async () => {
    const answer = await bare({ _meta: { 'io.modelcontextprotocol/protocolVersion': modernVersion } });
    assert.equal(answer.status, 400);
    assert.equal(JSON.parse(answer.text).error.code, -32602);
  });
  test('of an unknown revision is 400 and -32022, with those that are known', async () => {
    const version = '2099-01-01';
    const answer = await bare({
      _meta: { 'io.modelcontextprotocol/protocolVersion': version, 'io.modelcontextprotocol/clientCapabilities': {} },
    }, { 'mcp-protocol-version': version });
    assert.equal(answer.status, 400);
    const { error } = JSON.parse(answer.text);
    assert.equal(error.code, -32022);
    assert.ok(error.data.supported.includes(modernVersion));
    assert.equal(error.data.requested, version);
  });
  for (const method of ['initialize', 'ping', 'logging/setLevel', 'resources/subscribe', 'tasks/list', 'no/such'])
    test(`${method} is 404 and -32601`, async () => {
      const { status, message } = await ask(method, {});
      assert.equal(status, 404);
      assert.equal(message.error.code, -32601);
    });
  test('a session id is neither given nor needed', async () => {
    const { headers } = await ask('tools/call', echo);
    assert.equal(headers['mcp-session-id'], undefined);
  });
  test('a posted response is refused', async () => {
    const answer = await exchange(gateway.url('probe'), {
      headers: modernHeaders(gateway.token, 'tools/list'), body: { jsonrpc: '2.0', id: 3, result: {} },
    });
    assert.equal(answer.status, 400);
  });
});
