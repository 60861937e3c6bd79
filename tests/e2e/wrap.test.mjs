// `doorward wrap`: the gateway as the command of a client, over standard input and output.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { modern, sdk1Stdio, sdk2Stdio } from './clients.mjs';
import { binary, probeFile, runDoorward, stdioServer, testsFolder, writeConfiguration } from './doorward.mjs';
import { decisionOf, textOf } from './mcp.mjs';
import { processesWith, until } from './wait.mjs';

const marker = (name) => `doorward-e2e-wrap-${name}-${process.pid}`;

let home;
before(() => { home = mkdtempSync(join(tmpdir(), 'doorward-home-')); });
after(() => rmSync(home, { recursive: true, force: true }));

const environment = () => ({ PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: join(home, 'state'), CANARY_TOKEN: 'canary-4711' });
const wrapCommand = (...command) =>
  ({ command: binary, args: ['wrap', '--', ...command], env: environment(), cwd: home });

const openers = {
  'SDK 1.x': (parameters) => sdk1Stdio(parameters),
  'client 2.x, auto': (parameters) => sdk2Stdio('auto', parameters),
  'client 2.x, modern': (parameters) => sdk2Stdio(modern, parameters),
};

describe('wrap -- CMD', () => {
  for (const [kind, open] of Object.entries(openers))
    test(`${kind} lists and calls, and leaves no process`, async () => {
      const mark = marker(kind.replaceAll(/\W/g, ''));
      const client = await open(wrapCommand('node', probeFile, mark));
      const names = (await client.tools()).map(({ name }) => name);
      assert.ok(names.includes('echo'), names.join());
      assert.equal(textOf(await client.call('echo', { text: 'hi' })), 'hi');
      assert.ok(processesWith(mark).length > 0);
      await client.close();
      await until(() => processesWith(mark).length === 0);
    });

  test('a client of the stateless era keeps its server, and what it told it', async () => {
    const mark = marker('kept');
    const client = await sdk2Stdio(modern, wrapCommand('node', probeFile, mark));
    try {
      await client.call('echo', { text: 'hi' });
      const first = processesWith(mark).sort();
      await pause(2500); // longer than two sweeps of credentials that count no longer
      assert.equal(textOf(await client.call('echo', { text: 'hi' })), 'hi');
      assert.deepEqual(processesWith(mark).sort(), first);
    } finally {
      await client.close();
    }
  });
  test('the server gets none of the environment', async () => {
    const client = await sdk1Stdio(wrapCommand('node', probeFile));
    const text = textOf(await client.call('environment', {}));
    assert.ok(!text.includes('CANARY_TOKEN'), text);
    await client.close();
  });
  test('a process that is killed leaves no server', async () => {
    const mark = marker('killed');
    const child = spawn(binary, ['wrap', '--', 'node', probeFile, mark], { env: environment(), cwd: home, stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } } })}\n`);
    await until(() => processesWith(mark).length > 1);
    child.kill('SIGKILL');
    await until(() => processesWith(mark).length === 0);
  });
  test('a held call is approved as its refusal says, in any folder, of any process', async () => {
    const mailer = wrapCommand('node', join(testsFolder, 'e2e/servers/listed_stdio.mjs'), JSON.stringify({ tools: ['send_mail'] }));
    const [one, two] = [await sdk1Stdio(mailer), await sdk1Stdio(mailer)];
    const elsewhere = mkdtempSync(join(tmpdir(), 'doorward-elsewhere-'));
    const cli = (...args) => runDoorward(args, { cwd: elsewhere, env: environment() });
    const approveBy = async (client, text) => {
      const held = await client.call('send_mail', { text });
      const [, id] = /`doorward approvals approve ([0-9a-f]+)`/.exec(textOf(held)) ?? [];
      assert.ok(id, textOf(held));
      assert.ok((await cli('approvals', 'list')).out.includes(id));
      const { code, err } = await cli('approvals', 'approve', id);
      assert.equal(code, 0, err);
      assert.notEqual((await client.call('send_mail', { text })).isError, true);
    };
    await approveBy(one, 'one');
    await approveBy(two, 'two');
    await one.close();
    await approveBy(two, 'three');
    await two.close();
    rmSync(elsewhere, { recursive: true, force: true });
  });
  test('two at once do not disturb each other', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => sdk1Stdio(wrapCommand('node', probeFile))));
    assert.equal(textOf(await one.call('echo', { text: '1' })), '1');
    assert.equal(textOf(await two.call('echo', { text: '2' })), '2');
    await Promise.all([one.close(), two.close()]);
  });
  test('a command that does not exist ends clearly', async () => {
    const child = spawn(binary, ['wrap', '--', 'no-such-command-4711'], { env: environment(), cwd: home });
    let err = '';
    child.stderr.on('data', (chunk) => { err += chunk; });
    child.stdin.on('error', () => {});
    child.stdin.end(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } } })}\n`);
    await new Promise((done) => child.on('close', done));
    assert.ok(err.length > 0);
  });
});

