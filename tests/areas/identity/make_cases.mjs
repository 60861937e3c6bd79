// Makes keys.json, binding.jsonl, revoked.jsonl and the cases of token.jsonl whose names begin with
// `oauth`: node tests/areas/identity/make_cases.mjs, with the packages of tests/ installed. The keys
// are new each time and their private halves are kept nowhere.
import { createHash, createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';

const now = 1_790_000_000; // as in tests/areas/case.cc
const here = (name) => new URL(name, import.meta.url);
const key = async (alg, kid) => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, jwk: { ...await exportJWK(publicKey), ...(kid && { kid, alg, use: 'sig' }) } };
};
const keys = await Promise.all(['ES256', 'RS256', 'PS256', 'EdDSA'].map((alg) => key(alg, alg.toLowerCase())));
writeFileSync(here('keys.json'), `${JSON.stringify({ keys: keys.map(({ jwk }) => jwk) })}\n`);

const claims = {
  iss: 'https://idp.example', aud: 'https://gw.example/mcp', sub: 'ana', groups: ['dev'],
  iat: now - 10, exp: now + 300, jti: 'a',
};
const clean = (all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
const token = (more = {}, { by = keys[0], header = {} } = {}) =>
  new SignJWT(clean({ ...claims, ...more }))
    .setProtectedHeader(clean({ alg: by.alg, typ: 'at+jwt', kid: by.kid, ...header })).sign(by.privateKey);
const b64 = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

const head = (authorization, ...more) =>
  ['POST /mcp/files HTTP/1.1', 'Host: localhost:8080', ...(authorization ? [`Authorization: ${authorization}`] : []), ...more];
const accept = (name, exchange, expect) =>
  JSON.stringify({ name, stage: 'accept', attack: expect.verdict !== 'pass', exchange, expect });
const served = { verdict: 'pass', principal: 'ana' };
const refused = (reason = 'identity.bad_credential', requirement = 'R4.2') =>
  ({ verdict: 'deny', reason, requirement, status: 401 });

// --- identity.token ----------------------------------------------------------------------------
const good = await token();
const [h, p, s] = good.split('.');
const flip = (text, at) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
const stranger = await key('ES256', 'es256');
const bad = {
  'another audience': [await token({ aud: 'https://other.example/mcp' }), 'identity.audience'],
  'no audience': [await token({ aud: undefined }), 'identity.audience'],
  "an operator's audience as well": [await token({ aud: [claims.aud, 'http://127.0.0.1:8081'] }), 'identity.audience'],
  expired: [await token({ exp: now - 31 }), 'identity.expired'],
  'no expiry': [await token({ exp: undefined })],
  'not yet': [await token({ nbf: now + 31 })],
  'issued in the future': [await token({ iat: now + 31 })],
  'another issuer': [await token({ iss: 'https://evil.example' })],
  'the issuer with a slash': [await token({ iss: 'https://idp.example/' })],
  'no user': [await token({ sub: undefined })],
  'an empty user': [await token({ sub: '' })],
  'a nameless actor': [await token({ act: { iss: 'x' } })],
  'an ID token': [await token({}, { header: { typ: 'id+jwt' } })],
  "a stranger's key under our key's name": [await token({}, { by: stranger })],
  'none': [`${b64({ alg: 'none', typ: 'at+jwt' })}.${p}.`],
  'none, with a signature': [`${b64({ alg: 'none', typ: 'at+jwt' })}.${p}.${s}`],
  'an algorithm in capitals': [`${b64({ alg: 'es256', typ: 'at+jwt', kid: 'es256' })}.${p}.${s}`],
  'the public key as a shared secret': [(() => {
    const text = `${b64({ alg: 'HS256', typ: 'at+jwt', kid: 'es256' })}.${p}`;
    return `${text}.${createHmac('sha256', JSON.stringify(keys[0].jwk)).update(text).digest('base64url')}`;
  })()],
  'a key in the header': [await token({}, { by: stranger, header: { jwk: stranger.jwk, kid: 'new' } })],
  'a bit of the header': [`${flip(h, 20)}.${p}.${s}`],
  'a bit of the claims': [`${h}.${flip(p, 20)}.${s}`],
  'a bit of the signature': [`${h}.${p}.${flip(s, 20)}`],
  'a signature cut short': [`${h}.${p}.${s.slice(0, -4)}`],
  'no signature': [`${h}.${p}.`],
  'claims twice': [`${h}.${b64(`{"sub":"root",${Buffer.from(p, 'base64url').toString().slice(1)}`)}.${s}`],
  'four parts': [`${good}.${s}`],
  padding: [`${good}=`],
};
const lines = readFileSync(here('token.jsonl'), 'utf8').split('\n').filter((line) => line && !line.startsWith('{"name":"oauth'));
for (const [name, [text, reason]] of Object.entries(bad)) {
  lines.push(accept(`oauth: ${name}`, { head: head(`Bearer ${text}`) }, refused(reason)));
  lines.push(accept(`oauth: ${name}`, { head: head(`Bearer ${good}`) }, served));
}
for (const by of keys) {
  const text = await token({}, { by });
  lines.push(accept(`oauth: ${by.alg}`, { head: head(`Bearer ${text}`) }, served));
  lines.push(accept(`oauth: ${by.alg}`, { head: head(`Bearer ${text}x`) }, refused()));
}
const lead = { aud: 'http://127.0.0.1:8081', groups: ['leads'] };
const onOperators = (text) => ({ listener: 'operators', head: ['GET /api/v1/status HTTP/1.1', 'Host: ops.example', `Authorization: Bearer ${text}`] });
lines.push(accept("oauth: an operator's token", onOperators(await token(lead)), served));
lines.push(accept("oauth: an operator's token", { head: head(`Bearer ${await token(lead)}`) }, refused('identity.audience')));
lines.push(accept("oauth: a client's token of an operator", onOperators(await token({ groups: ['leads'] })), refused('identity.audience')));
lines.push(accept("oauth: a client's token of an operator", onOperators(await token(lead)), served));
lines.push(accept("oauth: somebody who acts for an operator", onOperators(await token({ ...lead, act: { sub: 'bot' } })), refused('identity.bad_credential', 'R4.1')));
lines.push(accept("oauth: somebody who acts for an operator", onOperators(await token(lead)), served));
lines.push(accept('oauth: no member of the group', onOperators(await token({ ...lead, groups: ['dev'] })), refused('identity.bad_credential', 'R4.1')));
lines.push(accept('oauth: no member of the group', onOperators(await token(lead)), served));
const certificate = (uris) => ({ certificate: { thumbprint: 'A'.repeat(43), uris }, secure: true, head: head() });
lines.push(accept('oauth: a certificate without a name', certificate([]), refused('identity.certificate_name', 'R4.1')));
lines.push(accept('oauth: a certificate without a name', certificate(['spiffe://example/bot']), { verdict: 'pass', principal: 'spiffe://example/bot' }));
lines.push(accept('oauth: a certificate with two names', certificate(['spiffe://example/bot', 'spiffe://example/root']), refused('identity.certificate_name', 'R4.1')));
lines.push(accept('oauth: a certificate with two names', certificate(['spiffe://example/bot']), { verdict: 'pass', principal: 'spiffe://example/bot' }));
writeFileSync(here('token.jsonl'), `${lines.join('\n')}\n`);

// --- identity.binding --------------------------------------------------------------------------
const holder = await key('ES256');
const thief = await key('ES256');
const bound = await token({ cnf: { jkt: await calculateJwkThumbprint(holder.jwk) } });
const url = 'http://localhost:8080/mcp/files';
let count = 0;
const proof = (more = {}, { by = holder, header = {} } = {}) =>
  new SignJWT(clean({
    htm: 'POST', htu: url, iat: now, jti: `p${++count}`,
    ath: createHash('sha256').update(bound).digest('base64url'), ...more,
  })).setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: by.jwk, ...header }).sign(by.privateKey);
