// The probe over HTTP with SSE, the transport of revision 2024-11-05. `endpoint(session)` makes the
// address that its first event names.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Probe } from './probe.mjs';

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export async function startProbeSse({ endpoint = (session) => `/messages?session=${session}` } = {}) {
  const probes = new Map();
  const requests = [];
  const listener = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const text = await bodyOf(request);
    requests.push({ method: request.method, url: request.url, text });
    if (request.method === 'GET' && pathname === '/sse') {
      const session = randomUUID();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: endpoint\ndata: ${endpoint(session)}\n\n`);
      probes.set(session, new Probe((message) => response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`)));
      response.on('close', () => probes.delete(session));
      return undefined;
    }
    const probe = probes.get(searchParams.get('session'));
    if (request.method !== 'POST' || pathname !== '/messages' || !probe) return response.writeHead(404).end();
    response.writeHead(202).end('Accepted');
    const message = JSON.parse(text);
    // It speaks no newer revision.
    if (message.method === 'initialize') message.params.protocolVersion = '2024-11-05';
    return probe.receive(message);
  });
  await new Promise((done) => listener.listen(0, '127.0.0.1', done));
  return {
    requests, probes,
    url: `http://127.0.0.1:${listener.address().port}/sse`,
    close: () => { listener.closeAllConnections(); return new Promise((done) => listener.close(done)); },
  };
}
