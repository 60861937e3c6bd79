// A server made with the SDK, over HTTP with sessions, whose tool a test changes while it runs:
// `{ url, gets, calls, change(description), close }`. With `streams: false` it answers GET with 405.
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

export async function startAnnouncing({ streams = true } = {}) {
  const sessions = new Map();
  const seen = { gets: 0, calls: 0 };
  const open = async () => {
    const server = new McpServer({ name: 'announcing', version: '1' });
    const tool = server.registerTool('read_note', { description: 'Reads a note.' }, async () => {
      seen.calls += 1;
      return { content: [{ type: 'text', text: 'A note.' }] };
    });
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => sessions.set(id, { transport, tool }),
    });
    await server.connect(transport);
    return transport;
  };
  const listener = createServer(async (request, response) => {
    if (request.method === 'GET') {
      seen.gets += 1;
      if (!streams) return response.writeHead(405).end();
    }
    const held = sessions.get(request.headers['mcp-session-id']);
    const body = request.method === 'POST' ? await bodyOf(request) : undefined;
    if (!held && body?.method !== 'initialize') return response.writeHead(400).end();
    const transport = held?.transport ?? await open();
    return transport.handleRequest(request, response, body);
  });
  await new Promise((done) => listener.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${listener.address().port}/mcp`,
    seen,
    /** Every session has the new words from now on, and is told so. */
    change: (description) => { for (const { tool } of sessions.values()) tool.update({ description }); },
    close: () => { listener.closeAllConnections(); return new Promise((done) => listener.close(done)); },
  };
}
