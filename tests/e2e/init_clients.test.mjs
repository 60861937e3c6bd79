// `doorward init` for each client's own configuration: what it writes there starts a real server
// through Doorward, and `--undo` puts the file back to the byte.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sdk1Stdio } from './clients.mjs';
import { binary, packageFile, runDoorward } from './doorward.mjs';
import { decisionOf, textOf } from './mcp.mjs';

const memory = packageFile('@modelcontextprotocol/server-memory', 'dist/index.js');
const args = [memory];
const json = (value) => JSON.stringify(value);
const plain = (text) => JSON.parse(text.replace(/^\s*\/\/.*$/gm, '').replace(/,(\s*[}\]])/g, '$1'));
const mcpServers = `"mcpServers": {\n    "memory": { "command": "node", "args": ${json(args)} },\n  }`;
const inServers = (text) => plain(text).mcpServers.doorward;

// Where each keeps its file below the home folder, what stands in it, and the entry that it would run.
const clients = {
  'Claude Desktop': ['.config/Claude/claude_desktop_config.json', `{\n  "globalShortcut": "x",\n  ${mcpServers}\n}\n`, inServers],
  'Claude Code': ['.claude.json', `{\n  "numStartups": 7,\n  ${mcpServers},\n  "projects": {}\n}\n`, inServers],
  Cursor: ['.cursor/mcp.json', `{\n  // mine\n  ${mcpServers}\n}\n`, inServers],
  'VS Code': ['.config/Code/User/mcp.json',
    `{\n  // mine\n  "servers": { "memory": { "type": "stdio", "command": "node", "args": ${json(args)} } },\n  "inputs": []\n}\n`,
    (text) => plain(text).servers.doorward],
  Windsurf: ['.codeium/windsurf/mcp_config.json', `{ ${mcpServers} }`, inServers],
  'Codex CLI': ['.codex/config.toml',
    `model = "o"  # mine\n\n[mcp_servers.memory]\ncommand = "node"\nargs = ${json(args)}\n\n[mcp_servers.memory.env]\nLEVEL = "1"\n\n[tui]\ntheme = "dark"\n`,
    (text) => {
      assert.match(text, /^model = "o" {2}# mine$/m);
      assert.match(text, /^\[tui\]\ntheme = "dark"$/m);
      assert.ok(!text.includes('mcp_servers.memory'), text);
      const [, command, list] = /\[mcp_servers\.doorward\]\ncommand = (.*)\nargs = (.*)\n/.exec(text);
      return { command: JSON.parse(command), args: JSON.parse(list) };
    }],
  'Gemini CLI': ['.gemini/settings.json', `{\n  "theme": "Default",\n  ${mcpServers}\n}\n`, inServers],
  Zed: ['.config/zed/settings.json',
    `// Zed settings\n{\n  "vim_mode": true,\n  "context_servers": {\n    "memory": { "source": "custom", "command": "node", "args": ${json(args)}, "env": {} },\n  },\n}\n`,
    (text) => plain(text).context_servers.doorward],
};

for (const [kind, [place, before_, entryOf]] of Object.entries(clients))
  describe(kind, () => {
    let home;
    let project;
    let file;
    const doorward = (...words) => runDoorward(words, { cwd: project, env: { ...process.env, HOME: home } });
    before(() => {
      home = mkdtempSync(join(tmpdir(), 'doorward-home-'));
      project = mkdtempSync(join(tmpdir(), 'doorward-project-'));
      file = join(home, place);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, before_, { mode: 0o644 });
    });
    after(() => { for (const folder of [home, project]) rmSync(folder, { recursive: true, force: true }); });

    test('is found, and starts its server through Doorward', async () => {
      const { code, out, err } = await doorward('init', '--write', '--yes');
      assert.equal(code, 0, out + err);
      assert.match(out, new RegExp(`^${kind}  .* \\(1 servers?\\)$`, 'm'));
      const text = readFileSync(file, 'utf8');
      const entry = entryOf(text);
      assert.equal(entry.command, binary);
      assert.equal(statSync(`${file}.doorward-backup`).mode & 0o777, 0o600);
      const client = await sdk1Stdio({ command: entry.command, args: entry.args, env: { PATH: process.env.PATH, HOME: home } });
      const names = (await client.tools()).map(({ name }) => name);
      assert.ok(names.includes('memory__read_graph'), names.join());
      assert.match(textOf(await client.call('memory__read_graph', {})), /entities/);
      // The starter rules: what writes asks a person.
      assert.equal(decisionOf(await client.call('memory__create_entities', { entities: [] })).verdict, 'hold');
      await client.close();
    });
    test('goes back to the byte', async () => {
      const { code, out, err } = await doorward('init', '--undo');
      assert.equal(code, 0, out + err);
      assert.equal(readFileSync(file, 'utf8'), before_);
      assert.equal(statSync(file).mode & 0o777, 0o644);
      assert.ok(!existsSync(`${file}.doorward-backup`));
    });
  });

test('a description of the MCP Registry is a server like any other', async () => {
  const home = mkdtempSync(join(tmpdir(), 'doorward-home-'));
  const project = mkdtempSync(join(tmpdir(), 'doorward-project-'));
  try {
    writeFileSync(join(project, 'server.json'), json({
      $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
      name: 'com.example/tickets', description: 'Tickets.', version: '1.0.0',
      remotes: [{ type: 'streamable-http', url: 'https://tickets.example/mcp' }],
    }));
    const doorward = (...words) => runDoorward(words, { cwd: project, env: { ...process.env, HOME: home } });
    const { out, err } = await doorward('init', '--from', 'server.json', '--write', '--yes');
    const yaml = readFileSync(join(project, 'doorward.yaml'), 'utf8');
    assert.match(yaml, /^ {2}tickets:\n {4}url: "https:\/\/tickets\.example\/mcp"$/m, out + err);
    assert.ok(!existsSync(join(project, 'server.json.doorward-backup')));
  } finally {
    for (const folder of [home, project]) rmSync(folder, { recursive: true, force: true });
  }
});
