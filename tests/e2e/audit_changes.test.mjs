// What takes from the log: refused, or left to a second operator, and an entry with both values.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { allowAll, makeToken, runDoorward, startGateway, stdioProbe, stdioServer, testsFolder, writeConfiguration } from './doorward.mjs';
import { exchange } from './http.mjs';
import { bearer, decisionOf, Session, textOf } from './mcp.mjs';
import { until } from './wait.mjs';

const base = (more = {}) => ({
  servers: { local: stdioProbe() }, policy: allowAll,
  audit: { durability: 'strict', quota: '1GiB/h' }, ...more,
});
const change = (gateway, edit) => {
  const config = JSON.parse(readFileSync(gateway.file, 'utf8'));
  edit(config);
  writeFileSync(gateway.file, JSON.stringify(config, null, 2));
  gateway.child.kill('SIGHUP');
};
async function entries(gateway, reason) {
  const { out } = await gateway.cli('audit', 'export');
  return out.split('\n').filter((line) => line.includes(`"${reason}"`)).map((line) => JSON.parse(line).entry);
}

describe('without a second operator', () => {
  let gateway;
  before(async () => { gateway = await startGateway(base()); });
  after(() => gateway?.stop());

  test('a reload that lowers the log is refused whole, with old and new value', async () => {
    change(gateway, (config) => { config.audit.durability = 'batch'; config.audit.results = 'hash'; });
    const [entry] = await until(async () => {
      const found = await entries(gateway, 'logtamper.reload_refused');
      return found.length > 0 && found;
    });
    assert.match(entry.detail, /audit\.durability.*audit\.results/);
    assert.match(entry.before, /"durability": "strict"/);
    assert.match(entry.after, /"durability": "batch"/);
    assert.equal((await entries(gateway, 'logtamper.reloaded')).length, 0);
  });
  test('one that raises it is taken, with old and new value', async () => {
    change(gateway, (config) => { config.audit = { durability: 'strict', quota: '2GiB/h' }; });
    const [entry] = await until(async () => {
      const found = await entries(gateway, 'logtamper.reloaded');
      return found.length > 0 && found;
    });
    assert.match(entry.before, /1GiB/);
    assert.match(entry.after, /2GiB/);
  });
  test('an edit with a password in it shows no password', async () => {
    const text = readFileSync(gateway.file, 'utf8');
    writeFileSync(gateway.file, text.replace('"version": 1', '"version": 1, "password": "hunter2-correct-horse"'));
    await until(async () => (await entries(gateway, 'logtamper.config_edited')).length > 0);
    assert.ok(!(await gateway.cli('audit', 'export')).out.includes('hunter2'));
    writeFileSync(gateway.file, text);
  });
});

describe('with two people', () => {
  let gateway;
  let second;
  before(async () => {
    second = await makeToken('second');
    gateway = await startGateway(base({
      admin: { two_person: true },
      identity: { operators: [{ id: 'second', hash: second.line.hash, role: 'admin' }] },
    }));
  });
  after(() => gateway?.stop());
  const ask = (token, method, path) => exchange(`${gateway.operator}${path}`, { method, headers: bearer(token) });

  test('it waits for the second, and is loaded then', async () => {
    change(gateway, (config) => { config.audit.durability = 'batch'; });
    const waiting = await until(async () => JSON.parse((await ask(second.text, 'GET', '/api/v1/reload')).text).waiting);
    assert.match(waiting.lowered, /audit\.durability/);
    const approve = `/api/v1/reload/approve?hash=${waiting.hash}`;
    assert.equal((await ask(gateway.operatorToken, 'POST', approve)).status, 403, 'the first is one person with the file');
    assert.equal((await ask(second.text, 'POST', '/api/v1/reload/approve?hash=0')).status, 404);
    assert.equal((await entries(gateway, 'logtamper.reloaded')).length, 0);
    assert.equal((await ask(second.text, 'POST', approve)).status, 202);
    const [entry] = await until(async () => {
      const found = await entries(gateway, 'logtamper.reloaded');
      return found.length > 0 && found;
    });
    assert.match(entry.detail, /approved by `second`/);
    assert.match(entry.after, /"durability": "batch"/);
  });
});

