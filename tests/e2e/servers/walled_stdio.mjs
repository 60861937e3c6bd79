// A local server that does with its network, files and processes what it is asked to. No SDK.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const string = { type: 'string' };
const definitions = {
  fetch: ['Asks a host over TCP and gives its first line', { host: string, port: { type: 'integer' } }],
  proxy: ['Asks for a way to a host through the proxy', { target: string }],
  read_file: ['Reads a file', { path: string }],
  misbehave: ['Tries to trace a process', {}],
  ping: ['Says that it is there', {}],
};

const exchange = (port, host, text) => new Promise((done) => {
  let got = '';
  const socket = connect({ port, host }, () => socket.write(text));
  socket.setTimeout(5000, () => socket.destroy());
  socket.on('data', (data) => { got += data; });
  socket.on('error', (error) => { got += `failed: ${error.code}`; });
  socket.on('close', () => done(got.split('\r\n')[0]));
});

const act = {
  fetch: ({ host, port }) => exchange(port, host, 'GET / HTTP/1.0\r\n\r\n'),
  proxy: ({ target }) => {
    const { hostname, port } = new URL(process.env.HTTPS_PROXY ?? 'http://127.0.0.1:3128');
    return exchange(Number(port), hostname, `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  },
  read_file: ({ path }) => readFileSync(path, 'utf8'),
  misbehave: () => new Promise((done) => execFile('/usr/bin/python3',
    ['-c', 'import ctypes; print(ctypes.CDLL(None).ptrace(16, 1, 0, 0))'], (error, out) => done(String(error ?? out)))),
  ping: () => 'pong',
};

const answer = async ({ id, method, params }) => {
  if (method === 'initialize') {
    return { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'walled', version: '1' } };
  }
  if (method === 'tools/list') {
    return { tools: Object.entries(definitions).map(([name, [description, properties]]) => ({
      name, description, inputSchema: { type: 'object', properties } })) };
  }
  if (method !== 'tools/call') return {};
  try {
    return { content: [{ type: 'text', text: await act[params.name](params.arguments ?? {}) }] };
  } catch (error) {
    return { content: [{ type: 'text', text: error.code ?? error.message }], isError: true };
  }
};

createInterface({ input: process.stdin }).on('line', async (line) => {
  const message = JSON.parse(line);
  if (message.id === undefined || message.method === undefined) return;
  const result = await answer(message);
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: message.id, result })}\n`);
}).on('close', () => process.exit(0));
