// A real authorization server (oidc-provider) and a real MCP client that logs in through it:
// discovery, PKCE, resource indicators, DPoP, introspection, changed keys, and the gateway's own token
// for a server.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { startGateway } from './doorward.mjs';
import { exchange } from './http.mjs';
import { dpopKey } from './issuer.mjs';
import { baseHeaders, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';

const opaqueAudience = 'https://opaque.example/mcp';
const redirectUri = 'http://127.0.0.1:9/callback';

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts the authorization server with a signing key of its own; on `port` again after a change. */
async function startProvider(port, kid) {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const url = `http://127.0.0.1:${port}`;
  const provider = new Provider(url, {
    jwks: { keys: [{ ...await exportJWK(privateKey), kid, alg: 'ES256', use: 'sig' }] },
    clients: [
      {
        client_id: 'desktop', token_endpoint_auth_method: 'none', redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], application_type: 'native',
        id_token_signed_response_alg: 'ES256',
      },
      ...['gateway', 'robot'].map((id) => ({
        client_id: id, client_secret: `secret-of-${id}`, redirect_uris: [], response_types: [],
        grant_types: ['client_credentials'], id_token_signed_response_alg: 'ES256',
      })),
    ],
    scopes: ['openid', 'offline_access', 'tools:echo'],
    features: {
      devInteractions: { enabled: true }, clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true }, revocation: { enabled: true, allowedPolicy: () => true },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true, useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => ({
          scope: 'tools:echo', audience: resource, accessTokenTTL: 300,
          accessTokenFormat: resource === opaqueAudience ? 'opaque' : 'jwt', jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    pkce: { required: () => true },
    cookies: { keys: ['tests'] },
    conformIdTokenClaims: false,
  });
  provider.on('server_error', (_, error) => console.error(error));
  const server = createServer(provider.callback());
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  return { url, close: () => { server.closeAllConnections(); return new Promise((done) => server.close(done)); } };
}

/** Goes through the pages of the authorization server as a person would, and comes back with the code. */
async function logIn(url, user) {
  const cookies = new Map();
  let next = { url: String(url), options: {} };
  for (let i = 0; i < 20; ++i) {
    const answer = await fetch(next.url, {
      redirect: 'manual', ...next.options,
      headers: { ...next.options.headers, cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location?.startsWith(redirectUri)) return new URL(location).searchParams.get('code');
    if (location) { next = { url: new URL(location, next.url).href, options: {} }; continue; }
    const page = await answer.text();
    const action = /action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
    if (!action) throw new Error(`no form at ${next.url}: ${page.slice(0, 500)}`);
    next = {
      url: new URL(action, next.url).href,
      options: {
        method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ prompt, login: user, password: 'x' }).toString(),
      },
    };
  }
  throw new Error('the pages of the authorization server lead nowhere');
}

let provider;
let probe;
let gateway;
let resource;
let idpPort;

before(async () => {
  idpPort = await freePort();
  const port = await freePort();
  resource = `http://127.0.0.1:${port}/mcp`;
  provider = await startProvider(idpPort, 'first');
  probe = await startProbe();
  process.env.GATEWAY_CLIENT_SECRET = 'secret-of-gateway';
  gateway = await startGateway({
    listen: { address: `127.0.0.1:${port}` },
    secrets: { gateway: { env: 'GATEWAY_CLIENT_SECRET' } },
    servers: {
      probe: { url: probe.url, pins: 'first_use' },
      own: {
        url: probe.url, pins: 'first_use',
        credential: { client_credentials: { issuer: provider.url, client_id: 'gateway', client_secret: { secret: 'gateway' }, scope: 'tools:echo' } },
      },
    },
    identity: {
      oauth: [{
        issuer: provider.url, audiences: [resource, opaqueAudience],
        introspection: { client_id: 'gateway', client_secret: { secret: 'gateway' } },
      }],
    },
    policy: {
      rules: [{ id: 'echo', effect: 'allow', principals: [{ scope: 'tools:echo' }], tools: ['*.echo'] }],
    },
  });
});
after(async () => {
  await gateway?.stop();
  await probe?.close();
  await provider?.close();
});

test('an MCP client finds the authorization server, logs in there, and calls', async () => {
  const kept = {};
  let shown;
  const authProvider = {
    redirectUrl: redirectUri,
    clientMetadata: { redirect_uris: [redirectUri], client_name: 'test' },
    clientInformation: () => ({ client_id: 'desktop' }),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => { kept.tokens = tokens; },
    saveCodeVerifier: (verifier) => { kept.verifier = verifier; },
    codeVerifier: () => kept.verifier,
    redirectToAuthorization: (url) => { shown = url; },
  };
  const connect = async () => {
    const transport = new StreamableHTTPClientTransport(new URL(gateway.url('probe')), { authProvider });
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(transport).catch((error) => Promise.reject(Object.assign(error, { transport })));
    return client;
  };
  const turnedAway = await connect().then(() => assert.fail('it came in without a token'), (error) => error);
  assert.ok(turnedAway instanceof UnauthorizedError, String(turnedAway));
  assert.equal(shown.origin, provider.url);
  assert.equal(shown.searchParams.get('resource'), resource);
  assert.equal(shown.searchParams.get('scope'), 'tools:echo');
  await turnedAway.transport.finishAuth(await logIn(shown, 'ana'));
  const client = await connect();
  const result = await client.callTool({ name: 'echo', arguments: { text: 'hi' } });
  assert.equal(textOf(result), 'hi');
  await client.close();
  for (const { headers } of probe.requests) assert.notEqual(headers.authorization, `Bearer ${kept.tokens.access_token}`);
});

/** A token for a client that is its own user. */
async function robotToken(audience, key) {
  const url = `${provider.url}/token`;
  const ask = async (nonce) => fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('robot:secret-of-robot').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      ...(key && { dpop: await key.proof(url, '', { ath: undefined, nonce }) }),
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience, scope: 'tools:echo' }),
  });
  let answer = await ask();
  if (answer.status === 400 && answer.headers.get('dpop-nonce')) answer = await ask(answer.headers.get('dpop-nonce'));
  const said = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(said));
  return said.access_token;
}

