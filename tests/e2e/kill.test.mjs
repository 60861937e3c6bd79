// The kill switch: what is stopped gets no new call, and what is under way ends, also where it hangs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { spawn } from 'node:child_process';
import { binary, startGateway, stdioProbe } from './doorward.mjs';
import { decisionOf, modernRequest, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { processesWith, until } from './wait.mjs';

const reasonOf = (result) => decisionOf(result)?.reason;

for (const kind of ['http', 'stdio'])
  describe(`a server over ${kind}`, () => {
    let probe;
    let gateway;
    let session;
    before(async () => {
      if (kind === 'http') probe = await startProbe();
      gateway = await startGateway({
        servers: { probe: probe ? { url: probe.url, pins: 'first_use' } : stdioProbe(), other: stdioProbe() },
        limits: { deadline: '10m', repeat_failures: 1000 },
      });
      session = await Session.open(gateway.url('probe'), gateway.token);
    });
    after(async () => { await gateway?.stop(); await probe?.close(); });

    test('a stopped tool is not called, the call under way ends, the rest works', async () => {
      assert.equal(textOf(await session.call('echo', { text: 'a' })), 'a');
      const hanging = session.call('hold');
      await until(async () => (await session.call('received')).content[0].text.includes('"hold"'));
      const began = Date.now();
      const done = await gateway.cli('kill', 'probe.hold', '--why', 'it hangs');
      assert.equal(done.code, 0, done.err);
      assert.match(done.out, /tool hold/);
      assert.equal(reasonOf(await hanging), 'rogue.stopped');
      assert.ok(Date.now() - began < 20_000); // its own deadline is ten minutes
      assert.equal(reasonOf(await session.call('hold')), 'rogue.stopped');
      assert.equal(textOf(await session.call('echo', { text: 'b' })), 'b');
      const shown = (await session.request('tools/list')).result.tools.map(({ name }) => name);
      assert.ok(shown.includes('echo') && !shown.includes('hold'), shown.join());
      const lifted = await gateway.cli('kill', 'probe.hold', '--lift');
      assert.equal(lifted.code, 0, lifted.err);
      assert.match(lifted.out, /nothing is stopped/);
      assert.ok((await session.request('tools/list')).result.tools.some(({ name }) => name === 'hold'));
    });

    test('a stopped server gets nothing, its sessions end, another one works', async () => {
      const hanging = session.call('hold');
      await until(async () => (await session.call('received')).content[0].text.split('"hold"').length > 2);
      const done = await gateway.cli('kill', 'probe');
      assert.equal(done.code, 0, done.err);
      const ended = await hanging.catch((error) => error);
      assert.ok(ended instanceof Error || ended.isError, JSON.stringify(ended));
      await assert.rejects(Session.open(gateway.url('probe'), gateway.token), /rogue\.stopped|404|overload/);
      const other = await Session.open(gateway.url('other'), gateway.token);
      assert.equal(textOf(await other.call('echo', { text: 'c' })), 'c');
      assert.equal((await gateway.cli('kill', 'probe', '--lift')).code, 0);
      session = await Session.open(gateway.url('probe'), gateway.token);
      assert.equal(textOf(await session.call('echo', { text: 'd' })), 'd');
    });

    test('everything, and it stays so over a restart', async () => {
      assert.equal((await gateway.cli('kill', '--all')).code, 0);
      await assert.rejects(Session.open(gateway.url('other'), gateway.token));
      const place = { folder: gateway.folder, file: gateway.file, config: gateway.config };
      await gateway.stop({ keep: true });
      gateway = await startGateway(undefined, { place });
      await assert.rejects(Session.open(gateway.url('other'), gateway.token));
      assert.equal((await gateway.cli('kill', '--all', '--lift')).code, 0);
      const other = await Session.open(gateway.url('other'), gateway.token);
      assert.equal(textOf(await other.call('echo', { text: 'e' })), 'e');
    });

    test('a principal', async () => {
      const mine = await Session.open(gateway.url('other'), gateway.token);
      assert.equal((await gateway.cli('kill', '--principal', 'local')).code, 0);
      await assert.rejects(mine.call('echo', { text: 'f' }).then((result) => { if (result.isError) throw new Error('refused'); }));
      await assert.rejects(Session.open(gateway.url('other'), gateway.token));
      assert.equal((await gateway.cli('kill', '--principal', 'local', '--lift')).code, 0);
      const again = await Session.open(gateway.url('other'), gateway.token);
      assert.equal(textOf(await again.call('echo', { text: 'g' })), 'g');
    });

    test('what names nothing stops nothing', async () => {
      assert.equal((await gateway.cli('kill')).code, 2);
      assert.equal((await gateway.cli('kill', '--lift', 'probe')).code, 1);
    });
  });

describe('whatever the way in', () => {
  const marker = `doorward-e2e-kill-${process.pid}`;
  let gateway;
  before(async () => {
    gateway = await startGateway({
      servers: { probe: { ...stdioProbe(), command: [...stdioProbe().command, marker] }, other: stdioProbe() },
      limits: { deadline: '10m', repeat_failures: 1000 },
    });
  });
  after(() => gateway?.stop());

  const held = async (call, session, name = 'hold') => {
    const hanging = call();
    const told = name === 'hold' ? 'received' : 'probe__received';
    await until(async () => (await session.call(told)).content[0].text.includes('"hold"'));
    return hanging;
  };
  const lift = async () => assert.equal((await gateway.cli('kill', 'probe', '--lift')).code, 0);

  test('at the merged endpoint: its tools are gone, its call under way ends, the others go on', async () => {
    const session = await Session.open(gateway.url(), gateway.token);
    const ending = held(() => session.call('probe__hold'), session, 'probe__hold');
    await until(() => processesWith(marker).length > 0);
    await until(async () => (await session.call('probe__received')).content[0].text.includes('"hold"'));
    assert.equal((await gateway.cli('kill', 'probe')).code, 0);
    const ended = await ending.catch((error) => error);
    assert.ok(ended instanceof Error || ended.isError, JSON.stringify(ended));
    await until(() => processesWith(marker).length === 0);
    const shown = (await session.request('tools/list')).result.tools.map(({ name }) => name);
    assert.ok(shown.includes('other__echo') && !shown.some((name) => name.startsWith('probe__')), shown.join());
    assert.equal(textOf(await session.call('other__echo', { text: 'on' })), 'on');
    await lift();
  });
  test('a stateless call', async () => {
    const call = (name, id) => modernRequest(gateway.url('probe'), gateway.token, 'tools/call', { name, arguments: {} }, { id });
    const hanging = call('hold', 1);
    await until(async () => textOf((await call('received', 2)).message.result).includes('"hold"'));
    assert.equal((await gateway.cli('kill', 'probe')).code, 0);
    const { message } = await hanging;
    assert.ok(message.error || message.result.isError, JSON.stringify(message));
    assert.match(JSON.stringify((await call('echo', 3)).message), /rogue\.stopped/);
    await until(() => processesWith(marker).length === 0);
    await lift();
  });
  test('a stopped server is not even started', async () => {
    assert.equal((await gateway.cli('kill', 'probe')).code, 0);
    await until(() => processesWith(marker).length === 0);
    const before = gateway.stderr.length;
    await assert.rejects(Session.open(gateway.url('probe'), gateway.token), /rogue\.stopped/);
    assert.doesNotMatch(gateway.stderr.slice(before), /exited/);
    assert.equal(processesWith(marker).length, 0);
    await lift();
    const session = await Session.open(gateway.url('probe'), gateway.token);
    assert.equal(textOf(await session.call('echo', { text: 'again' })), 'again');
  });
});

test('a wrapped server is stopped by its operator socket, also while it hangs', async () => {
  const marker = `doorward-e2e-kill-wrap-${process.pid}`;
  const gateway = await startGateway({
    servers: { probe: { ...stdioProbe(), command: [...stdioProbe().command, marker] } },
    limits: { deadline: '10m' },
  });
  await gateway.stop({ keep: true });
  const child = spawn(binary, ['wrap', '--config', gateway.file], { cwd: gateway.folder, stdio: ['pipe', 'pipe', 'ignore'] });
  const answers = new Map();
  let rest = '';
  child.stdout.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) { const message = JSON.parse(line); answers.set(message.id, message); }
  });
  const say = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  try {
    say({ id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } } });
    await until(() => answers.has(1));
    say({ method: 'notifications/initialized' });
    say({ id: 2, method: 'tools/call', params: { name: 'probe__hold', arguments: {} } });
    for (let id = 10; ; ++id) {
      say({ id, method: 'tools/call', params: { name: 'probe__received', arguments: {} } });
      await until(() => answers.has(id));
      if (JSON.stringify(answers.get(id)).includes('hold')) break;
    }
    for (const pid of processesWith(marker)) process.kill(pid, 'SIGSTOP');
    const done = await gateway.cli('kill', 'probe');
    assert.equal(done.code, 0, done.err);
    await until(() => answers.has(2));
    assert.ok(answers.get(2).error || answers.get(2).result.isError, JSON.stringify(answers.get(2)));
    await until(() => processesWith(marker).length === 0);
  } finally {
    child.kill('SIGTERM');
    await new Promise((ended) => child.on('close', ended));
    await gateway.stop();
  }
});
