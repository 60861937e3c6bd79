// An upstream whose answer to the tool `go` is a script of raw bytes; otherwise a proper one with
// that single tool. `startScripted()` gives `{ url, answer(fn), close }`; `fn(response, id)` writes.
import { createServer } from 'node:http';

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

const tool = { name: 'go', description: 'Answers by script', inputSchema: { type: 'object', properties: {} } };
const proper = {
  initialize: ({ protocolVersion }) =>
    ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'scripted', version: '1' } }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [tool] }),
};

export async function startScripted() {
  let script;
  const seen = [];
  const listener = createServer(async (request, response) => {
    if (request.method !== 'POST') return response.writeHead(405).end();
    const message = JSON.parse(await bodyOf(request));
    seen.push(message);
    if (message.id === undefined || message.method === undefined) return response.writeHead(202).end();
    if (message.method === 'tools/call') return script(response, message.id);
    const make = proper[message.method];
    const body = make
      ? { jsonrpc: '2.0', id: message.id, result: make(message.params ?? {}) }
      : { jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'Method not found' } };
    response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'scripted' });
    return response.end(JSON.stringify(body));
  });
  await new Promise((done) => listener.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${listener.address().port}/mcp`,
    seen,
    answer: (next) => { script = next; },
    close: () => { listener.closeAllConnections(); return new Promise((done) => listener.close(done)); },
  };
}
