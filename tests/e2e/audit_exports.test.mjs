// The log leaves the house: a file, syslog over TLS, a collector and a witness get every entry with
// what proves it; what is taken out downstream is missed; what does not work is told and made up.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeAuthority } from './certificates.mjs';
import { allowAll, startGateway, stdioProbe } from './doorward.mjs';
import { Session } from './mcp.mjs';
import { startCollector, startSyslog, startWitness } from './receivers.mjs';
import { until } from './wait.mjs';

let authority;
let syslog;
let collector;
let witness;
let gateway;
let session;

before(async () => {
  authority = makeAuthority();
  syslog = await startSyslog(authority.issue('DNS:localhost,IP:127.0.0.1'));
  collector = await startCollector();
  witness = await startWitness();
  gateway = await startGateway({
    servers: { local: stdioProbe() },
    policy: allowAll,
    audit: {
      exports: [
        { id: 'lines', file: './records.jsonl' },
        { id: 'siem', syslog: `tls://localhost:${syslog.port}`, tls: { ca: authority.ca } },
        { id: 'otel', otlp: collector.url },
      ],
      witnesses: [{ url: witness.url, key: witness.key }],
    },
  });
  session = await Session.open(gateway.url('local'), gateway.token);
});
after(async () => {
  await gateway?.stop();
  await syslog?.close();
  await collector?.close();
  await witness?.close();
  authority?.remove();
});

const file = () => join(gateway.folder, 'records.jsonl');
// The last line may be under way.
const records = () => (existsSync(file()) ? readFileSync(file(), 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line)) : []);
const about = (marker) => (record) => JSON.stringify(record).includes(marker);
const logged = async (reason) => (await gateway.cli('audit', 'export')).out.includes(reason);

describe('every entry', () => {
  test('gets to a file as OCSF, to syslog and to a collector, with its proof', async () => {
    await session.call('echo', { text: 'marker-one' });
    const record = await until(() => records().find(about('marker-one')));
    assert.equal(record.class_uid, 6003);
    assert.equal(record.actor.user.name, 'local');
    assert.equal(record.api.operation, 'tools/call');
    assert.match(record.unmapped.doorward.leaf, /^[0-9a-f]{64}$/);
    assert.ok(record.unmapped.doorward.checkpoint.startsWith('doorward\n'));
    const message = await until(() => syslog.messages.find(about('marker-one')));
    assert.match(message, /^<\d+>1 \d{4}-\d\d-\d\dT\S+ \S+ doorward - decision \[doorward@32473 index="\d+" leaf="[0-9a-f]{64}"\] \{/);
    const log = await until(() => collector.records().find(about('marker-one')));
    assert.ok(log.attributes.some(({ key, value }) => key === 'doorward.leaf' && value.stringValue === record.unmapped.doorward.leaf));
  });
  test('of the file is checked without the log, and what was taken out is missed (R8.8)', async () => {
    const whole = await gateway.cli('audit', 'verify', '--exported', file());
    assert.equal(whole.code, 0, whole.out + whole.err);
    const lines = readFileSync(file(), 'utf8').trim().split('\n');
    const at = lines.findIndex((line) => line.includes('marker-one'));
    const kept = join(gateway.folder, 'kept.jsonl');
    writeFileSync(kept, `${lines.filter((_, index) => index !== at).join('\n')}\n`);
    const cut = await gateway.cli('audit', 'verify', '--exported', kept);
    assert.equal(cut.code, 1);
    assert.match(cut.out, /audit\.records_missing/);
    writeFileSync(kept, `${lines.join('\n').replaceAll('marker-one', 'marker-two')}\n`);
    assert.match((await gateway.cli('audit', 'verify', '--exported', kept)).out, /audit\.record_changed/);
  });
});

describe('a receiver that is gone', () => {
  test('is told as an event, and gets what it missed', async () => {
    collector.fails = true;
    syslog.hangUp();
    await session.call('echo', { text: 'while-away' });
    await until(() => logged('logtamper.export_failed'));
    assert.ok(!collector.records().some(about('while-away')));
    collector.fails = false;
    await until(() => collector.records().some(about('while-away')));
    await until(() => syslog.messages.some(about('while-away')));
    await until(() => logged('logtamper.export_works'));
    const numbers = collector.records().map((log) => Number(log.attributes.find(({ key }) => key === 'doorward.index').value.stringValue));
    const known = new Set(numbers);
    for (let index = 0; index <= Math.max(...numbers); ++index) assert.ok(known.has(index), `entry ${index}`);
  });
});

test('a witness signs checkpoints, and one it signed is what the log is held against', async () => {
  const note = join(gateway.folder, 'state/audit/checkpoint.witnessed');
  await until(() => existsSync(note));
  const held = await gateway.cli('audit', 'verify', '--against', note, '--witness', witness.key);
  assert.equal(held.code, 0, held.out + held.err);
  assert.match(held.out, /signed by the witness witness\.example/);
  const other = await startWitness();
  await other.close();
  assert.notEqual((await gateway.cli('audit', 'verify', '--against', note, '--witness', other.key)).code, 0);
});
