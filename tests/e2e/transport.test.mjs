// The client side as HTTP: who may speak at all, and what is no request.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway } from './doorward.mjs';
import { exchange, rawExchange, statusOf } from './http.mjs';
import { baseHeaders, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
const initialize = {
  jsonrpc: '2.0', id: 1, method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } },
};
let probe;
let gateway;
let url;

before(async () => {
  probe = await startProbe();
  gateway = await startGateway({ servers: { probe: { url: probe.url, pins: 'first_use' } } });
  url = gateway.url('probe');
});
after(async () => {
  await gateway?.stop();
  await probe?.close();
});

const post = (headers, body = initialize, to = url) =>
  exchange(to, { headers: { ...baseHeaders(gateway.token), ...headers }, body });

describe('credentials', () => {
  const cases = {
    none: () => undefined,
    'an empty bearer': () => 'Bearer ',
    'a wrong token': () => `Bearer ${'A'.repeat(43)}`,
    'the token with one more byte': () => `Bearer ${gateway.token}A`,
    'the token cut by one byte': () => `Bearer ${gateway.token.slice(0, -1)}`,
    'another scheme': () => `Basic ${Buffer.from(`local:${gateway.token}`).toString('base64')}`,
    "the operator's token": () => `Bearer ${gateway.operatorToken}`,
  };
  for (const [name, value] of Object.entries(cases))
    test(`${name} is answered 401 with a challenge`, async () => {
      const before = probe.requests.length;
      const headers = baseHeaders();
      if (value() !== undefined) headers.authorization = value();
      const answer = await exchange(url, { headers, body: initialize });
      assert.equal(answer.status, 401);
      assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer/);
      assert.equal(probe.requests.length, before);
      assert.ok(!answer.text.includes(gateway.token));
    });

  test('a token in the query is no credential', async () => {
    const answer = await exchange(`${url}?access_token=${gateway.token}`, { headers: baseHeaders(), body: initialize });
    assert.equal(answer.status, 401);
  });
  test('two Authorization headers are refused', async () => {
    const body = JSON.stringify(initialize);
    const text = await rawExchange(url, [
      'POST /mcp/probe HTTP/1.1', `Host: ${new URL(url).host}`, 'Content-Type: application/json',
      `Authorization: Bearer ${gateway.token}`, 'Authorization: Bearer other',
      'Accept: application/json, text/event-stream', `Content-Length: ${body.length}`, '', body,
    ].join('\r\n'));
    assert.ok([400, 401].includes(statusOf(text)), text);
  });
  test('the token opens a session', async () => {
    const session = await Session.open(url, gateway.token);
    assert.equal(textOf(await session.call('echo', { text: 'hi' })), 'hi');
  });
  test('the token is never sent to the server', () => {
    assert.ok(probe.requests.length > 0);
    for (const { headers } of probe.requests) assert.equal(headers.authorization, undefined);
  });
});

describe('Host and Origin', () => {
  const refused = {
    'a foreign Host': { host: 'evil.example' },
    'a foreign Host with the port': { host: 'evil.example:8080' },
    'a Host that only begins like loopback': { host: '127.0.0.1.evil.example' },
    'a Host with a user part': { host: 'localhost@evil.example' },
    'a foreign Origin': { origin: 'https://evil.example' },
    'the null Origin': { origin: 'null' },
    'an Origin that only begins like loopback': { origin: 'http://localhost.evil.example' },
  };
  for (const [name, headers] of Object.entries(refused))
    test(`${name} is answered 403`, async () => {
      const before = probe.requests.length;
      const answer = await post(headers);
      assert.ok(answer.status === 403 || (name.includes('user part') && answer.status === 400), `${answer.status}`);
      assert.equal(probe.requests.length, before);
    });
  test('localhost is accepted as Host', async () => {
    assert.equal((await post({ host: `localhost:${new URL(url).port}` })).status, 200);
  });
  test('the operator side checks them too', async () => {
    assert.equal((await exchange(`${gateway.operator}/healthz`, { method: 'GET', headers: { host: 'evil.example' } })).status, 403);
  });
});

describe('paths', () => {
  test('an unknown server is 404 after authentication', async () => {
    assert.equal((await post({}, initialize, gateway.url('nothing'))).status, 404);
  });
  test('an unknown server is 401 before it', async () => {
    assert.equal((await exchange(gateway.url('nothing'), { headers: baseHeaders(), body: initialize })).status, 401);
  });
  for (const path of ['/api/v1/approvals', '/metrics', '/healthz', '/readyz', '/audit/checkpoint', '/', '/mcp/../api/v1/approvals'])
    test(`${path} of the operator side is not on the client side`, async () => {
      const text = await rawExchange(url, [
        `GET ${path} HTTP/1.1`, `Host: ${new URL(url).host}`, `Authorization: Bearer ${gateway.operatorToken}`,
        'Connection: close', '', '',
      ].join('\r\n'));
      assert.ok(statusOf(text) >= 400, text.slice(0, 80));
    });
  test('no MCP on the operator side', async () => {
    const answer = await exchange(`${gateway.operator}/mcp/probe`, { headers: baseHeaders(gateway.operatorToken), body: initialize });
    assert.ok(answer.status >= 400);
  });
});

