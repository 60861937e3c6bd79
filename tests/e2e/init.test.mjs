// `doorward init`: from a client's configuration to a client that starts Doorward, and back.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { binary, probeFile, runDoorward } from './doorward.mjs';

let home;
let project;
let file;
const text = () => `{
  // kept
  "theme": "dark",
  "mcpServers": {
    "probe": { "command": "node", "args": [${JSON.stringify(probeFile)}], "env": { "LEVEL": "1", "API_KEY": "not-a-real-one" } },
    "Web Site": { "url": "https://tickets.example/mcp", "headers": { "Authorization": "Bearer also-no-real-one" } },
    "plain": { "url": "http://tickets.example/mcp" },
    "box": { "command": "docker", "args": ["run", "image"] },
  }
}
`;
const doorward = (...args) => runDoorward(args, { cwd: project, env: { ...process.env, HOME: home } });

before(() => {
  home = mkdtempSync(join(tmpdir(), 'doorward-home-'));
  project = mkdtempSync(join(tmpdir(), 'doorward-project-'));
  mkdirSync(join(home, '.cursor'));
  file = join(home, '.cursor/mcp.json');
  writeFileSync(file, text(), { mode: 0o640 });
});
after(() => {
  for (const folder of [home, project]) rmSync(folder, { recursive: true, force: true });
});

