// The client that the conformance suite's client scenarios judge: `node client.mjs … URL` uses everything
// that the server at URL offers. With `DOORWARD` (the binary) a gateway of its own stands between.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const url = process.argv.at(-1);
const { DOORWARD: binary, MCP_CONFORMANCE_SCENARIO: scenario, MCP_CONFORMANCE_CONTEXT: context = '{}' } = process.env;
// Tools with an argument `query` count as raw SQL until a person says otherwise.
const reading = Object.fromEntries(['test_custom_headers', 'test_custom_headers_null'].map((name) => [name, { classes: ['read'] }]));
const legacy = ['initialize', 'elicitation-sep1034-client-defaults', 'sse-retry'].includes(scenario) ||
  process.env.MCP_CONFORMANCE_PROTOCOL_VERSION === '2025-11-25';

/** `{ url, headers, end }` of a gateway before the server at `upstream`. */
async function startGateway(upstream) {
  const folder = mkdtempSync(join(tmpdir(), 'doorward-conformance-client-'));
  const file = join(folder, 'doorward.yaml');
  writeFileSync(file, JSON.stringify({
    version: 1, state: './state', listen: { address: '127.0.0.1:0' }, admin: { address: '127.0.0.1:0' },
    servers: { upstream: { url: upstream, pins: 'first_use', tools: reading } },
    policy: { rules: [{ id: 'all', effect: 'allow', principals: [{ any: true }] }] },
  }));
  const child = spawn(binary, ['run', '--config', file], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let at;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('listening client ')) at = line.slice('listening client '.length);
    if (line === 'ready') break;
  }
  const token = readFileSync(join(folder, 'state/local-token'), 'utf8').trim();
  return {
    url: `${at}/mcp/upstream`,
    headers: { Authorization: `Bearer ${token}` },
    end: async () => {
      const gone = new Promise((done) => child.on('close', done));
      child.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Arguments that a tool's schema allows. */
function argumentsFor({ inputSchema }, tools) {
  const made = {};
  for (const [name, { type, enum: choices }] of Object.entries(inputSchema.properties ?? {})) {
    if (name === 'schema') made[name] = tools.find((tool) => tool.inputSchema.$defs)?.inputSchema ?? {};
    else if (choices) [made[name]] = choices;
    else if (type === 'number' || type === 'integer') made[name] = 5;
    else if (type === 'boolean') made[name] = true;
    else if (type === 'string') made[name] = 'text';
  }
  return made;
}

// Raw SQL in an argument is refused by a guard; what the suite wants to see is in the others.
const plain = (call) => ({ ...call, arguments: { ...call.arguments, ...(call.arguments.query && { query: 'plain' }) } });

async function use(client) {
  const tried = async (what) => { try { return await what(); } catch (error) { console.error(`${error.message}`); return undefined; } };
  const tools = (await tried(() => client.listTools()))?.tools ?? [];
  const wanted = JSON.parse(context).toolCalls?.map(plain) ?? tools.map((tool) => ({ name: tool.name, arguments: argumentsFor(tool, tools) }));
  for (const call of wanted) {
    const result = await tried(() => client.callTool(call));
    if (result?.isError) console.error(call.name, JSON.stringify(result));
  }
  for (const { uri } of (await tried(() => client.listResources()))?.resources ?? []) await tried(() => client.readResource({ uri }));
  for (const { name } of (await tried(() => client.listPrompts()))?.prompts ?? []) await tried(() => client.getPrompt({ name }));
}

const way = binary ? await startGateway(url) : { url, headers: {}, end: async () => {} };
const client = new Client({ name: 'conformance', version: '1.0.0' }, {
  capabilities: { elicitation: { form: { applyDefaults: true } }, sampling: {}, roots: {} },
  versionNegotiation: { mode: legacy ? 'legacy' : 'auto' },
});
client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: {} }));
client.setRequestHandler('sampling/createMessage', () => ({ role: 'assistant', model: 'm', content: { type: 'text', text: 'sampled' } }));
client.setRequestHandler('roots/list', () => ({ roots: [] }));
try {
  await client.connect(new StreamableHTTPClientTransport(new URL(way.url), { requestInit: { headers: way.headers } }));
  await use(client);
  await client.close();
} finally {
  await way.end();
}
