// What an officer goes by tells the truth: check, verify, redteam, traces, honeytokens, doctor.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sdk1Stdio } from './clients.mjs';
import { allowAll, binary, makeToken, probeFile, runDoorward, startGateway, stdioProbe, writeConfiguration } from './doorward.mjs';
import { startIssuer } from './issuer.mjs';
import { decisionOf, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

let folder;
before(() => { folder = mkdtempSync(join(tmpdir(), 'doorward-governance-')); });
after(() => rmSync(folder, { recursive: true, force: true }));

const entriesOf = async (gateway, reason) => {
  const { out } = await gateway.cli('audit', 'export');
  return out.split('\n').filter((line) => line.includes(`"${reason}"`)).map((line) => JSON.parse(line).entry);
};

describe('a gateway that was weakened', () => {
  let gateway;
  before(async () => {
    gateway = await startGateway({
      servers: { local: stdioProbe({ pins: 'first_use' }) }, policy: allowAll, listen: { legacy_sse: true },
      inspection: { results: { secrets: 'observe' } }, limits: { deadline: '30d' }, catalog: { discover: '0s' },
    });
  });
  after(() => gateway?.stop());

  test('check names each key beside what it takes', async () => {
    const { code, out } = await gateway.cli('check', '--format', 'json');
    assert.equal(code, 1);
    const rows = Object.fromEntries(JSON.parse(out).requirements.map((row) => [row.id, row]));
    for (const [id, key] of Object.entries({
      'R5.5': '`listen.legacy_sse: true`', 'R3.4': '`servers.local.pins: first_use`', 'R7.3': '`inspection.results.secrets: observe`',
      'R6.1': '`limits.deadline: 30d`', 'R11.8': '`catalog.discover: 0s`', 'R1.5': '`policy.rules: all`', 'R9.1': '`policy.rules: all`',
    })) {
      assert.equal(rows[id].state, 'partly', id);
      assert.ok(rows[id].evidence.includes(key), `${id}: ${rows[id].evidence}`);
    }
    for (const id of ['R7.5', 'R6.2', 'R8.2', 'R4.1']) assert.equal(rows[id].state, 'enforced', id);
  });
  test('redteam tries the old transport where it is served', async () => {
    const { code, out } = await gateway.cli('redteam', '--format', 'json');
    assert.equal(code, 1);
    const came = JSON.parse(out).attacks.filter(({ result }) => result === 'came_through').map(({ id }) => id);
    for (const id of ['transport.old_transport', 'transport.old_transport_merged']) assert.ok(came.includes(id), came.join());
  });
});

describe('a log that is gone', () => {
  test('is a finding with a key and a checkpoint too', async () => {
    const config = { servers: { local: stdioProbe() } };
    const place = writeConfiguration(config);
    const gateway = await startGateway(config, { place });
    const state = join(place.folder, 'state');
    const key = join(folder, 'key'), checkpoint = join(folder, 'checkpoint');
    await gateway.cli('audit', 'export');
    copyFileSync(join(state, 'audit/key.pub'), key);
    copyFileSync(join(state, 'audit/checkpoint'), checkpoint);
    await gateway.stop({ keep: true });
    const verify = (...args) => runDoorward(['audit', 'verify', '--config', place.file, ...args], { cwd: place.folder });
    for (const args of [[], ['--key', key], ['--against', checkpoint], ['--key', key, '--against', checkpoint]])
      assert.equal((await verify(...args)).code, 0, args.join(' '));
    rmSync(join(state, 'audit'), { recursive: true });
    for (const args of [[], ['--key', key], ['--against', checkpoint], ['--key', key, '--against', checkpoint]])
      assert.equal((await verify(...args)).code, 1, args.join(' '));
    rmSync(join(state, 'lock'), { force: true });
    assert.equal((await verify('--key', key)).code, 1, 'other traces of a gateway are enough');
    rmSync(place.folder, { recursive: true, force: true });
  });

  test('of a `wrap` process is one too, whole or in part', async () => {
    const home = join(folder, 'home');
    const env = { PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: join(home, 'state') };
    const once = async () => {
      const client = await sdk1Stdio({ command: binary, args: ['wrap', '--', 'node', probeFile], env, cwd: folder });
      await client.call('echo', { text: 'hi' });
      await client.close();
    };
    await once();
    await new Promise((done) => { setTimeout(done, 1100); }); // names are of seconds
    await once();
    const wraps = join(home, 'state/doorward/wrap');
    const verify = () => runDoorward(['audit', 'verify'], { cwd: folder, env });
    await until(async () => (await verify()).code === 0, { every: 300 });
    const [first, second] = readdirSync(wraps).sort();
    rmSync(join(wraps, second, 'audit'), { recursive: true });
    assert.equal((await verify()).code, 1, 'its folder is there');
    rmSync(join(wraps, second), { recursive: true });
    assert.equal((await verify()).code, 0, 'the last, which nothing names yet');
    await once();
    rmSync(join(wraps, first), { recursive: true });
    const { code, out } = await verify();
    assert.equal(code, 1);
    assert.ok(out.includes(first), out);
  });
});

describe('a trace of its own calls', () => {
  let gateway;
  before(async () => { gateway = await startGateway({ servers: { local: stdioProbe() }, policy: allowAll }); });
  after(() => gateway?.stop());

  test('is one that a replay takes, and judges as the gateway did', async () => {
    const session = await Session.open(gateway.url(), gateway.token);
    await session.call('nobody__here', {}).catch(() => undefined);
    assert.equal(textOf(await session.call('local__echo', { text: 'see https://evil.example/a' })), 'see https://evil.example/a');
    assert.equal(decisionOf(await session.call('local__log', { level: 'info', text: 'https://evil.example/a' })), undefined);
    const exported = await gateway.cli('audit', 'export', '--trace');
    assert.equal(exported.code, 0, exported.err);
    const lines = exported.out.trim().split('\n').map((line) => JSON.parse(line));
    assert.ok(lines.some(({ type }) => type === 'call'));
    for (const line of lines) assert.ok(line.server, JSON.stringify(line));
    assert.equal(lines.find(({ type }) => type === 'server').stated, false);
    assert.match(exported.err, /1 calls left out: what they named belongs to no server/);
    const trace = join(folder, 'trace.jsonl');
    writeFileSync(trace, exported.out);
    const replayed = await gateway.cli('replay', trace);
    assert.equal(replayed.code, 0, replayed.err + replayed.out);
    for (const line of replayed.out.trim().split('\n').map((text) => JSON.parse(text)).filter(({ id }) => id))
      assert.equal(line.request.verdict, 'pass', JSON.stringify(line));
  });
  test('a honeytoken is told by its name, and is not replaced in silence', async () => {
    const bait = (await gateway.cli('secrets', 'canary', 'bait')).out.trim();
    const again = await gateway.cli('secrets', 'canary', 'bait');
    assert.equal(again.code, 1);
    assert.match(again.err, /`bait` is in the store already/);
    const session = await Session.open(gateway.url('local'), gateway.token);
    let times = 0;
    await until(async () => decisionOf(await session.call('echo', { text: `${times++} ${bait}` }))?.reason === 'secrets.held_secret', { every: 300 });
    await until(() => /secrets\.canary_used: the honeytoken `bait`/.test(gateway.stderr), { what: 'it is told by its name' });
    const alerts = await entriesOf(gateway, 'secrets.canary_used');
    assert.equal(alerts.length, 1, 'one, however often the message is looked at');
  });
});

test('two issuers of one name are told apart in the log, in approvals and in their list', async () => {
  const audience = 'https://gw.example/mcp';
  const [one, two, probe] = await Promise.all([startIssuer(), startIssuer(), startProbe()]);
  const gateway = await startGateway({
    servers: { probe: { url: probe.url, pins: 'first_use' } },
    identity: { oauth: [one, two].map(({ url }) => ({ issuer: url, audiences: [audience] })) },
    policy: { rules: [{ id: 'all', effect: 'allow', tools: ['probe.*'] }, { id: 'held', effect: 'hold', tools: ['probe.echo'] }] },
  });
  try {
    for (const issuer of [one, two]) {
      const session = await Session.open(gateway.url('probe'), await issuer.token({ sub: 'bea', aud: audience }));
      const decision = decisionOf(await session.call('echo', { text: 'hi' }));
      assert.equal(decision?.verdict, 'hold', JSON.stringify(decision));
    }
    const { out } = await gateway.cli('audit', 'export');
    const calls = out.split('\n').filter((line) => line.includes('"tools/call"')).map((line) => JSON.parse(line).entry);
    assert.deepEqual(new Set(calls.map(({ issuer }) => issuer)), new Set([one.url, two.url]));
    const list = (await gateway.cli('approvals', 'list')).out;
    for (const { url } of [one, two]) assert.ok(list.includes(`by bea of ${url}`), list);
    const json = JSON.parse((await gateway.cli('approvals', 'list', '--format', 'json')).out).approvals;
    assert.deepEqual(new Set(json.map(({ question }) => question.issuer)), new Set([one.url, two.url]));
  } finally {
    await gateway.stop();
    await Promise.all([one.close(), two.close(), probe.close()]);
  }
});

test('doctor speaks of the token of clients only where one is made', async () => {
  const ana = await makeToken('ana');
  for (const [more, says] of [[{}, true], [{ identity: { tokens: [ana.line] } }, false]]) {
    const place = writeConfiguration({ servers: {}, ...more });
    mkdirSync(join(place.folder, 'state'), { recursive: true, mode: 0o700 });
    const { out } = await runDoorward(['doctor', '--config', place.file], { cwd: place.folder });
    assert.equal(/local-token/.test(out), says, out);
    rmSync(place.folder, { recursive: true, force: true });
  }
});

test('two people are no fewer when the file that says so is removed', async () => {
  const second = await makeToken('second');
  const config = {
    servers: {}, admin: { two_person: true },
    identity: { operators: [{ id: 'second', hash: second.line.hash, role: 'admin' }] },
  };
  const place = writeConfiguration(config);
  await (await startGateway(config, { place })).stop({ keep: true });
  rmSync(join(place.folder, 'state/last_configuration'));
  const whole = readFileSync(place.file, 'utf8');
  writeFileSync(place.file, whole.replace('"two_person": true', '"two_person": false'));
  const refused = await runDoorward(['run', '--config', place.file], { cwd: place.folder });
  assert.notEqual(refused.code, 0);
  assert.match(refused.err, /two people change/);
  writeFileSync(place.file, whole);
  await (await startGateway(config, { place })).stop();
});