describe('init', () => {
  test('a broken client file changes nothing', async () => {
    writeFileSync(join(project, 'bad.json'), '{ "mcpServers": ');
    const { code, err } = await doorward('init', '--from', 'bad.json', '--write', '--yes');
    assert.equal(code, 2, err);
    assert.match(err, /nothing was changed/);
    assert.ok(!existsSync(join(project, 'doorward.yaml')));
  });
  test('writes a configuration without secrets, and points the client at Doorward', async () => {
    const { out, err } = await doorward('init', '--write', '--yes');
    const yaml = readFileSync(join(project, 'doorward.yaml'), 'utf8');
    assert.match(yaml, /^ {2}probe:$/m, out + err);
    assert.match(yaml, /^ {2}web-site:$/m);
    for (const value of ['"not-a-real-one', 'also-no-real-one']) {
      assert.ok(!yaml.includes(value));
      assert.ok(!(out + err).includes(value));
    }
    assert.ok(!readFileSync(file, 'utf8').includes('"not-a-real-one'));
    assert.match(out, /^web-site stays with the client, which goes on reaching it without Doorward: .*doorward pin approve web-site/m);
    assert.equal(statSync(join(project, 'state/secrets/probe-api-key')).mode & 0o777, 0o600);
    const written = readFileSync(file, 'utf8');
    assert.match(written, /\/\/ kept\n {2}"theme": "dark",/);
    assert.equal(statSync(file).mode & 0o777, 0o640);
    const { mcpServers } = JSON.parse(written.replace('// kept', '').replace(/,(\s*})/g, '$1'));
    assert.deepEqual(Object.keys(mcpServers).sort(), ['Web Site', 'box', 'doorward', 'plain']);
    assert.equal(mcpServers.doorward.command, binary);
    assert.deepEqual(mcpServers.doorward.args, ['wrap', '--config', join(project, 'doorward.yaml')]);
  });
  test('a second run does not overwrite the configuration', async () => {
    const written = readFileSync(file, 'utf8');
    const yaml = readFileSync(join(project, 'doorward.yaml'), 'utf8');
    const { code, out } = await doorward('init', '--write', '--yes');
    assert.equal(code, 1);
    assert.match(out, /no client was changed/);
    assert.equal(readFileSync(file, 'utf8'), written);
    assert.equal(readFileSync(join(project, 'doorward.yaml'), 'utf8'), yaml);
  });
  test('first to look, then with --write: the clients are pointed at what is there', async () => {
    const there = mkdtempSync(join(tmpdir(), 'doorward-project-'));
    const client = join(there, 'client.json');
    const before = JSON.stringify({ mcpServers: { probe: { command: 'node', args: [probeFile] } } });
    writeFileSync(client, before);
    const init = (...args) => runDoorward(['init', '--from', client, ...args], { cwd: there, env: { ...process.env, HOME: home } });
    assert.equal((await init()).code, 0);
    assert.equal(readFileSync(client, 'utf8'), before);
    const yaml = readFileSync(join(there, 'doorward.yaml'), 'utf8');
    assert.equal((await init()).code, 2, 'without --write nothing is left to do');
    writeFileSync(client, JSON.stringify({ mcpServers: {} }));
    assert.equal((await init('--write', '--yes')).code, 2, 'nothing of it stands in the configuration');
    writeFileSync(client, before);
    const done = await init('--write', '--yes');
    assert.equal(done.code, 0, done.out + done.err);
    assert.deepEqual(Object.keys(JSON.parse(readFileSync(client, 'utf8')).mcpServers), ['doorward']);
    assert.equal(readFileSync(join(there, 'doorward.yaml'), 'utf8'), yaml);
    assert.equal((await init('--undo')).code, 0);
    assert.equal(readFileSync(client, 'utf8'), before);
    rmSync(there, { recursive: true, force: true });
  });
  test('what a client gained is added to a configuration that was edited, and nothing in it is touched', async () => {
    const there = mkdtempSync(join(tmpdir(), 'doorward-project-'));
    const client = join(there, 'client.json');
    const probe = { command: 'node', args: [probeFile] };
    const init = (...args) => runDoorward(['init', '--from', client, ...args], { cwd: there, env: { ...process.env, HOME: home } });
    const at = (name) => join(there, name);
    const first = JSON.stringify({ mcpServers: { probe } });
    writeFileSync(client, first);
    assert.equal((await init('--write', '--yes')).code, 0);
    const edited = readFileSync(at('doorward.yaml'), 'utf8').replace('servers:\n', '# mine\nservers:   # all of them\n');
    writeFileSync(at('doorward.yaml'), edited, { mode: 0o600 });
    const gained = JSON.parse(readFileSync(client, 'utf8'));
    gained.mcpServers.other = { ...probe, args: [probeFile, 'other'], env: { API_KEY: 'not-a-real-one' } };
    writeFileSync(client, JSON.stringify(gained));
    const { code, out, err } = await init('--write', '--yes');
    assert.equal(code, 0, out + err);
    assert.match(out, /^\+ {3}other:$/m);
    const yaml = readFileSync(at('doorward.yaml'), 'utf8');
    const kept = edited.split('\n').filter((line) => line);
    const lines = yaml.split('\n');
    let from = 0;
    for (const line of kept) from = lines.indexOf(line, from) + 1 || assert.fail(`lost: ${line}`);
    assert.match(yaml, /^ {2}other:$/m);
    assert.match(yaml, /^secrets:\n {2}"other-api-key": /m);
    assert.ok(!yaml.includes('not-a-real-one'));
    assert.equal(statSync(at('doorward.yaml')).mode & 0o777, 0o600);
    const lock = JSON.parse(readFileSync(at('doorward.lock'), 'utf8'));
    assert.deepEqual(Object.keys(lock.servers).sort(), ['other', 'probe']);
    assert.deepEqual(Object.keys(JSON.parse(readFileSync(client, 'utf8')).mcpServers), ['doorward']);
    // What the client had before Doorward is back; what it gained since lies beside it.
    const undone = await init('--undo');
    assert.equal(undone.code, 0);
    assert.equal(readFileSync(client, 'utf8'), first);
    assert.match(undone.out, /changed since/);
    assert.ok(readFileSync(`${client}.before-undo`, 'utf8').includes('"other"'));
    rmSync(there, { recursive: true, force: true });
  });
  test('undo restores the file to the byte', async () => {
    const { code, out } = await doorward('init', '--undo');
    assert.equal(code, 0, out);
    assert.equal(readFileSync(file, 'utf8'), text());
    assert.ok(!existsSync(`${file}.doorward-backup`));
  });
});
