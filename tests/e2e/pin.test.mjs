// `doorward pin`: on the running gateway, and on the lock file where none runs.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { generateKeyPairSync } from 'node:crypto';
import { allowAll, probeFile, runDoorward, startGateway, stdioProbe, stdioServer, testsFolder, writeConfiguration } from './doorward.mjs';
import { decisionOf, Session, textOf } from './mcp.mjs';
import { startChanging, toolOf } from './servers/changing_http.mjs';
import { until } from './wait.mjs';

const send = toolOf('write_note', 'Writes a note to the list.', ['text', 'to']);
const wipe = toolOf('delete_notes', 'Deletes all notes.');
const policy = { rules: [...allowAll.rules] };

describe('on the running gateway', () => {
  let server;
  let gateway;
  let session;
  before(async () => {
    server = await startChanging({ tools: [send, wipe], prompts: [{ name: 'greet', description: 'Greets.' }], instructions: 'Be kind.' });
    gateway = await startGateway({ servers: { notes: { url: server.url } }, catalog: { recheck: '0s' }, policy });
    session = await Session.open(gateway.url('notes'), gateway.token);
  });
  after(async () => { await gateway?.stop(); await server?.close(); });
  const reason = async (name, args) => decisionOf(await session.call(name, args ?? {}))?.reason;

  test('what nobody signed is listed, and is called once somebody did', async () => {
    assert.equal(await reason('write_note', { text: 'a' }), 'rogue.unpinned');
    const list = await gateway.cli('pin', 'list');
    assert.equal(list.code, 0, list.err);
    assert.match(list.out, /notes\.write_note +unpinned +\[write\]/);
    assert.match(list.out, /notes\.delete_notes +unpinned +\[write, destructive\]/);
    const one = await gateway.cli('pin', 'approve', 'notes.write_note');
    assert.equal(one.code, 0, one.err);
    assert.equal(textOf(await session.call('write_note', { text: 'a' })), 'did write_note');
    assert.equal(await reason('delete_notes'), 'rogue.unpinned');
    const all = await gateway.cli('pin', 'approve', 'notes');
    assert.equal(all.code, 0, all.err);
    assert.equal(textOf(await session.call('delete_notes')), 'did delete_notes');
    const lock = JSON.parse(readFileSync(join(gateway.folder, 'doorward.lock'), 'utf8'));
    assert.equal(lock.servers.notes.tools.write_note.approved[0].by, 'operator');
    assert.deepEqual(Object.keys(lock.servers.notes.prompts), ['greet']);
    const next = await Session.open(gateway.url('notes'), gateway.token);
    assert.equal(next.initialized.instructions, 'Be kind.');
  });

  test('a change is shown in words, and used after a new signature', async () => {
    server.tools = [{ ...toolOf('write_note', 'Writes a note to the list and sends a copy.', ['text', 'to', 'bcc']) }, wipe];
    assert.equal(await reason('write_note', { text: 'a' }), 'rogue.drift');
    const diff = await gateway.cli('pin', 'diff');
    assert.equal(diff.code, 1);
    assert.match(diff.out, /write_note +quarantined: drift/);
    assert.match(diff.out, /asks for `bcc`/);
    assert.match(diff.out, /\{\+.*sends a copy.*\+\}/);
    assert.ok(!diff.out.includes('delete_notes'));
    const json = await gateway.cli('pin', 'diff', 'notes.write_note', '--format', 'json');
    const entry = JSON.parse(json.out).servers[0].definitions.find(({ name }) => name === 'write_note');
    assert.equal(entry.state, 'quarantined');
    assert.deepEqual(entry.gained, ['egress']);
    assert.equal((await gateway.cli('pin', 'approve', 'notes.write_note')).code, 0);
    assert.equal(textOf(await session.call('write_note', { text: 'a' })), 'did write_note');
    assert.equal((await gateway.cli('pin', 'diff')).code, 0);
  });

  test('a revoked tool is refused at once', async () => {
    assert.equal((await gateway.cli('pin', 'revoke', 'notes.write_note')).code, 0);
    assert.equal(await reason('write_note', { text: 'a' }), 'rogue.unpinned');
  });

  test('a name that is not there, and no name at all', async () => {
    assert.equal((await gateway.cli('pin', 'approve', 'notes.nothing')).code, 1);
    assert.equal((await gateway.cli('pin', 'approve')).code, 2);
  });
});

test('without a running gateway the servers are started, and what is signed holds at the next start', async () => {
  const place = writeConfiguration({ servers: { probe: { ...stdioProbe(), pins: undefined } }, policy });
  const cli = (...args) => runDoorward([...args, '--config', place.file], { cwd: place.folder });
  const list = await cli('pin', 'list');
  assert.equal(list.code, 0, list.err);
  assert.match(list.out, /probe\.echo +unpinned/);
  const approved = await cli('pin', 'approve', '--all');
  assert.equal(approved.code, 0, approved.err);
  const gateway = await startGateway(undefined, { place });
  try {
    const session = await Session.open(gateway.url('probe'), gateway.token);
    assert.equal(textOf(await session.call('echo', { text: 'a' })), 'a');
  } finally {
    await gateway.stop();
  }
});

