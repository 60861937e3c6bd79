// OAuth: whose access tokens are taken, how others are answered, keys that change, proofs of
// possession.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { generateKeyPair } from 'jose';
import { allowAll, startGateway } from './doorward.mjs';
import { exchange } from './http.mjs';
import { dpopKey, startIssuer } from './issuer.mjs';
import { baseHeaders, Session, textOf } from './mcp.mjs';
import { until } from './wait.mjs';
import { startProbe } from './servers/probe_http.mjs';

const audience = 'https://gw.example/mcp';
const now = () => Math.floor(Date.now() / 1000);
let issuer;
let other;
let probe;
let gateway;
let url;

before(async () => {
  issuer = await startIssuer();
  other = await startIssuer();
  probe = await startProbe();
  gateway = await startGateway({
    servers: { probe: { url: probe.url, pins: 'first_use' } },
    identity: { oauth: [{ issuer: issuer.url, audiences: [audience] }] },
    policy: {
      rules: [
        { id: 'echo', effect: 'allow', principals: [{ scope: 'tools:echo' }], tools: ['probe.echo'] },
        { id: 'rest', effect: 'allow', principals: [{ user: 'ana' }], tools: ['probe.add'] },
      ],
    },
  });
  url = gateway.url('probe');
});
after(async () => {
  await gateway?.stop();
  await probe?.close();
  await issuer?.close();
  await other?.close();
});

const good = (claims, more) => issuer.token({ aud: audience, scope: 'tools:echo', ...claims }, more);

/** `initialize` under this Authorization: `{ status, headers, text }`. */
const call = (authorization, { to = url, headers = {} } = {}) =>
  exchange(to, {
    headers: { ...baseHeaders(), ...(authorization && { authorization }), ...headers },
    body: {
      jsonrpc: '2.0', id: 1, method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } },
    },
  });
const served = (answer) => {
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.text, /"protocolVersion"/);
};
const refused = (answer, error = 'invalid_token') => {
  assert.equal(answer.status, 401, answer.text);
  if (error) assert.match(answer.headers['www-authenticate'], new RegExp(`error="${error}"`));
  assert.match(answer.headers['www-authenticate'], /^(Bearer|DPoP) /);
};

describe('the metadata of the resource', () => {
  for (const path of ['', '/mcp', '/mcp/probe', '/mcp/no-such-server'])
    test(`is at the well-known address with \`${path}\`, for anybody`, async () => {
      const answer = await exchange(`${gateway.client}/.well-known/oauth-protected-resource${path}`, { method: 'GET' });
      assert.equal(answer.status, 200);
      const said = JSON.parse(answer.text);
      assert.equal(said.resource, `${gateway.client}/mcp`);
      assert.deepEqual(said.authorization_servers, [issuer.url]);
      assert.deepEqual(said.bearer_methods_supported, ['header']);
      assert.deepEqual(said.scopes_supported, ['tools:echo']);
    });
  test('no other path is open', async () => {
    for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-protected-resource/x/y', '/mcp'])
      assert.equal((await exchange(`${gateway.client}${path}`, { method: 'GET' })).status, 401);
  });
  test('a foreign Host gets none of it', async () => {
    const answer = await exchange(`${gateway.client}/.well-known/oauth-protected-resource`, {
      method: 'GET', headers: { host: 'evil.example' },
    });
    assert.equal(answer.status, 403);
  });
  test('the challenge leads to it', async () => {
    const answer = await call();
    refused(answer, '');
    const said = /resource_metadata="([^"]+)"/.exec(answer.headers['www-authenticate'])[1];
    assert.equal(said, `${gateway.client}/.well-known/oauth-protected-resource/mcp`);
    assert.match(answer.headers['www-authenticate'], /scope="tools:echo"/);
    assert.doesNotMatch(answer.headers['www-authenticate'], /error=/);
  });
});

