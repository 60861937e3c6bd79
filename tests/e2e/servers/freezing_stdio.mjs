// A server that stops for good a moment after it answered `freeze`; `count` says how many calls this
// process has had.
import { createInterface } from 'node:readline';

let calls = 0;
const tools = ['freeze', 'count'].map((name) => ({ name, description: `Does ${name}`, inputSchema: { type: 'object' } }));
const answers = {
  initialize: ({ protocolVersion }) =>
    ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'freezing', version: '1' } }),
  ping: () => ({}),
  'tools/list': () => ({ tools }),
  'tools/call': ({ name }) => {
    if (name === 'freeze') setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 50);
    return { content: [{ type: 'text', text: String(++calls) }] };
  },
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params = {} } = JSON.parse(line);
  const result = id === undefined ? undefined : answers[method]?.(params);
  if (result) process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
});