// Credentials are swept each second: Doorward's own sessions have none that could be taken back.
test('a server that takes seconds to show what it has is pinned', async () => {
  const file = join(testsFolder, 'e2e/servers/listed_stdio.mjs');
  const slow = { tools: ['read_note'], prompts: ['greet'], list: 900 };
  const place = writeConfiguration({ servers: { slow: { ...stdioServer(file, [JSON.stringify(slow)]), pins: undefined } }, policy });
  const approved = await runDoorward(['pin', 'approve', '--all', '--config', place.file], { cwd: place.folder });
  assert.equal(approved.code, 0, approved.err);
  assert.doesNotMatch(approved.err, /can't be listed/);
  const lock = JSON.parse(readFileSync(join(place.folder, 'doorward.lock'), 'utf8'));
  assert.deepEqual(Object.keys(lock.servers.slow.prompts), ['greet']);
  rmSync(place.folder, { recursive: true, force: true });
});

test('a hundred definitions are signed, and taken back, on the running gateway', async () => {
  const tools = Array.from({ length: 100 }, (_, i) => ({ ...toolOf(`read_page_${String(i).padStart(3, '0')}_of_the_handbook`, 'Reads a page.') }));
  const many = await startChanging({ tools });
  const gateway = await startGateway({ servers: { many: { url: many.url } }, policy });
  try {
    const session = await Session.open(gateway.url('many'), gateway.token);
    const last = tools.at(-1).name;
    assert.equal(decisionOf(await session.call(last, {}))?.reason, 'rogue.unpinned');
    const approved = await gateway.cli('pin', 'approve', 'many');
    assert.equal(approved.code, 0, approved.out + approved.err);
    assert.equal(decisionOf(await session.call(last, {}))?.reason, undefined);
    const revoked = await gateway.cli('pin', 'revoke', 'many');
    assert.equal(revoked.code, 0, revoked.out + revoked.err);
    for (const name of [tools[0].name, last]) assert.match(decisionOf(await session.call(name, {})).reason, /^rogue\./);
  } finally {
    await gateway.stop();
    await many.close();
  }
});

test('a server whose files or command changed is not started, until somebody signs it again', async () => {
  const home = mkdtempSync(join(tmpdir(), 'doorward-server-'));
  cpSync(join(testsFolder, 'e2e/servers/probe.mjs'), join(home, 'probe.mjs'));
  cpSync(probeFile, join(home, 'server.mjs'));
  writeFileSync(join(home, 'package.json'), '{"name":"probe","version":"1.0.0","type":"module"}');
  const config = { servers: { probe: { command: ['node', join(home, 'server.mjs')], sandbox: { read: [home] } } }, policy };
  const place = writeConfiguration(config);
  const cli = (...args) => runDoorward([...args, '--config', place.file], { cwd: place.folder });
  assert.equal((await cli('pin', 'approve', '--all')).code, 0);
  const lock = JSON.parse(readFileSync(join(place.folder, 'doorward.lock'), 'utf8'));
  assert.match(lock.servers.probe.identity.integrity, /^sha256:[0-9a-f]{64}$/);
  writeFileSync(join(home, 'probe.mjs'), `${readFileSync(join(home, 'probe.mjs'), 'utf8')}\n// one line more\n`);
  const gateway = await startGateway(undefined, { place });
  try {
    await assert.rejects(Session.open(gateway.url('probe'), gateway.token));
    const diff = await gateway.cli('pin', 'diff');
    assert.equal(diff.code, 1, diff.err);
    assert.match(diff.out, /another than was signed: integrity/);
    assert.equal((await gateway.cli('pin', 'approve', 'probe')).code, 0);
    const session = await Session.open(gateway.url('probe'), gateway.token);
    assert.equal(textOf(await session.call('echo', { text: 'a' })), 'a');
    // The same name with another command is another server.
    const other = structuredClone(gateway.config);
    other.servers.probe.command = ['node', join(home, 'server.mjs'), '--other'];
    writeFileSync(gateway.file, JSON.stringify(other));
    gateway.child.kill('SIGHUP');
    await until(() => gateway.stderr.includes('reloaded'));
    assert.equal(decisionOf(await session.call('echo', { text: 'b' })).reason, 'rogue.identity');
  } finally {
    await gateway.stop();
    rmSync(home, { recursive: true, force: true });
  }
});

test('a lock file that has to be signed is signed when it is saved, and refused when it is not', async () => {
  const server = await startChanging({ tools: [send] });
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const place = writeConfiguration({
    servers: { notes: { url: server.url } }, policy,
    secrets: { signer: { file: './signer.pem' } },
    catalog: { key: './signer.pub', signing_key: { secret: 'signer' } },
  });
  writeFileSync(join(place.folder, 'signer.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(join(place.folder, 'signer.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  const cli = (...args) => runDoorward([...args, '--config', place.file], { cwd: place.folder });
  try {
    const approved = await cli('pin', 'approve', '--all');
    assert.equal(approved.code, 0, approved.err);
    const file = join(place.folder, 'doorward.lock');
    const lock = readFileSync(file, 'utf8');
    assert.match(lock, /"signature"/);
    assert.equal((await cli('pin', 'list')).code, 0);
    writeFileSync(file, lock.replace('"write"', '"read"'));
    assert.notEqual((await cli('pin', 'list')).code, 0);
  } finally {
    rmSync(place.folder, { recursive: true, force: true });
    await server.close();
  }
});
