// A server that listens to no cancellation: `spin` never ends, not even when told to; `count` says
// how many calls this process has had. It answers pings all the while.
import { createInterface } from 'node:readline';

let calls = 0;
const tools = ['spin', 'count'].map((name) => ({ name, description: `Does ${name}`, inputSchema: { type: 'object' } }));
const answers = {
  initialize: ({ protocolVersion }) =>
    ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'stubborn', version: '1' } }),
  ping: () => ({}),
  'tools/list': () => ({ tools }),
  'tools/call': ({ name }) => {
    calls++;
    return name === 'spin' ? undefined : { content: [{ type: 'text', text: String(calls) }] };
  },
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params = {} } = JSON.parse(line);
  const result = id === undefined ? undefined : answers[method]?.(params);
  if (result) process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
});
