// What a refused client sees, in both eras, and that the server sees nothing.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway } from './doorward.mjs';
import { begin } from './http.mjs';
import { baseHeaders, decisionOf, modernRequest, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';

let probe;
let gateway;
let session;

before(async () => {
  probe = await startProbe();
  gateway = await startGateway({
    servers: { probe: { url: probe.url, pins: 'first_use' }, unpinned: { url: probe.url } },
    limits: { repeat_failures: 1000 }, // so that each refusal here is the policy's
    policy: {
      rules: [
        { id: 'echo', effect: 'allow', principals: [{ user: 'local' }], tools: ['probe.echo', 'probe.release', 'unpinned.*'] },
        { id: 'small-sums', effect: 'allow', principals: [{ any: true }], tools: ['probe.sum'],
          arguments: { properties: { a: { maximum: 100 } } } },
        { id: 'log', effect: 'hold', principals: [{ any: true }], tools: ['probe.log'] },
        { id: 'not-for-others', effect: 'allow', principals: [{ user: 'somebody' }], tools: ['probe.large'] },
        { id: 'never-roots', effect: 'allow', principals: [{ any: true }], tools: ['probe.roots'] },
        { id: 'deny-roots', effect: 'deny', principals: [{ any: true }], tools: ['probe.roots'] },
      ],
    },
  });
  session = await Session.open(gateway.url('probe'), gateway.token);
});
after(async () => {
  await gateway?.stop();
  await probe?.close();
});

function assertDenied(result, verdict = 'deny') {
  assert.equal(result?.isError, true, JSON.stringify(result));
  const decision = decisionOf(result);
  assert.equal(decision?.verdict, verdict, JSON.stringify(result));
  assert.match(decision.reason, /^[a-z_]+\.[a-z_]+$/);
  assert.match(decision.requirement, /^R\d{1,2}\.\d{1,2}$/);
  assert.ok(decision.id !== undefined);
  assert.ok(textOf(result).length > 0);
  return decision;
}

describe('a call that no rule allows', () => {
  for (const [name, args] of Object.entries({ crash: {}, large: { bytes: 1 }, roots: {}, sum: { a: 101, b: 1 } }))
    test(`${name} is denied and does not arrive`, async () => {
      assertDenied(await session.call(name, args));
      assert.ok(!probe.sawCall(name));
    });
  test('is denied in the newer era as well', async () => {
    const { status, message } = await modernRequest(gateway.url('probe'), gateway.token, 'tools/call', { name: 'crash', arguments: {} });
    assert.equal(status, 200);
    assertDenied(message.result);
    assert.equal(message.result.resultType, 'complete');
  });
  test('a hidden and an unknown tool get one and the same answer', async () => {
    const strip = (result) => {
      const { id, ...decision } = decisionOf(result);
      return { text: textOf(result), decision };
    };
    const hidden = strip(await session.call('crash', {}));
    const unknown = strip(await session.call('no_such_tool', {}));
    assert.deepEqual(unknown, hidden);
  });
  test('each denial has its own place in the log', async () => {
    const one = decisionOf(await session.call('crash', {}));
    const two = decisionOf(await session.call('crash', {}));
    assert.notEqual(one.id, two.id);
  });
  test('the text shows no rule and no path', async () => {
    const text = JSON.stringify(await session.call('sum', { a: 101, b: 1 }));
    assert.ok(!text.includes('small-sums') && !text.includes(gateway.folder), text);
  });
});

test('the list shows what may be called', async () => {
  const { result } = await session.request('tools/list');
  assert.deepEqual(result.tools.map(({ name }) => name).sort(), ['echo', 'log', 'release', 'sum']);
});

test('within its rule a call passes', async () => {
  assert.deepEqual((await session.call('sum', { a: 100, b: 1 })).structuredContent, { sum: 101 });
});

test('a held call ends at once with its approval, and the same call again has the same', async () => {
  const args = { level: 'info', text: 'x' };
  const first = assertDenied(await session.call('log', args), 'hold');
  assert.ok(first.approval?.id);
  assert.ok(first.approval.expires);
  const again = assertDenied(await session.call('log', args), 'hold');
  assert.equal(again.approval.id, first.approval.id);
  assert.ok(!probe.sawCall('log'));
});

test('an approved call is redeemed once, and only with its arguments', async () => {
  const args = { level: 'info', text: 'approve me' };
  const { approval } = assertDenied(await session.call('log', args), 'hold');
  const done = await gateway.cli('approvals', 'approve', approval.id);
  assert.equal(done.code, 0, done.err);
  assertDenied(await session.call('log', { ...args, text: 'something else' }), 'hold');
  assert.equal(textOf(await session.call('log', args)), 'done');
  assertDenied(await session.call('log', args), 'hold');
});

test('an unpinned tool is refused', async () => {
  const other = await Session.open(gateway.url('unpinned'), gateway.token);
  assert.equal(assertDenied(await other.call('echo', { text: 'a' })).reason, 'rogue.unpinned');
});

describe('requests that are no tool call', () => {
  for (const [method, params] of Object.entries({ 'resources/read': { uri: 'probe://note' }, 'prompts/get': { name: 'greet' } }))
    test(`${method} is an error with the decision`, async () => {
      const reply = await session.request(method, params);
      assert.equal(reply.error?.code, -31403, JSON.stringify(reply));
      assert.equal(reply.error.data.verdict, 'deny');
      assert.match(reply.error.data.reason, /^[a-z_]+\.[a-z_]+$/);
      assert.ok(!probe.messages().some((message) => message.method === method));
    });
  test('their lists are empty', async () => {
    assert.deepEqual((await session.request('resources/list')).result.resources, []);
    assert.deepEqual((await session.request('prompts/list')).result.prompts, []);
  });
});

test('what a client says about itself changes nothing', async () => {
  const answer = await begin(gateway.url('probe'), {
    headers: { ...session.headers(), 'x-user': 'somebody', 'x-forwarded-user': 'somebody', 'user-agent': 'somebody' },
    body: { jsonrpc: '2.0', id: 'own-9', method: 'tools/call',
      params: { name: 'large', arguments: { bytes: 1 }, _meta: { user: 'somebody', 'io.doorward/principal': 'somebody' } } },
  });
  const reply = await session.finish({ id: 'own-9', answer });
  assertDenied(reply.result);
});

test('a refused call leaves the session usable', async () => {
  assert.equal(textOf(await session.call('echo', { text: 'still here' })), 'still here');
  assert.ok(baseHeaders(gateway.token).authorization);
});
