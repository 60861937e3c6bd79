// An upstream whose lists, words and results a test changes while it runs. `startChanging()` gives
// `{ url, tools, prompts, resources, instructions, calls, result, close }`; what is set counts from
// the next request on. `announce()` says on every open stream that the tools changed.
import { createServer } from 'node:http';

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export async function startChanging(given = {}) {
  const server = {
    tools: [], prompts: [], resources: [], instructions: undefined, serverInfo: { name: 'changing', version: '1' },
    calls: [], lists: 0, pageSize: 1000, listError: undefined,
    result: (call) => ({ content: [{ type: 'text', text: `did ${call.name}` }] }),
    ...given,
  };
  const streams = new Set();
  const page = (items, member, { cursor } = {}) => {
    const from = Number(cursor ?? 0);
    const next = from + server.pageSize;
    return { [member]: items.slice(from, next), ...(next < items.length && { nextCursor: String(next) }) };
  };
  const methods = {
    initialize: ({ protocolVersion }) => ({
      protocolVersion, capabilities: { tools: { listChanged: true }, prompts: {}, resources: {} },
      serverInfo: server.serverInfo, ...(server.instructions !== undefined && { instructions: server.instructions }),
    }),
    ping: () => ({}),
    'tools/list': (params) => { server.lists += 1; return page(server.tools, 'tools', params); },
    'prompts/list': (params) => page(server.prompts, 'prompts', params),
    'prompts/get': () => ({ messages: [{ role: 'user', content: { type: 'text', text: 'Hello.' } }] }),
    'resources/list': (params) => page(server.resources, 'resources', params),
    'resources/templates/list': () => ({ resourceTemplates: [] }),
    'resources/read': ({ uri }) => ({ contents: [{ uri, text: 'A note.' }] }),
    'tools/call': (params) => { server.calls.push(params); return server.result(params); },
  };
  const listener = createServer(async (request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return undefined;
    }
    if (request.method !== 'POST') return response.writeHead(200).end();
    const { id, method, params } = JSON.parse(await bodyOf(request));
    if (id === undefined || method === undefined) return response.writeHead(202).end();
    const make = methods[method];
    let body = make
      ? { jsonrpc: '2.0', id, result: make(params ?? {}) }
      : { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } };
    if (method === 'tools/list' && server.listError) body = { jsonrpc: '2.0', id, error: server.listError };
    response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'changing' });
    return response.end(JSON.stringify(body));
  });
  await new Promise((done) => listener.listen(0, '127.0.0.1', done));
  server.url = `http://127.0.0.1:${listener.address().port}/mcp`;
  server.streams = streams;
  server.announce = () => {
    for (const stream of streams)
      stream.write(`data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' })}\n\n`);
  };
  server.close = () => { listener.closeAllConnections(); return new Promise((done) => listener.close(done)); };
  return server;
}

/** A tool whose arguments are the given texts. */
export const toolOf = (name, description, names = [], more = {}) => ({
  name, description,
  inputSchema: { type: 'object', properties: Object.fromEntries(names.map((each) => [each, { type: 'string' }])) },
  ...more,
});
