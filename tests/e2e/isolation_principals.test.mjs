// What the principals of one server see of each other, and walls that must not be weaker.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeToken, packageFile, runDoorward, startGateway, stdioServer, writeConfiguration } from './doorward.mjs';
import { Session, textOf } from './mcp.mjs';

const filesystem = packageFile('@modelcontextprotocol/server-filesystem', 'dist/index.js');
const tools = { write_file: { classes: ['write'] }, read_text_file: { classes: ['read'] } };
let place, gateway, alice, bob;

before(async () => {
  place = mkdtempSync('/var/tmp/doorward-principals-');
  chmodSync(place, 0o755);
  mkdirSync(join(place, 'own'));
  mkdirSync(join(place, 'common'));
  alice = await makeToken('alice');
  bob = await makeToken('bob');
  const server = (write) => stdioServer(filesystem, ['/work'], { tools, instances: 'per_principal', sandbox: { write: [write] } });
  gateway = await startGateway({
    servers: {
      own: server({ from: join(place, 'own'), to: '/work', per_principal: true }),
      common: server({ from: join(place, 'common'), to: '/work' }),
    },
    identity: { tokens: [alice.line, bob.line] },
  });
});
after(async () => {
  await gateway?.stop();
  if (place) rmSync(place, { recursive: true, force: true });
});

const open = (name, who) => Session.open(gateway.url(name), who.text);
const read = async (session) => textOf(await session.call('read_text_file', { path: '/work/note.txt' }));

describe('principals of one server', () => {
  test('with a folder each see nothing of each other, and their own again', async () => {
    const first = await open('own', alice);
    const written = await first.call('write_file', { path: '/work/note.txt', content: 'CANARY-OF-ALICE' });
    assert.ok(!written.isError, textOf(written));
    const second = await open('own', bob);
    assert.doesNotMatch(await read(second), /CANARY/);
    await second.call('write_file', { path: '/work/note.txt', content: 'of bob' });
    await first.end();
    assert.match(await read(await open('own', alice)), /CANARY-OF-ALICE/);
    const folders = readdirSync(join(place, 'own'));
    assert.equal(folders.filter((name) => /^alice-[0-9a-f]{16}$/.test(name)).length, 1, folders.join());
    assert.equal(folders.filter((name) => /^bob-[0-9a-f]{16}$/.test(name)).length, 1, folders.join());
  });
  test('with a common folder share it, and check says so', async () => {
    const first = await open('common', alice);
    await first.call('write_file', { path: '/work/note.txt', content: 'for all' });
    assert.match(await read(await open('common', bob)), /for all/);
    const { out } = await gateway.cli('check');
    assert.match(out, /! server `common`, principals\.files/);
    assert.doesNotMatch(out, /! server `own`, principals/);
  });
});

describe('configuration', () => {
  const checked = async (sandbox, more = {}) => {
    const made = writeConfiguration({ servers: { one: stdioServer(filesystem, ['/work'], { ...more, sandbox }) } });
    const done = await runDoorward(['sandbox', 'explain', 'one', '--config', made.file], { cwd: made.folder });
    rmSync(made.folder, { recursive: true, force: true });
    return done;
  };
  test('refuses folders of principals in one process of all', async () => {
    const { code, err } = await checked({ write: [{ from: join(place, 'own'), to: '/work', per_principal: true }] }, { instances: 'shared' });
    assert.equal(code, 2);
    assert.match(err, /per_principal/);
  });
  test('names walls that may not be weaker, and nothing else', async () => {
    assert.equal((await checked({ require: ['landlock', 'everything'] })).code, 2);
    const { code, out } = await checked({ require: ['own_user', 'cgroup', 'cpu_quota', 'landlock'] });
    // Where this host has all of them it starts, and where it does not it says which.
    if (code === 0) assert.doesNotMatch(out, /Weaker on this host/);
    else assert.match(out, /would NOT start: .*required/);
  });
  test('unix sockets are a power that is named', async () => {
    assert.match((await checked({})).out, /open unix sockets/);
    const { out } = await checked({ powers: ['unix_sockets'] });
    assert.match(out, /It can[^]*use unix sockets[^]*It can't/);
  });
});
