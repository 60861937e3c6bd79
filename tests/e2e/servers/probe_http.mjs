// The probe over Streamable HTTP, inside the test's own process: the test sees each request as it
// arrived. `startProbe()` gives `{ url, requests, sessions, close }`.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Probe } from './probe.mjs';

class ProbeSession {
  constructor() {
    this.id = randomUUID();
    this.streams = new Map(); // id of a call -> its open response
    this.listener = undefined;
    this.probe = new Probe((message, call) => this.deliver(message, call), { end: () => this.breakAll() });
  }

  deliver(message, call) {
    const stream = this.streams.get(call) ?? this.listener;
    stream?.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
    if (message.method === undefined && message.id === call) {
      stream?.end();
      this.streams.delete(call);
    }
  }

  breakAll() {
    for (const stream of [...this.streams.values(), this.listener]) stream?.destroy();
    this.streams.clear();
  }
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

const streamHead = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };

async function serve(state, request, response) {
  const text = await bodyOf(request);
  state.requests.push({ method: request.method, url: request.url, headers: request.headers, text });
  if (state.guard?.(request, response)) return undefined;
  const refuse = (status) => response.writeHead(status).end();
  let session = state.sessions.get(request.headers['mcp-session-id']);
  if (request.method === 'DELETE') {
    if (!session) return refuse(404);
    state.sessions.delete(session.id);
    session.breakAll();
    return response.writeHead(200).end();
  }
  if (request.method === 'GET') {
    if (!session) return refuse(404);
    session.listener = response.writeHead(200, streamHead);
    return response.flushHeaders();
  }
  const message = JSON.parse(text);
  if (message.method === 'initialize') {
    session = new ProbeSession();
    state.sessions.set(session.id, session);
  }
  if (!session) return refuse(request.headers['mcp-session-id'] ? 404 : 400);
  if (message.id === undefined || message.method === undefined) {
    response.writeHead(202).end();
    return session.probe.receive(message);
  }
  response.writeHead(200, { ...streamHead, 'mcp-session-id': session.id }).flushHeaders();
  session.streams.set(message.id, response);
  return session.probe.receive(message);
}

/** `guard(request, response)` says true where it answered itself: a server that wants a token, say. */
export async function startProbe({ guard } = {}) {
  const state = { requests: [], sessions: new Map(), guard };
  const listener = createServer((request, response) =>
    serve(state, request, response).catch((error) => response.destroy(error)));
  await new Promise((done) => listener.listen(0, '127.0.0.1', done));
  return {
    ...state,
    url: `http://127.0.0.1:${listener.address().port}/mcp`,
    /** The JSON-RPC messages that arrived, parsed. */
    messages: () => state.requests.filter(({ text }) => text !== '').map(({ text }) => JSON.parse(text)),
    /** Whether any call of `name` arrived. */
    sawCall: (name) => state.requests.some(({ text }) => text.includes('"tools/call"') && text.includes(`"${name}"`)),
    probes: () => [...state.sessions.values()].map(({ probe }) => probe),
    close: () => {
      listener.closeAllConnections();
      return new Promise((done) => listener.close(done));
    },
  };
}
