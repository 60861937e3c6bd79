// A signed file of servers that stands at a URL: fetched, kept for an outage, never older than before.
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeAuthority } from './certificates.mjs';
import { runDoorward, startGateway, stdioProbe, writeConfiguration } from './doorward.mjs';
import { Session, textOf } from './mcp.mjs';
import { until } from './wait.mjs';

const keys = generateKeyPairSync('ed25519');
let authority;
let listener;
let shown; // what the place shows: { text, signature }, or nothing
let place;
let env;

const file = (serial, ...names) => ({
  text: JSON.stringify({ ...(serial && { serial }), servers: Object.fromEntries(names.map((name) => [name, stdioProbe()])) }),
});
const show = (next, by = keys.privateKey) => { shown = { ...next, signature: sign(null, Buffer.from(next.text), by) }; };

before(async () => {
  authority = makeAuthority();
  const { certificate, key } = authority.issue('DNS:localhost');
  listener = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
    if (!shown) return response.writeHead(503).end();
    return response.writeHead(200).end(request.url.endsWith('.sig') ? shown.signature : shown.text);
  });
  await new Promise((done) => listener.listen(0, 'localhost', done));
  const url = `https://localhost:${listener.address().port}/servers`;
  place = writeConfiguration({ servers: {}, catalog: { servers: { file: `${url}.yaml`, signature: `${url}.sig`, key: './servers.pub' } } });
  writeFileSync(join(place.folder, 'servers.pub'), keys.publicKey.export({ type: 'spki', format: 'pem' }));
  env = { ...process.env, SSL_CERT_FILE: authority.ca };
});
after(async () => {
  listener.closeAllConnections();
  await new Promise((done) => listener.close(done));
  authority.remove();
  rmSync(place.folder, { recursive: true, force: true });
});

const refused = (more = {}) => runDoorward(['run', '--config', place.file], { cwd: place.folder, env, ...more });
const start = () => startGateway(undefined, { place, env });
const servesEcho = async (gateway, name) =>
  assert.equal(textOf(await (await Session.open(gateway.url(name), gateway.token)).call('echo', { text: 'hi' })), 'hi');

describe('servers from a URL', () => {
  test('without a copy nothing starts that can’t be fetched and checked', async () => {
    shown = undefined;
    const silent = await refused();
    assert.equal(silent.code, 2, silent.err);
    assert.match(silent.err, /can't be fetched: it answers with status 503/);
    show(file(5, 'probe'), generateKeyPairSync('ed25519').privateKey);
    assert.match((await refused()).err, /does not fit/);
    show(file(undefined, 'probe'));
    assert.match((await refused()).err, /needs a whole number `serial`/);
    show(file(5, 'probe'));
    const stranger = await refused({ env: process.env });
    assert.equal(stranger.code, 2, 'its certificate is nobody’s that is trusted');
    assert.match(stranger.err, /can't be fetched/);
  });

  test('they are served as if they stood in the configuration, and what is newer at a reload', async () => {
    show(file(5, 'probe'));
    const gateway = await start();
    try {
      await servesEcho(gateway, 'probe');
      const reload = async (told) => {
        const length = gateway.stderr.length;
        gateway.child.kill('SIGHUP');
        await until(() => told.test(gateway.stderr.slice(length)), { what: String(told) });
      };
      show(file(6, 'probe', 'second'));
      await reload(/Z reloaded/);
      await servesEcho(gateway, 'second');
      show(file(5, 'probe'));
      await reload(/serial 5, and another file with serial 6 was used here before.*stay in force/);
      await servesEcho(gateway, 'second');
      show(file(6, 'probe'));
      await reload(/serial 6, and another file/);
      shown = undefined;
      await reload(/status 503; the servers that were fetched last stay in force/);
      await servesEcho(gateway, 'second');
    } finally {
      await gateway.stop({ keep: true });
    }
  });

  test('an outage at the start is bridged by the copy, but not one that somebody touched', async () => {
    shown = undefined;
    const gateway = await start();
    try {
      await servesEcho(gateway, 'second');
      assert.match(gateway.stderr, /stay in force/);
      const check = JSON.parse((await gateway.cli('check', '--format', 'json')).out);
      assert.match(JSON.stringify(check), /more servers come from `https:.*signed by `servers.pub`/);
    } finally {
      await gateway.stop({ keep: true });
    }
    const copy = join(place.folder, 'state/servers-copy');
    writeFileSync(copy, readFileSync(copy, 'utf8').replace('second', 'third_'));
    assert.match((await refused()).err, /does not fit/);
  });

  test('a file elsewhere with a signature here is a mistake', async () => {
    const odd = writeConfiguration({ servers: {}, catalog: { servers: { file: 'https://localhost/s.yaml', signature: './s.sig', key: './k.pub' } } });
    const { code, err } = await runDoorward(['check', '--config', odd.file], { cwd: odd.folder });
    assert.equal(code, 2);
    assert.match(err, /both paths, or both https URLs/);
    rmSync(odd.folder, { recursive: true, force: true });
  });
});