/** Lines on the standard streams of a wrap: `{ ask(line) -> next line, close() }`. */
function rawWrap(args, cwd) {
  const child = spawn(binary, ['wrap', ...args], { env: environment(), cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stderr.resume();
  const exited = new Promise((done) => child.on('close', (code) => done(code)));
  const send = (line) => child.stdin.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  return {
    send,
    next: async () => JSON.parse((await lines.next()).value),
    ask: async (line) => { send(line); return JSON.parse((await lines.next()).value); },
    close: () => { child.stdin.end(); return exited; },
  };
}

const initialize = (version) => ({
  jsonrpc: '2.0', id: 1, method: 'initialize',
  params: { protocolVersion: version, capabilities: {}, clientInfo: { name: 'e2e', version: '1' } },
});

test('a call that is cancelled while it waits for its turn gets no answer', async () => {
  const place = writeConfiguration({
    servers: { one: stdioServer(probeFile, [marker('cancelled')]) }, limits: { concurrency: 2, deadline: '3s' },
  });
  const client = rawWrap(['--config', place.file], place.folder);
  await client.ask(initialize('2025-11-25'));
  client.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  const call = (id, name, args = {}) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: `one__${name}`, arguments: args } });
  assert.equal((await client.ask(call(2, 'echo', { text: 'x' }))).result.isError, undefined);
  client.send(call(3, 'hold'));
  client.send(call(6, 'hold', { text: 'z' }));
  client.send(call(4, 'echo', { text: 'y' }));
  client.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 4 } });
  const held = [await client.next(), await client.next()]; // at their deadline
  assert.deepEqual(held.map(({ id }) => id).sort(), [3, 6]);
  assert.equal((await client.ask({ jsonrpc: '2.0', id: 5, method: 'ping' })).id, 5);
  await client.close();
  rmSync(place.folder, { recursive: true, force: true });
});

describe('wrap --config', () => {
  let place;
  before(() => {
    place = writeConfiguration({
      servers: { one: stdioServer(probeFile, [marker('one')]), two: stdioServer(probeFile, [marker('two')]) },
      policy: { rules: [{ id: 'echo', effect: 'allow', principals: [{ user: 'local' }], tools: ['*.echo'] }] },
    });
  });
  after(() => rmSync(place.folder, { recursive: true, force: true }));

  test('serves all servers under their names, and refuses what the policy does not allow', async () => {
    const client = await sdk1Stdio({ command: binary, args: ['wrap', '--config', place.file], env: environment(), cwd: place.folder });
    assert.deepEqual((await client.tools()).map(({ name }) => name).sort(), ['one__echo', 'two__echo']);
    assert.equal(textOf(await client.call('two__echo', { text: 'hi' })), 'hi');
    const refused = await client.call('one__crash', {});
    assert.equal(refused.isError, true);
    assert.equal(decisionOf(refused).verdict, 'deny');
    await client.close();
    await until(() => processesWith(marker('one')).length + processesWith(marker('two')).length === 0);
  });
  for (const version of ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])
    test(`speaks ${version}`, async () => {
      const wrap = rawWrap(['--config', place.file], place.folder);
      const { result } = await wrap.ask(initialize(version));
      assert.equal(result.protocolVersion, version);
      wrap.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
      const call = await wrap.ask({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'one__echo', arguments: { text: 'hi' } } });
      assert.equal(textOf(call.result), 'hi');
      assert.equal(await wrap.close(), 0);
    });
  test('strict lines: what is not one JSON-RPC message is an error, and the next one is served', async () => {
    const wrap = rawWrap(['--config', place.file], place.folder);
    await wrap.ask(initialize('2025-11-25'));
    wrap.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    for (const line of ['nonsense', '{"jsonrpc":"2.0","id":5,"id":6,"method":"ping"}', '{"jsonrpc":"2.0","id":null,"method":"ping"}',
      '{"jsonrpc":"2.0","id":5,"Method":"ping"}', `${'['.repeat(10_000)}${']'.repeat(10_000)}`]) {
      const { error } = await wrap.ask(line);
      const expected = line.length > 1000 ? [-31413] : [-32700, -32600]; // too deep is too large
      assert.ok(expected.includes(error.code), `${line.slice(0, 60)}: ${JSON.stringify(error)}`);
    }
    assert.deepEqual((await wrap.ask({ jsonrpc: '2.0', id: 9, method: 'ping' })).result, {});
    await wrap.close();
  });
  test('opens no TCP port', async () => {
    const wrap = rawWrap(['--config', place.file], place.folder);
    await wrap.ask(initialize('2025-11-25'));
    const [pid] = processesWith(place.file);
    const own = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try { return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]; } catch { return undefined; }
    }));
    for (const table of ['tcp', 'tcp6'])
      for (const line of readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n').slice(1)) {
        const fields = line.trim().split(/\s+/);
        if (fields[3] === '0A') assert.ok(!own.has(fields[9]), `listens: ${line}`);
      }
    await wrap.close();
  });
});
