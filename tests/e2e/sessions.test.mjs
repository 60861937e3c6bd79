// Sessions of the older revisions: whose they are, how they end, and how a broken stream goes on.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeToken, startGateway, stdioProbe } from './doorward.mjs';
import { exchange } from './http.mjs';
import { Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until, untilHeld } from './wait.mjs';

let probe;
let gateway;
let ana;
let ben;

before(async () => {
  [ana, ben] = [await makeToken('ana', 'dev'), await makeToken('ben', 'dev')];
  probe = await startProbe();
  gateway = await startGateway({
    servers: { probe: { url: probe.url, pins: 'first_use' }, local: stdioProbe() },
    identity: { tokens: [ana.line, ben.line] },
  });
});
after(async () => {
  await gateway?.stop();
  await probe?.close();
});

const ping = (id) => ({ jsonrpc: '2.0', id, method: 'ping' });

for (const server of ['probe', 'local'])
  describe(`upstream ${server}`, () => {
    const open = (who = ana) => Session.open(gateway.url(server), who.text);
    const as = (session, who) => Object.assign(Object.create(Object.getPrototypeOf(session)), session, { token: who.text });

    test('its id is visible ASCII, long, and not that of the server', async () => {
      const [one, two] = [await open(), await open()];
      assert.match(one.id, /^[\x21-\x7e]{22,}$/);
      assert.notEqual(one.id, two.id);
      assert.ok(![...probe.sessions.keys()].includes(one.id));
    });

    test('to another principal it does not exist', async () => {
      const session = await open();
      const stolen = session.headers({ authorization: `Bearer ${ben.text}` });
      for (const [method, body] of [['POST', ping(1)], ['GET', undefined], ['DELETE', undefined]]) {
        const answer = await exchange(session.url, { method, headers: { ...stolen, accept: 'application/json, text/event-stream' }, body });
        assert.equal(answer.status, 404, method);
      }
      assert.deepEqual((await session.request('ping')).result, {}, 'it still lives');
    });

    test('at another server it does not exist', async () => {
      const session = await open();
      const other = gateway.url(server === 'probe' ? 'local' : 'probe');
      assert.equal((await exchange(other, { headers: session.headers(), body: ping(1) })).status, 404);
    });

    test('DELETE ends it, here and at the server', async () => {
      const before = new Set(probe.sessions.keys());
      const session = await open();
      await session.call('echo', { text: 'x' });
      const opened = [...probe.sessions.keys()].filter((id) => !before.has(id));
      assert.ok([200, 202, 204].includes((await session.end()).status));
      assert.equal((await exchange(session.url, { headers: session.headers(), body: ping(2) })).status, 404);
      if (server === 'probe') await until(() => opened.every((id) => !probe.sessions.has(id)));
    });

    test('DELETE cancels what is under way in it, at the server too', async () => {
      const session = await open();
      const other = await open();
      const held = session.start('tools/call', { name: 'hold', arguments: {} });
      if (server === 'probe') await until(() => probe.probes().some(({ holding }) => holding === 1));
      else await untilHeld(session);
      assert.equal((await session.end()).status, 200);
      const { error, result } = await session.finish(held);
      assert.match(JSON.stringify(error ?? result), /session was ended/);
      if (server === 'probe') await until(() => probe.probes().every(({ holding }) => holding === 0));
      assert.equal(textOf(await other.call('echo', { text: 'on' })), 'on');
    });

    test('what a client cancels frees its place, though no server answers it', async () => {
      const session = await open();
      for (let id = 1; id <= 3; ++id) {
        const held = session.start('tools/call', { name: 'hold', arguments: { turn: id } }, `held-${id}`);
        await until(async () => JSON.parse(textOf(await session.call('received'))).filter(({ name }) => name === 'hold').length === id, { every: 300 });
        assert.equal(await session.notify('notifications/cancelled', { requestId: `held-${id}` }), 202);
        assert.match(JSON.stringify(await session.finish(held)), /cancelled/);
      }
      assert.equal(textOf(await session.call('echo', { text: 'on' })), 'on');
    });

    test('a broken stream goes on by Last-Event-ID, with what came meanwhile', async () => {
      const session = await open();
      const held = session.start('tools/call', { name: 'hold', arguments: {} }, 77);
      const answer = await held.answer;
      assert.ok(answer.isStream);
      let last;
      for await (const event of answer.events()) {
        last = event.id;
        break; // the priming event
      }
      assert.ok(last, 'the stream begins with an event id');
      await untilHeld(session);
      held.answer.drop();
      await session.call('release');
      const resumed = await session.listen(last);
      assert.equal(resumed.status, 200);
      let message;
      for await (const event of resumed.events()) {
        if (event.data.trim() === '') continue;
        message = JSON.parse(event.data);
        break;
      }
      resumed.drop();
      assert.equal(message.id, 77);
      assert.equal(textOf(message.result), 'released');
    });

    test("another principal's Last-Event-ID gives nothing", async () => {
      const session = await open();
      const held = session.start('tools/call', { name: 'hold', arguments: {} }, 78);
      let last;
      for await (const event of (await held.answer).events()) { last = event.id; break; }
      await untilHeld(session);
      held.answer.drop();
      assert.equal((await exchange(session.url, {
        method: 'GET', headers: { ...as(session, ben).headers({ accept: 'text/event-stream' }), 'last-event-id': last },
      })).status, 404);
      const other = await open(ben);
      const stream = await other.listen(last);
      await session.call('release');
      if (stream.isStream) {
        await other.call('grow'); // something of its own, so that there is an end to wait for
        for await (const event of stream.events()) {
          assert.ok(!event.data.includes('released'), event.data);
          if (event.data.includes('list_changed')) break;
        }
      }
      stream.drop();
    });

    test('ids and progress tokens of two principals do not meet', async () => {
      const [one, two] = [await open(ana), await open(ben)];
      const calls = await Promise.all(Array.from({ length: 20 }, (_, at) => {
        const session = at % 2 ? one : two;
        return session.request('tools/call', { name: 'echo', arguments: { text: `${at}` } }, 100 + Math.floor(at / 2));
      }));
      calls.forEach((reply, at) => {
        assert.equal(reply.id, 100 + Math.floor(at / 2));
        assert.equal(textOf(reply.result), `${at}`);
      });
    });
  });

test('revisions are agreed on from the known ones', async () => {
  for (const version of ['2025-03-26', '2025-06-18', '2025-11-25']) {
    const session = await Session.open(gateway.url('probe'), ana.text, { version });
    assert.equal(session.version, version);
    assert.equal(textOf(await session.call('echo', { text: version })), version);
  }
  const session = await Session.open(gateway.url('probe'), ana.text, { version: '1999-01-01' });
  assert.equal(session.version, '2025-11-25');
});