const form = (values) => ({
  method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(values),
});

/** A token of a person who logs in, for `audience`. */
async function personsToken(audience) {
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL(`${provider.url}/auth`);
  url.search = new URLSearchParams({
    client_id: 'desktop', response_type: 'code', redirect_uri: redirectUri, scope: 'openid tools:echo', resource: audience,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
  });
  const code = await logIn(url, 'bob');
  const answer = await fetch(`${provider.url}/token`, form({
    grant_type: 'authorization_code', code, client_id: 'desktop', redirect_uri: redirectUri, code_verifier: verifier, resource: audience,
  }));
  const said = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(said));
  return said.access_token;
}

const initialize = (authorization, more = {}) => exchange(gateway.url('probe'), {
  headers: { ...baseHeaders(), authorization, ...more },
  body: {
    jsonrpc: '2.0', id: 1, method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } },
  },
});

test('its DPoP tokens work with proofs only', async () => {
  const key = await dpopKey();
  const token = await robotToken(resource, key);
  const url = gateway.url('probe');
  assert.equal((await initialize(`DPoP ${token}`, { dpop: await key.proof(url, token) })).status, 200);
  assert.equal((await initialize(`Bearer ${token}`)).status, 401);
  assert.equal((await initialize(`DPoP ${token}`, { dpop: await (await dpopKey()).proof(url, token) })).status, 401);
});

test('its opaque tokens are asked about, until they are revoked', async () => {
  // A token of a client alone has no user in this provider's answers: nobody is made up for it.
  assert.equal((await initialize(`Bearer ${await robotToken(opaqueAudience)}`)).status, 401);
  const token = await personsToken(opaqueAudience);
  const session = await Session.open(gateway.url('probe'), token);
  assert.equal(textOf(await session.call('echo', { text: 'hi' })), 'hi');
  const stream = await session.listen();
  assert.equal(stream.status, 200);
  const ended = stream.text().then(() => 'ended', () => 'ended');
  const revoked = await fetch(`${provider.url}/token/revocation`, form({ token, client_id: 'desktop' }));
  assert.equal(revoked.status, 200);
  assert.equal(await ended, 'ended');
  assert.equal((await initialize(`Bearer ${token}`)).status, 401);
});

test('a server gets a token of the gateway, for that server', async () => {
  const session = await Session.open(gateway.url('own'), await robotToken(resource));
  const before = probe.requests.length;
  assert.equal(textOf(await session.call('echo', { text: 'hi' })), 'hi');
  const seen = probe.requests.slice(before).map(({ headers }) => headers.authorization);
  assert.ok(seen.length > 0);
  for (const authorization of seen) {
    assert.match(authorization, /^Bearer /);
    const claims = JSON.parse(Buffer.from(authorization.split('.')[1], 'base64url').toString());
    assert.equal(claims.client_id, 'gateway');
    assert.equal(claims.aud, probe.url);
  }
  assert.equal(new Set(seen).size, 1, 'it is kept until it ends');
});

describe('when its keys change', () => {
  test('tokens of the new key are taken, those of the old one are not', async () => {
    const old = await robotToken(resource);
    assert.equal((await initialize(`Bearer ${old}`)).status, 200);
    await provider.close();
    provider = await startProvider(idpPort, 'second');
    assert.equal((await initialize(`Bearer ${await robotToken(resource)}`)).status, 200);
    assert.equal((await initialize(`Bearer ${old}`)).status, 401);
  });
});
