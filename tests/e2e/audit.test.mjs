// The audit log seen from outside: decision before outcome, no secrets, and damage is found.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startGateway, stdioProbe } from './doorward.mjs';
import { exchange } from './http.mjs';
import { decisionOf, Session, textOf } from './mcp.mjs';
import { until } from './wait.mjs';

const policy = { rules: [{ id: 'echo', effect: 'allow', principals: [{ any: true }], tools: ['*.echo'] }] };
let gateway;
let session;

before(async () => {
  gateway = await startGateway({ servers: { local: stdioProbe() }, policy });
  session = await Session.open(gateway.url('local'), gateway.token);
});
after(() => gateway?.stop());

/** The entries of the log in order, as `audit export` prints them. */
async function entries() {
  const { code, out, err } = await gateway.cli('audit', 'export');
  assert.equal(code, 0, err);
  return out.split('\n').filter((line) => line.startsWith('{')).map((line) => ({ line, entry: JSON.parse(line) }));
}

describe('a running gateway', () => {
  test('logs the decision of a call before its outcome', async () => {
    await session.call('echo', { text: 'marker-in-argument' });
    const about = (await entries()).filter(({ line }) => line.includes('echo'));
    const kinds = about.map(({ line }) => (/outcome/.test(line) ? 'outcome' : /decision/.test(line) ? 'decision' : 'other'));
    const decided = kinds.indexOf('decision');
    const ended = kinds.indexOf('outcome');
    assert.ok(decided >= 0 && ended > decided, kinds.join());
  });
  test('logs a refusal under the id that the client was told', async () => {
    const { id, reason } = decisionOf(await session.call('crash', {}));
    assert.ok((await entries()).some(({ line }) => line.includes(reason) && line.includes(`${id}`)), `${id}`);
  });
  test('logs neither tokens nor a forged line', async () => {
    await session.call('echo', { text: 'first\n{"forged":"entry"}\r\u001b[31m' });
    const all = await entries();
    assert.ok(!all.some(({ entry }) => 'forged' in entry));
    for (const { line } of all) {
      assert.ok(!line.includes(gateway.token));
      assert.ok(!line.includes(gateway.operatorToken));
      assert.ok(!/[\u0000-\u001f]/.test(line));
    }
  });
  test('lets no MCP message change it', async () => {
    const before = (await entries()).length;
    for (const level of ['debug', 'emergency']) await session.request('logging/setLevel', { level });
    await session.call('echo', { text: 'after' });
    assert.ok((await entries()).length > before);
  });
  test('shows its checkpoint to the operator only', async () => {
    assert.equal((await exchange(`${gateway.operator}/audit/checkpoint`, { method: 'GET' })).status, 401);
    const answer = await exchange(`${gateway.operator}/audit/checkpoint`, {
      method: 'GET', headers: { authorization: `Bearer ${gateway.operatorToken}` },
    });
    assert.equal(answer.status, 200);
    assert.ok(answer.text.split('\n').length >= 4);
  });
  test('verifies', async () => {
    const { code, out, err } = await gateway.cli('audit', 'verify');
    assert.equal(code, 0, out + err);
  });
});

describe('a second pair of eyes', () => {
  let watched;
  let copy;
  before(async () => {
    copy = mkdtempSync(join(tmpdir(), 'doorward-copy-'));
    watched = await startGateway({ servers: { local: stdioProbe() }, policy, audit: { copy } });
  });
  after(async () => {
    await watched?.stop();
    if (copy) rmSync(copy, { recursive: true, force: true });
  });
  const told = async (reason) => (await watched.cli('audit', 'export')).out.includes(reason);

  test('an edit that was not loaded is told, and changes nothing', async () => {
    const before = readFileSync(watched.file, 'utf8');
    writeFileSync(watched.file, before.replace('"effect": "allow"', '"effect": "deny"'));
    await until(() => told('logtamper.config_edited'));
    const one = await Session.open(watched.url('local'), watched.token);
    assert.equal(textOf(await one.call('echo', { text: 'still' })), 'still');
    writeFileSync(watched.file, before);
  });
  test('what was signed is copied, and the copy proves the log', async () => {
    await until(() => existsSync(join(copy, 'checkpoint')));
    const { code, out, err } = await watched.cli('audit', 'verify', '--against', join(copy, 'checkpoint'));
    assert.equal(code, 0, out + err);
  });
});

test('after the end one changed byte is found', async () => {
  await gateway.stop({ keep: true });
  assert.equal((await gateway.cli('audit', 'verify')).code, 0);
  const folder = join(gateway.folder, 'state/audit');
  const files = readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((name) => statSync(name).isFile() && readFileSync(name).includes('echo'));
  assert.ok(files.length > 0, 'some file holds the entries');
  const bytes = readFileSync(files[0]);
  const at = bytes.indexOf('echo');
  bytes[at] = 'E'.charCodeAt(0);
  writeFileSync(files[0], bytes);
  const { code } = await gateway.cli('audit', 'verify');
  assert.equal(code, 1);
});