describe('a good token is taken', () => {
  test('ES256', async () => served(await call(`Bearer ${await good()}`)));
  for (const alg of ['RS256', 'PS256', 'EdDSA'])
    test(`${alg}, by a key that is new to the gateway`, async () => {
      await issuer.addKey(alg, alg);
      served(await call(`Bearer ${await good({}, { kid: alg })}`));
    });
  test('twice', async () => {
    const token = await good();
    served(await call(`Bearer ${token}`));
    served(await call(`Bearer ${token}`));
  });
  test('with one of several audiences', async () => served(await call(`Bearer ${await good({ aud: ['x', audience] })}`)));
  test('without a type', async () => served(await call(`Bearer ${await good({}, { header: { typ: undefined } })}`)));
  test('the server never sees it', async () => {
    const token = await good();
    served(await call(`Bearer ${token}`, { headers: { cookie: `t=${token}` } }));
    const session = await Session.open(url, token);
    assert.equal(textOf(await session.call('echo', { text: 'hi' })), 'hi');
    for (const { headers } of probe.requests) {
      assert.equal(headers.authorization, undefined);
      assert.ok(!JSON.stringify(headers).includes(token));
    }
  });
});

describe('a bad token is refused', () => {
  const flip = (token, part) => {
    const parts = token.split('.');
    const letters = [...parts[part]];
    const at = Math.floor(letters.length / 2);
    letters[at] = letters[at] === 'A' ? 'B' : 'A';
    parts[part] = letters.join('');
    return parts.join('.');
  };
  const b64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const cases = {
    'another audience': () => good({ aud: 'https://other.example/mcp' }),
    'an audience with a slash more': () => good({ aud: `${audience}/` }),
    'no audience': () => good({ aud: undefined }),
    expired: () => good({ exp: now() - 120 }),
    'no expiry': () => good({ exp: undefined }),
    'an expiry that is a text': () => good({ exp: String(now() + 300) }),
    'not valid yet': () => good({ nbf: now() + 120 }),
    'issued in the future': () => good({ iat: now() + 120 }),
    'another issuer, signed by it': () => other.token({ aud: audience }),
    "another issuer's name, our key": () => good({ iss: other.url }),
    "our issuer's name, another one's key": () => other.token({ aud: audience, iss: issuer.url }),
    'the issuer with a slash more': () => good({ iss: `${issuer.url}/` }),
    'no issuer': () => good({ iss: undefined }),
    'no user': () => good({ sub: undefined }),
    'a user that is a number': () => good({ sub: 7 }),
    'an actor that is no name': () => good({ act: { sub: 7 } }),
    'an actor without a name': () => good({ act: { client_id: 'x' } }),
    'a group that is no name': () => good({ groups: ['dev', 7] }),
    'an ID token': () => good({}, { header: { typ: 'id+jwt' } }),
    'a proof for a token': () => good({}, { header: { typ: 'dpop+jwt' } }),
    'a critical extension': async () => {
      const [, payload, signature] = (await good()).split('.');
      return `${b64({ alg: 'ES256', kid: 'es-1', crit: ['x'], x: 1 })}.${payload}.${signature}`;
    },
    'a bit of its header': async () => flip(await good(), 0),
    'a bit of its claims': async () => flip(await good(), 1),
    'a bit of its signature': async () => flip(await good(), 2),
    'no signature': async () => `${(await good()).split('.').slice(0, 2).join('.')}.`,
    'alg none': async () => {
      const [, payload] = (await good()).split('.');
      return `${b64({ alg: 'none', typ: 'at+jwt' })}.${payload}.`;
    },
    'HS256 with the public key': async () => {
      const [, payload] = (await good()).split('.');
      const head = b64({ alg: 'HS256', typ: 'at+jwt', kid: 'es-1' });
      const signature = createHmac('sha256', JSON.stringify(issuer.keys.get('es-1').jwk)).update(`${head}.${payload}`).digest('base64url');
      return `${head}.${payload}.${signature}`;
    },
    'a key of its own in the header': async () => {
      const { privateKey } = await generateKeyPair('ES256');
      const jwk = (await dpopKey()).jwk;
      return good({}, { header: { jwk }, key: privateKey });
    },
    'a duplicate claim': async () => {
      const [head, payload, signature] = (await good()).split('.');
      const text = Buffer.from(payload, 'base64url').toString().replace('{', '{"sub":"root",');
      return `${head}.${Buffer.from(text).toString('base64url')}.${signature}`;
    },
    'four parts': async () => `${await good()}.x`,
    'padding': async () => `${await good()}=`,
    'something opaque': () => 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'twenty thousand letters': () => 'A'.repeat(12_000),
  };
  for (const [name, make] of Object.entries(cases))
    test(name, async () => {
      const before = probe.requests.length;
      refused(await call(`Bearer ${await make()}`));
      assert.equal(probe.requests.length, before);
    });
  test('a good one in the query', async () => refused(await call(undefined, { to: `${url}?access_token=${await good()}` }), ''));
  test('a good one beside another one', async () => refused(await call(`Bearer ${await good()}, Bearer x`), 'invalid_request'));
  test('a good one, after all that, still passes at once', async () => served(await call(`Bearer ${await good()}`)));
});

