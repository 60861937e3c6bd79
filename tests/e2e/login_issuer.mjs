// An authorization server that people log in at (authorization code, PKCE, refresh tokens that rotate,
// registration, revocation), a server that takes nothing but its tokens, and `doorward login` between them.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { binary } from './doorward.mjs';
import { startIssuer } from './issuer.mjs';
import { startProbe } from './servers/probe_http.mjs';

const random = (name) => `${name}_${randomBytes(24).toString('base64url')}`;

/** `user` is who logs in next; `live` the access tokens that count, with what they are for. */
export async function startLoginIssuer() {
  const issuer = await startIssuer();
  const codes = new Map();
  Object.assign(issuer, { user: 'ana', life: 300, live: new Map(), renewable: new Map(), revoked: [], registered: [] });
  issuer.metadata = {
    authorization_endpoint: `${issuer.url}/authorize?tenant=a`, registration_endpoint: `${issuer.url}/register`,
    revocation_endpoint: `${issuer.url}/revoke`, code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  };
  issuer.routes.set('/register', ({ text, say }) => {
    const wanted = JSON.parse(text);
    const client = { ...wanted, client_id: `client-${issuer.registered.length + 1}` };
    issuer.registered.push(client);
    return say(201, client);
  });
  issuer.routes.set('/authorize', ({ query, response }) => {
    const code = random('code');
    codes.set(code, { ...Object.fromEntries(query), user: issuer.user });
    const back = new URL(query.get('redirect_uri'));
    for (const [name, value] of Object.entries({ code, state: query.get('state'), iss: issuer.url })) back.searchParams.set(name, value);
    response.writeHead(302, { location: String(back) }).end();
  });
  const give = (grant) => {
    const access = random(`access_${grant.user}`);
    const refresh = random(`refresh_${grant.user}`);
    issuer.live.set(access, grant);
    issuer.renewable.set(refresh, grant);
    return { access_token: access, refresh_token: refresh, token_type: 'Bearer', expires_in: issuer.life };
  };
  issuer.tokens = (form) => {
    if (form.grant_type === 'authorization_code') {
      const grant = codes.get(form.code);
      codes.delete(form.code);
      const digest = createHash('sha256').update(form.code_verifier ?? '').digest('base64url');
      const same = grant && grant.code_challenge === digest && grant.redirect_uri === form.redirect_uri
        && grant.client_id === form.client_id && grant.resource === form.resource;
      return same ? give(grant) : undefined;
    }
    const grant = issuer.renewable.get(form.refresh_token);
    if (form.grant_type !== 'refresh_token' || grant?.client_id !== form.client_id) return undefined;
    issuer.renewable.delete(form.refresh_token);
    return give(grant);
  };
  issuer.routes.set('/revoke', ({ form, say }) => {
    issuer.revoked.push(form.token);
    issuer.renewable.delete(form.token);
    return say(200, {});
  });
  /** Requests of one grant at the token endpoint. */
  issuer.grants = (type) => issuer.requests.filter(({ path, form }) => path === '/token' && form.grant_type === type);
  return issuer;
}

/** A server that takes the issuer's tokens for itself alone. `says` changes its metadata; `challenge` its 401. */
export async function startGuarded(issuer) {
  const guarded = { says: {}, challenge: undefined };
  const probe = await startProbe({
    guard: (request, response) => {
      if (request.url === '/.well-known/oauth-protected-resource/mcp') {
        const document = { resource: probe.url, authorization_servers: [issuer.url], ...guarded.says };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
        return true;
      }
      const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
      if (issuer.live.get(token)?.resource === probe.url) return false;
      const place = new URL('/.well-known/oauth-protected-resource/mcp', probe.url);
      response.writeHead(401, { 'www-authenticate': guarded.challenge ?? `Bearer resource_metadata="${place}", scope="files:read"` }).end();
      return true;
    },
  });
  return Object.assign(guarded, {
    url: probe.url, close: probe.close, requests: probe.requests,
    /** Which tokens it was shown since `from`. */
    shown: (from = 0) => [...new Set(probe.requests.slice(from).map(({ headers }) => headers.authorization).filter(Boolean))],
  });
}

/** As a browser would: follows the issuer's redirect. */
export async function honestBrowser(url) {
  const answer = await fetch(url, { redirect: 'manual' });
  const back = answer.headers.get('location');
  return { back, answer: await fetch(back) };
}

/** Runs `doorward login SERVER`; `browser(url)` does what the person does. `{ code, out, err, url, seen }`. */
export async function logIn(place, args, browser = honestBrowser) {
  const child = spawn(binary, ['login', ...args, '--config', place.file], { cwd: place.folder });
  let err = '';
  child.stderr.on('data', (chunk) => { err += chunk; });
  const ended = new Promise((done) => child.on('close', done));
  const timer = setTimeout(() => child.kill('SIGKILL'), 90_000);
  const lines = [];
  let url;
  let seen;
  let fault;
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (url || !line.startsWith('http')) continue;
    url = new URL(line);
    seen = browser(line).catch((error) => { fault = error; });
  }
  const code = await ended;
  clearTimeout(timer);
  seen = await seen;
  if (fault) throw fault;
  return { code, out: lines.join('\n'), err, url, seen };
}
