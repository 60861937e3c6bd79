// A server that answers wrongly or with hostile bytes: the client gets a clear end, never those bytes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway } from './doorward.mjs';
import { Session, textOf } from './mcp.mjs';
import { startScripted } from './servers/scripted_http.mjs';
import { until } from './wait.mjs';

let upstream;
let gateway;

before(async () => {
  upstream = await startScripted();
  gateway = await startGateway({
    servers: { scripted: { url: upstream.url, pins: 'first_use' } }, limits: { result_bytes: '64KiB', repeat_failures: 1000, breaker_failures: 1000 },
  });
});
after(async () => {
  await gateway?.stop();
  await upstream?.close();
});

const asJson = (body, status = 200) => (response, id) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'function' ? body(id) : body);
const asStream = (...events) => (response, id) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events) response.write(typeof event === 'function' ? event(id) : event);
  response.end();
};
const reply = (id, result) => JSON.stringify({ jsonrpc: '2.0', id, result });
const poison = { content: [{ type: 'text', text: 'poison' }] };
const good = { content: [{ type: 'text', text: 'good' }] };

const bad = {
  'no JSON': asJson('poison'),
  'half a JSON text': asJson((id) => reply(id, poison).slice(0, -4)),
  'a member twice': asJson((id) => reply(id, poison).replace('"result"', '"result":{"content":[]},"result"')),
  'a member twice inside the result': asJson((id) => reply(id, poison).replace('"text":"poison"', '"text":"ok","text":"poison"')),
  'a look-alike of result': asJson((id) => reply(id, poison).replace('"result"', '"Result":{},"result"')),
  'bad UTF-8': (response, id) => response.writeHead(200, { 'content-type': 'application/json' })
    .end(Buffer.from(reply(id, poison).replace('poison', 'poison\u00ff'), 'latin1')),
  'the id of another request': asJson(() => reply('somebody-else', poison)),
  'no id': asJson('{"jsonrpc":"2.0","result":{"content":[{"type":"text","text":"poison"}]}}'),
  'neither result nor error': asJson((id) => JSON.stringify({ jsonrpc: '2.0', id, poison: 1 })),
  'both result and error': asJson((id) => JSON.stringify({ jsonrpc: '2.0', id, result: poison, error: { code: 1, message: 'poison' } })),
  'a result that is no tool result': asJson((id) => reply(id, { content: 'poison' })),
  'ten thousand levels': asJson((id) => reply(id, { content: [], structuredContent: {} }).replace('{}', '{"poison":'.repeat(10_000) + '1' + '}'.repeat(10_000))),
  'more than result_bytes': asJson((id) => reply(id, { content: [{ type: 'text', text: 'poison'.repeat(50_000) }] })),
  'HTTP 500 with a stack': asJson('{"error":"poison at /srv/secret/app.js:1"}', 500),
  'HTTP 401': asJson('{"error":"poison"}', 401),
  'a redirect': (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/poison' }).end(),
  'another content type': (response, id) => response.writeHead(200, { 'content-type': 'text/html' }).end(reply(id, poison)),
  'a stream that ends without the answer': asStream(': hello\n\n'),
  'a stream with an event that is no JSON': asStream('data: poison\n\n'),
  'a stream with an endless line': (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.on('error', () => {});
    response.write(`data: ${'poison'.repeat(4_000_000)}`);
    response.end();
  },
  'a stream with the answer to another request first': asStream(() => `data: ${reply('other', poison)}\n\n`),
  'a closed connection': (response) => response.destroy(),
};

describe('ends clearly, and shows nothing of it', () => {
  for (const [name, script] of Object.entries(bad))
    test(name, async () => {
      upstream.answer(script);
      const session = await Session.open(gateway.url('scripted'), gateway.token);
      const answer = await session.request('tools/call', { name: 'go', arguments: {} });
      assert.ok(answer.error !== undefined || answer.result?.isError === true, JSON.stringify(answer).slice(0, 300));
      assert.ok(!JSON.stringify(answer).includes('poison'));
      // The breaker of a server that fails again and again may be open; it must close again.
      upstream.answer(asJson((id) => reply(id, good)));
      await until(async () => textOf((await session.request('tools/call', { name: 'go', arguments: {} })).result) === 'good',
        { every: 500, patience: 60_000 });
    });
});

test('a credential that the server does not take is told as that, and the log says what it asks for', async () => {
  upstream.answer((response) => response.writeHead(403, {
    'www-authenticate': 'Bearer error="insufficient_scope", scope="files:write"', 'content-type': 'application/json',
  }).end('{"error":"poison"}'));
  const session = await Session.open(gateway.url('scripted'), gateway.token);
  const { result } = await session.request('tools/call', { name: 'go', arguments: {} });
  assert.match(textOf(result), /does not take the credential[^]*HTTP 401 or 403/);
  assert.doesNotMatch(JSON.stringify(result), /poison|files:write/, 'the server chose those words');
  assert.match(gateway.stderr, /HTTP status `403`[^]*insufficient_scope[^]*files:write/);
  upstream.answer(asJson((id) => reply(id, good)));
  await until(async () => textOf((await session.request('tools/call', { name: 'go', arguments: {} })).result) === 'good',
    { every: 500, patience: 60_000 });
});

describe('passes', () => {
  const fine = {
    'a plain answer': asJson((id) => reply(id, good)),
    'an answer on a stream': asStream((id) => `event: message\ndata: ${reply(id, good)}\n\n`),
    'an event over several data lines, with carriage returns': asStream((id) =>
      `id: 1\r\ndata: {"jsonrpc":"2.0","id":${JSON.stringify(id)},\r\ndata: "result":${JSON.stringify(good)}}\r\n\r\n`),
    'an answer in one-byte pieces': (response, id) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const byte of Buffer.from(`data: ${reply(id, good)}\n\n`)) response.write(Buffer.from([byte]));
      response.end();
    },
    'unknown members in the result': asJson((id) => reply(id, { ...good, later: { a: 1 } })),
    'big numbers, to the digit': asJson((id) => reply(id, good).replace('"content"', '"n":12345678901234567890.10,"content"')),
  };
  for (const [name, script] of Object.entries(fine))
    test(name, async () => {
      upstream.answer(script);
      const session = await Session.open(gateway.url('scripted'), gateway.token);
      const { answer } = session.start('tools/call', { name: 'go', arguments: {} }, 5);
      const text = await (await answer).text();
      assert.match(text, /"good"/);
      if (name.startsWith('big')) assert.ok(text.includes('12345678901234567890.10'), text);
      if (name.startsWith('unknown')) assert.ok(text.includes('"later"'), text);
    });
});
