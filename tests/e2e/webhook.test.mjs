// What becomes of held calls, told to another system by signed requests.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startGateway, writeConfiguration } from './doorward.mjs';
import { decisionOf, Session } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

// A receiver that answers as it is told and keeps what came.
async function startReceiver() {
  const receiver = { got: [], statuses: [] };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', () => {
      receiver.got.push({ headers: request.headers, method: request.method, body });
      response.writeHead(receiver.statuses.shift() ?? 204, { location: 'http://127.0.0.1:1/' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  receiver.url = `http://127.0.0.1:${server.address().port}/hook?team=1`;
  receiver.close = () => new Promise((done) => { server.closeAllConnections(); server.close(done); });
  receiver.types = () => receiver.got.map(({ body }) => JSON.parse(body).type);
  return receiver;
}

const key = Buffer.from('a key of this test, 32 bytes long');
const expected = ({ headers, body }) => `v1,${createHmac('sha256', key)
  .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`).digest('base64')}`;
const rules = [{ id: 'log', effect: 'hold', principals: [{ any: true }], tools: ['probe.log'] }];
const args = (text) => ({ level: 'info', text });

describe('the webhook of approvals', () => {
  let probe, receiver, gateway, session;
  before(async () => {
    [probe, receiver] = await Promise.all([startProbe(), startReceiver()]);
    const config = {
      servers: { probe: { url: probe.url, pins: 'first_use' } },
      limits: { repeat_failures: 1000 },
      policy: { rules },
      secrets: { hook: { file: './hook-key' } },
      approvals: { webhook: { url: receiver.url, secret: { secret: 'hook' } } },
    };
    const place = writeConfiguration(config);
    writeFileSync(join(place.folder, 'hook-key'), `whsec_${key.toString('base64')}\n`);
    gateway = await startGateway(config, { place });
    session = await Session.open(gateway.url('probe'), gateway.token);
  });
  after(async () => { await gateway?.stop(); await probe?.close(); await receiver?.close(); });

  const holds = async (text) => decisionOf(await session.call('log', args(text))).approval;

  test('each step is told, signed, once, with a link and without arguments', async () => {
    const from = receiver.got.length;
    const approval = await holds('a private text');
    await holds('a private text');
    assert.equal((await gateway.cli('approvals', 'approve', approval.id)).code, 0);
    assert.notEqual((await session.call('log', args('a private text'))).isError, true);
    await until(() => receiver.got.length >= from + 3);
    const told = receiver.got.slice(from);
    assert.deepEqual(told.map(({ body }) => JSON.parse(body).type), ['approval.asked', 'approval.approved', 'approval.redeemed']);
    for (const one of told) {
      assert.equal(one.method, 'POST');
      assert.equal(one.headers['content-type'], 'application/json');
      assert.equal(one.headers['webhook-signature'], expected(one));
      assert.ok(Math.abs(Date.now() / 1000 - Number(one.headers['webhook-timestamp'])) < 300);
      assert.ok(!one.body.includes('private text'), one.body);
      const { data } = JSON.parse(one.body);
      assert.equal(data.id, approval.id);
      assert.equal(data.url, approval.url);
      assert.deepEqual([data.user, data.server, data.tool, data.rule], ['local', 'probe', 'log', 'log']);
      assert.deepEqual(data.reasons, ['privilege.approval']);
    }
    assert.equal(new Set(told.map(({ headers }) => headers['webhook-id'])).size, 3);
    assert.equal(JSON.parse(told[1].body).data.decidedBy, 'operator');
  });

  test('one that is busy is told again, with the same id; no call waits for it', async () => {
    const from = receiver.got.length;
    receiver.statuses = [503, 503];
    await holds('again');
    await until(() => receiver.got.length >= from + 3);
    const told = receiver.got.slice(from);
    assert.equal(new Set(told.map(({ headers }) => headers['webhook-id'])).size, 1);
    for (const one of told) assert.equal(one.headers['webhook-signature'], expected(one));
  });

  test('one that refuses, or leads elsewhere, is told once; the log says so', async () => {
    const from = receiver.got.length;
    receiver.statuses = [410, 307];
    await holds('gone');
    await holds('moved');
    await holds('after them');
    await until(() => receiver.got.length >= from + 3);
    const found = await gateway.cli('audit', 'export');
    assert.equal(found.out.split('privilege.webhook_failed').length - 1, 2);
    assert.match(found.out, /was not taken: status 307/);
  });

  test('a reload without it ends it', async () => {
    const { approvals, ...rest } = gateway.config;
    writeFileSync(gateway.file, JSON.stringify({ ...rest, approvals: {} }));
    gateway.child.kill('SIGHUP');
    await until(() => gateway.stderr.includes('reloaded'));
    const from = receiver.got.length;
    const approval = await holds('nobody is told');
    assert.equal((await gateway.cli('approvals', 'deny', approval.id)).code, 0);
    assert.equal(receiver.got.length, from);
  });
});

test('a secret in plain text, a webhook over plain http to elsewhere: refused at start', async () => {
  for (const webhook of [
    { url: 'https://hooks.example/x', secret: 'whsec_plain' },
    { url: 'http://hooks.example/x', secret: { secret: 'hook' } },
    { url: 'https://hooks.example/x' },
  ])
    await assert.rejects(startGateway({ servers: {}, secrets: { hook: { file: './k' } }, approvals: { webhook } }), /approvals\.webhook/);
});
