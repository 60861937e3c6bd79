// What a hung server costs the calls of another one: median latency and throughput of server B while
// server A answers nothing, against B's own baseline, in paired rounds whose order alternates.
//
//   DOORWARD=build/release/bin/doorward node bench/gateway/bulkhead.mjs [--rounds 7] [--seconds 3]
//
// Servers run in a process of their own. In a hung round as many calls as A may have are under way at
// A the whole time, and more are tried ten times a second. Exit 1: the bar of 1.1 was missed.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { makeToken, startGateway } from '../../tests/e2e/doorward.mjs';
import { Session, textOf } from '../../tests/e2e/mcp.mjs';
import { startFickle } from '../../tests/e2e/servers/fickle_http.mjs';

const bar = 1.1;
const load = 8; // sessions that call B, one call at a time each
const held = 64; // calls of A under way: `server_concurrency`

function option(name, otherwise) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

const median = (values) => {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Calls B from all sessions for so long: the median time of a call in ms, and calls a second. */
async function measure(sessions, milliseconds, numbers) {
  const times = [];
  const began = performance.now();
  await Promise.all(sessions.map(async (session) => {
    while (performance.now() - began < milliseconds) {
      const n = numbers.next++;
      const at = performance.now();
      const result = await session.call('read', { n });
      times.push(performance.now() - at);
      if (textOf(result) !== `answer ${n}`) throw new Error(`B answered ${JSON.stringify(result)}`);
    }
  }));
  return { latency: median(times), rate: times.length / ((performance.now() - began) / 1000) };
}

/** Fills A until `stop()`; `under_way()` is how many calls it holds. */
function hang(sessions, release) {
  let going = true;
  let open = 0;
  let n = 0;
  const one = async (session) => {
    open++;
    try {
      return await session.call('read', { hung: n++ });
    } finally {
      open--;
    }
  };
  for (let i = 0; i < held; i++) one(sessions[i % sessions.length]);
  const more = (async () => {
    while (going) {
      await pause(100);
      await sessions[0].call('read', { more: n++ }); // refused: A has as many as it may
    }
  })();
  return { under_way: () => open, stop: async () => {
    going = false;
    release();
    await more;
    while (open > 0) await pause(20);
  } };
}

async function main() {
  const rounds = option('rounds', 7);
  const milliseconds = option('seconds', 3) * 1000;
  const servers = fork(fileURLToPath(import.meta.url), ['servers']);
  process.on('exit', () => servers.kill());
  const urls = await new Promise((done) => { servers.once('message', done); });
  const tokens = [];
  for (const name of ['ana', ...Array.from({ length: 8 }, (_, i) => `user${i}`)]) tokens.push(await makeToken(name));
  const gateway = await startGateway({
    servers: { a: { url: urls.a, pins: 'first_use' }, b: { url: urls.b, pins: 'first_use' } },
    identity: { tokens: tokens.map(({ line }) => line) },
    limits: {
      calls: { rate: '100000/s', burst: 100_000 }, task_calls: 1_000_000, bytes: '100GiB/h', deadline: '10m', queue: 0, adaptive: false, tool_concurrency: 64,
    },
  });
  const numbers = { next: 0 };
  const ratios = { latency: [], throughput: [] };
  try {
    const b = await Promise.all(Array.from({ length: load }, () => Session.open(gateway.url('b'), tokens[0].text)));
    await measure(b, milliseconds, numbers); // warm
    for (let round = 0; round < rounds; round++) {
      const pair = {};
      for (const kind of round % 2 ? ['hung', 'alone'] : ['alone', 'hung']) {
        let hung;
        const a = [];
        if (kind === 'hung') {
          for (const { text } of tokens.slice(1)) a.push(await Session.open(gateway.url('a'), text));
          servers.send('shut');
          await pause(100);
          hung = hang(a, () => servers.send('release'));
          await pause(500);
        }
        pair[kind] = await measure(b, milliseconds, numbers);
        if (hung) {
          pair.under_way = hung.under_way();
          await hung.stop();
          for (const session of a) await session.end().catch(() => {});
        }
      }
      ratios.latency.push(pair.hung.latency / pair.alone.latency);
      ratios.throughput.push(pair.alone.rate / pair.hung.rate);
      console.log(`round ${round + 1}: B alone ${pair.alone.latency.toFixed(2)} ms, ${pair.alone.rate.toFixed(0)}/s; with A hung`
        + ` (${pair.under_way} calls under way) ${pair.hung.latency.toFixed(2)} ms, ${pair.hung.rate.toFixed(0)}/s`);
    }
  } finally {
    await gateway.stop();
    servers.kill();
  }
  const spread = (values) => `${median(values).toFixed(3)} [${Math.min(...values).toFixed(2)}-${Math.max(...values).toFixed(2)}]`;
  const met = median(ratios.latency) <= bar && median(ratios.throughput) <= bar;
  console.log(`latency with A hung over alone: ${spread(ratios.latency)}; throughput alone over with A hung: ${spread(ratios.throughput)}; bar ${bar}: ${met ? 'holds' : 'missed'}`);
  return met ? 0 : 1;
}

if (process.argv[2] === 'servers') {
  let release;
  let gate;
  const shut = () => { gate = new Promise((go) => { release = go; }); };
  shut();
  const a = await startFickle({ read: () => gate.then(() => 'released') });
  const b = await startFickle({ read: ({ n }) => `answer ${n}` });
  process.on('message', (what) => (what === 'release' ? release() : shut()));
  process.send({ a: a.url, b: b.url });
} else {
  process.exitCode = await main();
}
