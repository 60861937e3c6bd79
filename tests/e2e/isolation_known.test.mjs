// Servers with published holes, as they were released: `server-filesystem` that lets its folder be left
// by prefix and by link (CVE-2025-53110, CVE-2025-53109), and `figma-developer-mcp` that puts a file key
// into a shell's line (CVE-2025-53967). Each hole is shown open without Doorward; behind it nothing
// leaks and nothing runs, with the guards and with the walls alone.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { packageFile, startGateway, stdioServer } from './doorward.mjs';
import { Session, decisionOf, textOf } from './mcp.mjs';

const filesystem = packageFile('old-filesystem', 'dist/index.js');
const figma = packageFile('figma-developer-mcp', 'dist/cli.js');
const skip = existsSync(filesystem) && existsSync(figma) ? false : 'run `npm ci --ignore-scripts` in tests';

// Not below /tmp: a server has one of its own, and the guard of paths lets it speak of that.
const newPlace = () => mkdtempSync('/var/tmp/doorward-known-');

/** One call of a server that nobody guards: its answer's text, or its error. */
async function bare(args, name, given, env = {}) {
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
  const say = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  say({ id: 1, method: 'initialize', params: { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } } });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const message = line.startsWith('{') ? JSON.parse(line) : {};
      if (message.id === 1) {
        say({ method: 'notifications/initialized' });
        say({ id: 2, method: 'tools/call', params: { name, arguments: given } });
      }
      if (message.id === 2) return textOf(message.result) ?? JSON.stringify(message.error);
    }
    throw new Error('the server ended');
  } finally {
    child.kill('SIGKILL');
  }
}

describe('server-filesystem@2025.3.28', { skip }, () => {
  let place, data, twin, outside, gateway;
  before(async () => {
    place = newPlace();
    data = join(place, 'data');
    twin = join(place, 'data-evil');
    outside = join(place, 'outside');
    for (const folder of [data, twin, outside]) mkdirSync(folder);
    writeFileSync(join(data, 'note.txt'), 'a note');
    writeFileSync(join(twin, 'secret.txt'), 'CANARY-OF-THE-TWIN');
    writeFileSync(join(outside, 'secret.txt'), 'CANARY-OUTSIDE');
    // Links that the hole needs: into the twin, whose name begins as the folder's does.
    symlinkSync(join(twin, 'secret.txt'), join(data, 'file-link'));
    symlinkSync(twin, join(data, 'folder-link'));
    symlinkSync('../data-evil/secret.txt', join(data, 'near-link'));
    symlinkSync(outside, join(data, 'outside-link'));
    for (const each of [place, data, twin, outside]) chmodSync(each, 0o777);
    const writes = { classes: ['write'] };
    const server = () => stdioServer(filesystem, [data], {
      tools: { write_file: writes, edit_file: writes, move_file: writes, create_directory: writes },
      sandbox: { write: [data] },
    });
    gateway = await startGateway({ servers: { files: server() } });
  });
  after(async () => {
    await gateway?.stop();
    if (place) rmSync(place, { recursive: true, force: true });
  });
  const open = () => Session.open(gateway.url('files'), gateway.token);

  test('leaks by itself', async () => {
    const paths = [join(twin, 'secret.txt'), join(data, 'file-link'), join(data, 'folder-link/secret.txt'), join(data, 'near-link')];
    for (const path of paths) assert.match(await bare([filesystem, data], 'read_file', { path }), /CANARY-OF-THE-TWIN/, path);
  });
  test('works inside its folder', async () => {
    const session = await open();
    assert.match(textOf(await session.call('read_file', { path: join(data, 'note.txt') })), /a note/);
    await session.call('write_file', { path: join(data, 'new.txt'), content: 'new' });
    assert.equal(readFileSync(join(data, 'new.txt'), 'utf8'), 'new');
  });
  test('does not leave it by a name that begins the same', async () => {
    const session = await open();
    const twinFile = join(twin, 'secret.txt');
    const tries = [['read_file', { path: twinFile }], ['list_directory', { path: twin }], ['directory_tree', { path: twin }],
      ['search_files', { path: twin, pattern: 'secret' }], ['get_file_info', { path: twinFile }],
      ['write_file', { path: join(twin, 'planted.txt'), content: 'x' }], ['create_directory', { path: join(twin, 'made') }],
      ['move_file', { source: twinFile, destination: join(data, 'taken.txt') }],
      ['move_file', { source: join(data, 'note.txt'), destination: join(twin, 'moved.txt') }]];
    for (const [name, given] of tries) {
      const result = await session.call(name, given);
      assert.equal(decisionOf(result)?.requirement, 'R10.2', `${name}: ${JSON.stringify(result)}`);
    }
    const several = await session.call('read_multiple_files', { paths: [join(data, 'note.txt'), twinFile] });
    assert.doesNotMatch(JSON.stringify(several), /CANARY/);
    for (const planted of ['planted.txt', 'made', 'moved.txt']) assert.ok(!existsSync(join(twin, planted)), planted);
    assert.ok(existsSync(twinFile) && existsSync(join(data, 'note.txt')));
  });
  // No guard sees where a link leads: here the walls stand alone.
  test('does not leave it by a link', async () => {
    const session = await open();
    for (const path of ['file-link', 'folder-link/secret.txt', 'near-link', 'outside-link/secret.txt']) {
      const result = await session.call('read_file', { path: join(data, path) });
      assert.ok(result.isError, path);
      assert.doesNotMatch(JSON.stringify(result), /CANARY/, path);
    }
    for (const folder of ['folder-link', 'outside-link']) {
      assert.doesNotMatch(textOf(await session.call('list_directory', { path: join(data, folder) })), /secret\.txt/, folder);
      await session.call('write_file', { path: join(data, folder, 'planted.txt'), content: 'x' });
    }
    await session.call('write_file', { path: join(data, 'file-link'), content: 'overwritten' });
    assert.ok(!existsSync(join(twin, 'planted.txt')) && !existsSync(join(outside, 'planted.txt')));
    assert.equal(readFileSync(join(twin, 'secret.txt'), 'utf8'), 'CANARY-OF-THE-TWIN');
  });
});

