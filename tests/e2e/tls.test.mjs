// TLS both ways: who is connected to whom, client certificates, tokens bound to them, renewal.
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTlsServer, request as send } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { startGateway } from './doorward.mjs';
import { makeAuthority } from './certificates.mjs';
import { startIssuer } from './issuer.mjs';
import { exchange } from './http.mjs';
import { baseHeaders, bearer, Session } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

const audience = 'https://gw.example/mcp';
const localhost = 'DNS:localhost,IP:127.0.0.1';
let authority;
let stranger;
let folder;
let probe;
let issuer;
before(async () => {
  authority = makeAuthority();
  stranger = makeAuthority('stranger');
  folder = mkdtempSync(join(tmpdir(), 'doorward-tls-'));
  probe = await startProbe();
  issuer = await startIssuer();
});
after(async () => {
  await probe?.close();
  await issuer?.close();
  authority?.remove();
  stranger?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const initialize = {
  jsonrpc: '2.0', id: 1, method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } },
};
/** One `initialize` over TLS: `{ status, text }`; rejects where the handshake fails. */
function ask(url, { leaf, token, agent = false } = {}) {
  return new Promise((done, failed) => {
    const request = send(url, {
      method: 'POST', headers: baseHeaders(token), agent, ca: readFileSync(authority.ca),
      ...(leaf && { cert: readFileSync(leaf.certificate), key: readFileSync(leaf.key) }),
    }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      done({ status: response.statusCode, text });
    });
    request.on('error', failed);
    request.end(JSON.stringify(initialize));
  });
}