test('too little scope is 403 and names exactly what is missing', async () => {
  const session = await Session.open(url, await good({ scope: 'other' }));
  const answer = await session.post({ jsonrpc: '2.0', id: 9, method: 'tools/call', params: { name: 'echo', arguments: { text: 'hi' } } });
  assert.equal(answer.status, 403);
  const challenge = answer.headers['www-authenticate'];
  assert.match(challenge, /error="insufficient_scope"/);
  assert.match(challenge, /[ ,]scope="tools:echo"/);
  assert.match(challenge, /resource_metadata="/);
  answer.drop();
});

describe('keys', () => {
  test('strangers can not send the gateway to the issuer at will', async () => {
    const before = issuer.asked.length;
    for (let i = 0; i < 25; ++i) refused(await call(`Bearer ${await good({}, { header: { kid: `made-up-${i}` } })}`));
    assert.ok(issuer.asked.length - before <= 8, `${issuer.asked.length - before} requests`);
  });
  test('known ones serve on while the issuer is away', async () => {
    const port = Number(new URL(issuer.url).port);
    await issuer.close();
    served(await call(`Bearer ${await good()}`));
    issuer.server = (await startIssuerAgain(issuer, port));
  });
});

async function startIssuerAgain(of, port) {
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => of.answer(request, response));
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  return server;
}

describe('a token that is bound to a key', () => {
  let key;
  let token;
  before(async () => {
    key = await dpopKey();
    token = await good({ cnf: { jkt: key.thumbprint } });
  });
  const send = (proof, { scheme = 'DPoP', ...more } = {}) =>
    call(`${scheme} ${token}`, { headers: proof ? { dpop: proof } : {}, ...more });

  test('passes with a proof of the key', async () => {
    const answer = await send(await key.proof(url, token));
    served(answer);
    assert.match(answer.headers['dpop-nonce'], /^[\w-]{16,}$/);
  });
  for (const alg of ['EdDSA', 'RS256', 'PS256'])
    test(`passes with a key for ${alg}`, async () => {
      const own = await dpopKey(alg);
      const bound = await good({ cnf: { jkt: own.thumbprint } });
      served(await call(`DPoP ${bound}`, { headers: { dpop: await own.proof(url, bound) } }));
    });
  const cases = {
    'without a proof': () => undefined,
    'with a proof of another key': async () => (await dpopKey()).proof(url, token),
    'with a proof for another method': () => key.proof(url, token, { method: 'GET' }),
    'with a proof for another address': () => key.proof(`${url}x`, token),
    'with a proof for another host': () => key.proof('https://other.example/mcp/probe', token),
    'with a proof for another token': async () => key.proof(url, await good()),
    'with a proof for no token': () => key.proof(url, token, { ath: undefined }),
    'with a proof without an id': () => key.proof(url, token, { jti: undefined }),
    'with a proof of another type': () => key.proof(url, token, { header: { typ: 'JWT' } }),
    'with a proof that shows another key': async () => key.proof(url, token, { header: { jwk: (await dpopKey()).jwk } }),
  };
  for (const [name, proof] of Object.entries(cases))
    test(`is refused ${name}`, async () => refused(await send(await proof()), '(invalid_dpop_proof|invalid_token)'));
  test('is refused as a plain bearer token', async () => refused(await send(undefined, { scheme: 'Bearer' })));
  test('is refused as a plain bearer token with a proof', async () =>
    refused(await send(await key.proof(url, token), { scheme: 'Bearer' })));
  test('is refused when a proof comes again', async () => {
    const proof = await key.proof(url, token);
    served(await send(proof));
    refused(await send(proof), 'invalid_dpop_proof');
  });
  test('is asked for a nonce where the proof is old, and passes with it', async () => {
    const old = await send(await key.proof(url, token, { iat: now() - 200 }));
    refused(old, 'use_dpop_nonce');
    const nonce = old.headers['dpop-nonce'];
    served(await send(await key.proof(url, token, { iat: now() - 200, nonce })));
    refused(await send(await key.proof(url, token, { nonce: `${nonce}A` })), 'use_dpop_nonce');
  });
  test('a token that is bound to nothing can not pretend to be', async () => {
    const plain = await good();
    refused(await call(`DPoP ${plain}`, { headers: { dpop: await key.proof(url, plain) } }));
  });
});

