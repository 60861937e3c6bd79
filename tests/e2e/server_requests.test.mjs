// What a server asks or tells its client: sampling, elicitation, roots, progress, logging, changes,
// and cancellation. For an upstream over HTTP and one over standard input and output.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sdk1 } from './clients.mjs';
import { startGateway, stdioProbe } from './doorward.mjs';
import { Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { untilHeld, untilReceived } from './wait.mjs';

const capabilities = { sampling: {}, elicitation: {}, roots: { listChanged: true } };
const answers = {
  'sampling/createMessage': ({ messages }) => ({
    role: 'assistant', model: 'e2e', content: { type: 'text', text: `sampled ${messages[0].content.text}` },
  }),
  'elicitation/create': ({ message }) => ({ action: 'accept', content: { answer: `to ${message}` } }),
  'roots/list': () => ({ roots: [{ uri: 'file:///work/garden', name: 'garden' }] }),
};

let probe;
let gateway;

before(async () => {
  probe = await startProbe();
  gateway = await startGateway({
    servers: {
      probe: { url: probe.url, pins: 'first_use' },
      local: stdioProbe(),
      silent: { url: probe.url, pins: 'first_use', allow_server_requests: [] },
    },
  });
});
after(async () => {
  await gateway?.stop();
  await probe?.close();
});

for (const server of ['probe', 'local'])
  describe(`upstream ${server}`, () => {
    const open = (options = {}) => Session.open(gateway.url(server), gateway.token, { capabilities, answers, ...options });
    const received = async (session) => JSON.parse(textOf(await session.call('received')));

    test('sampling goes to the client and back', async () => {
      const session = await open();
      assert.match(textOf(await session.call('sample', { prompt: 'Hello' })), /sampled Hello/);
    });
    test('an answer that may not pass is told the server, which waits no longer', async () => {
      const session = await open({ answers: { ...answers, 'elicitation/create': () => ({ action: 'accept', content: { answer: gateway.token } }) } });
      assert.match(textOf(await session.call('elicit', { message: 'Who?' })), /-31403/);
    });
    test('elicitation goes to the client and back', async () => {
      const session = await open();
      assert.match(textOf(await session.call('elicit', { message: 'Who?' })), /to Who\?/);
    });
    test('a form that asks for a credential is not passed on, and the server is told', async () => {
      let asked = 0;
      const session = await open({ answers: { ...answers, 'elicitation/create': () => { ++asked; return { action: 'decline' }; } } });
      assert.match(textOf(await session.call('elicit', { message: 'Enter your GitHub password' })), /URL mode|-31403/);
      assert.equal(asked, 0);
      await session.call('elicit', { message: 'Which password policy is it called?' });
      assert.equal(asked, 1);
    });
    test('roots go to the client and back', async () => {
      const session = await open();
      assert.match(textOf(await session.call('roots')), /file:\/\/\/work\/garden/);
    });
    test('a client that did not declare sampling is not asked', async () => {
      let asked = false;
      const session = await open({
        capabilities: {}, answers: { 'sampling/createMessage': () => { asked = true; return {}; } },
      });
      await session.call('sample', { prompt: 'Hello' }).catch(() => {});
      assert.equal(asked, false);
    });
    test('two sessions asked at once get their own answers', async () => {
      const named = (name) => open({
        answers: { 'roots/list': () => ({ roots: [{ uri: `file:///work/${name}` }] }) },
      });
      const [one, two] = await Promise.all([named('one'), named('two')]);
      const [first, second] = await Promise.all([one.call('roots'), two.call('roots')]);
      assert.match(textOf(first), /work\/one/);
      assert.match(textOf(second), /work\/two/);
    });
    test('the SDK is asked as well', async () => {
      const { ElicitRequestSchema } = await import('@modelcontextprotocol/sdk/types.js');
      const open1 = await sdk1(gateway.url(server), gateway.token, { capabilities: { elicitation: {} } });
      open1.client.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'decline' }));
      assert.match(textOf(await open1.call('elicit', { message: 'Who?' })), /decline/);
      await open1.close();
    });

    test('progress comes under the token of the client', async () => {
      const session = await open();
      await session.call('progress', { steps: 3 }, { progressToken: 'mine' });
      const progress = session.notifications.filter(({ method }) => method === 'notifications/progress');
      assert.deepEqual(progress.map(({ params }) => [params.progressToken, params.progress, params.total]),
        [['mine', 1, 3], ['mine', 2, 3], ['mine', 3, 3]]);
    });
    test('a progress token that is a number stays one', async () => {
      const session = await open();
      await session.call('progress', { steps: 1 }, { progressToken: 7 });
      assert.equal(session.notifications.find(({ method }) => method === 'notifications/progress').params.progressToken, 7);
    });
    test('log messages come to the session that caused them, and to no other', async () => {
      const [session, other] = [await open(), await open()];
      await session.request('logging/setLevel', { level: 'debug' });
      await session.call('log', { level: 'info', text: 'for me' });
      await other.call('echo', { text: 'x' });
      const logs = ({ notifications }) => notifications.filter(({ method }) => method === 'notifications/message');
      assert.deepEqual(logs(session).map(({ params }) => params.data), ['for me']);
      assert.deepEqual(logs(other), []);
    });
    test('a changed list is announced on the GET stream, and the new tool works', async () => {
      const session = await open();
      const stream = await session.listen();
      assert.equal(stream.status, 200);
      const heard = (async () => {
        for await (const event of stream.events())
          if (event.data.includes('notifications/tools/list_changed')) return true;
        return false;
      })();
      await session.call('grow');
      assert.equal(await heard, true);
      stream.drop();
      const { result } = await session.request('tools/list');
      assert.ok(result.tools.some(({ name }) => name === 'grown'));
      assert.equal(textOf(await session.call('grown')), 'I grew.');
    });

    test('cancelling a call cancels it at the server', async () => {
      const session = await open();
      const held = session.start('tools/call', { name: 'hold', arguments: {} }, 'to-cancel');
      await untilHeld(session);
      assert.equal(await session.notify('notifications/cancelled', { requestId: 'to-cancel' }), 202);
      await untilReceived(session, ({ method }) => method === 'notifications/cancelled');
      held.answer.drop();
      assert.equal(textOf(await session.call('echo', { text: 'next' })), 'next');
    });
    test('another session can not cancel it by the same id', async () => {
      const [session, other] = [await open(), await open()];
      const held = session.start('tools/call', { name: 'hold', arguments: {} }, 55);
      await untilHeld(session);
      await other.notify('notifications/cancelled', { requestId: 55 });
      await other.call('echo', { text: 'x' });
      await session.call('release');
      assert.equal(textOf((await session.finish(held)).result), 'released');
      assert.ok(!(await received(session)).some(({ method }) => method === 'notifications/cancelled'));
    });
    test('a posted answer to a question that nobody asked changes nothing', async () => {
      const session = await open();
      const answer = await session.post({ jsonrpc: '2.0', id: 'probe-1', result: { roots: [] } });
      await answer.text();
      assert.ok([202, 400].includes(answer.status), `${answer.status}`);
      assert.ok(!(await received(session)).some(({ id, method }) => id === 'probe-1' && method === undefined));
      assert.equal(textOf(await session.call('echo', { text: 'x' })), 'x');
    });
  });

test('a server that may not ask is refused, and the call still ends', async () => {
  let asked = false;
  const session = await Session.open(gateway.url('silent'), gateway.token, {
    capabilities, answers: { 'roots/list': () => { asked = true; return { roots: [] }; } },
  });
  const reply = await session.request('tools/call', { name: 'roots', arguments: {} });
  assert.ok(reply.result ?? reply.error);
  assert.equal(asked, false);
});
