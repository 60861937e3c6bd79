// Clients that take links (URL elicitation) get that of a held call: as a request where there are
// sessions, inside the result where there are none. Nothing that a client answers approves.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { modern, sdk1, sdk2 } from './clients.mjs';
import { binary, runDoorward, startGateway, stdioProbe, writeConfiguration } from './doorward.mjs';
import { sdk1Stdio } from './clients.mjs';
import { decisionOf, modernRequest, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { startModern } from './servers/modern_http.mjs';
import { until } from './wait.mjs';

const rules = [
  { id: 'log', effect: 'hold', principals: [{ any: true }], tools: ['*.log'] },
  { id: 'prompts', effect: 'hold', principals: [{ any: true }], prompts: ['*'] },
];
const args = (text) => ({ level: 'info', text });
const links = { elicitation: { url: {} } };
const key = 'io.doorward/approval';

describe('a held call and a client that takes links', () => {
  let probe, fresh, gateway;
  before(async () => {
    [probe, fresh] = await Promise.all([startProbe(), startModern()]);
    gateway = await startGateway({
      servers: { probe: { url: probe.url, pins: 'first_use' }, fresh: { url: fresh.url, pins: 'first_use' } },
      limits: { repeat_failures: 1000 },
      policy: { rules },
    });
  });
  after(async () => { await gateway?.stop(); await probe?.close(); await fresh?.close(); });
  const approve = async ({ id }) => assert.equal((await gateway.cli('approvals', 'approve', id)).code, 0);

  for (const [endpoint, tool] of [['probe', 'log'], ['', 'probe__log']]) {
    const url = () => gateway.url(endpoint);
    const where = endpoint ? 'one server' : 'all servers';
    test(`${where}, with sessions: a request, once; its answer approves nothing`, async () => {
      const asked = [];
      const session = await Session.open(url(), gateway.token, {
        capabilities: links,
        answers: { 'elicitation/create': (params) => { asked.push(params); return { action: 'accept' }; } },
      });
      const text = `link ${tool}`;
      const first = decisionOf(await session.call(tool, args(text)));
      assert.equal(first.verdict, 'hold');
      assert.deepEqual(asked.map(({ mode, url, elicitationId }) => ({ mode, url, elicitationId })),
        [{ mode: 'url', url: first.approval.url, elicitationId: first.approval.id }]);
      assert.equal(decisionOf(await session.call(tool, args(text))).approval.id, first.approval.id);
      assert.equal(asked.length, 1);
      await approve(first.approval);
      assert.equal(textOf(await session.call(tool, args(text))), 'done');
    });
    test(`${where}, without sessions: in the result; the answer to it approves nothing`, async () => {
      const call = (more = {}) => modernRequest(url(), gateway.token, 'tools/call', { name: tool, arguments: args(`state ${tool}`), ...more }, { capabilities: links });
      const { result } = (await call()).message;
      const { approval } = decisionOf(result);
      assert.equal(result.isError, true);
      assert.equal(result.resultType, 'input_required');
      assert.equal(result.inputRequests[key].method, 'elicitation/create');
      assert.deepEqual([result.inputRequests[key].params.mode, result.inputRequests[key].params.url], ['url', approval.url]);
      const inputResponses = { [key]: { action: 'accept', content: { approved: true } } };
      const again = (await call({ inputResponses })).message.result;
      assert.equal(again.resultType, 'complete');
      assert.equal(decisionOf(again).approval.id, approval.id);
      await approve(approval);
      assert.equal(textOf((await call({ inputResponses })).message.result), 'done');
    });
  }

  test('a server of the same era never sees the answer', async () => {
    const call = (more = {}) => modernRequest(gateway.url('fresh'), gateway.token, 'tools/call', { name: 'log', arguments: args('cut'), ...more }, { capabilities: links });
    const { approval } = decisionOf((await call()).message.result);
    await approve(approval);
    const done = (await call({ inputResponses: { [key]: { action: 'accept' } } })).message.result;
    assert.notEqual(done.isError, true, JSON.stringify(done));
    assert.ok(fresh.requests.some(({ text }) => text.includes('"cut"')));
    assert.ok(!fresh.requests.some(({ text }) => text.includes('inputResponses') || text.includes(key)));
  });

  test('who declares no links, or forms only, gets none', async () => {
    for (const capabilities of [{}, { elicitation: {} }, { elicitation: { form: {} } }]) {
      const session = await Session.open(gateway.url('probe'), gateway.token, { capabilities });
      const held = await session.call('log', args('forms'));
      assert.equal(decisionOf(held).verdict, 'hold');
      const { message, others } = await modernRequest(gateway.url('probe'), gateway.token, 'tools/call', { name: 'log', arguments: args('forms') }, { capabilities });
      assert.equal(message.result.resultType, 'complete');
      assert.equal(message.result.inputRequests, undefined);
      assert.deepEqual(others, []);
    }
  });

  test('what is no tool is held by an error, with the link beside it', async () => {
    const asked = [];
    const session = await Session.open(gateway.url('probe'), gateway.token, {
      capabilities: links,
      answers: { 'elicitation/create': (params) => { asked.push(params); return { action: 'cancel' }; } },
    });
    const { error } = await session.request('prompts/get', { name: 'greet', arguments: { name: 'x' } });
    assert.equal(error.code, -31409);
    assert.equal(asked[0].url, error.data.approval.url);
  });
  test('without sessions a prompt is held by a question, as a call is', async () => {
    const get = (capabilities) => modernRequest(gateway.url('probe'), gateway.token, 'prompts/get', { name: 'greet', arguments: { name: 'y' } }, { capabilities });
    const { result } = (await get(links)).message;
    assert.equal(result.resultType, 'input_required');
    assert.equal(result.inputRequests[key].params.url, decisionOf(result).approval.url);
    assert.equal(result.messages, undefined);
    assert.equal((await get({})).message.error.code, -31409);
  });

  for (const [name, open] of Object.entries({ 'SDK 1.x': sdk1, 'client 2.x, modern': sdk2(modern) }))
    test(`${name} shows the page and learns that the call is held`, async () => {
      const seen = [];
      const { ElicitRequestSchema } = await import('@modelcontextprotocol/sdk/types.js');
      const client = await open(gateway.url('probe'), gateway.token, { capabilities: links });
      const answer = (request) => { seen.push(request.params); return { action: 'accept' }; };
      if (name === 'SDK 1.x') client.client.setRequestHandler(ElicitRequestSchema, answer);
      else client.client.setRequestHandler('elicitation/create', answer);
      const held = await client.call('log', args(`real ${name}`));
      const { approval } = decisionOf(held);
      await until(() => seen.length > 0);
      assert.equal(seen[0].url, approval.url);
      await approve(approval);
      assert.equal(textOf(await client.call('log', args(`real ${name}`))), 'done');
      await client.close();
    });
});

test('over stdio there is a link where the operator listener has a public address', async () => {
  const seen = [];
  const { ElicitRequestSchema } = await import('@modelcontextprotocol/sdk/types.js');
  for (const publicUrl of [undefined, 'https://doorward.example/']) {
    const place = writeConfiguration({ servers: { probe: stdioProbe() }, policy: { rules },
      ...(publicUrl && { admin: { public_url: publicUrl } }) });
    const client = await sdk1Stdio({ command: binary, args: ['wrap', '--config', place.file], cwd: place.folder }, { capabilities: links });
    client.client.setRequestHandler(ElicitRequestSchema, (request) => { seen.push(request.params.url); return { action: 'accept' }; });
    const { approval } = decisionOf(await client.call('probe__log', args('x')));
    if (publicUrl) {
      await until(() => seen.length > 0);
      assert.deepEqual(seen, [`https://doorward.example/#${approval.id}`]);
    } else {
      assert.deepEqual(seen, []);
      assert.equal(approval.url, `doorward:approvals/${approval.id}`);
    }
    assert.equal((await runDoorward(['approvals', 'approve', approval.id, '--config', place.file], { cwd: place.folder })).code, 0);
    assert.equal(textOf(await client.call('probe__log', args('x'))), 'done');
    await client.close();
    rmSync(place.folder, { recursive: true, force: true });
  }
});
