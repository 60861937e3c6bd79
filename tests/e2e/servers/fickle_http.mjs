// An upstream whose tools are functions of a test, with every call counted. `startFickle(tools)`
// gives `{ url, calls, stop(), start(), close() }`; a tool returns text, throws, never answers, or
// throws `lose`: its connection breaks then; or throws a `Status`: the answer has that and no more. `annotations` are those of tools, by name; `at` is a port.
import { createServer } from 'node:http';

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export const never = () => new Promise(() => {});
export const lose = Symbol('the connection breaks');
export class Status {
  constructor(status, headers = {}, body = 'not now') { Object.assign(this, { status, headers, body }); }
}
const say = (text, isError) => ({ content: [{ type: 'text', text }], ...(isError && { isError }) });

export async function startFickle(tools, annotations = {}, at = 0) {
  const calls = [];
  const cancelled = [];
  const definitions = Object.keys(tools).map((name) =>
    ({ name, description: `Does ${name}`, inputSchema: { type: 'object' }, ...(annotations[name] && { annotations: annotations[name] }) }));
  const answers = {
    initialize: ({ protocolVersion }) =>
      ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'fickle', version: '1' } }),
    ping: () => ({}),
    'tools/list': () => ({ tools: definitions }),
    'tools/call': async ({ name, arguments: args = {} }, id) => {
      calls.push({ name, args, id });
      try {
        return say(String(await tools[name](args)));
      } catch (error) {
        if (error === lose || error instanceof Status) throw error;
        return say(error.message, true);
      }
    },
  };
  let open = 0; // calls that are not answered, and whose client is there
  let listener;
  let port = at;
  const serve = async (request, response) => {
    if (request.method !== 'POST') return response.writeHead(405).end();
    const message = JSON.parse(await bodyOf(request));
    if (message.method === 'notifications/cancelled') cancelled.push(message.params);
    if (message.id === undefined || message.method === undefined) return response.writeHead(202).end();
    if (message.method === 'tools/call') {
      open += 1;
      response.on('close', () => { open -= 1; });
    }
    const make = answers[message.method];
    const body = make
      ? { jsonrpc: '2.0', id: message.id, result: await make(message.params ?? {}, message.id) }
      : { jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'Method not found' } };
    response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'fickle' });
    return response.end(JSON.stringify(body));
  };
  const start = () => new Promise((done) => {
    listener = createServer((request, response) => { serve(request, response).catch((error) => {
      if (error instanceof Status) response.writeHead(error.status, error.headers).end(error.body);
      else response.destroy();
    }); });
    listener.listen(port, '127.0.0.1', () => { port = listener.address().port; done(); });
  });
  const stop = () => new Promise((done) => { listener.closeAllConnections(); listener.close(done); });
  await start();
  return { url: `http://127.0.0.1:${port}/mcp`, calls, cancelled, get open() { return open; }, start, stop, close: stop };
}
