// Requests that are signed (RFC 9421, Ed25519): a flipped bit, a replay and a stale one are refused
// and never reach the server.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { allowAll, makeToken, startGateway } from './doorward.mjs';
import { begin } from './http.mjs';
import { baseHeaders, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';

const keys = generateKeyPairSync('ed25519');
const publicKey = keys.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
const now = () => Math.floor(Date.now() / 1000);
let ana;
let bob;
let probe;
let gateway;
let url;

before(async () => {
  ana = await makeToken('ana');
  bob = await makeToken('bob');
  probe = await startProbe();
  gateway = await startGateway({
    servers: { probe: { url: probe.url, pins: 'first_use' } },
    identity: {
      tokens: [ana.line, bob.line],
      signatures: { keys: [{ id: 'ana-agent', user: 'ana', key: publicKey }] },
    },
    policy: allowAll,
  });
  url = gateway.url('probe');
});
after(async () => {
  await gateway?.stop();
  await probe?.close();
});

/** The signature headers of one request, as a signing client makes them. */
function signature(method, headers, body, { created = now(), nonce = randomUUID() } = {}) {
  const digest = `sha-256=:${createHash('sha256').update(body ?? '').digest('base64')}:`;
  const { pathname, search } = new URL(url);
  const covered = [['@method', method], ['@request-target', pathname + search]];
  if (method === 'POST') covered.push(['content-digest', digest]);
  if (headers['mcp-session-id']) covered.push(['mcp-session-id', headers['mcp-session-id']]);
  const params = `(${covered.map(([name]) => `"${name}"`).join(' ')});created=${created};keyid="ana-agent";nonce="${nonce}"`;
  const base = [...covered.map(([name, value]) => `"${name}": ${value}`), `"@signature-params": ${params}`].join('\n');
  return {
    ...(method === 'POST' && { 'content-digest': digest }),
    'signature-input': `s=${params}`,
    signature: `s=:${sign(null, Buffer.from(base), keys.privateKey).toString('base64')}:`,
  };
}

async function send(body, { method = 'POST', headers = {}, signed, sent = body } = {}) {
  const all = { ...baseHeaders(ana.text), 'mcp-protocol-version': '2025-11-25', ...headers };
  const answer = await begin(url, { method, headers: { ...all, ...(signed ?? signature(method, all, body)) }, body: sent });
  const text = answer.isStream ? '' : await answer.text();
  if (answer.isStream) for await (const event of answer.events()) if (event.data.includes('"id":')) return { answer, reply: JSON.parse(event.data) };
  return { answer, reply: text ? JSON.parse(text) : undefined };
}

async function open() {
  const { answer } = await send(JSON.stringify({
    jsonrpc: '2.0', id: 1, method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'signer', version: '1' } },
  }));
  assert.equal(answer.status, 200);
  const headers = { 'mcp-session-id': answer.headers['mcp-session-id'] };
  assert.equal((await send(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }), { headers })).answer.status, 202);
  return headers;
}
let next = 2;
const call = (word) => JSON.stringify({ jsonrpc: '2.0', id: next++, method: 'tools/call', params: { name: 'echo', arguments: { text: word } } });

describe('signed requests', () => {
  test('pass, from initialize to the end of the session', async () => {
    const headers = await open();
    const { reply } = await send(call('signed'), { headers });
    assert.match(textOf(reply.result), /signed/);
    assert.ok([200, 204].includes((await send(undefined, { method: 'DELETE', headers })).answer.status));
  });
  test('a body with one flipped bit, a replay, a stale and an unsigned one are refused', async () => {
    const headers = await open();
    const all = { ...baseHeaders(ana.text), 'mcp-protocol-version': '2025-11-25', ...headers };
    const good = call('good');
    const flipped = await send(good, { headers, sent: good.replace('good', 'gooe') });
    assert.equal(flipped.answer.status, 400);
    assert.equal(flipped.reply.error.data.reason ?? flipped.reply.error.data['io.doorward/decision']?.reason, 'transport.digest');
    const [old, other] = [call('old'), call('other')];
    const digest = `sha-256=:${createHash('sha256').update(other).digest('base64')}:`;
    const refusals = [
      ['transport.signature_stale', { signed: signature('POST', all, old, { created: now() - 3600 }) }, old],
      ['transport.signature_missing', { signed: {} }, call('plain')],
      ['transport.signature_invalid', { signed: { ...signature('POST', all, old), 'content-digest': digest } }, other],
    ];
    for (const [reason, options, body] of refusals) {
      const { answer, reply } = await send(body, { headers, ...options });
      assert.equal(answer.status, 401, reason);
      assert.match(answer.headers['www-authenticate'], /^Signature /);
      assert.equal(reply.error.data.reason, reason);
      assert.equal(reply.error.data.requirement, 'R5.7');
    }
    const body = call('once');
    const once = signature('POST', all, body);
    assert.match(textOf((await send(body, { headers, signed: once })).reply.result), /once/);
    const again = await send(body, { headers, signed: once });
    assert.equal(again.answer.status, 401);
    assert.equal(again.reply.error.data.reason, 'transport.signature_replayed');
  });
  test('are not asked of a user without a key, whose key signs nothing of others', async () => {
    const session = await Session.open(url, bob.text);
    assert.match(textOf(await session.call('echo', { text: 'plain' })), /plain/);
    const body = call('stolen');
    const all = { ...baseHeaders(bob.text), 'mcp-protocol-version': '2025-11-25', 'mcp-session-id': session.id };
    const answer = await begin(url, { headers: { ...all, ...signature('POST', all, body) }, body });
    assert.equal(answer.status, 200); // nobody asked him; what he is, his token says
    answer.drop();
    await session.end();
  });
});
