// What is taken away counts no more: for the next request, for open streams, after a restart.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { makeToken, startGateway } from './doorward.mjs';
import { exchange } from './http.mjs';
import { startIssuer } from './issuer.mjs';
import { baseHeaders, bearer, Session } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

const audience = 'https://gw.example/mcp';
const now = () => Math.floor(Date.now() / 1000);
let gateway;
let issuer;
let probe;
let ci;

before(async () => {
  issuer = await startIssuer();
  probe = await startProbe();
  ci = await makeToken('ci');
  gateway = await startGateway({
    servers: { probe: { url: probe.url, pins: 'first_use' } },
    identity: { oauth: [{ issuer: issuer.url, audiences: [audience] }], tokens: [ci.line], leeway: '0s' },
  });
});
after(async () => {
  await gateway?.stop();
  await probe?.close();
  await issuer?.close();
});

const revocations = (method, body) => {
  const headers = { ...bearer(gateway.operatorToken), 'content-length': Buffer.byteLength(JSON.stringify(body)) };
  return exchange(`${gateway.operator}/api/v1/revocations`, { method, headers, body: JSON.stringify(body) });
};
const initialize = async (token) => (await exchange(gateway.url('probe'), {
  headers: baseHeaders(token),
  body: {
    jsonrpc: '2.0', id: 1, method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } },
  },
})).status;

/** A session of `token` with an open stream; `ended` becomes true when the stream ends. */
async function openStream(token) {
  const session = await Session.open(gateway.url('probe'), token);
  const stream = await session.listen();
  assert.equal(stream.status, 200);
  const state = { session, ended: false };
  stream.text().catch(() => {}).then(() => { state.ended = true; });
  return state;
}

for (const [kind, value] of [['principal', 'ana'], ['jti', 'the-one']])
  test(`a revoked ${kind} is shut out at once, and its stream and session end`, async () => {
    const token = await issuer.token({ aud: audience, jti: 'the-one' });
    const open = await openStream(token);
    const other = await openStream(await issuer.token({ aud: audience, sub: 'bob' }));
    assert.equal((await revocations('POST', { [kind]: value })).status, 201);
    assert.equal(await initialize(token), 401);
    await until(() => open.ended, { what: 'the stream ends', every: 250 });
    assert.equal(other.ended, false);
    assert.equal((await revocations('DELETE', { [kind]: value })).status, 200);
    assert.equal(await initialize(token), 200);
    const answer = await open.session.post({ jsonrpc: '2.0', id: 7, method: 'ping' });
    assert.equal(answer.status, kind === 'principal' ? 404 : 200);
    answer.drop();
  });

test('a bad request changes nothing', async () => {
  for (const body of [{}, { principal: '' }, { principal: 7 }, { principal: 'a', jti: 'b' }, { user: 'ana' }, '['])
    assert.equal((await revocations('POST', body)).status, 400);
});

test('a stream ends with its token', async () => {
  const open = await openStream(await issuer.token({ aud: audience, exp: now() + 3 }));
  await until(() => open.ended, { what: 'the stream ends', every: 250 });
});

test('a token that is taken out of the configuration ends with the reload', async () => {
  const open = await openStream(ci.text);
  const config = JSON.parse(readFileSync(gateway.file, 'utf8'));
  writeFileSync(gateway.file, JSON.stringify({ ...config, identity: { ...config.identity, tokens: [] } }));
  gateway.child.kill('SIGHUP');
  await until(() => open.ended, { what: 'the stream ends', every: 250 });
  assert.equal(await initialize(ci.text), 401);
});

describe('bursts of bad credentials', () => {
  test('raise one event, and a good credential passes', async () => {
    for (let i = 0; i < 25; ++i) assert.equal(await initialize(`dw_ci_${'A'.repeat(43)}`), 401);
    assert.equal(await initialize(await issuer.token({ aud: audience })), 200);
    const { out } = await gateway.cli('audit', 'export');
    assert.equal(out.split('\n').filter((line) => line.includes('identity.failure_burst')).length, 1, out.slice(-2000));
  });
});
