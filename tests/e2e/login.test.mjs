// A person's own account at a remote server: `doorward login`, what calls are shown afterwards, and every
// way in which a server, an issuer, a page in the browser or another principal tries to get at it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeToken, runDoorward, startGateway, writeConfiguration } from './doorward.mjs';
import { honestBrowser, logIn, startGuarded, startLoginIssuer } from './login_issuer.mjs';
import { modernRequest, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';

let issuer;
let tickets;
const remove = (place) => rmSync(place.folder, { recursive: true, force: true });
const server = (more = {}, url = tickets.url) => ({ url, pins: 'first_use', credential: { authorization_code: more } });
const logins = (place) => {
  try {
    return readdirSync(join(place.folder, 'state/logins')).filter((name) => name.endsWith('.store'));
  } catch {
    return [];
  }
};
const change = (place, config) => writeFileSync(place.file, JSON.stringify({ ...place.config, ...config }, null, 2));
const call = async (gateway, name = 'tickets', token = gateway.token) => {
  const session = await Session.open(gateway.url(name), token);
  return textOf(await session.call('echo', { text: 'hi' }));
};
/** Why a call of today's protocol is refused. */
const refusal = async (gateway, token = gateway.token, name = 'tickets') => {
  const { message } = await modernRequest(gateway.url(name), token, 'tools/call', { name: 'echo', arguments: { text: 'x' } });
  const decision = message.result?._meta?.['io.doorward/decision'] ?? message.error?.data;
  return { reason: decision?.reason, text: JSON.stringify(message) };
};

before(async () => {
  issuer = await startLoginIssuer();
  tickets = await startGuarded(issuer);
});
after(async () => {
  await tickets?.close();
  await issuer?.close();
});

describe('an honest login', () => {
  let gateway;
  let other;
  before(async () => {
    other = await startProbe();
    gateway = await startGateway({ servers: { tickets: server(), other: { url: other.url, pins: 'first_use' } } });
  });
  after(async () => {
    await gateway?.stop();
    await other?.close();
  });

  test('is asked for: by the refusal, by check and by doctor', async () => {
    const from = tickets.requests.length;
    const refused = await refusal(gateway);
    assert.equal(refused.reason, 'identity.no_login', refused.text);
    assert.match(refused.text, /`doorward login tickets`/);
    await assert.rejects(call(gateway), /identity\.no_login/);
    assert.deepEqual(tickets.shown(from), []);
    assert.match((await gateway.cli('check')).out, /^ {2}tickets: nobody; `doorward login tickets`$/m);
    assert.match((await gateway.cli('doctor')).out, /reduced +login tickets +nobody is logged in there\n.*mend: doorward login tickets/);
  });

  test('asks by the book, and then calls work', async () => {
    const done = await logIn(gateway, ['tickets']);
    assert.equal(done.code, 0, done.err);
    const asked = Object.fromEntries(done.url.searchParams);
    assert.equal(asked.tenant, 'a');
    assert.equal(asked.response_type, 'code');
    assert.equal(asked.code_challenge_method, 'S256');
    assert.equal(asked.resource, tickets.url);
    assert.equal(asked.scope, 'files:read');
    assert.match(asked.state, /^[\w-]{43}$/);
    assert.match(asked.code_challenge, /^[\w-]{43}$/);
    assert.match(asked.redirect_uri, /^http:\/\/127\.0\.0\.1:\d+\/callback\/[0-9a-f]{16}$/);
    assert.equal(issuer.registered.at(-1).token_endpoint_auth_method, 'none');
    assert.equal(done.seen.answer.status, 200);
    const from = tickets.requests.length;
    assert.equal(await call(gateway), 'hi');
    const [token] = tickets.shown(from);
    assert.match(token, /^Bearer access_ana_/);
    assert.equal((await refusal(gateway)).reason, undefined);
    assert.match((await gateway.cli('check')).out, /^ {2}tickets: local$/m);
  });

  test('stands in the log, and its tokens stand nowhere', async () => {
    const log = (await gateway.cli('audit', 'tail', '-n', '500', '--format', 'json')).out;
    const entry = log.split('\n').filter(Boolean).map((line) => JSON.parse(line)).find(({ reason }) => reason === 'identity.login');
    assert.equal(entry?.server, 'tickets', log.slice(-2000));
    assert.equal(entry.principal, 'local');
    const secrets = [...issuer.live.keys(), ...issuer.renewable.keys()];
    const texts = [log, gateway.stderr, ...logins(gateway).map((name) => readFileSync(join(gateway.folder, 'state/logins', name), 'latin1'))];
    for (const secret of secrets) for (const text of texts) assert.ok(!text.includes(secret));
    for (const name of logins(gateway)) assert.equal(statSync(join(gateway.folder, 'state/logins', name)).mode & 0o777, 0o600);
  });

  test('its tokens are held secrets: kept from other servers', async () => {
    const session = await Session.open(gateway.url('other'), gateway.token);
    for (const text of [[...issuer.live.keys()].at(-1), [...issuer.renewable.keys()].at(-1)]) {
      const refused = await session.call('echo', { text: `x ${text}` });
      assert.equal(refused._meta?.['io.doorward/decision']?.reason, 'secrets.held_secret', JSON.stringify(refused));
    }
    assert.equal(textOf(await session.call('echo', { text: 'access_ana' })), 'access_ana');
  });

  test('a token that the server takes no more is renewed once, for all calls together', async () => {
    const session = await Session.open(gateway.url('tickets'), gateway.token);
    const before = issuer.grants('refresh_token').length;
    const file = readFileSync(join(gateway.folder, 'state/logins', logins(gateway)[0]));
    issuer.live.clear();
    const all = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => session.call('echo', { text: `n${n}` })));
    assert.deepEqual(all.map(textOf), ['n1', 'n2', 'n3', 'n4', 'n5', 'n6']);
    assert.equal(issuer.grants('refresh_token').length, before + 1);
    assert.equal(issuer.grants('refresh_token').at(-1).form.resource, tickets.url);
    assert.notDeepEqual(readFileSync(join(gateway.folder, 'state/logins', logins(gateway)[0])), file);
  });

  test('a stopped server is not shown it', async () => {
    assert.equal((await gateway.cli('kill', 'tickets')).code, 0);
    const from = tickets.requests.length;
    const grants = issuer.grants('refresh_token').length;
    assert.equal((await refusal(gateway)).reason, 'rogue.stopped');
    assert.deepEqual(tickets.shown(from), []);
    assert.equal(issuer.grants('refresh_token').length, grants);
    assert.equal((await gateway.cli('kill', 'tickets', '--lift')).code, 0);
    assert.equal(await call(gateway), 'hi');
  });

  test('a restart keeps it, the rotated refresh token too', async () => {
    await gateway.stop({ keep: true });
    issuer.live.clear();
    const grants = issuer.grants('authorization_code').length;
    gateway = await startGateway(undefined, { place: gateway });
    assert.equal(await call(gateway), 'hi');
    assert.equal(issuer.grants('authorization_code').length, grants);
  });

  test('one that is forgotten is revoked at its issuer and used no more', async () => {
    const refresh = [...issuer.renewable.keys()].at(-1);
    const done = await gateway.cli('login', 'tickets', '--forget');
    assert.equal(done.code, 0, done.err);
    assert.match(done.out, /revoked at its issuer/);
    assert.equal(issuer.revoked.at(-1), refresh);
    assert.deepEqual(logins(gateway), []);
    const from = tickets.requests.length;
    assert.equal((await refusal(gateway)).reason, 'identity.no_login');
    assert.deepEqual(tickets.shown(from), []);
    assert.equal((await gateway.cli('login', 'tickets', '--forget')).code, 1);
    assert.match((await gateway.cli('audit', 'tail', '-n', '50', '--format', 'json')).out, /"identity\.login_forgotten"/);
  });

  test('one that its issuer ended asks for another', async () => {
    assert.equal((await logIn(gateway, ['tickets'])).code, 0);
    assert.equal(await call(gateway), 'hi');
    issuer.live.clear();
    issuer.renewable.clear();
    const refused = await refusal(gateway);
    assert.equal(refused.reason, 'identity.no_login', refused.text);
    assert.match(refused.text, /has ended/);
    assert.match((await gateway.cli('doctor')).out, /reduced +login tickets/);
    assert.equal((await logIn(gateway, ['tickets'])).code, 0);
    assert.equal(await call(gateway), 'hi');
  });
});

