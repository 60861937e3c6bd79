// A small authorization server for tests: metadata, keys, tokens as a test wants them, and
// introspection; and a client's DPoP key. Everything is counted, so that a test can say what was asked.
import { createServer } from 'node:http';
import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';

const now = () => Math.floor(Date.now() / 1000);

export async function startIssuer({ port = 0, introspection } = {}) {
  const issuer = new Issuer();
  issuer.introspection = introspection;
  await issuer.addKey('ES256', 'es-1');
  issuer.server = createServer((request, response) => issuer.answer(request, response));
  await new Promise((done) => issuer.server.listen(port, '127.0.0.1', done));
  issuer.url = `http://127.0.0.1:${issuer.server.address().port}`;
  return issuer;
}

class Issuer {
  keys = new Map(); // kid -> { privateKey, jwk, alg }
  asked = []; // paths
  requests = []; // { path, headers, form }
  opaque = new Map(); // token -> introspection answer
  routes = new Map(); // path -> ({ query, form, text, request, response, say }), before all others

  async addKey(alg, kid) {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    this.keys.set(kid, { alg, privateKey, jwk: { ...await exportJWK(publicKey), kid, alg, use: 'sig' } });
  }

  async answer(request, response) {
    const { pathname, searchParams: query } = new URL(request.url, this.url);
    this.asked.push(pathname);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const form = Object.fromEntries(new URLSearchParams(text));
    this.requests.push({ path: pathname, headers: request.headers, form });
    const say = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (this.routes.has(pathname)) return this.routes.get(pathname)({ query, form, text, request, response, say });
    if (pathname === '/.well-known/oauth-authorization-server')
      return say(200, {
        issuer: this.url, jwks_uri: `${this.url}/keys`, token_endpoint: `${this.url}/token`,
        introspection_endpoint: `${this.url}/introspect`, response_types_supported: ['code'],
        ...this.metadata,
      });
    if (pathname === '/keys') return say(200, { keys: [...this.keys.values()].map(({ jwk }) => jwk) });
    if (pathname === '/introspect' && form.token === this.silent) return undefined; // never
    if (pathname === '/introspect') return say(200, this.opaque.get(form.token) ?? { active: false });
    if (pathname === '/token') return this.grant(form, request, say);
    return say(404, {});
  }

  /** What the token endpoint says; a test sets `tokens(form)`. */
  async grant(form, request, say) {
    const answer = await this.tokens?.(form, request);
    return answer ? say(200, answer) : say(400, { error: 'invalid_grant' });
  }

  /** A signed token; `claims` and `header` override, `undefined` removes. */
  async token(claims = {}, { kid = 'es-1', header = {}, key } = {}) {
    const use = this.keys.get(kid);
    const all = { iss: this.url, sub: 'ana', iat: now(), exp: now() + 300, jti: randomUUID(), ...claims };
    for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
    return new SignJWT(all)
      .setProtectedHeader({ alg: use?.alg ?? 'ES256', typ: 'at+jwt', kid, ...header })
      .sign(key ?? use.privateKey);
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }
}

/** A client's key for DPoP: `thumbprint`, and proofs. */
export async function dpopKey(alg = 'ES256') {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  return {
    jwk,
    thumbprint: await calculateJwkThumbprint(jwk),
    proof: (url, token, { method = 'POST', header = {}, key = privateKey, ...claims } = {}) => {
      const all = {
        htm: method, htu: url, iat: now(), jti: randomUUID(),
        ath: createHash('sha256').update(token).digest('base64url'), ...claims,
      };
      for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
      return new SignJWT(all).setProtectedHeader({ alg, typ: 'dpop+jwt', jwk, ...header }).sign(key);
    },
  };
}
