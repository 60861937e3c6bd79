// Servers of a desk over Streamable HTTP, inside the test's own process: `startDesk(tools)` gives
// `{ url, calls, close }`; `tools` maps a name to `{ description, properties, answer(arguments) }`.
import { createServer } from 'node:http';

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export async function startDesk(tools) {
  const calls = [];
  const list = Object.entries(tools).map(([name, { description, properties = {} }]) =>
    ({ name, description, inputSchema: { type: 'object', properties } }));
  const answers = {
    initialize: ({ protocolVersion }) =>
      ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'desk', version: '1' } }),
    ping: () => ({}),
    'tools/list': () => ({ tools: list }),
    'tools/call': (params) => {
      calls.push(params);
      return { content: [{ type: 'text', text: tools[params.name].answer(params.arguments ?? {}) }] };
    },
  };
  const listener = createServer(async (request, response) => {
    if (request.method !== 'POST') return response.writeHead(405).end();
    const message = JSON.parse(await bodyOf(request));
    if (message.id === undefined || message.method === undefined) return response.writeHead(202).end();
    const make = answers[message.method];
    const body = make
      ? { jsonrpc: '2.0', id: message.id, result: make(message.params ?? {}) }
      : { jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'Method not found' } };
    response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'desk' });
    return response.end(JSON.stringify(body));
  });
  await new Promise((done) => listener.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${listener.address().port}/mcp`,
    calls,
    close: () => { listener.closeAllConnections(); return new Promise((done) => listener.close(done)); },
  };
}
