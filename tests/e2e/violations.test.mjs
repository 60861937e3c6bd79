// A server that breaks the protocol in 200 generated ways, in either era and over either transport, before
// a client of its own era and of the other one: what belongs to nothing is dropped, a bad answer is
// refused, and a call that is open at the same time is answered as if nothing had been.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startGateway, stdioServer, testsFolder } from './doorward.mjs';
import { exchange } from './http.mjs';
import { Session, bearer, modernRequest, textOf } from './mcp.mjs';
import { startViolating } from './servers/violating_http.mjs';
import { versions, violation } from './servers/violations.mjs';

const eras = ['sessions', 'stateless'];
const remote = {};
let gateway;

before(async () => {
  const servers = {};
  for (const era of eras) {
    remote[era] = await startViolating(era);
    servers[`${era}-http`] = { url: remote[era].url, pins: 'first_use' };
    servers[`${era}-stdio`] = stdioServer(join(testsFolder, 'e2e/servers/violating_stdio.mjs'), [era]);
  }
  gateway = await startGateway({ servers, limits: { repeat_failures: 1000, task_calls: 100000, calls: { rate: '10000/s', burst: 100000 } } });
});
after(async () => {
  await gateway?.stop();
  for (const server of Object.values(remote)) await server.close();
});

const dropped = async () => Number(/server_messages_dropped_total (\d+)/.exec(
  (await exchange(`${gateway.operator}/metrics`, { method: 'GET', headers: bearer(gateway.operatorToken) })).text)[1]);

/** One violation with a bystander; how both ended and what else the client heard. */
const clients = {
  sessions: async (url) => {
    const session = await Session.open(url, gateway.token);
    return {
      act: async (n, text) => {
        const heard = session.notifications.length;
        const echo = session.request('tools/call', { name: 'echo', arguments: { text } });
        const act = session.request('tools/call', { name: 'act', arguments: { n } });
        const [acted, echoed] = await Promise.all([act, echo]);
        return { acted, echoed, others: session.notifications.slice(heard) };
      },
      end: () => session.end(),
    };
  },
  stateless: async (url) => {
    const call = (name, args, id) => modernRequest(url, gateway.token, 'tools/call', { name, arguments: args }, { id });
    return {
      act: async (n, text) => {
        const [acted, echoed] = await Promise.all([call('act', { n }, 'a'), call('echo', { text }, 'e')]);
        return { acted: acted.message, echoed: echoed.message, others: [...acted.others, ...echoed.others] };
      },
      end: () => {},
    };
  },
};

for (const era of eras)
  for (const carrier of ['http', 'stdio'])
    for (const [speaks, open] of Object.entries(clients))
      describe(`a server of the era of ${era} over ${carrier}, before a client of ${speaks}`, () => {
        test(`${versions} violations touch nobody`, async () => {
          const client = await open(gateway.url(`${era}-${carrier}`));
          const before_ = await dropped();
          const faults = [];
          let strays = 0;
          for (let n = 0; n < versions; n++) {
            const { name, ends } = violation(n, 1, 2);
            const { acted, echoed, others } = await client.act(n, `echo ${n}`);
            const what = `${n} (${name}): ${JSON.stringify(acted)} ${JSON.stringify(others)}`;
            if (ends === 'fine') strays += 1;
            if (textOf(echoed.result) !== `echo ${n}`) faults.push(`the bystander of ${what} got ${JSON.stringify(echoed)}`);
            if (JSON.stringify([acted, others]).includes('foreign')) faults.push(`heard: ${what}`);
            if (ends === 'fine' && textOf(acted.result) !== 'fine') faults.push(`not fine: ${what}`);
            if (ends === 'refused' && !acted.error && !acted.result?.isError) faults.push(`not refused: ${what}`);
          }
          await client.end();
          assert.deepEqual(faults, []);
          const counted = await dropped() - before_;
          assert.ok(counted >= strays * 0.9, `${counted} of ${strays} were counted`);
        });
      });
