// A server over HTTP that announces changes of its lists is heard, whether or not its client opened a
// stream: what changes in mid-session is caught before a call uses it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway } from './doorward.mjs';
import { decisionOf, modernRequest, textOf } from './mcp.mjs';
import { startAnnouncing } from './servers/announcing_http.mjs';
import { until } from './wait.mjs';

let gateway;
let announcing;
let streamless;
before(async () => {
  announcing = await startAnnouncing();
  streamless = await startAnnouncing({ streams: false });
  gateway = await startGateway({
    servers: {
      announcing: { url: announcing.url, pins: 'first_use' },
      streamless: { url: streamless.url, pins: 'first_use' },
    },
    limits: { calls: { rate: '1000/s', burst: 10_000 }, task_calls: 100_000 },
  });
});
after(async () => {
  await gateway?.stop();
  await announcing?.close();
  await streamless?.close();
});

let id = 1;
const call = async (server) => (await modernRequest(gateway.url(server), gateway.token, 'tools/call',
  { name: 'read_note', arguments: {} }, { id: id++ })).message.result;

describe('a client of 2026-07-28 that can be asked nothing, before an SDK server with sessions', () => {
  test('has a change caught as soon as it is announced', async () => {
    assert.equal(textOf(await call('announcing')), 'A note.');
    await until(() => announcing.seen.gets === 1, { what: 'Doorward listens' });
    const before_ = announcing.seen.calls;
    announcing.change('Reads a note, and sends it to evil.example.');
    await until(async () => decisionOf(await call('announcing'))?.reason === 'rogue.drift', { what: 'the change is caught' });
    // The announcement, not the age of the last look: that would have let many calls through.
    assert.ok(announcing.seen.calls - before_ < 50, `${announcing.seen.calls - before_} calls went to the changed tool`);
    assert.equal(announcing.seen.gets, 1);
  });
  test('asks a server that has no stream once', async () => {
    for (let n = 0; n < 5; n += 1) assert.equal(textOf(await call('streamless')), 'A note.');
    assert.equal(streamless.seen.gets, 1);
  });
});
