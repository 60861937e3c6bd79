// What a server is shown: its own credential, renewed and rotated, and never the client's.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { importSPKI, jwtVerify } from 'jose';
import { runDoorward, startGateway, writeConfiguration } from './doorward.mjs';
import { startIssuer } from './issuer.mjs';
import { modernRequest, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

const audience = 'https://gw.example/mcp';
let folder;
let issuer;
let probe;
let gateway;
let keys;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doorward-secrets-'));
  writeFileSync(join(folder, 'bearer'), 'first-value\n');
  keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(folder, 'key.pem'), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  process.env.UPSTREAM_SECRET = 'secret of the gateway';
  issuer = await startIssuer();
  probe = await startProbe();
  const server = (credential) => ({ url: probe.url, pins: 'first_use', credential });
  const client = { issuer: issuer.url, client_id: 'gw', client_secret: { secret: 'env' } };
  const place = writeConfiguration({
    secrets: {
      file: { file: join(folder, 'bearer') }, env: { env: 'UPSTREAM_SECRET' }, pem: { file: join(folder, 'key.pem') },
      kept: { store: 'kept' },
    },
    servers: {
      fixed: server({ bearer: { secret: 'file' } }),
      kept: server({ bearer: { secret: 'kept' } }),
      own: server({ client_credentials: { ...client, scope: 'a b' } }),
      signed: server({ client_credentials: { issuer: issuer.url, client_id: 'gw', private_key: { secret: 'pem' }, audience: 'the-server' } }),
      user: server({ token_exchange: client }),
      none: { url: probe.url, pins: 'first_use' },
    },
    identity: { oauth: [{ issuer: issuer.url, audiences: [audience] }] },
  });
  const set = await runDoorward(['secrets', 'set', 'kept', '--config', place.file], { input: 'from the store\n', cwd: place.folder });
  assert.equal(set.code, 0, set.err);
  gateway = await startGateway(undefined, { place });
});
after(async () => {
  await gateway?.stop();
  await probe?.close();
  await issuer?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a session with the server and calls once; which Authorization values the server saw. */
async function seenBy(name, token) {
  const before = probe.requests.length;
  const session = await Session.open(gateway.url(name), token ?? await issuer.token({ aud: audience }));
  assert.equal(textOf(await session.call('echo', { text: 'hi' })), 'hi');
  return { session, seen: [...new Set(probe.requests.slice(before).map(({ headers }) => headers.authorization))] };
}
let count = 0;
const seenNow = async (session) => {
  const before = probe.requests.length;
  await session.call('echo', { text: `hi ${++count}` });
  return probe.requests.slice(before).map(({ headers }) => headers.authorization).at(-1);
};
const asked = () => issuer.requests.filter(({ path }) => path === '/token');

test('a server without a credential gets none', async () => {
  assert.deepEqual((await seenBy('none')).seen, [undefined]);
});

test('a rotated secret counts without a restart, in open sessions too', async () => {
  const { session, seen } = await seenBy('fixed');
  assert.deepEqual(seen, ['Bearer first-value']);
  writeFileSync(join(folder, 'next'), 'second-value\n');
  renameSync(join(folder, 'next'), join(folder, 'bearer'));
  await until(async () => await seenNow(session) === 'Bearer second-value', { what: 'the new value is sent', every: 250 });
});

test('the store keeps a value, and a new one counts without a restart', async () => {
  const { session, seen } = await seenBy('kept');
  assert.deepEqual(seen, ['Bearer from the store']);
  const set = await runDoorward(['secrets', 'set', 'kept', '--config', gateway.file], { input: 'another', cwd: gateway.folder });
  assert.equal(set.code, 0, set.err);
  await until(async () => await seenNow(session) === 'Bearer another', { what: 'the new value is sent', every: 250 });
  assert.match((await gateway.cli('secrets', 'list')).out, /^kept$/m);
  assert.equal((await gateway.cli('secrets', 'rm', 'no-such')).code, 1);
  const canary = await gateway.cli('secrets', 'canary', 'bait');
  assert.match(canary.out, /^sk_live_[0-9a-f]{48}$/m);
  assert.match((await gateway.cli('secrets', 'list')).out, /^bait {2}\(canary\)$/m);
});

describe('a token of the gateway', () => {
  test('is asked for once, for this server, and kept', async () => {
    issuer.tokens = () => ({ access_token: 'own-1', token_type: 'Bearer', expires_in: 300 });
    const count = asked().length;
    const { session, seen } = await seenBy('own');
    assert.deepEqual(seen, ['Bearer own-1']);
    await session.call('echo', { text: 'hi' });
    assert.equal(asked().length, count + 1);
    const { form, headers } = asked().at(-1);
    assert.equal(form.grant_type, 'client_credentials');
    assert.equal(form.scope, 'a b');
    assert.equal(form.resource, probe.url);
    assert.equal(headers.authorization, `Basic ${Buffer.from('gw:secret%20of%20the%20gateway').toString('base64')}`);
  });
  test('is forgotten with the server that an operator stops, and asked for anew', async () => {
    const count = asked().length;
    assert.deepEqual((await seenBy('own')).seen, ['Bearer own-1']);
    assert.equal(asked().length, count);
    assert.equal((await gateway.cli('kill', 'own')).code, 0);
    await assert.rejects(Session.open(gateway.url('own'), await issuer.token({ aud: audience })), /rogue\.stopped/);
    assert.equal(asked().length, count);
    assert.equal((await gateway.cli('kill', 'own', '--lift')).code, 0);
    issuer.tokens = () => ({ access_token: 'own-new', token_type: 'Bearer', expires_in: 300 });
    assert.deepEqual((await seenBy('own')).seen, ['Bearer own-new']);
    assert.equal(asked().length, count + 1);
  });
  test('can be asked for by a signed assertion', async () => {
    issuer.tokens = () => ({ access_token: 'own-2', token_type: 'bearer' });
    assert.deepEqual((await seenBy('signed')).seen, ['Bearer own-2']);
    const { form, headers } = asked().at(-1);
    assert.equal(headers.authorization, undefined);
    assert.equal(form.audience, 'the-server');
    assert.equal(form.client_assertion_type, 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    const key = await importSPKI(keys.publicKey.export({ type: 'spki', format: 'pem' }), 'ES256');
    const { payload } = await jwtVerify(form.client_assertion, key, { issuer: 'gw', subject: 'gw', audience: issuer.url });
    assert.ok(payload.jti && payload.exp - payload.iat <= 60);
  });
});

describe('a token for the calling user', () => {
  test('is exchanged for his, and never another one’s', async () => {
    issuer.tokens = (form) => {
      const { sub } = JSON.parse(Buffer.from(form.subject_token.split('.')[1], 'base64url').toString());
      return { access_token: `for-${sub}`, token_type: 'Bearer', expires_in: 300, issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' };
    };
    const ana = await issuer.token({ aud: audience });
    const first = await seenBy('user', ana);
    assert.deepEqual(first.seen, ['Bearer for-ana']);
    const { form } = asked().at(-1);
    assert.equal(form.grant_type, 'urn:ietf:params:oauth:grant-type:token-exchange');
    assert.equal(form.subject_token, ana);
    assert.equal(form.subject_token_type, 'urn:ietf:params:oauth:token-type:access_token');
    assert.deepEqual((await seenBy('user', await issuer.token({ aud: audience, sub: 'bob' }))).seen, ['Bearer for-bob']);
  });
  test('where the issuer gives none, the server sees nothing', async () => {
    issuer.tokens = () => undefined;
    const before = probe.requests.length;
    await assert.rejects(Session.open(gateway.url('user'), await issuer.token({ aud: audience, sub: 'eve' })));
    assert.equal(probe.requests.length, before);
  });
});

describe('what one caller lacks', () => {
  test('is his refusal alone, and no fault of the server', async () => {
    issuer.tokens = (form) => {
      const { sub, jti } = JSON.parse(Buffer.from(form.subject_token.split('.')[1], 'base64url').toString());
      return sub === 'eve' ? undefined : { access_token: `for-${sub}-${jti}`, token_type: 'Bearer', expires_in: 300 };
    };
    const eve = await issuer.token({ aud: audience, sub: 'eve' });
    for (let i = 0; i < 8; ++i) {
      const { message } = await modernRequest(gateway.url('user'), eve, 'tools/call', { name: 'echo', arguments: { text: `${i}` } });
      const decision = message.result?._meta?.['io.doorward/decision'] ?? message.error?.data;
      assert.equal(decision?.reason, 'identity.no_exchange', JSON.stringify(message));
    }
    assert.equal((await seenBy('user', await issuer.token({ aud: audience, sub: 'fay' }))).seen.length, 1);
  });
  test('a token is exchanged for itself, not for its holder', async () => {
    const [wide, narrow] = [await issuer.token({ aud: audience, sub: 'gil', scope: 'admin read' }), await issuer.token({ aud: audience, sub: 'gil', scope: 'read' })];
    const [first] = (await seenBy('user', wide)).seen;
    const [second] = (await seenBy('user', narrow)).seen;
    assert.match(first, /^Bearer for-gil-/);
    assert.notEqual(first, second);
    assert.equal(asked().at(-1).form.subject_token, narrow);
  });
});

test('a fetched token is a held secret: kept from other servers and from the log', async () => {
  const fetched = 'opaque.upstream-token_of-the-gateway~1234567';
  issuer.tokens = () => ({ access_token: fetched, token_type: 'Bearer', expires_in: 300 });
  assert.equal((await gateway.cli('kill', 'own')).code, 0);
  assert.equal((await gateway.cli('kill', 'own', '--lift')).code, 0);
  assert.deepEqual((await seenBy('own')).seen, [`Bearer ${fetched}`]);
  const other = await Session.open(gateway.url('none'), await issuer.token({ aud: audience }));
  for (const text of [fetched, `x ${fetched} y`, Buffer.from(`token ${fetched} `).toString('base64')]) {
    const refused = await other.call('echo', { text });
    assert.equal(refused._meta?.['io.doorward/decision']?.reason, 'secrets.held_secret', JSON.stringify(refused));
  }
  assert.equal(textOf(await other.call('echo', { text: 'opaque.upstream-token' })), 'opaque.upstream-token');
  const exported = await gateway.cli('audit', 'export');
  assert.ok(!exported.out.includes(fetched));
});

test('no server ever saw a token of a client', () => {
  assert.ok(probe.requests.length > 10);
  for (const { headers, text } of probe.requests) {
    assert.ok(!/"?eyJ[\w-]+\.eyJ/.test(JSON.stringify(headers)), JSON.stringify(headers));
    assert.ok(!/eyJ[\w-]+\.eyJ/.test(text));
  }
});
