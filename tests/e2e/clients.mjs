// Real MCP clients, each seen as `{ tools(), call(name, args), close() }`.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as Stdio1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as Http1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client as Client2, StreamableHTTPClientTransport as Http2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio';
import { node22, packageFile } from './doorward.mjs';

const run = promisify(execFile);
const me = { name: 'e2e', version: '1.0.0' };
const authorized = (token) => ({ requestInit: { headers: token ? { Authorization: `Bearer ${token}` } : {} } });

async function overSdk(client, transport) {
  await client.connect(transport);
  return {
    client,
    transport,
    tools: async () => (await client.listTools()).tools,
    call: (name, args) => client.callTool({ name, arguments: args }),
    close: () => client.close(),
  };
}

export const sdk1 = (url, token, options) => overSdk(new Client1(me, options), new Http1(new URL(url), authorized(token)));
export const sdk1Stdio = (parameters, options) => overSdk(new Client1(me, options), new Stdio1({ stderr: 'pipe', ...parameters }));

const negotiating = (mode, options) => new Client2(me, { versionNegotiation: { mode }, ...options });
export const sdk2 = (mode) => (url, token, options) =>
  overSdk(negotiating(mode, options), new Http2(new URL(url), authorized(token)));
export const sdk2Stdio = (mode, parameters, options) =>
  overSdk(negotiating(mode, options), new Stdio2({ stderr: 'pipe', ...parameters }));

export const modern = { pin: '2026-07-28' };

/** mcp-remote turns the gateway into a stdio server; the SDK's client speaks to it. */
export async function mcpRemote(url, token) {
  const home = mkdtempSync(join(tmpdir(), 'doorward-remote-'));
  const args = [packageFile('mcp-remote', 'dist/proxy.js'), url, '--allow-http', '--transport', 'http-only'];
  if (token) args.push('--header', `Authorization:Bearer ${token}`);
  const client = await sdk1Stdio({ command: node22, args, env: { ...process.env, MCP_REMOTE_CONFIG_DIR: home, HOME: home } });
  return { ...client, close: async () => { await client.close(); rmSync(home, { recursive: true, force: true }); } };
}

/** The Inspector's command line: one process per request. */
export async function inspector(url, token) {
  const home = mkdtempSync(join(tmpdir(), 'doorward-inspector-'));
  const launcher = packageFile('@modelcontextprotocol/inspector', 'clients/launcher/build/index.js');
  const ask = async (...args) => {
    const credential = token ? ['--header', `Authorization: Bearer ${token}`] : [];
    const line = [launcher, '--cli', url, '--transport', 'http', ...credential, '--format', 'json', ...args];
    const done = await run(node22, line, { env: { ...process.env, HOME: home } })
      .catch((error) => (error.stdout ? error : Promise.reject(error))); // it exits 5 on isError
    return JSON.parse(done.stdout).result;
  };
  return {
    tools: async () => (await ask('--method', 'tools/list')).tools,
    call: (name, args) => ask('--method', 'tools/call', '--tool-name', name,
      ...Object.entries(args).flatMap(([key, value]) => ['--tool-arg', `${key}=${value}`])),
    close: async () => rmSync(home, { recursive: true, force: true }),
  };
}

/** All of them, by name; each opens over HTTP with a URL and a token. */
export const clients = {
  'SDK 1.x': sdk1,
  'client 2.x, legacy': sdk2('legacy'),
  'client 2.x, auto': sdk2('auto'),
  'client 2.x, modern': sdk2(modern),
  'mcp-remote': mcpRemote,
  'Inspector CLI': inspector,
};
