// A server that says the same thing `times` times before it answers.
import { createInterface } from 'node:readline';

const tools = ['log', 'progress', 'changed', 'quiet'].map((name) =>
  ({ name, description: `Sends ${name}`, inputSchema: { type: 'object' } }));
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const say = {
  log: (i, { level = 'debug' }) => send({ method: 'notifications/message', params: { level, data: `line ${i}` } }),
  progress: (i, { token }) => send({ method: 'notifications/progress', params: { progressToken: token, progress: i + 1 } }),
  changed: () => send({ method: 'notifications/tools/list_changed' }),
  quiet: () => {},
};
const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: { listChanged: true }, logging: {}, resources: { subscribe: true } },
    serverInfo: { name: 'flood', version: '1' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools }),
  'resources/list': () => ({ resources: [] }),
  'resources/templates/list': () => ({ resourceTemplates: [] }),
  'resources/subscribe': () => ({}),
  'resources/unsubscribe': () => ({}),
  'tools/call': ({ name, arguments: { times = 0, then } = {}, _meta }) => {
    for (let i = 0; i < times; i++) say[name](i, { token: _meta?.progressToken });
    if (then) say.log(times, { level: then });
    return { content: [{ type: 'text', text: 'done' }] };
  },
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params = {} } = JSON.parse(line);
  if (id === undefined || method === undefined) return;
  const result = answers[method]?.(params);
  send(result ? { id, result } : { id, error: { code: -32601, message: 'no such method' } });
});
