// The same over HTTP, inside the test's own process. Every call is answered by a stream.
import { createServer } from 'node:http';
import { Violating } from './violating.mjs';

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export async function startViolating(era) {
  const server = new Violating(era);
  const listener = createServer(async (request, response) => {
    if (request.method !== 'POST') return response.writeHead(405).end();
    const message = JSON.parse(await bodyOf(request));
    if (message.id === undefined || message.method === undefined) return response.writeHead(202).end();
    const streams = message.method === 'tools/call';
    response.writeHead(200, {
      'content-type': streams ? 'text/event-stream' : 'application/json',
      ...(message.method === 'initialize' && era === 'sessions' && { 'mcp-session-id': 'v' }),
    });
    return server.receive(message, (text) => response.write(streams ? `data: ${text}\n\n` : text), () => response.end());
  });
  await new Promise((done) => listener.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${listener.address().port}/mcp`,
    close: () => { listener.closeAllConnections(); return new Promise((done) => listener.close(done)); },
  };
}
