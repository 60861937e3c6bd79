// No entry, no change: with the log closed nothing that an operator does takes effect, and no reload.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startGateway, stdioProbe, writeConfiguration } from './doorward.mjs';
import { exchange } from './http.mjs';
import { bearer, decisionOf, Session, textOf } from './mcp.mjs';
import { until } from './wait.mjs';

const config = {
  servers: { local: stdioProbe() },
  policy: { rules: [{ id: 'echo', effect: 'allow', tools: ['local.echo'] }] },
};
const place = writeConfiguration(config);
let gateway;
before(async () => { gateway = await startGateway(config, { place }); });
after(() => gateway?.stop());

const files = (limit) => execFileSync('prlimit', ['--pid', String(gateway.child.pid), `--fsize=${limit}`]);
const ask = async (method, path, body) => {
  const { status, text } = await exchange(`${gateway.operator}${path}`, { method, headers: { ...bearer(gateway.operatorToken), 'content-type': 'application/json' }, body });
  return { status, json: text ? JSON.parse(text) : undefined };
};

test('what would change who may do what is refused until a restart', async () => {
  assert.equal((await ask('POST', '/api/v1/kill?principal=mallory')).status, 200);
  assert.equal((await ask('POST', '/api/v1/revocations', { principal: 'mallory' })).status, 201);
  const session = await Session.open(gateway.url('local'), gateway.token);
  assert.equal(textOf(await session.call('echo', { text: 'one' })), 'one');

  files('1:unlimited');
  await until(async () => decisionOf(await session.call('echo', { text: 'two' }).catch(() => ({}))) || gateway.stderr.includes('audit log:'), { every: 200, what: 'the log closes' });
  assert.match(gateway.stderr, /audit log:.*Make room where the log lies, then restart Doorward/);
  files('unlimited:unlimited');

  const refused = [
    ['POST', '/api/v1/kill?server=local'], ['POST', '/api/v1/kill/lift?principal=mallory'],
    ['POST', '/api/v1/revocations', { principal: 'ana' }], ['DELETE', '/api/v1/revocations', { principal: 'mallory' }],
    ['POST', '/api/v1/pins/revoke', { items: [{ server: 'local', kind: 'tool', name: 'echo' }] }],
    ['POST', '/api/v1/pins/approve', { items: [{ server: 'local', kind: 'tool', name: 'echo' }] }],
  ];
  for (const [method, path, body] of refused) {
    const { status, json } = await ask(method, path, body);
    assert.equal(status, 503, `${method} ${path}`);
    assert.match(json.error, /audit log.*restart Doorward/, path);
  }
  assert.deepEqual((await ask('GET', '/api/v1/kill')).json.stops.map(({ principal, server }) => [principal, server]), [['mallory', '']]);
  assert.deepEqual((await ask('GET', '/api/v1/revocations')).json.revocations.map(({ principal }) => principal), ['mallory']);
  const pins = (await ask('GET', '/api/v1/pins')).json.servers[0].definitions;
  assert.equal(pins.find(({ name }) => name === 'echo').state, 'active');
  for (const args of [['kill', 'local'], ['pin', 'revoke', 'local.echo']]) {
    const { code, err } = await gateway.cli(...args);
    assert.notEqual(code, 0, args.join(' '));
    assert.match(err, /restart Doorward/, args.join(' '));
  }

  // Nor is a new configuration, which the next start tells of.
  const written = JSON.parse(readFileSync(place.file, 'utf8'));
  written.policy.rules.push({ id: 'smuggled', effect: 'allow', tools: ['local.*'] });
  writeFileSync(place.file, JSON.stringify(written, null, 2));
  const before = (await ask('GET', '/api/v1/status')).json.policyVersion;
  gateway.child.kill('SIGHUP');
  await until(() => /reload|configuration.*not/i.test(gateway.stderr.split('audit log:').at(-1)) && gateway.stderr.includes('nothing was changed'), { every: 200, what: 'the reload is refused' });
  assert.equal((await ask('GET', '/api/v1/status')).json.policyVersion, before);
  await gateway.stop({ keep: true });
  gateway = await startGateway(written, { place });
  const { out } = await gateway.cli('audit', 'export');
  const entry = out.split('\n').filter((line) => line.includes('"logtamper.restarted_otherwise"')).map((line) => JSON.parse(line).entry).at(-1);
  assert.match(entry.after, /smuggled/);
});