test('each principal has an account of their own, or none', async () => {
  const [ana, bob] = [await makeToken('ana'), await makeToken('bob')];
  const gateway = await startGateway({ servers: { tickets: server() }, identity: { tokens: [ana.line, bob.line] } });
  try {
    issuer.user = 'ana';
    assert.equal((await logIn(gateway, ['tickets', '--principal', 'ana'])).code, 0);
    let from = tickets.requests.length;
    assert.equal(await call(gateway, 'tickets', ana.text), 'hi');
    assert.match(tickets.shown(from).join(), /^Bearer access_ana_/);
    from = tickets.requests.length;
    const refused = await refusal(gateway, bob.text);
    assert.equal(refused.reason, 'identity.no_login', refused.text);
    assert.match(refused.text, /`doorward login tickets --principal bob`/);
    await assert.rejects(call(gateway, 'tickets', bob.text));
    assert.deepEqual(tickets.shown(from), []);
    issuer.user = 'bob';
    assert.equal((await logIn(gateway, ['tickets', '--principal', 'bob'])).code, 0);
    from = tickets.requests.length;
    assert.equal(await call(gateway, 'tickets', bob.text), 'hi');
    assert.match(tickets.shown(from).join(), /^Bearer access_bob_[^,]*$/);
    from = tickets.requests.length;
    assert.equal(await call(gateway, 'tickets', ana.text), 'hi');
    assert.match(tickets.shown(from).join(), /^Bearer access_ana_[^,]*$/);
  } finally {
    issuer.user = 'ana';
    await gateway.stop();
  }
});

