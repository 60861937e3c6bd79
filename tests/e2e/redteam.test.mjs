// `doorward redteam`: what it says of a gateway that stands, and of one with a hole.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeAuthority } from './certificates.mjs';
import { makeToken, packageFile, startGateway, stdioProbe, stdioServer } from './doorward.mjs';

const areas = ['injection', 'instability', 'misuse', 'identity', 'transport', 'overload', 'secrets', 'logtamper', 'privilege', 'isolation', 'rogue'];
let work;
before(() => {
  work = mkdtempSync(join(tmpdir(), 'doorward-redteam-'));
  mkdirSync(join(work, 'files'));
});
after(() => rmSync(work, { recursive: true, force: true }));

/** The npm filesystem server: its tools take paths. */
const files = () => stdioServer(packageFile('@modelcontextprotocol/server-filesystem', 'dist/index.js'), ['/workspace'],
  { sandbox: { write: [{ from: join(work, 'files'), to: '/workspace' }] } });
const attacked = async (gateway, ...args) => {
  const { code, out, err } = await gateway.cli('redteam', '--format', 'json', ...args);
  return { code, err, report: out ? JSON.parse(out) : undefined };
};
const through = (report) => report.attacks.filter(({ result }) => result === 'came_through');

describe('a gateway before the filesystem server', () => {
  let gateway;
  before(async () => { gateway = await startGateway({ servers: { files: files() } }); });
  after(() => gateway?.stop());

  test('stops every attack of every area, and serves honest requests', async () => {
    const { code, err, report } = await attacked(gateway);
    assert.deepEqual(through(report), []);
    assert.equal(report.honestServed, true);
    assert.equal(code, 0, err);
    for (const area of areas)
      assert.ok(report.attacks.some((one) => one.area === area && one.result === 'stopped'), area);
    assert.equal(report.summary.attacks, report.summary.stopped);
    assert.equal(report.attacks.length, report.summary.attacks + report.summary.skipped);
    for (const one of report.attacks) {
      assert.match(one.id, /^[a-z]+\.[a-z_]+$/);
      assert.match(one.requirement, /^R\d{1,2}\.\d{1,2}$/);
      if (one.entry !== undefined) assert.ok(Number.isInteger(one.entry));
    }
  });
  test('each is stopped for what it is', async () => {
    const { report } = await attacked(gateway);
    const reasons = Object.fromEntries(report.attacks.map(({ id, reason }) => [id, reason]));
    for (const [id, reason] of Object.entries({
      'injection.semicolon': 'injection.', 'instability.undeclared': 'instability.schema', 'misuse.hidden_tool': 'privilege.denied',
      'identity.none': 'identity.no_credential', 'transport.foreign_host': 'transport.host', 'transport.header_name': 'transport.',
      'secrets.ssh_key': 'secrets.credential_path', 'isolation.path_dots': 'isolation.path_', 'rogue.unknown_server': 'rogue.unknown_server',
    })) assert.ok(reasons[id]?.startsWith(reason), `${id}: ${reasons[id]}`);
  });
  test('tells it in words as well', async () => {
    const { code, out } = await gateway.cli('redteam');
    assert.equal(code, 0);
    assert.match(out, /\d+ attacks: \d+ stopped, 0 came through; \d+ skipped/);
    for (const area of areas) assert.match(out, new RegExp(`^${area}$`, 'm'));
  });
  test('is itself in the audit log, and leaves it whole', async () => {
    assert.equal((await gateway.cli('audit', 'verify')).code, 0);
    assert.match((await gateway.cli('audit', 'tail', '-n', '500')).out, /identity\.no_credential/);
  });
});

test('a guard that only observes is a hole, and 1', async () => {
  const gateway = await startGateway({ servers: { files: files() }, guards: { 'injection.shell_meta': 'observe' } });
  const { code, report } = await attacked(gateway);
  assert.equal(code, 1);
  assert.ok(through(report).length > 0);
  for (const { area } of through(report)) assert.equal(area, 'injection');
  await gateway.stop();
});

test('over TLS', async () => {
  const authority = makeAuthority();
  const { certificate, key } = authority.issue('DNS:localhost,IP:127.0.0.1');
  const gateway = await startGateway({ servers: { probe: stdioProbe() }, listen: { tls: { certificate, key } } });
  const { code, err, report } = await attacked(gateway);
  assert.equal(code, 0, err + JSON.stringify(report && through(report)));
  assert.ok(report.target.startsWith('https://'));
  await gateway.stop();
  authority.remove();
});

test('without a credential of a client, what needs one is skipped; --token-file gives one', async () => {
  const ana = await makeToken('ana');
  const gateway = await startGateway({ servers: { probe: stdioProbe() }, identity: { tokens: [ana.line] } });
  const without = await attacked(gateway);
  assert.equal(without.code, 3, without.err);
  assert.match(without.err, /\d+ attacks were not carried out/);
  assert.match(without.err, /--token-file/);
  assert.equal(without.report.honestServed, false);
  assert.equal((await attacked(gateway, '--without-credential')).code, 0, 'asked for');
  assert.ok(without.report.summary.skipped > 20);
  assert.ok(without.report.attacks.some(({ id, result }) => id === 'identity.malformed' && result === 'stopped'));
  const file = join(work, 'token');
  writeFileSync(file, `${ana.text}\n`);
  const given = await attacked(gateway, '--token-file', file);
  assert.equal(given.code, 0, given.err);
  assert.ok(given.report.summary.skipped < without.report.summary.skipped);
  await gateway.stop();
});
