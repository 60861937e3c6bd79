// A local server that takes memory, processes, processor time and disk until it is stopped, and one
// that leaves things behind and looks for what others left. No SDK.
import { spawn } from 'node:child_process';
import { openSync, readFileSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

let kept = '';
const readable = (file) => { try { return readFileSync(file, 'latin1'); } catch { return ''; } };

const act = {
  take_memory: () => {
    const taken = [];
    for (;;) taken.push(Buffer.alloc(16 << 20, 1));
  },
  take_processes: () => {
    let count = 0;
    for (; count < 2000; ++count) {
      const child = spawn('/bin/sleep', ['60'], { stdio: 'ignore' });
      child.on('error', () => {});
      if (child.pid === undefined) break;
    }
    return String(count);
  },
  take_time: () => { for (;;); },
  take_disk: () => {
    const file = openSync('/tmp/filler', 'w');
    const block = Buffer.alloc(1 << 20, 1);
    let taken = 0;
    try {
      for (; taken < 4096; ++taken) writeSync(file, block);
    } catch (error) {
      return `${error.code} after ${taken}`;
    }
    return `all ${taken}`;
  },
  // Many files, each small enough; none of them stays.
  fill_work: () => {
    for (let i = 0; i < 20; ++i) writeFileSync(`/filled/${i}`, Buffer.alloc(8 << 20, 1));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
    return 'all';
  },
  leave: ({ mark }) => {
    kept = mark;
    process.env.LEFT = mark;
    writeFileSync('/tmp/left', mark);
    createServer().listen(4711, '127.0.0.1');
    spawn('/bin/sh', ['-c', `while :; do sleep 1; done # ${mark}`], { detached: true, stdio: 'ignore' }).unref();
    return 'left';
  },
  // Everything that a neighbour or a predecessor could have left where this process can look.
  find: ({ mark }) => {
    const places = ['/tmp/left', '/dev/shm/left', '/var/tmp/left', ...readdirSync('/proc').filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`])];
    const own = `/proc/${process.pid}/`;
    const found = places.filter((place) => !place.startsWith(own) && readable(place).includes(mark));
    if (kept.includes(mark) || process.env.LEFT === mark) found.push('memory');
    return JSON.stringify(found);
  },
  ping: () => 'pong',
};

const answer = ({ method, params }) => {
  if (method === 'initialize')
    return { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'greedy', version: '1' } };
  if (method === 'tools/list')
    return { tools: Object.keys(act).map((name) => ({ name, description: `Does what its name says`,
      inputSchema: { type: 'object', properties: { mark: { type: 'string' } } } })) };
  if (method !== 'tools/call') return {};
  try {
    return { content: [{ type: 'text', text: act[params.name](params.arguments ?? {}) }] };
  } catch (error) {
    return { content: [{ type: 'text', text: error.code ?? error.message }], isError: true };
  }
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.id === undefined || message.method === undefined) return;
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: message.id, result: answer(message) })}\n`);
}).on('close', () => process.exit(0));
