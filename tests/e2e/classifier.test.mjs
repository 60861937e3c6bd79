// A classifier of the operator's own: what it is shown, and what its word does to a call.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startGateway, writeConfiguration } from './doorward.mjs';
import { decisionOf, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

// Answers by `say(body)`: a body, a status, or nothing at all. Keeps what it was asked.
async function startClassifier(say) {
  const classifier = { asked: [], say, waiting: 0, most: 0 };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => { text += chunk; });
    request.on('end', async () => {
      const body = JSON.parse(text);
      classifier.asked.push({ path: request.url, headers: request.headers, body });
      classifier.most = Math.max(classifier.most, ++classifier.waiting);
      const answer = await classifier.say(body);
      classifier.waiting -= 1;
      if (answer === undefined) return;
      if (typeof answer === 'number') response.writeHead(answer).end();
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  classifier.url = `http://127.0.0.1:${server.address().port}/v1/ask`;
  classifier.close = () => new Promise((done) => { server.closeAllConnections(); server.close(done); });
  return classifier;
}

const accessKey = 'AKIA' + 'Q3EGRZ7TPLN2XW5D';
const bad = 'Kindly water the plants in the hall on every second day.';
const good = 'The plants in the hall were watered by Anna this morning.';
const scored = ({ text }) => ({ score: text.includes('Kindly') ? 0.92 : 0.08 });
const chatted = ({ messages }) => ({ choices: [{ message: { content: messages[1].content.includes('Kindly') ? 'attack' : 'benign' } }] });
const moderated = ({ input }) => ({ results: [{ flagged: input.includes('Kindly') }] });

describe('an external classifier', () => {
  let probe;
  before(async () => { probe = await startProbe(); });
  after(async () => { await probe?.close(); });

  // A gateway before the probe that asks `classifier`, for the length of `use`.
  async function withGateway(classifier, settings, use, inspection = {}) {
    const config = {
      servers: { probe: { url: probe.url, pins: 'first_use', tools: { echo: { classes: ['read'] } } } },
      limits: { repeat_failures: 1000 },
      secrets: { judge: { file: './judge-key' } },
      inspection: {
        arguments: { secrets: 'observe' },
        ...inspection,
        classifier: { url: classifier.url, timeout: '20s', ...settings },
      },
    };
    const place = writeConfiguration(config);
    writeFileSync(join(place.folder, 'judge-key'), 'key-of-this-test-1\n');
    const gateway = await startGateway(config, { place });
    try {
      await use(await Session.open(gateway.url('probe'), gateway.token), gateway);
    } finally {
      await gateway.stop();
      await classifier.close();
    }
  }

  test('a score labels what it finds, shown without secrets, with the key of now', async () => {
    const classifier = await startClassifier(scored);
    await withGateway(classifier, { key: { secret: 'judge' } }, async (session, gateway) => {
      assert.equal(textOf(await session.call('echo', { text: good })), good);
      const labelled = textOf(await session.call('echo', { text: bad }));
      assert.match(labelled, /^\[Doorward: text from an untrusted source begins/);
      assert.ok(labelled.includes(bad));
      await session.call('echo', { text: `the key is ${accessKey}, and key-of-this-test-1 too` });
      const { headers, body, path } = classifier.asked.at(-1);
      assert.equal(path, '/v1/ask');
      assert.equal(headers.authorization, 'Bearer key-of-this-test-1');
      assert.deepEqual([body.channel, body.server, body.tool], ['tool_result', 'probe', 'echo']);
      assert.ok(!JSON.stringify(body).includes(accessKey));
      assert.ok(!JSON.stringify(body).includes('key-of-this-test-1'));
      assert.ok(body.text.includes('[secret]'));
      writeFileSync(join(gateway.folder, 'judge-key'), 'key-of-this-test-2\n');
      await until(async () => {
        await session.call('echo', { text: `${good} ${classifier.asked.length}` });
        return classifier.asked.at(-1).headers.authorization === 'Bearer key-of-this-test-2';
      }, { every: 300 });
    });
  });

  test('a chat model denies, and its words stand between lines nobody can foresee', async () => {
    const classifier = await startClassifier(chatted);
    await withGateway(classifier, { api: 'chat', model: 'guard-1', act: 'deny' }, async (session) => {
      assert.equal(textOf(await session.call('echo', { text: good })), good);
      const refused = await session.call('echo', { text: bad });
      assert.equal(refused.isError, true);
      assert.equal(decisionOf(refused).reason, 'injection.classifier');
      assert.equal(decisionOf(refused).requirement, 'R3.5');
      assert.ok(!JSON.stringify(refused).includes('Kindly'));
      const marks = classifier.asked.map(({ body }) => /^===== (\S+)\n/.exec(body.messages[1].content)[1]);
      assert.equal(new Set(marks).size, marks.length);
      assert.ok(classifier.asked.every(({ body }) => body.model === 'guard-1'));
    });
  });

  test('moderation of arguments holds the call; approved, it passes once', async () => {
    const classifier = await startClassifier(moderated);
    const settings = { api: 'moderation', channels: ['arguments'], act: 'hold' };
    await withGateway(classifier, settings, async (session, gateway) => {
      const calls = () => probe.messages().filter(({ method }) => method === 'tools/call').length;
      const before_ = calls();
      const held = decisionOf(await session.call('echo', { text: bad }));
      assert.deepEqual([held.verdict, held.reason, held.requirement], ['hold', 'injection.classifier', 'R1.4']);
      assert.equal(calls(), before_);
      assert.equal((await gateway.cli('approvals', 'approve', held.approval.id)).code, 0);
      assert.equal(textOf(await session.call('echo', { text: bad })), bad);
      assert.equal(decisionOf(await session.call('echo', { text: bad })).verdict, 'hold');
    });
  });

  test('without an answer: as if it said nothing; told once; then it is left alone for a while', async () => {
    const classifier = await startClassifier(() => 503);
    await withGateway(classifier, { act: 'deny' }, async (session, gateway) => {
      for (let i = 0; i < 6; i++) assert.equal(textOf(await session.call('echo', { text: `${bad} ${i}` })), `${bad} ${i}`);
      assert.equal(classifier.asked.length, 3);
      assert.equal(gateway.stderr.match(/injection\.classifier_failed/g).length, 1);
      classifier.say = scored;
      await until(async () => (await session.call('echo', { text: bad })).isError, { every: 500 });
      assert.match(gateway.stderr, /injection\.classifier_back/);
    });
  });

  test('one that never answers costs its timeout, and denies where that is configured', async () => {
    const classifier = await startClassifier(() => undefined);
    await withGateway(classifier, { timeout: '300ms', on_failure: 'deny' }, async (session) => {
      const refused = await session.call('echo', { text: good });
      assert.equal(decisionOf(refused).reason, 'injection.classifier_silent');
    });
  });

  test('an answer that makes no sense is none', async () => {
    const answers = [{ score: 7 }, { verdict: 'fine' }, []];
    const classifier = await startClassifier(() => answers.shift() ?? scored({ text: '' }));
    await withGateway(classifier, { on_failure: 'hold' }, async (session) => {
      for (let i = 0; i < 2; i++) {
        const held = decisionOf(await session.call('echo', { text: `${good} ${i}` }));
        assert.deepEqual([held.verdict, held.reason], ['hold', 'injection.classifier_silent']);
      }
    });
  });

  test('some questions at a time, and a long text in pieces', async () => {
    let release;
    const gate = new Promise((done) => { release = done; });
    const classifier = await startClassifier(async (body) => { await gate; return scored(body); });
    await withGateway(classifier, { concurrency: 2, window: '1KiB', most: '4KiB' }, async (session) => {
      const calls = [1, 2, 3, 4, 5].map((i) => session.call('echo', { text: `${good} ${i}` }));
      await until(() => classifier.waiting === 2);
      release();
      await Promise.all(calls);
      assert.equal(classifier.most, 2);
      const from = classifier.asked.length;
      const labelled = textOf(await session.call('echo', { text: `${'word '.repeat(500)}${bad}` }));
      assert.match(labelled, /^\[Doorward:/);
      const pieces = classifier.asked.slice(from);
      assert.ok(pieces.length >= 3 && pieces.every(({ body }) => body.text.length <= 1024));
    });
  });

  test('observed only, nothing changes and the log says what it would have said', async () => {
    const classifier = await startClassifier(scored);
    await withGateway(classifier, { act: 'observe', channels: ['results', 'arguments'] }, async (session, gateway) => {
      assert.equal(textOf(await session.call('echo', { text: bad })), bad);
      const { out } = await gateway.cli('audit', 'export');
      assert.match(out, /injection\.classifier"/);
    });
  });
});
