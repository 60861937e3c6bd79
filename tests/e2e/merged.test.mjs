// The merged endpoint: many servers as one. What is for one server goes to that one, under its own
// name; what could be for two goes to none; what is dead or slow holds up nobody.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startGateway, stdioProbe, stdioServer, testsFolder } from './doorward.mjs';
import { begin } from './http.mjs';
import { decisionOf, modernHeaders, modernParams, modernRequest, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

const listedFile = join(testsFolder, 'e2e/servers/listed_stdio.mjs');
const listed = (what, more) => stdioServer(listedFile, [JSON.stringify(what)], more);
const names = (list) => list.map(({ name }) => name).sort();
const called = (result) => JSON.parse(textOf(result)).tool;

async function whole(session, method, member) {
  const items = [];
  for (let cursor; ;) {
    const { result } = await session.request(method, cursor === undefined ? {} : { cursor });
    items.push(...result[member]);
    cursor = result.nextCursor;
    if (cursor === undefined) return items;
  }
}

describe('two servers', () => {
  let gateway;
  let session;
  const long = 'x'.repeat(70);
  before(async () => {
    gateway = await startGateway({
      servers: {
        one: listed({ tools: ['go', 'twice', long], prompts: ['greet'], resources: ['note://one', 'note://both'], templates: ['one://{id}', 'any://{+path}', 'both://{id}'], page: 1 }),
        two: listed({ tools: ['go', 'come'], prompts: ['greet'], resources: ['note://two', 'note://both'], templates: ['two://{id}', 'any://{id}', 'both://{id}'], version: '2025-03-26' }),
        // Together with the next one: `a___b` could be either.
        a: listed({ tools: ['_b', 'alone'] }),
        a_: listed({ tools: ['b'] }),
      },
    });
    session = await Session.open(gateway.url(), gateway.token);
  });
  after(() => gateway?.stop());

  test('are one server to the client', () => {
    const { capabilities, serverInfo, instructions } = session.initialized;
    assert.equal(serverInfo.name, 'doorward');
    assert.deepEqual(capabilities.tools, { listChanged: true });
    assert.ok(capabilities.prompts && capabilities.resources.subscribe && capabilities.completions && capabilities.logging);
    assert.match(instructions, /`two`[^]*Has go,come/);
  });
  test('list their tools under merged names, all pages of them', async () => {
    const tools = names(await whole(session, 'tools/list', 'tools'));
    const cut = tools.find((name) => name.startsWith('one__xxx'));
    assert.equal(cut.length, 64);
    assert.match(cut, /_[0-9a-f]{8}$/);
    assert.deepEqual(tools.filter((name) => name !== cut), ['a__alone', 'one__go', 'one__twice', 'two__come', 'two__go']);
    assert.equal(called(await session.call(cut)), long);
  });
  test('get their own names', async () => {
    assert.equal(called(await session.call('one__go')), 'go');
    assert.equal(called(await session.call('two__come')), 'come');
  });
  test('a name that could be two is none', async () => {
    const result = await session.call('a___b');
    assert.equal(decisionOf(result).reason, 'privilege.denied');
    assert.equal(called(await session.call('a__alone')), 'alone');
  });
  test('a name that looks like another is none', async () => {
    for (const name of ['one__gо', 'one__\u0261o', 'оne__go', 'ONE__GO'])
      assert.equal(decisionOf(await session.call(name))?.verdict, 'deny', name);
  });
  test('prompts and completions go by merged names', async () => {
    assert.deepEqual(names(await whole(session, 'prompts/list', 'prompts')), ['one__greet', 'two__greet']);
    const { result } = await session.request('prompts/get', { name: 'two__greet' });
    assert.equal(JSON.parse(result.messages[0].content.text), 'greet');
    const done = await session.request('completion/complete', { ref: { type: 'ref/prompt', name: 'one__greet' }, argument: { name: 'topic', value: '' } });
    assert.deepEqual(done.result.completion.values, ['greet']);
  });
  test('resources go by URI; one of two servers is of none', async () => {
    const resources = await whole(session, 'resources/list', 'resources');
    assert.deepEqual(resources.map(({ uri }) => uri).sort(), ['note://one', 'note://two']);
    assert.deepEqual(names(resources), ['one__note', 'two__note']);
    const read = async (uri) => (await session.request('resources/read', { uri }));
    for (const uri of ['note://one', 'note://two', 'one://7', 'two://7', 'any://a/b'])
      assert.equal((await read(uri)).result?.contents[0].text, 'read', uri);
    for (const uri of ['note://both', 'any://a', 'else://1'])
      assert.equal((await read(uri)).error?.code, -31403, uri);
    assert.ok((await session.request('resources/subscribe', { uri: 'note://two' })).result);
  });
  test('a template is completed by the server that lists it', async () => {
    const complete = (url, name = 'id') => session.request('completion/complete',
      { ref: { type: 'ref/resource', uri: url }, argument: { name, value: '' } });
    for (const [uri, name] of [['one://{id}'], ['two://{id}'], ['any://{+path}', 'path'], ['note://two']])
      assert.deepEqual((await complete(uri, name)).result?.completion.values, [uri], uri);
    const { result } = (await modernRequest(gateway.url(), gateway.token, 'completion/complete',
      { ref: { type: 'ref/resource', uri: 'two://{id}' }, argument: { name: 'id', value: '' } })).message;
    assert.deepEqual(result.completion.values, ['two://{id}']);
    for (const uri of ['both://{id}', 'else://{id}'])
      assert.equal((await complete(uri)).error?.code, -31403, uri);
  });
  test('a cursor is good for its own list and caller', async () => {
    const reply = await session.request('tools/list', { cursor: 'bm9uc2Vuc2U' });
    assert.equal(reply.error.code, -32602);
  });
  test('ping is answered, the log level goes to all', async () => {
    assert.deepEqual((await session.request('ping')).result, {});
    assert.ok((await session.request('logging/setLevel', { level: 'warning' })).result);
    for (const tool of ['one__go', 'two__go'])
      assert.equal(JSON.parse(textOf(await session.call(tool))).level, 'warning');
  });
  test('an id is good once, whichever server it goes to', async () => {
    const call = (name) => ({ name, arguments: {} });
    assert.ok((await session.request('tools/call', call('one__go'), 4711)).result);
    assert.equal((await session.request('tools/call', call('two__go'), 4711)).error.code, -32600);
  });
  test('a header that names another tool is refused', async () => {
    const message = { jsonrpc: '2.0', id: 4712, method: 'tools/call', params: { name: 'one__go', arguments: {} } };
    const answer = await session.post(message, { 'mcp-name': 'go' });
    assert.equal(answer.status, 400);
    const right = await session.post({ ...message, id: 4713 }, { 'mcp-name': 'one__go' });
    assert.equal(right.status, 200);
  });
});

test('tasks are neither announced nor begun, and a list of them nowhere', async (t) => {
  const gateway = await startGateway({ servers: { slow: listed({ tools: ['now', 'later'], tasks: ['later'] }) } });
  t.after(() => gateway.stop());
  const merged = await Session.open(gateway.url(), gateway.token);
  assert.equal(merged.initialized.capabilities.tasks, undefined);
  assert.deepEqual(names(await whole(merged, 'tools/list', 'tools')), ['slow__now']);
  const task = { ttl: 60_000 };
  const begun = async (session, name) => JSON.parse(textOf((await session.request('tools/call', { name, arguments: {}, task })).result));
  assert.deepEqual(await begun(merged, 'slow__now'), { tool: 'now' });
  const alone = await Session.open(gateway.url('slow'), gateway.token);
  assert.deepEqual(alone.initialized.capabilities.tasks, { cancel: {}, requests: { tools: { call: {} } } });
  assert.deepEqual(names(await whole(alone, 'tools/list', 'tools')), ['later', 'now']);
  assert.deepEqual(await begun(alone, 'now'), { tool: 'now', task });
  assert.equal((await alone.request('tasks/list', {})).error.code, -31403);
});

describe('what servers ask and tell', () => {
  let gateway;
  let probe;
  before(async () => {
    probe = await startProbe();
    gateway = await startGateway({ servers: { near: stdioProbe(), next: stdioProbe(), far: { url: probe.url, pins: 'first_use' } } });
  });
  after(async () => {
    await gateway?.stop();
    await probe?.close();
  });

  test('comes under ids of its own, and the answer goes back to who asked', async () => {
    const session = await Session.open(gateway.url(), gateway.token, {
      capabilities: { elicitation: {}, sampling: {}, roots: {} },
      answers: {
        'elicitation/create': ({ message }) => ({ action: 'accept', content: { answer: `to ${message}` } }),
        'roots/list': () => ({ roots: [{ uri: 'file:///work' }] }),
      },
    });
    const asked = await Promise.all(['near', 'next', 'far'].map((server) => session.call(`${server}__elicit`, { message: server })));
    assert.deepEqual(asked.map((result) => JSON.parse(textOf(result)).content.answer), ['to near', 'to next', 'to far']);
    assert.match(textOf(await session.call('far__roots')), /file:\/\/\/work/);
  });
  test('progress comes under the token of the client', async () => {
    const session = await Session.open(gateway.url(), gateway.token);
    for (const server of ['near', 'far']) {
      await session.call(`${server}__progress`, { steps: 2 }, { progressToken: server });
      assert.deepEqual(session.notifications.filter(({ params }) => params?.progressToken === server).map(({ params }) => params.progress), [1, 2]);
    }
  });
  test('a cancellation reaches the server of the call, and no other', async () => {
    const session = await Session.open(gateway.url(), gateway.token);
    const held = session.start('tools/call', { name: 'far__hold', arguments: {} });
    await until(() => probe.probes().some(({ holding }) => holding === 1));
    await session.notify('notifications/cancelled', { requestId: held.id });
    await until(() => probe.probes().some(({ cancelled }) => cancelled.length === 1));
    for (const server of ['near', 'next'])
      assert.ok(!JSON.parse(textOf(await session.call(`${server}__received`))).some(({ method }) => method === 'notifications/cancelled'));
    (await held.answer).drop();
  });
  test('a changed list of one server is heard, and shown', async () => {
    const session = await Session.open(gateway.url(), gateway.token);
    const stream = await session.listen();
    await session.call('near__grow');
    for await (const { data } of stream.events()) if (data.includes('tools/list_changed')) break;
    stream.drop();
    const before = names((await session.request('tools/list')).result.tools).filter((name) => name.startsWith('next__')).length;
    const tools = names((await session.request('tools/list')).result.tools).filter((name) => name.startsWith('near__'));
    assert.equal(tools.length, before + 1);
  });
});

describe('servers that are dead or slow', () => {
  let gateway;
  before(async () => {
    gateway = await startGateway({
      servers: {
        good: listed({ tools: ['go'] }),
        dead: { url: 'http://127.0.0.1:9/mcp' },
        ends: stdioServer(join(testsFolder, 'e2e/servers/package.json')),
        late: listed({ tools: ['come'], list: 8_000 }),
      },
    });
  });
  after(() => gateway?.stop());

  test('hold up nobody, and are there when they are', async () => {
    const session = await Session.open(gateway.url(), gateway.token);
    const stream = await session.listen();
    assert.deepEqual(names((await session.request('tools/list')).result.tools), ['good__go']);
    assert.equal(called(await session.call('good__go')), 'go');
    const gone = await session.call('dead__anything');
    assert.equal(gone.isError, true);
    assert.equal(decisionOf(gone).reason, 'overload.unavailable');
    for await (const { data } of stream.events()) if (data.includes('tools/list_changed')) break;
    stream.drop();
  });
});

test('the first list waits for servers that take seconds, and no schema spoils it', async () => {
  const gateway = await startGateway({
    servers: {
      slow: listed({ tools: ['go'], start: 4_500 }),
      sloppy: listed({ tools: ['come'], schema: { $schema: 'http://json-schema.org/draft-07/schema#' } }),
      empty: listed({ tools: ['stay'], schema: {} }),
      odd: listed({ tools: ['gone'], schema: { type: 'array' } }),
    },
  });
  try {
    const session = await Session.open(gateway.url(), gateway.token);
    const { tools } = (await session.request('tools/list')).result;
    assert.deepEqual(names(tools), ['empty__stay', 'sloppy__come', 'slow__go']);
    for (const { inputSchema } of tools) assert.equal(inputSchema.type, 'object');
    assert.equal(called(await session.call('slow__go')), 'go');
  } finally {
    await gateway.stop();
  }
});

describe('a client of 2026-07-28', () => {
  let gateway;
  let probe;
  const ask = (method, params, options) => modernRequest(gateway.url(), gateway.token, method, params, options);
  before(async () => {
    probe = await startProbe();
    gateway = await startGateway({
      servers: {
        near: stdioProbe(), far: { url: probe.url, pins: 'first_use' },
        listed: listed({ tools: ['go'], resources: ['note://one'], page: 1 }), dead: { url: 'http://127.0.0.1:9/mcp' },
      },
    });
  });
  after(async () => {
    await gateway?.stop();
    await probe?.close();
  });

  test('discovers one server', async () => {
    const { status, message: { result } } = await ask('server/discover', {});
    assert.equal(status, 200);
    assert.deepEqual(result.supportedVersions, ['2026-07-28']);
    assert.equal(result.resultType, 'complete');
    assert.equal(result.cacheScope, 'private');
    assert.ok(result.capabilities.tools && result.capabilities.resources);
  });
  test('lists and calls under merged names', async () => {
    const { message: { result } } = await ask('tools/list', {});
    const all = names(result.tools);
    for (const name of ['near__echo', 'far__echo', 'listed__go']) assert.ok(all.includes(name), name);
    assert.equal(result.resultType, 'complete');
    for (const server of ['near', 'far']) {
      const answer = await ask('tools/call', { name: `${server}__echo`, arguments: { text: server } });
      assert.equal(textOf(answer.message.result), server);
    }
    const read = await ask('resources/read', { uri: 'note://one' });
    assert.equal(read.message.result.contents[0].text, 'read');
    const gone = await ask('tools/call', { name: 'dead__go', arguments: {} });
    assert.equal(decisionOf(gone.message.result).reason, 'overload.unavailable');
  });
  test('its header must have the merged name', async () => {
    const params = { name: 'listed__go', arguments: {} };
    const wrong = await ask('tools/call', params, { headers: { 'mcp-name': 'go' } });
    assert.equal(wrong.status, 400);
    assert.equal(wrong.message.error.code, -32020);
  });
  test('is asked by a result, and answers by a new call', async () => {
    const capabilities = { elicitation: { form: {} } };
    const params = { name: 'near__elicit', arguments: { message: 'Who?' } };
    const first = (await ask('tools/call', params, { capabilities })).message.result;
    assert.equal(first.resultType, 'input_required', JSON.stringify(first));
    const [key] = Object.keys(first.inputRequests);
    const again = { ...params, requestState: first.requestState, inputResponses: { [key]: { action: 'accept', content: { answer: 'me' } } } };
    const second = await ask('tools/call', again, { id: 2, capabilities });
    assert.match(textOf(second.message.result), /me/);
    // The state is of this server's call: no other takes it.
    const other = await ask('tools/call', { ...again, name: 'far__elicit' }, { id: 3, capabilities });
    assert.equal(other.message.error.code, -32602);
  });
  test('hears of a changed list of one server', async () => {
    const params = { notifications: { toolsListChanged: true } };
    const stream = await begin(gateway.url(), {
      headers: modernHeaders(gateway.token, 'subscriptions/listen'),
      body: { jsonrpc: '2.0', id: 'l', method: 'subscriptions/listen', params: modernParams(params) },
    });
    const events = stream.events();
    const next = async () => JSON.parse((await events.next()).value.data);
    assert.equal((await next()).method, 'notifications/subscriptions/acknowledged');
    await until(async () => {
      await ask('tools/call', { name: 'near__grow', arguments: {} });
      return true;
    });
    const changed = await next();
    assert.equal(changed.method, 'notifications/tools/list_changed');
    assert.equal(changed.params._meta['io.modelcontextprotocol/subscriptionId'], 'l');
    stream.drop();
  });
});

test('one call at a time is enough for three servers', async () => {
  const gateway = await startGateway({
    servers: { one: listed({ tools: ['go'], resources: ['note://one'], prompts: ['greet'] }), two: listed({ tools: ['come'] }), three: listed({ tools: ['stay'] }) },
    limits: { concurrency: 1 },
  });
  try {
    const session = await Session.open(gateway.url(), gateway.token);
    assert.deepEqual(names(await whole(session, 'tools/list', 'tools')), ['one__go', 'three__stay', 'two__come']);
    for (const tool of ['one__go', 'two__come', 'three__stay']) assert.equal(called(await session.call(tool)), tool.split('__')[1]);
    assert.deepEqual(names(await whole(session, 'prompts/list', 'prompts')), ['one__greet']);
    assert.equal((await whole(session, 'resources/list', 'resources')).length, 1);
    const read = await modernRequest(gateway.url(), gateway.token, 'tools/call', { name: 'two__come', arguments: {} });
    assert.equal(called(read.message.result), 'come');
  } finally {
    await gateway.stop();
  }
});