describe('an account is for one server and one issuer', () => {
  let place;
  before(async () => {
    place = writeConfiguration({ servers: { tickets: server() } });
    const done = await logIn(place, ['tickets']); // no gateway runs: into the log of the state folder
    assert.equal(done.code, 0, done.err);
    assert.equal(logins(place).length, 1);
    assert.match((await runDoorward(['audit', 'export', '--config', place.file], { cwd: place.folder })).out, /identity\.login/);
  });
  after(() => remove(place));
  const refusedWith = async (config) => {
    change(place, config);
    const gateway = await startGateway(undefined, { place });
    try {
      return await refusal(gateway);
    } finally {
      await gateway.stop({ keep: true });
    }
  };

  test('a rogue server of the same name at another address is shown nothing', async () => {
    const rogue = await startGuarded(issuer);
    const refused = await refusedWith({ servers: { tickets: server({}, rogue.url) } });
    assert.equal(refused.reason, 'identity.no_login', refused.text);
    assert.match(refused.text, /`doorward login tickets` again/);
    assert.deepEqual(rogue.shown(), []);
    await rogue.close();
  });
  test('nor where the configuration names another issuer', async () => {
    const from = tickets.requests.length;
    assert.equal((await refusedWith({ servers: { tickets: server({ issuer: 'http://127.0.0.1:9' }) } })).reason, 'identity.no_login');
    assert.deepEqual(tickets.shown(from), []);
  });
  test('another path of the same host is another server', async () => {
    const from = tickets.requests.length;
    assert.equal((await refusedWith({ servers: { tickets: server({}, `${tickets.url}2`) } })).reason, 'identity.no_login');
    assert.deepEqual(tickets.shown(from), []);
  });
  test('as it was, it counts again', async () => {
    change(place, {});
    const gateway = await startGateway(undefined, { place });
    assert.equal(await call(gateway), 'hi');
    await gateway.stop({ keep: true });
  });
});

