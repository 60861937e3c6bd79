// A server that writes long lines to its standard error, a hundred with every call.
import { createInterface } from 'node:readline';

const tools = [{ name: 'talk', description: 'Says something', inputSchema: { type: 'object', properties: { n: { type: 'number' } } } }];
const answers = {
  initialize: ({ protocolVersion }) =>
    ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'loud', version: '1' } }),
  ping: () => ({}),
  'tools/list': () => ({ tools }),
  'tools/call': ({ arguments: { n } }) => {
    for (let line = 0; line < 100; line++) process.stderr.write(`${'loud '.repeat(600)}${n}\n`);
    return { content: [{ type: 'text', text: String(n) }] };
  },
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params = {} } = JSON.parse(line);
  const result = id === undefined ? undefined : answers[method]?.(params);
  if (result) process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
});
