// Processes of local servers: a bound for all, a share for each principal, and room for who has fewer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeToken, startGateway, stdioProbe } from './doorward.mjs';
import { exchange } from './http.mjs';
import { Session, decisionOf, textOf } from './mcp.mjs';
import { until, untilHeld } from './wait.mjs';

let gateway, ana, ben, cem, hog;
before(async () => {
  [ana, ben, cem, hog] = await Promise.all(['ana', 'ben', 'cem', 'hog'].map((id) => makeToken(id)));
  gateway = await startGateway({
    servers: { one: stdioProbe(), two: stdioProbe() },
    identity: { tokens: [ana.line, ben.line, cem.line, hog.line] },
    limits: { server_processes: 8, concurrency: 16 },
  });
});
after(() => gateway?.stop());

async function metric(name) {
  const { text } = await exchange(`${gateway.operator}/metrics`, { method: 'GET', headers: { authorization: `Bearer ${gateway.operatorToken}` } });
  return Number(new RegExp(`^doorward_${name} (\\d+)`, 'm').exec(text)[1]);
}
const open = (token, server = 'one') => Session.open(gateway.url(server), token.text);
/** The decision that refuses a session. */
async function refusal(token, server) {
  const failed = await open(token, server).then(() => assert.fail('it was opened'), (error) => error);
  return JSON.parse(failed.message.slice(failed.message.indexOf('{'))).error;
}

test('one principal takes half of all, is told so, and the others have their own', async () => {
  assert.equal(await metric('children_limit'), 8);
  await until(async () => await metric('children_open') === 0, { what: 'the first look at the servers is over' });
  const taken = [];
  for (let n = 0; n < 4; n += 1) taken.push(await open(hog));
  const { code, message, data } = await refusal(hog);
  assert.deepEqual([code, data.reason, data.requirement], [-31429, 'overload.processes', 'R6.2']);
  assert.ok(data.retryAfter > 0);
  assert.match(message, /End a session/);
  assert.equal(await metric('children_refused_total'), 1);
  assert.equal(await metric('limit_reached_total\\{limit="processes"\\}'), 1);
  // None of his own ended for it.
  for (const session of taken) assert.equal(textOf(await session.call('echo', { text: 'here' })), 'here');
  const [hers, theirs] = [await open(ana), await open(ben)];
  for (const session of [hers, theirs]) assert.equal(textOf(await session.call('echo', { text: 'in' })), 'in');
  for (const session of [...taken, hers, theirs]) await session.end();
  await until(async () => await metric('children_open') === 0, { what: 'all ended' });
});

test('who has fewer finds room where all is taken, and nothing at work ends for it', async () => {
  const taken = [];
  for (let n = 0; n < 4; n += 1) taken.push(await open(hog));
  const others = [await open(ana), await open(ben), await open(ben, 'two'), await open(cem)];
  const held = taken.slice(0, 3).map((session) => session.request('tools/call', { name: 'hold', arguments: {} }));
  for (const session of taken.slice(0, 3)) await untilHeld(session);
  const before_ = await metric('children_made_room_total');
  const more = await open(ana, 'two');
  assert.equal(textOf(await more.call('echo', { text: 'in' })), 'in');
  assert.equal(await metric('children_made_room_total'), before_ + 1);
  await until(async () => await metric('children_open') === 8, { what: 'no more run than may' });
  // The one that was idle ended: its client starts a new session.
  assert.equal((await taken[3].post({ jsonrpc: '2.0', id: 99, method: 'ping' })).status, 404);
  for (const session of others) assert.equal(textOf(await session.call('echo', { text: 'on' })), 'on');
  for (const session of taken.slice(0, 3)) await session.call('release');
  for (const reply of await Promise.all(held)) assert.equal(textOf(reply.result), 'released');
  for (const session of [...taken.slice(0, 3), ...others, more]) await session.end();
  await until(async () => await metric('children_open') === 0, { what: 'all ended' });
});

test('a call of a server that found no room at the merged endpoint says why', async () => {
  const taken = [];
  for (let n = 0; n < 3; n += 1) taken.push(await open(hog));
  const held = taken.map((session) => session.request('tools/call', { name: 'hold', arguments: {} }));
  for (const session of taken) await untilHeld(session);
  const merged = await Session.open(gateway.url(), hog.text);
  const called = ['one', 'two'].map((server) => merged.call(`${server}__echo`, { text: server }));
  const decisions = (await Promise.all(called)).map((result) => decisionOf(result));
  const refused = decisions.filter((decision) => decision !== undefined);
  assert.equal(refused.length, 1, JSON.stringify(decisions));
  assert.equal(refused[0].reason, 'overload.processes');
  for (const session of taken) await session.call('release');
  await Promise.all(held);
  for (const session of [...taken, merged]) await session.end();
});
