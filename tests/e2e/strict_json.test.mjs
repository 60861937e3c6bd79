// Strict JSON-RPC (R2.7): what two parsers could read differently never reaches the server.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { startGateway } from './doorward.mjs';
import { Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

let probe;
let gateway;
let session;

before(async () => {
  probe = await startProbe();
  gateway = await startGateway({ servers: { probe: { url: probe.url, pins: 'first_use' } } });
});
beforeEach(async () => { session = await Session.open(gateway.url('probe'), gateway.token); });
after(async () => {
  await gateway?.stop();
  await probe?.close();
});

const call = (args = '{"text":"hi"}') =>
  `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":${args}}}`;

/** What came back, read leniently: a JSON-RPC message, also out of a stream. */
async function answerTo(bytes) {
  const answer = await session.post(bytes);
  const text = await answer.text();
  const json = answer.isStream ? /^data: ?(\{.*)$/m.exec(text)?.[1] : text;
  let message;
  try { message = JSON.parse(json); } catch { message = undefined; }
  return { status: answer.status, message, text };
}

const echoes = () => probe.messages().filter(({ params }) => params?.name === 'echo').length;

const deep = (depth) => call(`{"text":${'['.repeat(depth)}${']'.repeat(depth)}}`);
const refused = {
  'a member twice in the envelope': call().replace('{"jsonrpc"', '{"id":8,"jsonrpc"'),
  'the method twice': call().replace('"params"', '"method":"ping","params"'),
  'a member twice in the arguments': call('{"text":"a","text":"b"}'),
  'a member twice by an escape': call('{"text":"a","te\\u0078t":"b"}'),
  'a member twice deep inside': call('{"text":"a","more":{"x":[{"y":1,"y":2}]}}'),
  'an envelope member in other case': call().replace('"method"', '"Method"'),
  'params with a long s': call().replace('"params"', '"param\u017f"'),
  'a second params with a long s': call().replace('"params"', '"param\\u017f":{},"params"'),
  'a look-alike of name in params': call().replace('"name":"echo"', '"name":"echo","NAME":"crash"'),
  'a look-alike of arguments': call().replace('"arguments"', '"Arguments":{"text":"x"},"arguments"'),
  'a look-alike of an argument': call('{"text":"a","Text":"b"}'),
  'a look-alike of an argument by a Kelvin sign': call('{"text":"a","\u212a":"b","k":"c"}'),
  'an unknown envelope member': call().replace('"id":7', '"id":7,"extra":1'),
  'a null id': call().replace('"id":7', '"id":null'),
  'an id that is a list': call().replace('"id":7', '"id":[7]'),
  'an id that is an object': call().replace('"id":7', '"id":{}'),
  'an id that is true': call().replace('"id":7', '"id":true'),
  'no jsonrpc': call().replace('"jsonrpc":"2.0",', ''),
  'jsonrpc 1.0': call().replace('"2.0"', '"1.0"'),
  'jsonrpc as a number': call().replace('"2.0"', '2.0'),
  'a method that is no string': call().replace('"tools/call"', '7'),
  'params that are a list': '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":["echo"]}',
  'both method and result': call().replace('"id":7', '"id":7,"result":{}'),
  'bad UTF-8': Buffer.from(call('{"text":"#"}').replace('#', '\u00ff'), 'latin1'),
  'an overlong encoding': Buffer.from(call('{"text":"#"}').replace('#', '\u00c0\u00af'), 'latin1'),
  'a lone surrogate': call('{"text":"\\ud800"}'),
  'a NUL escape': call('{"text":"a\\u0000b"}'),
  'a raw control character': call('{"text":"a\u0001b"}'),
  'bytes after the end': `${call()}{}`,
  'a second message after the end': `${call()}\n${call()}`,
  'a byte order mark': `\ufeff${call()}`,
  'a trailing comma': call('{"text":"a",}'),
  'a comment': call().replace('"id":7', '/* hi */"id":7'),
  'single quotes': "{'jsonrpc':'2.0','id':7,'method':'ping'}",
  'NaN': call('{"text":NaN}'),
  'a number with a leading zero': call('{"text":01}'),
  'a number beyond measure': call('{"text":1e999999}'),
  'nothing': '',
  'only white space': '   ',
  'a string': '"tools/call"',
  'ten thousand levels': deep(10_000),
  'ten thousand levels of objects': call(`{"text":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`),
};

describe('refused, and not forwarded', () => {
  for (const [name, bytes] of Object.entries(refused))
    test(name, async () => {
      const before = echoes();
      const { status, message, text } = await answerTo(bytes);
      assert.equal(echoes(), before, 'reached the server');
      const isRefusal = status >= 400 || message?.error !== undefined || message?.result?.isError === true;
      assert.ok(isRefusal, `HTTP ${status}: ${text.slice(0, 200)}`);
      assert.ok(status < 500, `HTTP ${status}`);
    });

  test('a batch where the revision has none', async () => {
    const before = echoes();
    const { status, message } = await answerTo(`[${call()}]`);
    assert.equal(echoes(), before);
    assert.equal(status, 400);
    assert.equal(message.error.code, -32600);
  });
  test('an id that is in use', async () => {
    const held = session.start('tools/call', { name: 'hold', arguments: {} }, 7);
    await until(() => probe.probes().some(({ holding }) => holding === 1));
    const before = echoes();
    const { status, message } = await answerTo(call());
    assert.equal(echoes(), before);
    assert.ok(status >= 400 || message.error, JSON.stringify(message));
    await session.call('release');
    assert.equal(textOf((await session.finish(held)).result), 'released');
  });
  test('parse errors are -32700 with a null id', async () => {
    const { status, message } = await answerTo('{"jsonrpc":');
    assert.equal(status, 400);
    assert.equal(message.error.code, -32700);
    assert.equal(message.id ?? null, null);
  });
  test('an unknown method is -32601 and not forwarded', async () => {
    const { message } = await answerTo('{"jsonrpc":"2.0","id":7,"method":"tools/run"}');
    assert.equal(message.error.code, -32601);
    assert.equal(message.id, 7);
    assert.ok(!probe.messages().some(({ method }) => method === 'tools/run'));
  });
  test('arguments that the schema does not declare', async () => {
    const before = echoes();
    const { message } = await answerTo(call('{"text":"a","undeclared":1}'));
    assert.equal(echoes(), before);
    assert.ok(message.result?.isError || message.error, JSON.stringify(message));
  });
  test('arguments of the wrong type', async () => {
    const before = echoes();
    const { message } = await answerTo(call('{"text":7}'));
    assert.equal(echoes(), before);
    assert.ok(message.result?.isError || message.error, JSON.stringify(message));
  });
});

describe('served as it was sent', () => {
  const served = {
    'white space between tokens': call().replaceAll(',', ' ,\n\t '),
    'an escaped text': call('{"text":"\\u0068i \\ud83d\\ude00 \\n"}'),
    'a text with quotes and a backslash': call('{"text":"a \\"b\\" c\\\\d"}'),
    'an id that is a string': call().replace('"id":7', '"id":"seven"'),
    'a big id': call().replace('"id":7', '"id":9007199254740991'),
    'unknown members in _meta': call().replace('"arguments"', '"_meta":{"example.com/x":1},"arguments"'),
    'a text of other scripts': call('{"text":"Zażółć gęślą 漢字"}'),
  };
  for (const [name, bytes] of Object.entries(served))
    test(name, async () => {
      const sent = JSON.parse(bytes);
      const { status, message } = await answerTo(bytes);
      assert.equal(status, 200);
      assert.deepEqual(message.id, sent.id);
      assert.equal(textOf(message.result), sent.params.arguments.text);
    });
});

describe('batches of 2025-03-26', () => {
  test('each element is answered, and each is judged', async () => {
    const old = await Session.open(gateway.url('probe'), gateway.token, { version: '2025-03-26' });
    assert.equal(old.version, '2025-03-26');
    const answer = await old.post(JSON.stringify([
      { jsonrpc: '2.0', id: 'a', method: 'ping' },
      { jsonrpc: '2.0', id: 'b', method: 'tools/call', params: { name: 'echo', arguments: { text: 'hi' } } },
      { jsonrpc: '2.0', id: 'c', method: 'tools/call', params: { name: 'nothing', arguments: {} } },
      { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1 } },
    ]));
    const text = await answer.text();
    const messages = answer.isStream
      ? [...text.matchAll(/^data: ?([{[].*)$/gm)].flatMap(([, json]) => JSON.parse(json))
      : JSON.parse(text);
    const byId = Object.fromEntries(messages.map((message) => [message.id, message]));
    assert.deepEqual(Object.keys(byId).sort(), ['a', 'b', 'c']);
    assert.deepEqual(byId.a.result, {});
    assert.equal(textOf(byId.b.result), 'hi');
    assert.ok(byId.c.error || byId.c.result.isError);
    assert.ok(!probe.sawCall('nothing'));
  });
});