describe('no login comes of', () => {
  const fails = async (cause, { config, browser, says, challenge, metadata, args = [] } = {}) => {
    const place = writeConfiguration({ servers: { tickets: server(config) } });
    const kept = { says: tickets.says, challenge: tickets.challenge, metadata: issuer.metadata };
    Object.assign(tickets, { says: says ?? {}, challenge });
    issuer.metadata = { ...issuer.metadata, ...metadata };
    const codes = issuer.grants('authorization_code').length;
    try {
      const done = await logIn(place, ['tickets', ...args], browser);
      assert.equal(done.code, 3, `${done.out}\n${done.err}`);
      assert.match(done.err, cause);
      assert.deepEqual(logins(place), []);
      assert.equal(issuer.grants('authorization_code').length, codes, 'no code was exchanged');
      return done;
    } finally {
      Object.assign(tickets, { says: kept.says, challenge: kept.challenge });
      issuer.metadata = kept.metadata;
      remove(place);
    }
  };
  const altered = (alter) => async (url) => {
    const back = new URL((await fetch(url, { redirect: 'manual' })).headers.get('location'));
    alter(back.searchParams);
    return (await fetch(back)).status;
  };

  test('a mix-up: the answer of another issuer', async () => {
    const done = await fails(/another authorization server than was asked/, {
      browser: altered((query) => query.set('iss', 'https://evil.example')),
    });
    assert.equal(done.seen, 400);
  });
  test('an answer without `iss` where it has to stand', () =>
    fails(/does not say which authorization server/, { browser: altered((query) => query.delete('iss')) }));
  test('an `iss` that is nearly the issuer', () =>
    fails(/another authorization server/, { browser: altered((query) => query.set('iss', `${issuer.url}/`)) }));
  test('a no of the issuer, whose words steer no terminal', async () => {
    const done = await fails(/says no: `access_denied`, .*red/, {
      browser: altered((query) => {
        query.delete('code');
        query.set('error', 'access_denied');
        query.set('error_description', '\u001b[31mred');
      }),
    });
    assert.ok(!done.err.includes('\u001b'));
  });
  test('metadata of another resource', () =>
    fails(/of another resource/, { says: { resource: 'https://files.example/mcp' } }));
  test('metadata at another host', () =>
    fails(/at another place than its own/, { challenge: 'Bearer resource_metadata="http://127.0.0.1:9/.well-known/oauth-protected-resource"' }));
  test('several issuers, none of them stated', () =>
    fails(/state one of them .*https:\/\/other\.example/, { says: { authorization_servers: [issuer.url, 'https://other.example'] } }));
  test('an issuer that the server does not name', () =>
    fails(/is none of those that the server names/, { config: { issuer: 'https://other.example' } }));
  test('metadata that names another issuer', () =>
    fails(/names another issuer/, { metadata: { issuer: 'https://evil.example' } }));
  test('an issuer without PKCE, or with plain alone', async () => {
    await fails(/PKCE/, { metadata: { code_challenge_methods_supported: undefined } });
    await fails(/PKCE/, { metadata: { code_challenge_methods_supported: ['plain'] } });
  });
  for (const endpoint of ['javascript:alert(1)', 'http://127.0.0.1:9/authorize', 'http://idp.example/authorize', 'file:///etc/passwd', 'vscode://x'])
    test(`an authorization endpoint ${endpoint}`, () =>
      fails(/no authorization and token endpoint/, { metadata: { authorization_endpoint: endpoint } }));
  for (const member of ['authorization_endpoint', 'token_endpoint', 'registration_endpoint'])
    test(`a mix-up: the server's issuer leads elsewhere with its ${member}`, () =>
      fails(/leads to another one[^]*authorization_code\.issuer/, { metadata: { [member]: 'https://login.honest.example/x' } }));
  test('an answer on the way back of another issuer', async () => {
    const place = writeConfiguration({ servers: { tickets: server() } });
    let other;
    const done = await logIn(place, ['tickets'], async (url) => {
      const back = new URL((await fetch(url, { redirect: 'manual' })).headers.get('location'));
      const elsewhere = new URL(back);
      elsewhere.pathname = '/callback/0123456789abcdef';
      other = (await fetch(elsewhere)).status;
      await fetch(back);
    });
    assert.equal(other, 404);
    assert.equal(done.code, 0, done.err);
    remove(place);
  });
  for (const preset of ['redirect_uri=https%3A%2F%2Fevil.example', 'state=x', 'client%5Fid=x'])
    test(`an authorization endpoint that says ${preset} itself`, () =>
      fails(/Doorward's to say/, { metadata: { authorization_endpoint: `${issuer.url}/authorize?${preset}` } }));
  test('a token endpoint without https elsewhere', () =>
    fails(/no authorization and token endpoint/, { metadata: { token_endpoint: 'http://idp.example/token' } }));
  for (const address of ['https://10.0.0.1', 'https://169.254.169.254', 'https://[fd00::1]', 'https://100.100.100.200'])
    test(`an issuer at ${address}, which the server alone names`, () =>
      fails(/is an address that is not public/, { says: { authorization_servers: [address] } }));
  test('an issuer without https, which the server alone names', () =>
    fails(/without https/, { says: { authorization_servers: ['http://idp.example'] } }));
  test('an issuer that registers nobody, without a client id', () =>
    fails(/configure `servers\.tickets\.credential\.authorization_code\.client_id`/, { metadata: { registration_endpoint: undefined } }));
  test('a server without one', async () => {
    const place = writeConfiguration({ servers: { tickets: { url: tickets.url, credential: { bearer: { secret: 's' } } } }, secrets: { s: { env: 'HOME' } } });
    for (const [name, cause] of [['tickets', /takes no login/], ['nobody', /no server `nobody`/]]) {
      const done = await logIn(place, [name]);
      assert.equal(done.code, 2);
      assert.match(done.err, cause);
    }
    remove(place);
  });
});

test('what else arrives at the way back changes nothing, and the answer counts once', async () => {
  const place = writeConfiguration({ servers: { tickets: server() } });
  try {
    const done = await logIn(place, ['tickets'], async (url) => {
      const back = new URL((await fetch(url, { redirect: 'manual' })).headers.get('location'));
      const strays = [];
      for (const state of ['', 'x', back.searchParams.get('state').slice(1), 'A'.repeat(43)]) {
        const stray = new URL(back);
        stray.searchParams.set('state', state);
        strays.push((await fetch(stray)).status);
      }
      strays.push((await fetch(new URL('/', back))).status, (await fetch(back, { method: 'POST' })).status);
      const twice = await Promise.all([fetch(back), fetch(back)].map((each) => each.then(({ status }) => status, () => 0)));
      return { strays, twice, late: await fetch(back).then(({ status }) => status, () => 0) };
    });
    assert.equal(done.code, 0, done.err);
    assert.deepEqual(done.seen.strays, [400, 400, 400, 400, 404, 404]);
    assert.equal(done.seen.twice.filter((status) => status === 200).length, 1);
    assert.notEqual(done.seen.late, 200);
    assert.equal(logins(place).length, 1);
  } finally {
    remove(place);
  }
});

test('a login that cannot be written down is none, and is given back', async () => {
  const gateway = await startGateway({ servers: { tickets: { url: tickets.url, pins: 'first_use' } } });
  try {
    change(gateway, { servers: { tickets: server() } }); // not read by the running gateway
    const revoked = issuer.revoked.length;
    const done = await logIn(gateway, ['tickets']);
    assert.equal(done.code, 3);
    assert.match(done.err, /can't be written into the audit log.*read its configuration again/);
    assert.deepEqual(logins(gateway), []);
    assert.equal(issuer.revoked.length, revoked + 1);
  } finally {
    await gateway.stop();
  }
});

test('a configured client proves itself, and its scopes are the ones that are asked for', async () => {
  process.env.LOGIN_SECRET = 'secret of the client';
  const config = { issuer: issuer.url, client_id: 'gw', client_secret: { secret: 's' }, scope: 'a b' };
  const place = writeConfiguration({ servers: { tickets: server(config) }, secrets: { s: { env: 'LOGIN_SECRET' } } });
  try {
    const registered = issuer.registered.length;
    const tokens = issuer.tokens;
    issuer.tokens = (form) => tokens({ ...form, client_id: 'gw' });
    const done = await logIn(place, ['tickets'], honestBrowser);
    issuer.tokens = tokens;
    assert.equal(done.code, 0, done.err);
    assert.equal(done.url.searchParams.get('scope'), 'a b');
    assert.equal(issuer.registered.length, registered);
    const { headers } = issuer.grants('authorization_code').at(-1);
    assert.equal(headers.authorization, `Basic ${Buffer.from('gw:secret%20of%20the%20client').toString('base64')}`);
  } finally {
    remove(place);
  }
});
