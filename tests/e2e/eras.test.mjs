// Clients with a session before a server that knows none, and what a hostile server of either era
// can't do across them.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sdk1, sdk2 } from './clients.mjs';
import { startGateway, stdioServer, testsFolder } from './doorward.mjs';
import { Session, modernRequest, textOf } from './mcp.mjs';
import { startModern } from './servers/modern_http.mjs';
import { startProbeSse } from './servers/probe_sse.mjs';
import { startScripted } from './servers/scripted_http.mjs';

let modern;
let events;
let elsewhere;
let scripted;
let gateway;

before(async () => {
  modern = await startModern();
  events = await startProbeSse();
  elsewhere = await startProbeSse({ endpoint: (session) => `${events.url.replace('/sse', '')}/messages?session=${session}` });
  scripted = await startScripted();
  gateway = await startGateway({
    servers: {
      remote: { url: modern.url, pins: 'first_use' },
      events: { url: events.url, pins: 'first_use' },
      elsewhere: { url: elsewhere.url, pins: 'first_use' },
      scripted: { url: scripted.url, pins: 'first_use' },
      local: stdioServer(join(testsFolder, 'e2e/servers/modern_stdio.mjs')),
      fixed: stdioServer(join(testsFolder, 'e2e/servers/listed_stdio.mjs'), [JSON.stringify({ tools: ['go'], version: '2025-11-25' })]),
      old: stdioServer(join(testsFolder, 'e2e/servers/listed_stdio.mjs'), [JSON.stringify({ tools: ['go'], version: '2025-03-26' })]),
    },
  });
});
after(async () => {
  await gateway?.stop();
  for (const server of [modern, events, elsewhere, scripted]) await server?.close();
});

const all = { elicitation: {}, sampling: {}, roots: {} };
const answers = {
  'elicitation/create': ({ message }) => ({ action: 'accept', content: { answer: message } }),
  'sampling/createMessage': () => ({ role: 'assistant', content: { type: 'text', text: 'sampled' }, model: 'm' }),
  'roots/list': () => ({ roots: [{ uri: 'file:///r' }] }),
};

for (const version of ['2025-03-26', '2025-06-18', '2025-11-25'])
  test(`a server that knows one revision alone serves a client of ${version}`, async () => {
    for (const [server, answered] of [['fixed', version], ['old', '2025-03-26']]) {
      const session = await Session.open(gateway.url(server), gateway.token, { version });
      assert.equal(session.initialized.protocolVersion, answered);
      assert.match(textOf(await session.call('go')), /"tool":"go"/);
      await session.end();
    }
  });