const invalid = { verdict: 'deny', reason: 'identity.proof_invalid', requirement: 'R4.3', status: 401 };
const cases = [];
const pair = async (name, attack, expect) => {
  cases.push(accept(name, attack, expect));
  cases.push(accept(name, { head: head(`DPoP ${bound}`, `DPoP: ${await proof()}`) }, served));
};
const withProof = async (...args) => ({ head: head(`DPoP ${bound}`, `DPoP: ${await proof(...args)}`) });
await pair('another method', await withProof({ htm: 'GET' }), invalid);
await pair('another address', await withProof({ htu: `${url}2` }), invalid);
await pair('another host', await withProof({ htu: 'http://gw.example/mcp/files' }), invalid);
await pair('another scheme', await withProof({ htu: 'https://localhost:8080/mcp/files' }), invalid);
await pair('another token', await withProof({ ath: createHash('sha256').update(good).digest('base64url') }), invalid);
await pair('no token', await withProof({ ath: undefined }), invalid);
await pair('no id', await withProof({ jti: undefined }), invalid);
await pair('another key', await withProof({}, { by: thief }), invalid);
await pair("the holder's key, the thief's signature", await withProof({}, { by: thief, header: { jwk: holder.jwk } }), invalid);
await pair('another type', await withProof({}, { header: { typ: 'JWT' } }), invalid);
await pair('old', await withProof({ iat: now - 61 }), { ...invalid, reason: 'identity.proof_nonce' });
await pair('a made-up nonce', await withProof({ nonce: 'AAAAAAAAAAAAAAAAAAAAAAAA' }), { ...invalid, reason: 'identity.proof_nonce' });
await pair('no proof', { head: head(`DPoP ${bound}`) }, { ...invalid, reason: 'identity.proof_missing' });
await pair('two proofs', { head: head(`DPoP ${bound}`, `DPoP: ${await proof()}`, `DPoP: ${await proof()}`) }, { ...invalid, reason: 'identity.proof_missing' });
await pair('as a bearer token', { head: head(`Bearer ${bound}`) }, { ...invalid, reason: 'identity.proof_missing' });
await pair('as a bearer token with a proof', { head: head(`Bearer ${bound}`, `DPoP: ${await proof()}`) }, { ...invalid, reason: 'identity.proof_missing' });
await pair('a token that is bound to nothing', { head: head(`DPoP ${good}`, `DPoP: ${await proof()}`) }, { ...invalid, reason: 'identity.unbound' });
const x5t = 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2';
const tied = head(`Bearer ${await token({ cnf: { 'x5t#S256': x5t } })}`);
const mismatch = { ...invalid, reason: 'identity.certificate_mismatch' };
const shown = (thumbprint) => ({ head: tied, secure: true, certificate: { thumbprint, uris: ['spiffe://example/bot'] } });
cases.push(accept('without its certificate', { head: tied }, mismatch), accept('without its certificate', shown(x5t), served));
cases.push(accept('with another certificate', shown('A'.repeat(43)), mismatch), accept('with another certificate', shown(x5t), served));
writeFileSync(here('binding.jsonl'), `${cases.join('\n')}\n`);

// --- identity.revoked --------------------------------------------------------------------------
const gone = { verdict: 'deny', reason: 'identity.revoked', requirement: 'R4.8', status: 401 };
const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
writeFileSync(here('revoked.jsonl'), `${[
  accept('a revoked user', { head: head(`Bearer ${await token({ sub: 'mallory' })}`) }, gone),
  accept('a revoked user', { head: head(`Bearer ${await token({ sub: 'mallory2' })}`) }, { verdict: 'pass', principal: 'mallory2' }),
  accept('a revoked token', { head: head(`Bearer ${await token({ jti: 'stolen' })}`) }, gone),
  accept('a revoked token', { head: head(`Bearer ${await token({ jti: 'stolen-not' })}`) }, served),
  JSON.stringify({ name: 'a revoked user in a session', stage: 'request', attack: true, exchange: { principal: { user: 'mallory', groups: ['dev'] }, message: list }, expect: { verdict: 'deny', reason: 'identity.revoked' } }),
  JSON.stringify({ name: 'a revoked user in a session', stage: 'request', attack: false, exchange: { principal: { user: 'ana', groups: ['dev'] }, message: list }, expect: { verdict: 'pass' } }),
].join('\n')}\n`);