describe('where every client must be bound to a key', () => {
  let strict;
  before(async () => {
    strict = await startGateway({
      servers: { probe: { url: probe.url, pins: 'first_use' } },
      listen: { public_url: audience, hosts: ['gw.example'] },
      identity: {
        sender_constrained: true, dpop_nonce: 'required',
        oauth: [{ issuer: issuer.url, audiences: [audience] }],
      },
      policy: allowAll,
    });
  });
  after(() => strict?.stop());
  test('a plain token is refused', async () => refused(await call(`Bearer ${await good()}`, { to: strict.url('probe') })));
  test('a proof names the public address, and a nonce', async () => {
    const key = await dpopKey();
    const token = await good({ cnf: { jkt: key.thumbprint } });
    const to = strict.url('probe');
    const send = async (htu, more) =>
      call(`DPoP ${token}`, { to, headers: { dpop: await key.proof(htu, token, more) } });
    const first = await send(`${audience}/probe`);
    refused(first, 'use_dpop_nonce');
    const nonce = first.headers['dpop-nonce'];
    served(await send(`${audience}/probe`, { nonce }));
    served(await send(audience, { nonce }));
    refused(await send(to, { nonce }), 'invalid_dpop_proof');
  });
  test('the metadata says so, at the public address', async () => {
    const answer = await exchange(`${strict.client}/.well-known/oauth-protected-resource/mcp`, { method: 'GET' });
    const said = JSON.parse(answer.text);
    assert.equal(said.resource, audience);
    assert.equal(said.dpop_bound_access_tokens_required, true);
  });
});

describe('opaque tokens', () => {
  let asking;
  before(async () => {
    process.env.INTROSPECTION_SECRET = 's3cret:of the gateway';
    asking = await startGateway({
      servers: { probe: { url: probe.url, pins: 'first_use' } },
      secrets: { idp: { env: 'INTROSPECTION_SECRET' } },
      identity: {
        oauth: [
          { issuer: other.url, audiences: [audience] },
          { issuer: issuer.url, audiences: [audience], introspection: { client_id: 'gw', client_secret: { secret: 'idp' } } },
        ],
      },
    });
  });
  after(() => asking?.stop());
  const send = (token) => call(`Bearer ${token}`, { to: asking.url('probe') });
  test('are asked about, and the answer counts', async () => {
    issuer.opaque.set('opaque-1', { active: true, sub: 'ana', aud: audience, exp: now() + 300 });
    served(await send('opaque-1'));
    const asked = issuer.requests.filter(({ path }) => path === '/introspect').at(-1);
    assert.equal(asked.form.token, 'opaque-1');
    assert.equal(Buffer.from(asked.headers.authorization.slice(6), 'base64').toString(), 'gw:s3cret%3Aof%20the%20gateway');
  });
  test('that are not active, or for another audience, are refused', async () => {
    refused(await send('opaque-unknown'));
    issuer.opaque.set('opaque-2', { active: true, sub: 'ana', aud: 'https://other.example', exp: now() + 300 });
    refused(await send('opaque-2'));
    issuer.opaque.set('opaque-3', { active: true, sub: 'ana', exp: now() + 300 });
    refused(await send('opaque-3'));
  });
  test('many open streams are asked about beside one that gets no answer; what was revoked ends', async () => {
    const [hung, ended] = ['opaque-hung', []];
    const names = [hung, ...Array.from({ length: 120 }, (_, i) => `opaque-open-${i}`)];
    for (const name of names) {
      issuer.opaque.set(name, { active: true, sub: name, aud: audience, exp: now() + 300 });
      const session = await Session.open(asking.url('probe'), name);
      const stream = await session.listen();
      assert.equal(stream.status, 200);
      stream.text().catch(() => {}).then(() => ended.push(name));
    }
    issuer.silent = hung;
    const taken = names.slice(-3);
    for (const name of taken) issuer.opaque.set(name, { active: false });
    await until(() => ended.length >= taken.length, { what: 'the streams end', every: 50, patience: 6_000 });
    assert.deepEqual(ended.sort(), taken.sort());
  });
  test('signed ones of the other issuer are taken as well', async () => {
    served(await send(await other.token({ aud: audience })));
  });
});