for (const server of ['remote', 'local']) {
  const open = (options) => Session.open(gateway.url(server), gateway.token, options);

  describe(`a session with a stateless server (${server})`, () => {
    for (const version of ['2025-03-26', '2025-06-18', '2025-11-25'])
      test(`is served in ${version}`, async () => {
        const session = await open({ version });
        assert.equal(session.initialized.protocolVersion, version);
        assert.equal(session.initialized.serverInfo.name, 'modern');
        assert.ok(session.initialized.capabilities.tools);
        assert.deepEqual((await session.request('ping')).result, {});
        assert.equal(textOf(await session.call('echo', { text: version })), version);
        await session.end();
      });
    test('lists, reads, gets and completes', async () => {
      const session = await open();
      const list = (await session.request('tools/list')).result;
      assert.ok(list.tools.some(({ name }) => name === 'echo'));
      for (const name of ['resultType', 'ttlMs', 'cacheScope']) assert.equal(list[name], undefined);
      const sum = await session.call('sum', { a: 2, b: 3 });
      assert.deepEqual(sum.structuredContent, { sum: 5 });
      assert.equal((await session.request('resources/read', { uri: 'probe://note' })).result.contents[0].text, 'A note.');
      assert.equal((await session.request('prompts/get', { name: 'greet' })).result.messages.length, 1);
      const completion = await session.request('completion/complete',
        { ref: { type: 'ref/prompt', name: 'greet' }, argument: { name: 'x', value: '' } });
      assert.deepEqual(completion.result.completion.values, ['a', 'b']);
      await session.end();
    });
    test('is asked by requests, and the call goes on with the answers', async () => {
      const session = await open({ capabilities: all, answers });
      assert.match(textOf(await session.call('elicit', { message: 'Who?' })), /"answer":"Who\?"/);
      assert.match(textOf(await session.call('sample', { prompt: 'p' })), /sampled/);
      assert.match(textOf(await session.call('roots')), /file:\/\/\/r/);
      assert.match(textOf(await session.call('twice')), /"second"/);
      await session.end();
    });
    test('is asked nothing that it did not declare', async () => {
      const session = await open({ answers: { 'roots/list': () => assert.fail('was asked') } });
      const reply = await session.request('tools/call', { name: 'roots', arguments: {} });
      assert.ok(reply.error, JSON.stringify(reply));
      await session.end();
    });
    test('ends a call that asks without end', async () => {
      let asked = 0;
      const session = await open({
        capabilities: all, answers: { 'elicitation/create': () => { asked += 1; return { action: 'accept', content: { answer: 'x' } }; } },
      });
      const reply = await session.request('tools/call', { name: 'endless', arguments: {} });
      assert.equal(reply.result?.isError ?? true, true, JSON.stringify(reply));
      assert.ok(asked > 0 && asked < 20, `${asked}`);
      await session.end();
    });
    test('gets progress under its own token', async () => {
      const session = await open();
      await session.call('progress', { steps: 3 }, { progressToken: 'mine' });
      assert.deepEqual(session.notifications.map(({ params }) => [params.progressToken, params.progress]),
        [['mine', 1], ['mine', 2], ['mine', 3]]);
      await session.end();
    });
    test('sets its log level once', async () => {
      const session = await open();
      assert.equal(textOf(await session.call('log', { level: 'error', text: 't' })), 'no level');
      assert.deepEqual((await session.request('logging/setLevel', { level: 'warning' })).result, {});
      assert.equal(textOf(await session.call('log', { level: 'error', text: 't' })), 'warning');
      assert.equal(session.notifications.at(-1).method, 'notifications/message');
      await session.end();
    });
    test('hears of changes on its own stream', async () => {
      const session = await open();
      await session.request('resources/subscribe', { uri: 'probe://note' });
      const stream = await session.listen();
      const heard = [];
      const hearing = (async () => {
        for await (const { data } of stream.events()) {
          if (data.trim() === '') continue;
          heard.push(JSON.parse(data));
          if (heard.some(({ method }) => method.endsWith('updated')) && heard.some(({ method }) => method.includes('tools'))) break;
        }
      })();
      const until = Date.now() + 20_000;
      while (heard.length < 2 && Date.now() < until) {
        await session.call('touch');
        await session.call('grow');
        await new Promise((done) => { setTimeout(done, 200); });
      }
      await hearing;
      stream.drop();
      assert.ok(heard.every(({ params }) => params?._meta?.['io.modelcontextprotocol/subscriptionId'] === undefined));
      assert.ok(heard.every(({ method }) => !method.includes('prompts') && !method.includes('acknowledged')));
      await session.end();
    });
    test('is told that a method has no counterpart', async () => {
      const session = await open();
      assert.equal((await session.request('tasks/get', { taskId: 't' })).error.code, -32601);
      await session.end();
    });
    test('gets no result of an unknown kind', async () => {
      const session = await open();
      const reply = await session.request('tools/call', { name: 'odd', arguments: {} });
      assert.equal(reply.result?.isError ?? true, true, JSON.stringify(reply));
      assert.equal(textOf(await session.call('echo', { text: 'still' })), 'still');
      await session.end();
    });
    test('its cancellation reaches the server', async () => {
      const session = await open();
      const held = session.start('tools/call', { name: 'hold', arguments: {} }, 'to-cancel');
      await new Promise((done) => { setTimeout(done, 300); });
      assert.equal(await session.notify('notifications/cancelled', { requestId: 'to-cancel' }), 202);
      await session.finish(held);
      if (server === 'remote') assert.ok(modern.server.cancelled.length > 0);
      assert.equal(textOf(await session.call('echo', { text: 'after' })), 'after');
      await session.end();
    });
    test('SDK 1.x and client 2.x (legacy) call', async () => {
      for (const kind of [sdk1, sdk2('legacy')]) {
        const client = await kind(gateway.url(server), gateway.token);
        assert.ok((await client.tools()).some(({ name }) => name === 'sum'));
        assert.deepEqual((await client.call('sum', { a: 1, b: 1 })).structuredContent, { sum: 2 });
        await client.close();
      }
    });
  });
}

test('an argument that a header repeats is repeated for a client that knows no such header', async () => {
  const session = await Session.open(gateway.url('remote'), gateway.token);
  for (const region of ['eu', 'zürich', ' edge'])
    assert.equal(textOf(await session.call('region', { region })), region);
  await session.end();
});

for (const server of ['remote', 'local'])
  describe(`headers that repeat arguments (${server})`, () => {
    const call = (region, headers) => modernRequest(gateway.url(server), gateway.token, 'tools/call',
      { name: 'region', arguments: { region } }, { headers });
    test('have to agree', async () => {
      assert.equal(textOf((await call('eu', { 'mcp-param-region': 'eu' })).message.result), 'eu');
      assert.equal(textOf((await call('eu', { 'mcp-param-region': '=?base64?ZXU=?=' })).message.result), 'eu');
      const before = modern.requests.length;
      for (const headers of [{ 'mcp-param-region': 'us' }, {}, { 'mcp-param-region': '=?base64?***?=' }, { 'mcp-param-region': 'EU' }]) {
        const { status, message } = await call('eu', headers);
        assert.equal(status, 400, JSON.stringify(message));
        assert.equal(message.error.code, -32020);
      }
      assert.equal(modern.requests.slice(before).filter(({ text }) => text.includes('"tools/call"')).length, 0);
    });
    test('that nobody declared go on', async () => {
      const { message } = await modernRequest(gateway.url(server), gateway.token, 'tools/call',
        { name: 'echo', arguments: { text: 'x' } }, { headers: { 'mcp-param-other': 'o' } });
      assert.equal(textOf(message.result), 'x');
      if (server === 'remote') assert.equal(modern.requests.at(-1).headers['mcp-param-other'], 'o');
    });
    test('a tool that declares them wrongly is in no list', async () => {
      const { message } = await modernRequest(gateway.url(server), gateway.token, 'tools/list', {});
      const names = message.result.tools.map(({ name }) => name);
      assert.ok(names.includes('region') && !names.includes('misdeclared'));
    });
  });

