// `doorward sandbox learn`: a client uses a server through it, walls up, and gets the profile that would
// have served it; and what `check` says aloud of powers.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { binary, makeToken, runDoorward, stdioServer, testsFolder, writeConfiguration } from './doorward.mjs';

const file = join(testsFolder, 'e2e/servers/walled_stdio.mjs');
let place, made;

before(() => {
  place = mkdtempSync('/var/tmp/doorward-learn-'); // /tmp is every server's own
  for (const folder of ['data', 'work', 'unused']) mkdirSync(join(place, folder));
  mkdirSync(join(place, '.ssh'));
  for (const name of ['data/wanted.txt', 'work/note.txt', '.ssh/id_ed25519']) writeFileSync(join(place, name), 'CANARY-LEARN');
  for (const folder of ['.', 'data', 'work', 'unused', '.ssh']) chmodSync(join(place, folder), 0o755);
  const tools = { read_file: { classes: ['read'] }, fetch: { classes: ['read'] }, misbehave: { classes: ['read'] } };
  made = writeConfiguration({
    servers: {
      bare: stdioServer(file, [], { tools, sandbox: {} }),
      wide: stdioServer(file, [], { tools, sandbox: { read: [join(place, 'unused')], write: [{ from: join(place, 'work'), to: '/workspace' }],
        network: ['*.cdn.example:443', { forward: '127.0.0.1:5432' }] } }),
    },
    guards: { 'secrets.credential_path': 'observe' },
    inspection: { injection: 'observe', secrets: 'observe' },
  });
});
after(() => {
  for (const folder of [place, made?.folder]) if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Makes `calls` through `sandbox learn NAME`: `{ answers, code, err }`. */
async function learn(name, calls, more = []) {
  const child = spawn(binary, ['sandbox', 'learn', name, '--config', made.file, ...more], { cwd: made.folder });
  let err = '';
  child.stderr.on('data', (chunk) => { err += chunk; });
  const ended = new Promise((done) => child.on('close', done));
  const say = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  say({ id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } } });
  const answers = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line);
    if (message.id === 0) say({ method: 'notifications/initialized' });
    if (message.id > 0) answers.push(message.result ?? message.error);
    if (message.id === undefined || message.method) continue;
    if (answers.length === calls.length) child.stdin.end();
    else say({ id: answers.length + 1, method: 'tools/call', params: { name: calls[answers.length][0], arguments: calls[answers.length][1] } });
  }
  return { answers, code: await ended, err };
}

describe('sandbox learn', () => {
  test('leaves the walls up and proposes what was lacked, never credentials', async () => {
    const wanted = join(place, 'data/wanted.txt');
    const key = join(place, '.ssh/id_ed25519');
    const { answers, code, err } = await learn('bare', [
      ['read_file', { path: wanted }], ['read_file', { path: key }],
      ['fetch', { host: 'api.example.com', port: 443 }], ['fetch', { host: '169.254.169.254', port: 80 }]]);
    assert.equal(code, 0, err);
    assert.doesNotMatch(JSON.stringify(answers), /CANARY/);
    const [profile, words] = err.slice(err.indexOf('servers:')).split('# it lacked');
    assert.match(profile, new RegExp(`read: \\[.*"${wanted}"`), err);
    assert.match(profile, /network: \["api\.example\.com:443"\]/, err);
    assert.doesNotMatch(profile, /ssh|169\.254/);
    assert.match(words, /it tried, and should not get:[^]*169\.254\.169\.254/);
    assert.match(words, /\.ssh/);
  });
  test('takes away what was not used', async () => {
    const { answers, err } = await learn('wide', [['read_file', { path: '/workspace/note.txt' }]], ['--format', 'json']);
    assert.match(JSON.stringify(answers), /CANARY/);
    const told = JSON.parse(err.split('\n').find((line) => line.startsWith('{"server":"wide"')));
    assert.match(told.sandbox, /write: \[\]/);
    assert.match(told.sandbox, /network: \[\]/);
    assert.match(told.sandbox, /to: "\/workspace"/); // it only read there
    assert.doesNotMatch(told.sandbox, /unused/);
    assert.equal(told.dropped.length, 4, err);
  });
  test('quarantines as ever', async () => {
    const { err } = await learn('bare', [['misbehave', {}], ['ping', {}]]);
    assert.match(err, /quarantine/);
    const { out } = await runDoorward(['sandbox', 'release', 'bare', '--config', made.file], { cwd: made.folder });
    assert.match(out, /out of quarantine/);
  });
  test('needs a client or a time, and a server that runs here', async () => {
    const { code, err } = await runDoorward(['sandbox', 'learn', 'nobody', '--config', made.file], { cwd: made.folder });
    assert.equal(code, 2, err);
    const alone = await runDoorward(['sandbox', 'learn', 'wide', '--seconds', '3', '--config', made.file], { cwd: made.folder });
    assert.equal(alone.code, 0, alone.err);
    assert.match(alone.out, /servers:\n {2}wide:/);
  });
});

test('check begins with dangerous powers', async () => {
  const loudly = async (file) => {
    const { out } = await runDoorward(['check', '--config', file], { cwd: made.folder });
    return out.slice(0, out.indexOf('\n\n'));
  };
  const loud = await loudly(made.file);
  assert.doesNotMatch(loud, /principals/, 'the local token is one principal');
  const many = join(made.folder, 'many.yaml');
  writeFileSync(many, JSON.stringify({ ...made.config, identity: { tokens: [(await makeToken('ana')).line] } }));
  assert.match(await loudly(many), /! server `wide`, principals\.files/);
  for (const power of ['network.wildcard', 'network.host', 'files.sent'])
    assert.match(loud, new RegExp(`! server \`wide\`, ${power.replace('.', '\\.')}`), loud);
  assert.doesNotMatch(loud, /`bare`, (network|files|principals)/);
});

test('explain says what each change gives back', async () => {
  const { out } = await runDoorward(['sandbox', 'explain', 'wide', '--config', made.file], { cwd: made.folder });
  assert.match(out, /tightness \d+ of 100/);
  assert.match(out, /To tighten[^]*\*\.cdn\.example:443`: name the hosts instead of `\*\.` \(\+12\)/);
});
