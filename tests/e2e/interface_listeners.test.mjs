// INTERFACE, "Listeners": both sides, what is open, what is not, and the files of the first start.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startGateway, stdioProbe } from './doorward.mjs';
import { exchange } from './http.mjs';
import { baseHeaders, bearer, modernRequest, Session, textOf } from './mcp.mjs';

let gateway;
before(async () => { gateway = await startGateway({ servers: { probe: stdioProbe(), second: stdioProbe() } }); });
after(() => gateway?.stop());
const get = (base, path, token, more = {}) => exchange(`${base}${path}`, { method: 'GET', headers: { ...bearer(token), ...more } });

describe('standard output', () => {
  test('is the three lines, in order, and no more', () => {
    assert.deepEqual(gateway.lines.map((line) => line.replace(/\d+$/, 'N')),
      ['listening client http://127.0.0.1:N', 'listening operator http://127.0.0.1:N', 'ready']);
  });
  test('how to use the tokens is told on standard error', () => {
    for (const name of ['local-token', 'operator-token']) assert.ok(gateway.stderr.includes(name));
  });
});

describe('the tokens of the first start', () => {
  for (const name of ['local-token', 'operator-token'])
    test(`${name}: one line of 32 bytes in base64url, mode 0600`, () => {
      const file = join(gateway.folder, 'state', name);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const text = readFileSync(file, 'utf8');
      assert.match(text, /^[A-Za-z0-9_-]{43}\n?$/);
      assert.equal(Buffer.from(text.trim(), 'base64url').length, 32);
    });
  test('each opens its own side only', async () => {
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
    assert.equal((await exchange(gateway.url('probe'), { headers: baseHeaders(gateway.operatorToken), body: ping })).status, 401);
    assert.equal((await get(gateway.operator, '/api/v1/approvals', gateway.token)).status, 401);
  });
  test('the log and its checkpoint stand in state/audit', () => {
    assert.ok(existsSync(join(gateway.folder, 'state/audit/checkpoint')));
    assert.equal(statSync(join(gateway.folder, 'state')).mode & 0o077, 0);
  });
});

describe('client side', () => {
  test('/mcp/NAME serves one server with its own names', async () => {
    const session = await Session.open(gateway.url('probe'), gateway.token);
    const { tools } = (await session.request('tools/list')).result;
    assert.ok(tools.some(({ name }) => name === 'echo'));
    assert.equal(textOf(await session.call('echo', { text: 'one' })), 'one');
  });
  test('/mcp serves all in one, with names server__tool', async () => {
    const session = await Session.open(gateway.url(), gateway.token);
    const { tools } = (await session.request('tools/list')).result;
    for (const name of ['probe__echo', 'second__echo']) assert.ok(tools.some((tool) => tool.name === name), name);
    assert.equal(textOf(await session.call('second__echo', { text: 'two' })), 'two');
  });
  test('revisions of both eras are served over HTTP', async () => {
    for (const version of ['2025-03-26', '2025-06-18', '2025-11-25'])
      assert.equal((await Session.open(gateway.url('probe'), gateway.token, { version })).version, version);
    const { status, message } = await modernRequest(gateway.url('probe'), gateway.token, 'tools/list', {});
    assert.equal(status, 200);
    assert.ok(message.result.tools.length > 0);
  });
  test('2024-11-05 is not served over HTTP', async () => {
    const session = await Session.open(gateway.url('probe'), gateway.token, { version: '2024-11-05' });
    assert.notEqual(session.version, '2024-11-05');
  });
  test('the old HTTP+SSE transport is off', async () => {
    for (const path of ['/sse', '/mcp/probe/sse'])
      assert.notEqual((await get(gateway.client, path, gateway.token, { accept: 'text/event-stream' })).status, 200);
  });
  test('nothing of the operator side is reachable, with whatever credential', async () => {
    for (const path of ['/', '/api/v1/approvals', '/api/v1/status', '/metrics', '/healthz', '/readyz', '/audit/checkpoint', '/audit/tile/0/000'])
      for (const token of [undefined, gateway.token, gateway.operatorToken])
        assert.ok([401, 404].includes((await get(gateway.client, path, token)).status), path);
  });
  test('no metadata of OAuth while it is off', async () => {
    for (const path of ['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp'])
      assert.notEqual((await get(gateway.client, path)).status, 200);
  });
});

