// INTERFACE: `wrap`, over its own standard input and output, in both eras.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { binary, probeFile, runDoorward, stdioServer, writeConfiguration } from './doorward.mjs';
import { decisionOf, modernParams, textOf } from './mcp.mjs';
import { until } from './wait.mjs';

let home;
before(() => { home = mkdtempSync(join(tmpdir(), 'doorward-home-')); });
after(() => rmSync(home, { recursive: true, force: true }));
const env = () => ({ PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: join(home, 'state') });
const stateOfStarter = () => join(home, 'state/doorward');

/** One `wrap`: `ask(method, params)` gives the whole answer, older or newer by what was begun. */
async function startWrap(args, { cwd = home, modern = false, version = '2025-11-25' } = {}) {
  const child = spawn(binary, ['wrap', ...args], { env: env(), cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stderr.resume();
  const waiting = new Map();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line); // whatever is printed is a message
    waiting.get(message.id)?.(message);
  });
  const exited = new Promise((done) => child.on('close', (code) => done(code)));
  let next = 1;
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const ask = (method, params = {}) => new Promise((done) => {
    const id = next++;
    waiting.set(id, done);
    send({ id, method, params: modern ? modernParams(params) : params });
  });
  const wrap = { ask, exited, call: (name, args2 = {}) => ask('tools/call', { name, arguments: args2 }), end: () => { child.stdin.end(); return exited; } };
  if (!modern) {
    wrap.greeting = await ask('initialize', { protocolVersion: version, capabilities: {}, clientInfo: { name: 'e2e', version: '1' } });
    send({ method: 'notifications/initialized' });
  }
  return wrap;
}

for (const modern of [false, true])
  describe(`wrap -- CMD without a configuration, ${modern ? 'stateless' : 'with a session'}`, () => {
    let wrap;
    before(async () => { wrap = await startWrap(['--', 'node', probeFile], { modern }); });
    after(() => wrap?.end());

    test('serves that one server with its own names', async () => {
      const { result } = await wrap.ask('tools/list');
      assert.ok(result.tools.some(({ name }) => name === 'echo'));
    });
    test('pins on first sight, and lets what reads pass', async () => {
      assert.equal(textOf((await wrap.call('echo', { text: 'hi' })).result), 'hi');
    });
    test('a refused call is a result with the decision', async () => {
      const { result } = await wrap.call('no_such_tool');
      assert.equal(result.isError, true);
      const decision = decisionOf(result);
      assert.equal(decision.verdict, 'deny');
      assert.match(decision.requirement, /^R/);
      assert.ok(Number.isInteger(decision.id));
    });
    test('what can not be read is answered under its id, as far as that can be read', async () => {
      const nul = await wrap.call('echo', { text: 'a\u0000b' });
      assert.equal(nul.error.code, -32700, JSON.stringify(nul));
      const deep = await wrap.call('echo', { text: JSON.parse(`${'['.repeat(80)}${']'.repeat(80)}`) });
      assert.ok(deep.error.code < 0 && deep.id > nul.id, JSON.stringify(deep));
    });
    test('an unknown method is -32601', async () => {
      assert.equal((await wrap.ask('no/such')).error.code, -32601);
    });
    test('its operator API is a socket in the state folder, and nothing more', async () => {
      assert.ok(existsSync(join(stateOfStarter(), 'operator.sock')));
      assert.equal(statSync(stateOfStarter()).mode & 0o077, 0);
    });
  });

describe('two at once', () => {
  test('each has a log folder of its own', async () => {
    const folder = join(stateOfStarter(), 'wrap');
    const before = readdirSync(folder).length;
    const [one, two] = await Promise.all([1, 2].map(() => startWrap(['--', 'node', probeFile])));
    await Promise.all([one, two].map((wrap) => wrap.call('echo', { text: 'x' })));
    assert.equal(readdirSync(folder).length, before + 2);
    assert.deepEqual(await Promise.all([one.end(), two.end()]), [0, 0]);
    for (const name of readdirSync(folder)) assert.ok(existsSync(join(folder, name, 'audit/checkpoint')), name);
    const verified = await runDoorward(['audit', 'verify'], { cwd: home, env: env() });
    assert.equal(verified.code, 0, verified.out + verified.err);
  });
});

describe('wrap without CMD', () => {
  let place;
  const policy = { rules: [
    { id: 'r', effect: 'allow', principals: [{ user: 'local' }], tools: ['*.echo', '*.sum'] },
    { id: 'h', effect: 'hold', tools: ['*.sum'] },
  ] };
  before(() => { place = writeConfiguration({ servers: { one: stdioServer(probeFile), two: stdioServer(probeFile) }, policy }); });
  after(() => rmSync(place.folder, { recursive: true, force: true }));

  test('serves all servers of ./doorward.yaml; its client is user `local`', async () => {
    const wrap = await startWrap([], { cwd: place.folder });
    assert.equal(textOf((await wrap.call('two__echo', { text: 'hi' })).result), 'hi');
    assert.equal(await wrap.end(), 0);
  });
  test('a held call names an approval that the CLI finds', async () => {
    const wrap = await startWrap(['--config', place.file]);
    const call = () => wrap.call('one__sum', { a: 1, b: 2 });
    const { approval, verdict } = decisionOf((await call()).result);
    assert.equal(verdict, 'hold');
    assert.ok(approval.id && approval.expires);
    const cli = (...args) => runDoorward([...args, '--config', place.file], { cwd: home });
    await until(async () => (await cli('approvals', 'list')).out.includes(approval.id), { patience: 10_000, every: 300 });
    assert.equal((await cli('approvals', 'approve', approval.id)).code, 0);
    assert.deepEqual((await call()).result.structuredContent, { sum: 3 });
    assert.equal(await wrap.end(), 0);
  });
  test('2024-11-05 is spoken on stdio', async () => {
    const wrap = await startWrap(['--config', place.file], { version: '2024-11-05' });
    assert.equal(wrap.greeting.result.protocolVersion, '2024-11-05');
    await wrap.end();
  });
});
