// Who may do what has changed: told in the log, on standard error and by the webhook (R9.8).
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeToken, startGateway, writeConfiguration } from './doorward.mjs';
import { exchange } from './http.mjs';
import { bearer, decisionOf, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

const anyone = [{ any: true }];

test('a role that changes, a policy that changes and a call that changes rights are alerts', async () => {
  const got = [];
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', () => { got.push(JSON.parse(body)); response.writeHead(200).end(); });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const [probe, ana, lea] = await Promise.all([startProbe(), makeToken('ana'), makeToken('lea')]);
  const config = (groups, more = []) => ({
    servers: { probe: { url: probe.url, pins: 'first_use', tools: { sum: { classes: ['identity'] } } } },
    secrets: { hook: { file: './hook-key' } },
    approvals: { webhook: { url: `http://127.0.0.1:${receiver.address().port}/`, secret: { secret: 'hook' } } },
    identity: {
      tokens: [{ id: 'ana', hash: ana.line.hash, groups }],
      operators: [{ id: 'lea', hash: lea.line.hash, role: 'approver' }],
    },
    policy: { rules: [{ id: 'some', effect: 'allow', principals: anyone, tools: ['probe.echo', 'probe.sum'] }, ...more] },
  });
  const place = writeConfiguration(config(['dev']));
  writeFileSync(join(place.folder, 'hook-key'), 'a key of this test');
  const gateway = await startGateway(place.config, { place });
  const alerts = (reason) => got.filter(({ type }) => type === `alert.${reason}`).map(({ data }) => data);
  const reload = async (next) => {
    const count = gateway.stderr.split(' reloaded').length;
    writeFileSync(place.file, JSON.stringify({ ...place.config, ...next, listen: place.config.listen, admin: place.config.admin }));
    gateway.child.kill('SIGHUP');
    await until(() => gateway.stderr.split(' reloaded').length > count);
  };
  assert.equal((await gateway.cli('pin', 'approve', 'probe.sum')).code, 0);
  let session = await Session.open(gateway.url('probe'), ana.text);
  assert.equal(textOf(await session.call('echo', { text: 'a' })), 'a');
  assert.deepEqual(alerts('privilege.rights_changed'), []);

  // A tool that changes rights: told when the approved call goes.
  const { approval } = decisionOf(await session.call('sum', { a: 1, b: 1 }));
  assert.equal((await exchange(`${gateway.operator}/api/v1/approvals/${approval.id}/approve`, { method: 'POST', headers: bearer(lea.text) })).status, 200);
  assert.deepEqual((await session.call('sum', { a: 1, b: 1 })).structuredContent, { sum: 2 });
  await until(() => alerts('privilege.identity_call').length === 1);
  assert.match(alerts('privilege.identity_call')[0].detail, /`ana` calls `probe\.sum`.*operator `lea`/);

  // The configuration makes her an admin and adds a rule.
  await reload(config(['dev', 'admins'], [{ id: 'all', effect: 'allow', principals: [{ group: 'admins' }] }]));
  await until(() => alerts('privilege.policy_changed').length === 1);
  assert.equal(alerts('privilege.policy_changed')[0].after, 'rule `all`, token `ana` (changed)');
  session = await Session.open(gateway.url('probe'), ana.text);
  await until(() => alerts('privilege.rights_changed').length === 1);
  assert.deepEqual(alerts('privilege.rights_changed')[0], {
    reason: 'privilege.rights_changed', detail: 'the credential of user `ana` proves other groups or scopes than before',
    before: '{"groups":["dev"],"scopes":[]}', after: '{"groups":["admins","dev"],"scopes":[]}',
  });

  // Downwards as well, over a restart.
  await gateway.stop({ keep: true });
  const less = config([]);
  writeFileSync(place.file, JSON.stringify({ ...place.config, ...less, listen: place.config.listen, admin: place.config.admin }));
  const again = await startGateway(place.config, { place });
  session = await Session.open(again.url('probe'), ana.text);
  await until(() => alerts('privilege.rights_changed').length === 2);
  assert.equal(alerts('privilege.rights_changed')[1].after, '{"groups":[],"scopes":[]}');
  const { out } = await again.cli('audit', 'export');
  for (const reason of ['identity_call', 'policy_changed', 'rights_changed']) assert.ok(out.includes(`privilege.${reason}`), reason);
  await again.stop();
  await probe.close();
  receiver.closeAllConnections();
  await new Promise((done) => receiver.close(done));
});
