// The stateless server over HTTP, inside the test's own process. Leaving a request cancels it.
import { createServer } from 'node:http';
import { Modern } from './modern.mjs';

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

const statusOf = ({ error }) => ({ '-32601': 404, '-32602': 400, '-32020': 400, '-32022': 400 })[error?.code] ?? 200;
const decoded = (value) => {
  const [, coded] = /^=\?base64\?(.*)\?=$/.exec(value ?? '') ?? [];
  return coded === undefined ? value : Buffer.from(coded, 'base64').toString('utf8');
};

export async function startModern() {
  const server = new Modern();
  const requests = [];
  const listener = createServer(async (request, response) => {
    const text = await bodyOf(request);
    requests.push({ method: request.method, headers: request.headers, text });
    if (request.method !== 'POST') return response.writeHead(405).end();
    const message = JSON.parse(text);
    const refuse = (code, what) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id ?? null, error: { code, message: what } }));
    };
    if (message.method !== 'initialize') {
      const name = message.params?.name ?? message.params?.uri;
      const region = message.params?.name === 'region' ? message.params.arguments?.region : undefined;
      if (request.headers['mcp-method'] !== message.method || request.headers['mcp-session-id'] ||
        request.headers['mcp-protocol-version'] !== message.params?._meta?.['io.modelcontextprotocol/protocolVersion'] ||
        (name !== undefined && ['tools/call', 'prompts/get', 'resources/read'].includes(message.method) && decoded(request.headers['mcp-name']) !== name) ||
        (region !== undefined && decoded(request.headers['mcp-param-region']) !== region))
        return refuse(-32020, 'headers unlike the body');
    }
    let streaming = false;
    response.on('close', () => { if (!response.writableFinished) server.cancel(message.id); });
    return server.receive(message, (answer) => {
      if (response.destroyed) return;
      const isReply = answer.method === undefined;
      if (isReply && !streaming) {
        response.writeHead(statusOf(answer), { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer));
        return;
      }
      if (!streaming) response.writeHead(200, { 'content-type': 'text/event-stream' });
      streaming = true;
      response.write(`data: ${JSON.stringify(answer)}\n\n`);
      if (isReply) response.end();
    });
  });
  await new Promise((done) => listener.listen(0, '127.0.0.1', done));
  return {
    server, requests,
    url: `http://127.0.0.1:${listener.address().port}/mcp`,
    close: () => {
      listener.closeAllConnections();
      return new Promise((done) => listener.close(done));
    },
  };
}
