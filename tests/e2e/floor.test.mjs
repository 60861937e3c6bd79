// The lowest revision that is served, and the old transport that is not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway } from './doorward.mjs';
import { exchange } from './http.mjs';
import { baseHeaders, bearer, Session } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';

let gateway;
let probe;
before(async () => {
  probe = await startProbe();
  gateway = await startGateway({
    listen: { minimum_revision: '2025-11-25' },
    servers: { probe: { url: probe.url, pins: 'first_use' } },
  });
});
after(async () => {
  await gateway?.stop();
  await probe?.close();
});

test('an offer below the floor is not taken', async () => {
  for (const version of ['2024-11-05', '2025-03-26', '2025-06-18']) {
    const session = await Session.open(gateway.url('probe'), gateway.token, { version }).catch((error) => error);
    if (session instanceof Error) continue;
    assert.equal(session.version, '2025-11-25');
  }
});
test('a request that names a revision below the floor is refused', async () => {
  const session = await Session.open(gateway.url('probe'), gateway.token);
  const before = probe.requests.length;
  const answer = await exchange(gateway.url('probe'), {
    headers: { ...session.headers(), 'mcp-protocol-version': '2025-03-26' },
    body: { jsonrpc: '2.0', id: 5, method: 'tools/list' },
  });
  assert.equal(answer.status, 400);
  assert.equal(probe.requests.length, before);
});
test('there is no HTTP+SSE', async () => {
  for (const path of ['/sse', '/messages', '/mcp/probe/sse', '/mcp/probe/messages', '/message?sessionId=x'])
    for (const method of ['GET', 'POST']) {
      const headers = method === 'GET' ? { ...bearer(gateway.token), accept: 'text/event-stream' } : baseHeaders(gateway.token);
      const answer = await exchange(`${gateway.client}${path}`, { method, headers, ...(method === 'POST' && { body: {} }) });
      assert.equal(answer.status, 404, `${method} ${path}`);
    }
});
