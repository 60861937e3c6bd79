// What a local server takes of the machine ends at its limits and touches no neighbour (R1.3); what it
// did for one user is not there for the next (R10.6). Through a real gateway, as clients see it.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeToken, startGateway, stdioServer, testsFolder } from './doorward.mjs';
import { Session, decisionOf, textOf } from './mcp.mjs';
import { processesWith, until } from './wait.mjs';

const file = join(testsFolder, 'e2e/servers/greedy_stdio.mjs');
const names = ['take_memory', 'take_processes', 'take_time', 'take_disk', 'fill_work', 'leave', 'find', 'ping'];
const tools = Object.fromEntries(names.map((name) => [name, { classes: ['read'] }]));
const greedy = ({ write = [], ...more } = {}) => stdioServer(file, [], {
  tools, ...more, sandbox: { write, limits: { memory: '256MiB', processes: 40, cpu: 1.0, disk: '16MiB' } },
});

let gateway;
let users;
let work;
before(async () => {
  work = mkdtempSync(join(tmpdir(), 'doorward-work-'));
  users = { alice: await makeToken('alice'), bob: await makeToken('bob') };
  gateway = await startGateway({
    servers: { memory: greedy(), processes: greedy(), time: greedy(), disk: greedy(), well: greedy(),
      again: greedy({ write: [{ from: work, to: '/filled' }] }),
      each: greedy({ instances: 'per_principal' }), session: greedy() },
    identity: { tokens: [users.alice.line, users.bob.line] },
    limits: { deadline: '5s' },
  });
});
after(async () => {
  await gateway?.stop();
  if (work) rmSync(work, { recursive: true, force: true });
});

const open = (name, token = users.alice.text) => Session.open(gateway.url(name), token);
const told = async (word) => (await gateway.cli('audit', 'export')).out.includes(word);
const neighbourAnswers = async () => assert.equal(textOf(await (await open('well')).call('ping')), 'pong');

describe('a server without measure', () => {
  test('ends when it takes too much memory', async () => {
    const session = await open('memory');
    const answer = await session.call('take_memory').catch((error) => error);
    assert.ok(answer instanceof Error || answer.isError, JSON.stringify(answer));
    await neighbourAnswers();
    await until(() => told('memory'));
  });
  test('gets no more processes than it may have, and none of them outlives it', async () => {
    const session = await open('processes');
    const count = textOf(await session.call('take_processes'));
    assert.ok(Number(count) < 40, count);
    await neighbourAnswers();
    await session.end();
    const marker = 'sleep\0' + '60';
    await until(() => processesWith(marker).length === 0);
  });
  test('that computes without end is answered for at the deadline, and replaced', async () => {
    const session = await open('time');
    const answer = await session.call('take_time').catch((error) => error);
    assert.ok(answer instanceof Error || decisionOf(answer)?.requirement === 'R6.3' || answer.isError, JSON.stringify(answer));
    await neighbourAnswers();
    const next = await open('time');
    assert.equal(textOf(await next.call('ping')), 'pong');
  });
  test('gets no more disk than it may have', async () => {
    const session = await open('disk');
    const answer = textOf(await session.call('take_disk').catch((error) => ({ content: [{ type: 'text', text: String(error) }] })));
    assert.doesNotMatch(answer, /^all/);
    await neighbourAnswers();
  });
});

test('a server that goes over its limits again and again is in quarantine, and says so at the start', async () => {
  for (let time = 0; time < 3; ++time) {
    const session = await open('again');
    const answer = await session.call('fill_work').catch((error) => error);
    assert.ok(answer instanceof Error || answer.isError, JSON.stringify(answer));
    if (time === 0) await until(() => told('`again`: disk: what it writes grew by '));
    for (const name of readdirSync(work)) rmSync(join(work, name));
  }
  await until(() => told('server `again` is in quarantine'));
  await assert.rejects(open('again'), /isolation\.quarantined/);
  await neighbourAnswers();
  assert.equal((await gateway.cli('sandbox', 'release', 'again')).code, 0);
  assert.equal(textOf(await (await open('again')).call('ping')), 'pong');
});

describe('what a server did for one user', () => {
  test('is not there for another', async () => {
    const alice = await open('each', users.alice.text);
    const bob = await open('each', users.bob.text);
    assert.equal(textOf(await alice.call('leave', { mark: 'CANARY-OF-ALICE' })), 'left');
    assert.notEqual(textOf(await alice.call('find', { mark: 'CANARY-OF-ALICE' })), '[]', 'the look sees nothing at all');
    assert.equal(textOf(await bob.call('find', { mark: 'CANARY-OF-ALICE' })), '[]');
  });
  test('is gone when its session ends', async () => {
    const first = await open('session');
    assert.equal(textOf(await first.call('leave', { mark: 'CANARY-OF-THEN' })), 'left');
    assert.ok(processesWith('CANARY-OF-THEN').length > 0);
    await first.end();
    await until(() => processesWith('CANARY-OF-THEN').length === 0);
    const second = await open('session');
    assert.equal(textOf(await second.call('find', { mark: 'CANARY-OF-THEN' })), '[]');
  });
});
