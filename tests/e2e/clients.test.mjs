// Real clients through the gateway: what they see equals what they see directly.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { clients, sdk1 } from './clients.mjs';
import { startGateway, stdioProbe } from './doorward.mjs';
import { decisionOf, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';

const policy = {
  rules: [
    { id: 'use', effect: 'allow', principals: [{ any: true }], tools: ['*.echo', '*.sum', '*.progress', '*.elicit'] },
  ],
};
let probe;
let gateway;
let direct;

before(async () => {
  probe = await startProbe();
  gateway = await startGateway({ servers: { probe: { url: probe.url, pins: 'first_use' }, local: stdioProbe() }, policy });
  const client = await sdk1(probe.url);
  direct = { tools: await client.tools(), sum: await client.call('sum', { a: 2, b: 3 }) };
  await client.close();
});
after(async () => {
  await gateway?.stop();
  await probe?.close();
});

/** A tool as a client sees it, without what only one era knows. */
const plain = ({ name, description, inputSchema, outputSchema }) => ({ name, description, inputSchema, outputSchema });

for (const [kind, open] of Object.entries(clients))
  for (const server of ['probe', 'local'])
    describe(`${kind}, upstream ${server}`, () => {
      let client;
      before(async () => { client = await open(gateway.url(server), gateway.token); });
      after(() => client?.close());

      test('lists what the policy lets it use, as the server defined it', async () => {
        const allowed = direct.tools.filter(({ name }) => ['echo', 'sum', 'progress', 'elicit'].includes(name));
        const seen = await client.tools();
        assert.deepEqual(seen.map(plain).sort((a, b) => a.name.localeCompare(b.name)),
          allowed.map(plain).sort((a, b) => a.name.localeCompare(b.name)));
      });
      test('calls', async () => {
        assert.equal(textOf(await client.call('echo', { text: 'hi there' })), 'hi there');
        const sum = await client.call('sum', { a: 2, b: 3 });
        assert.deepEqual(sum.structuredContent, direct.sum.structuredContent);
        assert.deepEqual(sum.content, direct.sum.content);
      });
      test('is told in the result that a call is not allowed', async () => {
        const result = await client.call('crash', {}).catch((error) => error);
        if (result instanceof Error) {
          // The Inspector looks the tool up in the list before it calls.
          assert.equal(kind, 'Inspector CLI', result.message);
          return;
        }
        assert.equal(result.isError, true);
        assert.equal(decisionOf(result)?.verdict, 'deny', JSON.stringify(result));
      });
    });

test('the merged endpoint serves all servers under their names', async () => {
  const client = await sdk1(gateway.url(), gateway.token);
  const names = (await client.tools()).map(({ name }) => name).sort();
  assert.deepEqual(names, ['local', 'probe'].flatMap((server) =>
    ['echo', 'elicit', 'progress', 'sum'].map((name) => `${server}__${name}`)));
  assert.equal(textOf(await client.call('local__echo', { text: 'a' })), 'a');
  assert.equal(textOf(await client.call('probe__echo', { text: 'b' })), 'b');
  await client.close();
});
