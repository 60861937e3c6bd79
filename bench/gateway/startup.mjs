// What starting a local server behind Doorward costs over starting it bare: from the start to the
// answer to `initialize`, in pairs whose order alternates. Behind Doorward the server stands in its
// sandbox, and each session starts a process of its own.
//
//   DOORWARD=build/release/bin/doorward node bench/gateway/startup.mjs [--rounds 40]
//
// Exit 1: the bar of 60 ms was missed.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { makeToken, packageFile, startGateway, stdioServer } from '../../tests/e2e/doorward.mjs';
import { Session } from '../../tests/e2e/mcp.mjs';

const bar = 60; // ms
const at = process.argv.indexOf('--rounds');
const rounds = at < 0 ? 40 : Number(process.argv[at + 1]);
const file = packageFile('@modelcontextprotocol/server-everything', 'dist/index.js');

const median = (values) => [...values].sort((x, y) => x - y)[Math.floor(values.length / 2)];

/** Starts the server by itself; ms until it answered `initialize`. */
async function bare() {
  const began = performance.now();
  const child = spawn('node', [file], {
    stdio: ['pipe', 'pipe', 'ignore'], cwd: '/tmp',
    env: { PATH: process.env.PATH, HOME: '/tmp', TMPDIR: '/tmp', LANG: 'C.UTF-8' }, // as in the sandbox
  });
  const line = new Promise((done) => { createInterface({ input: child.stdout }).once('line', done); });
  child.stdin.write(`${JSON.stringify({
    jsonrpc: '2.0', id: 0, method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
  })}\n`);
  await line;
  const took = performance.now() - began;
  child.stdin.end();
  child.kill();
  await new Promise((done) => { child.once('close', done); });
  return took;
}

/** A new session at the gateway; ms until the server behind it answered `initialize`. */
async function behind(url, token) {
  const began = performance.now();
  const session = await Session.open(url, token);
  const took = performance.now() - began;
  await session.end();
  return took;
}

const token = await makeToken('ana');
const gateway = await startGateway({
  servers: { everything: stdioServer(file) },
  identity: { tokens: [token.line] },
  limits: { calls: { rate: '10000/s', burst: 10_000 } },
});
const times = { bare: [], behind: [], over: [] };
try {
  const url = gateway.url('everything');
  await bare();
  await behind(url, token.text);
  for (let round = 0; round < rounds; round++) {
    const pair = {};
    for (const kind of round % 2 ? ['behind', 'bare'] : ['bare', 'behind']) {
      pair[kind] = await (kind === 'bare' ? bare() : behind(url, token.text));
      times[kind].push(pair[kind]);
    }
    times.over.push(pair.behind - pair.bare);
  }
} finally {
  await gateway.stop();
}
const middle = median(times.over);
console.log(`start to initialized, medians of ${rounds} pairs: bare ${median(times.bare).toFixed(0)} ms, behind Doorward `
  + `${median(times.behind).toFixed(0)} ms; over bare ${middle.toFixed(0)} ms; bar ${bar}: ${middle <= bar ? 'holds' : 'missed'}`);
process.exitCode = middle <= bar ? 0 : 1;
