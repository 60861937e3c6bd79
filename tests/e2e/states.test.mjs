// A server's way into use: submitted, scanned, signed off by two people, on probation, active.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { allowAll, makeToken, startGateway, stdioServer, testsFolder } from './doorward.mjs';
import { exchange } from './http.mjs';
import { bearer, decisionOf, Session, textOf } from './mcp.mjs';
import { processesWith, until } from './wait.mjs';

const unsigned = ({ pins, ...rest }) => rest;
const listed = (what, more = []) =>
  unsigned(stdioServer(join(testsFolder, 'e2e/servers/listed_stdio.mjs'), [JSON.stringify(what), ...more]));
const marker = `doorward-e2e-states-${process.pid}`;

let gateway;
let client;
let second;
before(async () => {
  [client, second] = [await makeToken('client'), await makeToken('second')];
  gateway = await startGateway({
    servers: {
      notes: listed({ tools: ['read_note', 'write_note'] }, [marker]),
      hidden: listed({ tools: ['read_note', 're\u0430d_note'] }),
    },
    policy: allowAll,
    identity: { tokens: [client.line], operators: [{ id: 'second', hash: second.line.hash, role: 'admin' }] },
    catalog: { sign_offs: 2, probation: '1h', probation_calls: { rate: '1/h', burst: 3 } },
    limits: { repeat_failures: 1000 },
  });
});
after(() => gateway?.stop());

const open = () => Session.open(gateway.url('notes'), client.text);
const ask = async (method, path, given) => {
  const body = given && JSON.stringify(given);
  const headers = { ...bearer(second.text), ...(body && { 'content-length': Buffer.byteLength(body) }) };
  const answer = await exchange(`${gateway.operator}${path}`, { method, headers, body });
  return { status: answer.status, body: JSON.parse(answer.text) };
};
const pins = async (name) => (await ask('GET', '/api/v1/pins')).body.servers.find((one) => one.name === name);
const state = async (name = 'notes') => (await pins(name)).state;
const signByTheSecond = async () => ask('POST', '/api/v1/pins/approve', {
  items: (await pins('notes')).definitions.map(({ kind, name, digest }) => ({ server: 'notes', kind, name, digest })),
});

describe('with two signatures and a probation', () => {
  test('what nobody signed is submitted, and no state can be skipped', async () => {
    assert.equal(await state(), 'submitted');
    for (const wanted of ['signed_off', 'probation', 'active']) {
      const skipped = await gateway.cli('pin', 'state', 'notes', wanted);
      assert.equal(skipped.code, 1, wanted);
      assert.match(skipped.err, /can't become/);
    }
    assert.equal((await gateway.cli('pin', 'state', 'notes', 'trusted')).code, 2);
  });
  test('a server with findings of high severity is not scanned and takes no signature', async () => {
    const looked = await gateway.cli('pin', 'state', 'hidden', 'scanned');
    assert.equal(looked.code, 1, looked.err);
    assert.match(looked.err, /high severity/);
    const signed = await gateway.cli('pin', 'approve', 'hidden');
    assert.equal(signed.code, 1, signed.out);
    assert.equal(await state('hidden'), 'submitted');
  });
  test('one signature is not enough: the server is scanned, and not started for a client', async () => {
    const signed = await gateway.cli('pin', 'approve', 'notes');
    assert.equal(signed.code, 0, signed.err);
    assert.equal(await state(), 'scanned');
    await until(() => processesWith(marker).length === 0);
    await assert.rejects(open(), /rogue\.server_state/);
    assert.equal(processesWith(marker).length, 0);
    // The same person once more is still one person.
    const again = await gateway.cli('pin', 'approve', 'notes');
    assert.equal(again.code, 0, again.out + again.err);
    assert.equal((await gateway.cli('pin', 'state', 'notes', 'signed_off')).code, 1);
  });
  test('the second puts it on probation: reading goes, the rest waits for a person', async () => {
    const { status, body } = await signByTheSecond();
    assert.equal(status, 200);
    assert.deepEqual(body.errors, []);
    assert.equal(await state(), 'probation');
    const session = await open();
    assert.match(textOf(await session.call('read_note', { text: 'a' })), /read_note/);
    const held = await session.call('write_note', { text: 'b' });
    assert.equal(decisionOf(held).reason, 'rogue.probation');
    assert.equal(decisionOf(held).verdict, 'hold');
    const approved = await gateway.cli('approvals', 'approve', decisionOf(held).approval.id);
    assert.equal(approved.code, 0, approved.err);
    assert.match(textOf(await session.call('write_note', { text: 'b' })), /write_note/);
    assert.match(textOf(await session.call('read_note', { text: 'c' })), /read_note/);
    const many = await session.call('read_note', { text: 'd' });
    assert.equal(decisionOf(many).reason, 'rogue.probation_rate');
  });
  test('its end is not hurried, and the lock file tells when it began', async () => {
    const hurried = await gateway.cli('pin', 'state', 'notes', 'active');
    assert.equal(hurried.code, 1);
    assert.match(hurried.err, /probation/);
    const { servers: { notes } } = JSON.parse(readFileSync(join(gateway.folder, 'doorward.lock'), 'utf8'));
    assert.equal(notes.state, 'probation');
    assert.ok(Math.abs(Date.parse(notes.since) - Date.now()) < 10 * 60_000);
    assert.deepEqual(notes.tools.read_note.approved.map(({ by }) => by).sort(), ['operator', 'second']);
  });
  test('a revoked server is submitted anew before anybody signs it again', async () => {
    const session = await open();
    assert.equal((await gateway.cli('pin', 'state', 'notes', 'revoked')).code, 0);
    await assert.rejects(session.call('read_note', { text: 'e' }));
    await assert.rejects(open(), /rogue\.revoked/);
    assert.equal((await gateway.cli('pin', 'approve', 'notes.read_note')).code, 1);
    assert.equal((await gateway.cli('pin', 'state', 'notes', 'submitted')).code, 0);
    assert.equal((await gateway.cli('pin', 'state', 'notes', 'scanned')).code, 0);
    // The signatures were of what is revoked: nobody brings it back alone.
    assert.equal(await state(), 'scanned');
  });
});

test('a probation that is over makes the server active by itself', async () => {
  const place = await startGateway({
    servers: { notes: listed({ tools: ['write_note'] }) }, policy: allowAll,
    catalog: { probation: '1ms' }, limits: { repeat_failures: 1000 },
  });
  try {
    assert.equal((await place.cli('pin', 'approve', 'notes')).code, 0);
    await until(async () => /notes: active/.test((await place.cli('pin', 'list')).out));
    const session = await Session.open(place.url('notes'), place.token);
    assert.match(textOf(await session.call('write_note', { text: 'a' })), /write_note/);
  } finally {
    await place.stop();
  }
});