describe('a principal that fills the log', () => {
  let gateway;
  before(async () => { gateway = await startGateway(base({ audit: { quota: '64KiB/h' } })); });
  after(() => gateway?.stop());

  test('is slowed, its refusals are counted, and the log holds (R8.5)', async () => {
    const session = await Session.open(gateway.url('local'), gateway.token);
    let refused;
    for (let i = 0; i < 200 && !refused; ++i) {
      const result = await session.call('echo', { text: `${i} ${'x'.repeat(2000)}` });
      refused = decisionOf(result)?.reason === 'logtamper.quota' ? decisionOf(result) : undefined;
    }
    assert.ok(refused?.retryAfter >= 1, JSON.stringify(refused));
    const [counted] = await until(async () => {
      const found = await entries(gateway, 'logtamper.refusals_counted');
      return found.length > 0 && found;
    });
    assert.match(counted.detail, /more requests were refused \(logtamper\.quota\), of `local`/);
    // What is refused for another reason still stands there by itself.
    await session.call('no_such_tool', {});
    await until(async () => (await entries(gateway, 'privilege.denied')).length > 0);
    // It goes on, slowly.
    await until(async () => textOf(await session.call('echo', { text: 'later' })) === 'later', { every: 300 });
    const verified = await gateway.cli('audit', 'verify');
    assert.equal(verified.code, 0, verified.out);
  });
});

// What nobody watched while the gateway was down shows at its next start (R8.2, R8.4, R8.8).
describe('from one run to the next', () => {
  test('a log that is gone keeps it from starting, and leaves room to put it back', async () => {
    const config = base();
    const place = writeConfiguration(config);
    const log = join(place.folder, 'state/audit');
    const start = () => startGateway(config, { place });
    await (await start()).stop({ keep: true });
    renameSync(log, `${log}.away`);
    const refused = await runDoorward(['run', '--config', place.file], { cwd: place.folder });
    assert.notEqual(refused.code, 0);
    assert.match(refused.err, /it is gone/);
    assert.equal(existsSync(log), false);
    renameSync(`${log}.away`, log);
    await (await start()).stop();
  });

  test('a start with less than before says what, with old and new value', async () => {
    const config = base();
    const place = writeConfiguration(config);
    await (await startGateway(config, { place })).stop({ keep: true });
    writeFileSync(place.file, readFileSync(place.file, 'utf8').replace('"strict"', '"batch"'));
    const gateway = await startGateway(config, { place });
    try {
      const [entry] = await entries(gateway, 'logtamper.restarted_otherwise');
      assert.match(entry.detail, /less than it ran with: `audit\.durability`/);
      assert.match(entry.before, /"strict"/);
      assert.match(entry.after, /"batch"/);
    } finally {
      await gateway.stop();
    }
  });
});

test('what a server says on standard error shows no secret of the gateway, and steers no terminal (R8.7)', async () => {
  const secret = 'told-by-a-server-9f2c61';
  const config = {
    servers: { local: stdioServer(join(testsFolder, 'e2e/servers/telling_stderr.mjs'), [], { sandbox: { env: { TOLD: { secret: 'told' } } } }) },
    secrets: { told: { file: './told' } },
  };
  const place = writeConfiguration(config);
  writeFileSync(join(place.folder, 'told'), secret, { mode: 0o600 });
  const gateway = await startGateway(config, { place });
  try {
    const session = await Session.open(gateway.url('local'), gateway.token);
    assert.equal(textOf(await session.call('echo', { text: 'fine' })), 'fine');
    await until(() => gateway.stderr.includes('the last line'));
    assert.match(gateway.stderr, /says: plain/);
    assert.ok(!gateway.stderr.includes(secret), 'plain');
    assert.ok(!gateway.stderr.includes(Buffer.from(secret).toString('base64')), 'base64');
    assert.doesNotMatch(gateway.stderr, /[\u202e\u0080-\u009f]/);
  } finally {
    await gateway.stop();
  }
});
