// The kill switch: what is stopped gets no new call, and what is under way ends, also where it hangs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway, stdioProbe } from './doorward.mjs';
import { decisionOf, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

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
      const lifted = await gateway.cli('kill', 'probe.hold', '--lift');
      assert.equal(lifted.code, 0, lifted.err);
      assert.match(lifted.out, /nothing is stopped/);
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