// It asks Figma first, and runs `curl` by a shell where that fails. Here nothing reaches Figma: `fetch`
// fails at once, and `curl` is a program that only fails.
const noFetch = `data:text/javascript,${encodeURIComponent("globalThis.fetch = async () => { throw new Error('no network here'); };")}`;

describe('figma-developer-mcp@0.6.0', { skip }, () => {
  let place, work, gateway;
  const command = ['--import', noFetch, figma, '--stdio', '--skip-image-downloads'];
  const marker = (name) => join(work, name);
  const payloads = (name) => [`$(touch ${marker(name)})`, `\`touch ${marker(name)}\``, `x"; touch ${marker(name)}; "`, `x" || touch ${marker(name)} #`];
  before(async () => {
    place = newPlace();
    work = join(place, 'work');
    mkdirSync(work);
    mkdirSync(join(place, 'bin'));
    writeFileSync(join(place, 'bin/curl'), '#!/bin/sh\nexit 7\n', { mode: 0o755 });
    writeFileSync(join(place, 'secret.txt'), 'CANARY-OF-THE-HOST');
    for (const each of [place, work]) chmodSync(each, 0o777);
    const server = {
      command: ['node', ...command], pins: 'first_use',
      sandbox: { read: [packageFile('', '')], write: [work], env: { FIGMA_API_KEY: { secret: 'figma-key' }, PATH: `${join(place, 'bin')}:/usr/local/bin:/usr/bin:/bin` } },
      tools: { get_figma_data: { classes: ['read'] } },
    };
    writeFileSync(join(place, 'key'), 'CANARY-FIGMA-KEY', { mode: 0o600 });
    const secrets = { 'figma-key': { file: join(place, 'key') } };
    gateway = await startGateway({ servers: { figma: server }, secrets });
    // The same behind a gateway whose content guards only watch.
    gateway.blind = await startGateway({
      servers: { figma: server }, secrets,
      inspection: { injection: 'observe', secrets: 'observe' },
      guards: { 'injection.shell_meta': 'observe', 'secrets.credential_path': 'observe' },
    });
  });
  after(async () => {
    await gateway?.blind?.stop();
    await gateway?.stop();
    if (place) rmSync(place, { recursive: true, force: true });
  });

  test('runs what stands in a file key by itself', async () => {
    const env = { FIGMA_API_KEY: 'figd_test', PATH: `${join(place, 'bin')}:${process.env.PATH}` };
    await bare(command, 'get_figma_data', { fileKey: payloads('bare')[0] }, env);
    assert.ok(existsSync(marker('bare')));
  });
  test('gets no such key', async () => {
    const session = await Session.open(gateway.url('figma'), gateway.token);
    for (const name of ['fileKey', 'nodeId'])
      for (const payload of payloads('guarded')) {
        const given = { fileKey: 'abc', [name]: payload };
        const result = await session.call('get_figma_data', given);
        assert.ok(decisionOf(result), `${name} ${payload}: ${JSON.stringify(result)}`);
      }
    assert.ok(!existsSync(marker('guarded')));
    // An honest key reaches the server, which says that it reaches nobody.
    const honest = await session.call('get_figma_data', { fileKey: 'AbC123', nodeId: '12:34' });
    assert.equal(decisionOf(honest), undefined);
    assert.match(textOf(honest), /no network here/);
  });
  test('even run, it finds nothing of the host and reaches nobody', async () => {
    const session = await Session.open(gateway.blind.url('figma'), gateway.blind.token);
    const script = `$(cat ${join(place, 'secret.txt')} /etc/shadow ${gateway.folder}/state/operator-token > ${marker('stolen')} 2>&1;` +
      ` ls /home /root ${place} >> ${marker('stolen')} 2>&1; touch /usr/planted ${join(place, 'planted')};` +
      ` node -e "require('net').connect(${new URL(gateway.operator).port}, '127.0.0.1').on('connect', () => process.exit()).on('error', () => process.exit(1))" && touch ${marker('reached')})`;
    await session.call('get_figma_data', { fileKey: script });
    // It did run, in its own world: what it left says what it saw.
    const stolen = readFileSync(marker('stolen'), 'utf8');
    assert.doesNotMatch(stolen, /CANARY|root:|[A-Za-z0-9_-]{43}/);
    assert.ok(!existsSync(join(place, 'planted')) && !existsSync('/usr/planted') && !existsSync(marker('reached')));
  });
});