describe('the shape of a request', () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', ''])
    test(`content type \`${type}\` is answered 415`, async () => {
      assert.equal((await post({ 'content-type': type })).status, 415);
    });
  test('a charset of UTF-8 is fine', async () => {
    assert.equal((await post({ 'content-type': 'application/json; charset=utf-8' })).status, 200);
  });
  test('a method that MCP has not is answered 405', async () => {
    assert.equal((await exchange(url, { method: 'PUT', headers: baseHeaders(gateway.token), body: ping })).status, 405);
  });
  test('a request without its session is answered 400', async () => {
    assert.equal((await post({ 'mcp-protocol-version': '2025-11-25' }, ping)).status, 400);
  });
  test('an unknown session is answered 404', async () => {
    assert.equal((await post({ 'mcp-protocol-version': '2025-11-25', 'mcp-session-id': 'nope' }, ping)).status, 404);
  });
  test('an unknown revision in the header is answered 400', async () => {
    const session = await Session.open(url, gateway.token);
    const answer = await session.post(ping, { 'mcp-protocol-version': '1999-01-01' });
    assert.equal(answer.status, 400);
    await answer.text();
  });
});

describe('bytes that are no honest request', () => {
  const head = (lines) => () => [
    ...lines.map((line) => line.replace('HOST', new URL(url).host)), `Authorization: Bearer ${gateway.token}`,
    'Content-Type: application/json', 'Accept: application/json, text/event-stream',
  ];
  const body = JSON.stringify(initialize);
  const message = (lines, rest = '') => () => `${[...head(lines)(), '', ''].join('\r\n')}${rest}`;
  const start = ['POST /mcp/probe HTTP/1.1', 'Host: HOST'];
  const cases = {
    'nonsense': () => 'nonsense\r\n\r\n',
    'a TLS hello': () => Buffer.from('1603010200010001fc0303', 'hex'),
    'no Host': message([start[0], `Content-Length: ${body.length}`], body),
    'two Hosts': message([...start, 'Host: HOST', `Content-Length: ${body.length}`], body),
    'two lengths': message([...start, `Content-Length: ${body.length}`, 'Content-Length: 3'], body),
    'length and chunks': message([...start, `Content-Length: ${body.length}`, 'Transfer-Encoding: chunked'], `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`),
    'an unknown transfer coding': message([...start, 'Transfer-Encoding: chunked, identity'], '0\r\n\r\n'),
    'a negative length': message([...start, 'Content-Length: -1'], body),
    'a length with a sign': message([...start, `Content-Length: +${body.length}`], body),
    'a bad chunk size': message([...start, 'Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'),
    'a space before the colon': message([...start, `Content-Length : ${body.length}`], body),
    'a folded header': message([...start, 'X-A: b', ' c', `Content-Length: ${body.length}`], body),
    'a bare line feed in the head': () => head([...start, `Content-Length: ${body.length}`])().join('\n') + `\n\n${body}`,
    'a NUL in a header': message([...start, 'X-A: b\0c', `Content-Length: ${body.length}`], body),
    'an endless head': message([...start, `X-A: ${'a'.repeat(200_000)}`, `Content-Length: ${body.length}`], body),
    'ten thousand headers': message([...start, ...Array(10_000).fill('X-A: b'), `Content-Length: ${body.length}`], body),
    'HTTP/0.9': () => 'GET /mcp/probe\r\n\r\n',
    'HTTP/2 by prior knowledge': () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  };
  for (const [name, bytes] of Object.entries(cases))
    test(`${name} is refused`, async () => {
      const before = probe.requests.length;
      const status = statusOf(await rawExchange(url, bytes()));
      assert.ok(status === 0 || (status >= 400 && status < 600), `status ${status}`);
      assert.equal(probe.requests.length, before);
    });

  test('a body of 100 MB is refused by its length alone', async () => {
    const status = statusOf(await rawExchange(url, message([...start, 'Content-Length: 104857600'], '{')()));
    assert.ok([400, 413].includes(status), `status ${status}`);
  });
  test('a chunked body without end is cut off', async () => {
    const chunk = `10000\r\n${' '.repeat(65536)}\r\n`;
    const text = await rawExchange(url, message([...start, 'Transfer-Encoding: chunked'], chunk.repeat(600))());
    assert.ok([0, 400, 413].includes(statusOf(text)), text.slice(0, 80));
  });
  test('an honest chunked body is served', async () => {
    const text = await rawExchange(url, message([...start, 'Transfer-Encoding: chunked'],
      `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`)());
    assert.equal(statusOf(text), 200);
  });
  test('the gateway still serves after all of it', async () => {
    const session = await Session.open(url, gateway.token);
    assert.equal(textOf(await session.call('echo', { text: 'alive' })), 'alive');
  });
});
