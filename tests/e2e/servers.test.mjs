// Real servers behind the gateway: lists and results equal those of the server by itself.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { modern, sdk1, sdk1Stdio, sdk2 } from './clients.mjs';
import { packageFile, startGateway, stdioServer } from './doorward.mjs';
import { textOf } from './mcp.mjs';

const script = (name) => packageFile(`@modelcontextprotocol/${name}`, 'dist/index.js');
const work = mkdtempSync(join(tmpdir(), 'doorward-work-'));
const kept = join(work, 'kept');
const loopbackOnly = `data:text/javascript,${encodeURIComponent(
  "import net from 'node:net'; const listen = net.Server.prototype.listen;" +
  "net.Server.prototype.listen = function (port, ...rest) { return typeof port === 'number' || typeof port === 'string'" +
  " ? listen.call(this, Number(port), '127.0.0.1', ...rest.filter((one) => typeof one === 'function')) : listen.call(this, port, ...rest); };")}`;

const freePort = () => new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

/** server-everything over Streamable HTTP, held to loopback. */
async function startEverything() {
  const port = await freePort();
  const child = spawn(process.execPath, ['--import', loopbackOnly, script('server-everything'), 'streamableHttp'],
    { env: { ...process.env, PORT: `${port}` }, stdio: ['ignore', 'pipe', 'pipe'] });
  await new Promise((done, failed) => {
    const look = (chunk) => { if (/listening on port/i.test(chunk)) done(); };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.on('close', () => failed(new Error('server-everything ended')));
  });
  return { url: `http://127.0.0.1:${port}/mcp`, child };
}

let gateway;
let everything;

before(async () => {
  writeFileSync(join(work, 'note.txt'), 'A note about gardens.\n');
  mkdirSync(kept);
  everything = await startEverything();
  gateway = await startGateway({
    servers: {
      files: stdioServer(script('server-filesystem'), [work], {
        sandbox: { write: [work] },
        // It overwrites, so that first use alone would hold it; here the operator says what it is.
        tools: { write_file: { classes: ['write'] } },
      }),
      memory: stdioServer(script('server-memory'), [], {
        sandbox: { write: [kept], env: { MEMORY_FILE_PATH: join(kept, 'memory.jsonl') } },
      }),
      thinking: stdioServer(script('server-sequential-thinking')),
      everything: stdioServer(script('server-everything'), ['stdio']),
      'everything-http': { url: everything.url, pins: 'first_use' },
    },
  });
});
after(async () => {
  await gateway?.stop();
  everything?.child.kill();
  rmSync(work, { recursive: true, force: true });
});

const plain = ({ name, description, inputSchema, outputSchema, title }) =>
  ({ name, description, inputSchema, outputSchema, title });
const byName = (tools) => tools.map(plain).sort((a, b) => a.name.localeCompare(b.name));

/** The definitions that the server gives by itself. */
async function directTools(args) {
  const client = await sdk1Stdio({ command: process.execPath, args });
  const tools = await client.tools();
  await client.close();
  return byName(tools);
}

const cases = {
  files: {
    args: [script('server-filesystem'), work],
    use: async (client) => {
      assert.equal(textOf(await client.call('read_text_file', { path: join(work, 'note.txt') })), 'A note about gardens.\n');
      await client.call('write_file', { path: join(work, 'new.txt'), content: 'written' });
      assert.equal(readFileSync(join(work, 'new.txt'), 'utf8'), 'written');
    },
  },
  memory: {
    args: [script('server-memory')],
    use: async (client) => {
      const entities = [{ name: 'Ana', entityType: 'person', observations: ['likes gardens'] }];
      const made = await client.call('create_entities', { entities });
      assert.ok(!made.isError, textOf(made));
      assert.match(textOf(await client.call('read_graph', {})), /likes gardens/);
    },
  },
  thinking: {
    args: [script('server-sequential-thinking')],
    use: async (client) => {
      const thought = { thought: 'First.', nextThoughtNeeded: false, thoughtNumber: 1, totalThoughts: 1 };
      assert.match(textOf(await client.call('sequentialthinking', thought)), /"thoughtNumber": 1/);
    },
  },
  everything: {
    args: [script('server-everything'), 'stdio'],
    use: async (client) => {
      assert.equal(textOf(await client.call('echo', { message: 'hi' })), 'Echo: hi');
      const sum = await client.call('get-sum', { a: 2, b: 3 });
      assert.match(textOf(sum), /5/);
      const { resources } = await client.client.listResources();
      assert.ok(resources.length > 0);
      const read = await client.client.readResource({ uri: resources[0].uri });
      assert.equal(read.contents[0].uri, resources[0].uri);
      const { prompts } = await client.client.listPrompts();
      assert.ok(prompts.some(({ name }) => name === 'simple-prompt'));
      assert.ok((await client.client.getPrompt({ name: 'simple-prompt' })).messages.length > 0);
    },
  },
};
cases['everything-http'] = cases.everything;

for (const [server, { args, use }] of Object.entries(cases))
  describe(server, () => {
    for (const [kind, open] of Object.entries({ 'SDK 1.x': sdk1, 'client 2.x, auto': sdk2('auto'), 'client 2.x, modern': sdk2(modern) }))
      test(`${kind} lists and uses it`, async () => {
        const client = await open(gateway.url(server), gateway.token);
        const direct = await directTools(args);
        const seen = byName(await client.tools());
        // Some tools of server-everything appear only for clients with certain capabilities.
        const names = new Set(seen.map(({ name }) => name));
        assert.deepEqual(seen, direct.filter(({ name }) => names.has(name)));
        assert.deepEqual(direct.filter(({ name }) => !names.has(name)).map(({ name }) => name), []);
        await use(client);
        await client.close();
      });
  });

test('a path outside of what the sandbox shows is not readable', async () => {
  const client = await sdk1(gateway.url('files'), gateway.token);
  const result = await client.call('read_text_file', { path: '/etc/shadow' });
  assert.equal(result.isError, true);
  await client.close();
});