test('what a server says is public is private to a client', async () => {
  const { message } = await modernRequest(gateway.url('remote'), gateway.token, 'tools/list', {});
  assert.equal(message.result.cacheScope, 'private');
});

describe('a server of HTTP with SSE', () => {
  test('serves a session, and its address is never seen', async () => {
    const session = await Session.open(gateway.url('events'), gateway.token, { capabilities: all, answers });
    assert.equal(textOf(await session.call('echo', { text: 'hi' })), 'hi');
    assert.match(textOf(await session.call('elicit', { message: 'Who?' })), /"answer":"Who\?"/);
    await session.call('progress', { steps: 2 }, { progressToken: 'p' });
    assert.deepEqual(session.notifications.map(({ params }) => params.progress), [1, 2]);
    assert.ok(!session.id.includes([...events.probes.keys()][0]));
    await session.end();
  });
  test('serves a stateless client', async () => {
    const { message } = await modernRequest(gateway.url('events'), gateway.token, 'tools/call',
      { name: 'sum', arguments: { a: 1, b: 2 } });
    assert.deepEqual(message.result.structuredContent, { sum: 3 });
  });
  test('an address of another origin is not used', async () => {
    const before = events.requests.length;
    await assert.rejects(Session.open(gateway.url('elsewhere'), gateway.token));
    assert.equal(events.requests.slice(before).length, 0);
  });
});

describe('a hostile server with sessions before a stateless client', () => {
  const go = (options) => modernRequest(gateway.url('scripted'), gateway.token, 'tools/call', { name: 'go', arguments: {} }, options);
  const answering = (body) => scripted.answer((response, id) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const message of [body(id)].flat()) response.write(`data: ${JSON.stringify(message)}\n\n`);
    response.end();
  });
  const good = (id) => ({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'fine' }] } });
  const question = (id, method = 'elicitation/create') =>
    ({ jsonrpc: '2.0', id, method, params: { message: 'Who?', requestedSchema: { type: 'object', properties: {} } } });

  const dropped = {
    'a reply to another id': (id) => [{ ...good(id + 1000), result: { content: [{ type: 'text', text: 'foreign' }] } }, good(id)],
    'progress that nobody asked for': (id) => [{ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: id, progress: 1 } }, good(id)],
    'a foreign subscription': (id) => [{ jsonrpc: '2.0', method: 'notifications/tools/list_changed', params: { _meta: { 'io.modelcontextprotocol/subscriptionId': 77 } } }, good(id)],
    'an acknowledgement': (id) => [{ jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params: { notifications: {} } }, good(id)],
    'a question that the client did not offer to answer': (id) => [question('q'), good(id)],
    'a request that only clients make': (id) => [question('q', 'tools/call'), good(id)],
    'a log message that was not asked for': (id) => [{ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'emergency', data: 'x' } }, good(id)],
  };
  for (const [name, script] of Object.entries(dropped))
    test(`${name} is dropped, and the call goes on`, async () => {
      answering(script);
      const { message, others } = await go();
      assert.equal(textOf(message.result), 'fine', JSON.stringify(message));
      assert.deepEqual(others, []);
    });
  test('a result that says it asks for input is refused', async () => {
    answering((id) => ({ jsonrpc: '2.0', id, result: { resultType: 'input_required', requestState: 'mine', inputRequests: { q: { method: 'roots/list' } } } }));
    const { message } = await go({ capabilities: { roots: {} } });
    assert.equal(message.result.isError, true);
    assert.equal(message.result.resultType, 'complete');
  });
  test('a state that was edited, or used before, belongs to no call', async () => {
    scripted.answer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(question('q'))}\n\n`);
    });
    const capabilities = { elicitation: {} };
    const first = await go({ capabilities });
    const { requestState, inputRequests } = first.message.result;
    const [key] = Object.keys(inputRequests);
    const again = (state, args = {}) => modernRequest(gateway.url('scripted'), gateway.token, 'tools/call', {
      name: 'go', arguments: args, requestState: state, inputResponses: { [key]: { action: 'cancel' } },
    }, { id: 2, capabilities });
    const last = requestState.at(-1) === 'A' ? 'B' : 'A';
    const edited = await again(requestState.slice(0, -1) + last);
    assert.equal(edited.message.error?.code, -32602, JSON.stringify(edited.message));
    const unanswered = await modernRequest(gateway.url('scripted'), gateway.token, 'tools/call',
      { name: 'go', arguments: {}, requestState }, { id: 3, capabilities });
    assert.equal(unanswered.message.result.resultType, 'input_required');
  });
});