describe('operator side', () => {
  test('/healthz and /readyz are open, without detail', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const answer = await get(gateway.operator, path);
      assert.equal(answer.status, 200);
      assert.ok(answer.text.length < 40, answer.text);
    }
  });
  test('the rest asks for a credential', async () => {
    for (const path of ['/api/v1/approvals', '/api/v1/openapi.json', '/api/v1/status', '/metrics', '/audit/checkpoint', '/audit/tile/0/000']) {
      const answer = await get(gateway.operator, path);
      assert.equal(answer.status, 401, path);
      assert.match(answer.headers['www-authenticate'], /^Bearer/);
    }
  });
  test('/ is the console', async () => {
    const answer = await get(gateway.operator, '/', gateway.operatorToken);
    assert.equal(answer.status, 200);
    assert.match(answer.headers['content-type'], /^text\/html/);
  });
  test('/api/v1 is JSON and describes itself', async () => {
    for (const path of ['/api/v1/approvals', '/api/v1/openapi.json', '/api/v1/status', '/api/v1/check']) {
      const answer = await get(gateway.operator, path, gateway.operatorToken);
      assert.equal(answer.status, 200, path);
      assert.match(answer.headers['content-type'], /^application\/json/);
      JSON.parse(answer.text);
    }
  });
  test('each path of the description is there', async () => {
    const { paths } = JSON.parse((await get(gateway.operator, '/api/v1/openapi.json', gateway.operatorToken)).text);
    for (const [path, methods] of Object.entries(paths))
      for (const method of Object.keys(methods).filter((name) => name === 'get')) {
        const url = path.replace(/\{[^}]+\}/g, 'x');
        const { status, text } = await exchange(`${gateway.operator}${url}`, { method: method.toUpperCase(), headers: bearer(gateway.operatorToken) });
        assert.ok(status === 200 || !text.includes('no such resource'), `${method} ${path}: ${status} ${text}`);
      }
  });
  test('/metrics is Prometheus text', async () => {
    const answer = await get(gateway.operator, '/metrics', gateway.operatorToken);
    assert.match(answer.headers['content-type'], /^text\/plain/);
    for (const line of answer.text.trim().split('\n'))
      assert.match(line, /^(# (HELP|TYPE) doorward_[a-z_]+ .+|doorward_[a-z_]+(\{[^}]*\})? [-+0-9.eE]+)$/);
  });
  test('/audit/checkpoint and /audit/tile are the log', async () => {
    const session = await Session.open(gateway.url('probe'), gateway.token);
    await session.call('echo', { text: 'x' });
    assert.equal((await exchange(`${gateway.operator}/api/v1/audit/publish`, { method: 'POST', headers: { ...bearer(gateway.operatorToken), 'content-length': 0 } })).status, 200);
    const checkpoint = await get(gateway.operator, '/audit/checkpoint', gateway.operatorToken);
    assert.equal(checkpoint.status, 200);
    const [origin, size] = checkpoint.text.split('\n');
    assert.ok(origin.length > 0);
    assert.ok(Number(size) > 0);
    const width = Number(size) >= 256 ? '' : `.p/${size}`;
    for (const path of [`/audit/tile/0/000${width}`, `/audit/tile/entries/000${width}`])
      assert.equal((await get(gateway.operator, path, gateway.operatorToken)).status, 200, path);
  });
  test('no way leads out of the log', async () => {
    for (const path of ['/audit/key', '/audit/tile/../../operator-token', '/audit/tile/%2e%2e/%2e%2e/operator-token', '/audit/'])
      assert.ok([400, 404].includes((await get(gateway.operator, path, gateway.operatorToken)).status), path);
  });
  test('no MCP there', async () => {
    for (const path of ['/mcp', '/mcp/probe'])
      assert.equal((await exchange(`${gateway.operator}${path}`, { headers: baseHeaders(gateway.operatorToken), body: { jsonrpc: '2.0', id: 1, method: 'ping' } })).status, 404);
  });
  test('Host and Origin are checked', async () => {
    for (const more of [{ host: 'evil.example' }, { origin: 'https://evil.example' }])
      assert.equal((await get(gateway.operator, '/api/v1/approvals', gateway.operatorToken, more)).status, 403);
  });
});
