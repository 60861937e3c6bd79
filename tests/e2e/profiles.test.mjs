// Ready profiles: what `wrap` and `init` give well-known servers beside their own words.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sdk1Stdio } from './clients.mjs';
import { binary, packageFile, runDoorward } from './doorward.mjs';
import { textOf } from './mcp.mjs';

const script = (name) => packageFile(`@modelcontextprotocol/${name}`, 'dist/index.js');
let place, env;

before(() => {
  place = mkdtempSync('/var/tmp/doorward-profiles-');
  chmodSync(place, 0o755);
  mkdirSync(join(place, 'home'));
  env = { ...process.env, HOME: join(place, 'home'), XDG_STATE_HOME: join(place, 'state') };
});
after(() => { if (place) rmSync(place, { recursive: true, force: true }); });

const wrapped = (...command) => sdk1Stdio({ command: binary, args: ['wrap', '--', ...command], env, cwd: place });

describe('wrap', () => {
  test('gives server-memory a folder of its own, which is there the next time', async () => {
    const first = await wrapped('node', script('server-memory'));
    const made = await first.call('create_entities', { entities: [{ name: 'Ana', entityType: 'person', observations: ['likes gardens'] }] });
    assert.ok(!made.isError, textOf(made));
    await first.close();
    const second = await wrapped('node', script('server-memory'));
    assert.match(textOf(await second.call('read_graph', {})), /likes gardens/);
    await second.close();
    assert.ok(existsSync(join(place, 'state/doorward/servers/server-memory/memory.jsonl')));
  });

  test('lets nobody write what git executes', async () => {
    const repository = join(place, 'repository');
    execFileSync('git', ['init', '-q', repository]);
    mkdirSync(join(repository, '.git/hooks'), { recursive: true });
    const config = readFileSync(join(repository, '.git/config'), 'utf8');
    const client = await wrapped('node', script('server-filesystem'), repository);
    const write = (path, content) => client.call('write_file', { path: join(repository, path), content }).catch(String);
    // `write_file` overwrites, so that it is held without a configuration; `create_directory` is not.
    for (const [tool, given] of [
      ['create_directory', { path: join(repository, '.git/hooks/planted') }],
      ['move_file', { source: join(repository, '.git'), destination: join(repository, 'aside') }],
      ['move_file', { source: join(repository, '.git/hooks'), destination: join(repository, 'hooks') }]])
      assert.ok((await client.call(tool, given)).isError, tool);
    await write('.git/config', '[core]\n\tfsmonitor = touch /tmp/planted\n');
    await write('.git/hooks/post-commit', '#!/bin/sh\n');
    assert.ok(!(await client.call('create_directory', { path: join(repository, 'made') })).isError);
    await client.close();
    assert.equal(readFileSync(join(repository, '.git/config'), 'utf8'), config);
    assert.ok(existsSync(join(repository, 'made')) && !existsSync(join(repository, 'aside')));
    assert.ok(!existsSync(join(repository, '.git/hooks/planted')) && !existsSync(join(repository, '.git/hooks/post-commit')));
  });
});

describe('init', () => {
  const entries = (servers) => {
    const file = join(place, `client-${Object.keys(servers)[0]}.json`);
    writeFileSync(file, JSON.stringify({ mcpServers: servers }));
    return file;
  };
  const init = async (servers) => {
    const folder = mkdtempSync(join(place, 'init-'));
    const { code, out, err } = await runDoorward(['init', '--from', entries(servers), '--yes', '--config', join(folder, 'doorward.yaml')], { cwd: folder, env });
    assert.ok(code <= 1, out + err); // 1: the database that one of them wants is not there
    return { text: readFileSync(join(folder, 'doorward.yaml'), 'utf8'), folder };
  };
  test('writes the profile of each server out', async () => {
    const { text, folder } = await init({
      memory: { command: 'node', args: [script('server-memory')] },
      everything: { command: 'node', args: [script('server-everything'), 'stdio'] },
      db: { command: 'node', args: [script('server-postgres'), 'postgresql://reader@127.0.0.1:5433/app'] },
    });
    assert.match(text, new RegExp(`memory:[^]*write: \\[\\{ from: "${folder}/state/servers/memory", to: "/data" \\}\\]`), text);
    assert.match(text, /"MEMORY_FILE_PATH": "\/data\/memory\.jsonl"/);
    assert.match(text, /everything:[^]*write: \[\]\n {6}network: \[\]/);
    assert.match(text, /\{ forward: "127\.0\.0\.1:5433" \}/);
    const checked = await runDoorward(['sandbox', 'explain', 'memory', '--config', join(folder, 'doorward.yaml')], { cwd: folder, env });
    assert.equal(checked.code, 0, checked.out + checked.err);
    assert.match(checked.out, /\/data/);
  });
});