describe('clients', () => {
  let gateway;
  let own;
  before(async () => {
    own = authority.issue(localhost, { into: { certificate: join(folder, 'gw.pem'), key: join(folder, 'gw.key') } });
    gateway = await startGateway({
      listen: { tls: { ...own, client_ca: authority.ca } },
      servers: { probe: { url: probe.url, pins: 'first_use' } },
      identity: { mtls: { principal_from: 'san_uri' }, oauth: [{ issuer: issuer.url, audiences: [audience] }] },
      policy: { rules: [{ id: 'bot', effect: 'allow', principals: [{ user: 'spiffe://example/bot' }] }] },
    });
  });
  after(() => gateway?.stop());
  const url = () => gateway.url('probe');

  test('the listener says https', () => assert.match(gateway.client, /^https:/));
  test('a certificate says who is calling', async () => {
    const leaf = authority.issue('URI:spiffe://example/bot');
    assert.equal((await ask(url(), { leaf })).status, 200);
  });
  test('one without such a name is refused, and one with two', async () => {
    assert.equal((await ask(url(), { leaf: authority.issue('DNS:bot.example') })).status, 401);
    assert.equal((await ask(url(), { leaf: authority.issue('URI:spiffe://example/bot,URI:spiffe://example/root') })).status, 401);
  });
  test('a certificate of a stranger, or none, opens nothing', async () => {
    const leaf = stranger.issue('URI:spiffe://example/bot');
    await assert.rejects(ask(url(), { leaf }));
    assert.equal((await ask(url())).status, 401);
  });
  test('a token that is bound to a certificate works only with it', async () => {
    const leaf = authority.issue('URI:spiffe://example/bot');
    const other = authority.issue('URI:spiffe://example/bot');
    const thumbprint = createHash('sha256').update(new X509Certificate(readFileSync(leaf.certificate)).raw).digest('base64url');
    const token = await issuer.token({ aud: audience, cnf: { 'x5t#S256': thumbprint } });
    assert.equal((await ask(url(), { leaf, token })).status, 200);
    assert.equal((await ask(url(), { leaf: other, token })).status, 401);
    assert.equal((await ask(url(), { token })).status, 401);
  });
  describe('an open stream ends', () => {
    /** A session with its stream, over one certificate: `{ ended() }`. */
    async function openStream(leaf, token) {
      const tls = { ca: readFileSync(authority.ca), cert: readFileSync(leaf.certificate), key: readFileSync(leaf.key), agent: false };
      const ask = (method, headers, body) => new Promise((done, failed) => {
        const request = send(url(), { method, headers: { ...baseHeaders(token), ...headers }, ...tls }, done);
        request.on('error', failed);
        request.end(body && JSON.stringify(body));
      });
      const opened = await ask('POST', {}, initialize);
      assert.equal(opened.statusCode, 200);
      opened.resume();
      const stream = await ask('GET', { 'mcp-session-id': opened.headers['mcp-session-id'], 'mcp-protocol-version': '2025-11-25', accept: 'text/event-stream' });
      assert.equal(stream.statusCode, 200);
      const state = { ended: false };
      stream.on('error', () => {}).on('close', () => { state.ended = true; }).resume();
      return state;
    }
    const boundTo = (leaf) => {
      const thumbprint = createHash('sha256').update(new X509Certificate(readFileSync(leaf.certificate)).raw).digest('base64url');
      return issuer.token({ aud: audience, cnf: { 'x5t#S256': thumbprint } });
    };
    for (const bound of [false, true])
      test(`when ${bound ? 'the certificate of its token' : 'its certificate'} expires, and no other`, async () => {
        const lasting = await openStream(authority.issue('URI:spiffe://example/bot'));
        const leaf = authority.issueBriefly('URI:spiffe://example/bot', 4);
        const state = await openStream(leaf, bound ? await boundTo(leaf) : undefined);
        assert.equal(state.ended, false);
        const expires = new X509Certificate(readFileSync(leaf.certificate)).validTo;
        await until(() => Date.now() > Date.parse(expires), { every: 50 });
        await until(() => state.ended, { what: 'the stream ends', every: 50, patience: 5_000 });
        assert.equal(lasting.ended, false);
      });
    test('when its holder is revoked', async () => {
      const state = await openStream(authority.issue('URI:spiffe://example/taken'));
      const body = JSON.stringify({ principal: 'spiffe://example/taken' });
      const answer = await exchange(`${gateway.operator}/api/v1/revocations`, {
        headers: { ...bearer(gateway.operatorToken), 'content-length': Buffer.byteLength(body) }, body,
      });
      assert.equal(answer.status, 201);
      await until(() => state.ended, { what: 'the stream ends', every: 50, patience: 5_000 });
    });
  });
  test('nothing older than TLS 1.2 is spoken', async () => {
    const { port } = new URL(url());
    const handshake = (maxVersion) => new Promise((done) => {
      const socket = connect({
        port, host: '127.0.0.1', ca: readFileSync(authority.ca), minVersion: 'TLSv1', maxVersion, ciphers: 'DEFAULT@SECLEVEL=0',
      }, () => { done(socket.getProtocol()); socket.destroy(); });
      socket.on('error', () => done('refused'));
    });
    assert.equal(await handshake('TLSv1.1'), 'refused');
    assert.equal(await handshake('TLSv1.2'), 'TLSv1.2');
  });
  test('a renewed certificate is shown to new connections; open ones go on', async () => {
    const { port } = new URL(url());
    const shown = () => new Promise((done, failed) => {
      const socket = connect({ port, host: '127.0.0.1', ca: readFileSync(authority.ca) }, () => {
        done({ serial: socket.getPeerCertificate().serialNumber, socket });
      });
      socket.on('error', failed);
    });
    const first = await shown();
    authority.issue(localhost, { into: own });
    await until(async () => {
      const now = await shown();
      now.socket.destroy();
      return now.serial !== first.serial;
    }, { what: 'the new certificate is shown', every: 250 });
    first.socket.write(`GET /mcp HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    const [bytes] = await new Promise((done) => first.socket.once('data', (...data) => done(data)));
    assert.match(bytes.toString(), /^HTTP\/1\.1 401/);
    first.socket.destroy();
  });
});

describe('servers', () => {
  /** The probe behind TLS with this leaf: `{ url, seen, close }`. */
  async function startTls(leaf, more = {}) {
    const seen = [];
    const server = createTlsServer({ cert: readFileSync(leaf.certificate), key: readFileSync(leaf.key), ...more }, (request, response) => {
      seen.push(request.url);
      const target = new URL(probe.url);
      fetch(target, { method: request.method, headers: { 'content-type': 'application/json', accept: request.headers.accept }, body: request, duplex: 'half' })
        .then(async (answer) => {
          response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
          response.end(await answer.text());
        }, () => response.writeHead(502).end());
    });
    server.on('tlsClientError', () => {});
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    return { url: `https://localhost:${server.address().port}/mcp`, seen, close: () => { server.closeAllConnections(); server.close(); } };
  }
  const open = async (config) => {
    const gateway = await startGateway({ servers: { far: { pins: 'first_use', ...config } } });
    try {
      return await Session.open(gateway.url('far'), gateway.token).then(() => 'open', () => 'refused');
    } finally {
      await gateway.stop();
    }
  };
  const leafOf = (san = localhost, more) => authority.issue(san, more);
  const cases = {
    'a good chain by the private CA': [() => leafOf(), () => ({ ca: authority.ca }), 'open'],
    'a good chain and its pin': [() => leafOf(), (leaf) => ({ ca: authority.ca, pin_sha256: [authority.pin(leaf.certificate)] }), 'open'],
    'a good chain and another pin': [() => leafOf(), () => ({ ca: authority.ca, pin_sha256: [authority.pin(leafOf().certificate)] }), 'refused'],
    'no CA that knows it': [() => leafOf(), () => undefined, 'refused'],
    "a stranger's CA": [() => stranger.issue(localhost), () => ({ ca: authority.ca }), 'refused'],
    "a stranger's CA and the right pin": [() => stranger.issue(localhost), (leaf) => ({ ca: authority.ca, pin_sha256: [authority.pin(leaf.certificate)] }), 'refused'],
    'another host name': [() => leafOf('DNS:other.example'), () => ({ ca: authority.ca }), 'refused'],
    'a name in the subject alone': [() => leafOf('', { cn: 'localhost' }), () => ({ ca: authority.ca }), 'refused'],
    'an expired certificate': [() => leafOf(localhost, { days: -1 }), () => ({ ca: authority.ca }), 'refused'],
  };
  for (const [name, [leaf, tls, expected]] of Object.entries(cases))
    test(`${name}: ${expected}`, async () => {
      const shown = leaf();
      const server = await startTls(shown);
      try {
        const settings = tls(shown);
        assert.equal(await open({ url: server.url, ...(settings && { tls: settings }) }), expected);
        assert.equal(server.seen.length > 0, expected === 'open');
      } finally {
        server.close();
      }
    });
  for (const [ciphers, expected] of [['AES128-SHA', 'refused'], ['ECDHE-ECDSA-AES128-SHA', 'refused'], ['ECDHE-ECDSA-AES128-GCM-SHA256', 'open']])
    test(`one that speaks TLS 1.2 with ${ciphers} only: ${expected}`, async () => {
      const server = await startTls(leafOf(), { maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` });
      try {
        assert.equal(await open({ url: server.url, tls: { ca: authority.ca } }), expected);
      } finally {
        server.close();
      }
    });
  test('a server that asks for a certificate gets the configured one', async () => {
    const server = await startTls(leafOf(), { requestCert: true, rejectUnauthorized: true, ca: readFileSync(authority.ca) });
    try {
      const own = authority.issue('DNS:gateway.example');
      assert.equal(await open({ url: server.url, tls: { ca: authority.ca } }), 'refused');
      assert.equal(await open({ url: server.url, tls: { ca: authority.ca, client_certificate: own.certificate, client_key: own.key } }), 'open');
    } finally {
      server.close();
    }
  });
  test('plain http to another host is no configuration', async () => {
    await assert.rejects(startGateway({ servers: { far: { url: 'http://far.example/mcp' } } }), /ended before/);
  });
  test('a redirect is not followed', async () => {
    const moved = await startProbe();
    const { createServer } = await import('node:http');
    const server = createServer((_, response) => response.writeHead(307, { location: moved.url }).end());
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    assert.equal(await open({ url: `http://127.0.0.1:${server.address().port}/mcp` }), 'refused');
    assert.equal(moved.requests.length, 0);
    server.close();
    await moved.close();
  });
});
