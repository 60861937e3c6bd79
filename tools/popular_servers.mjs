// Initialises, pins and scans widely used npm servers as a new user would, and says how long it took
// from `doorward init` to the first protected call: `node tools/popular_servers.mjs [BINARY [NAME…]]`.
// Needs npm and a network for it. The result stands in docs/popular_servers.md.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const binary = resolve(process.argv[2] ?? join(root, 'build/dev/bin/doorward'));
const wanted = process.argv.slice(3);
const { sdk1Stdio } = await import(join(root, 'tests/e2e/clients.mjs'));

const folder = mkdtempSync(join(tmpdir(), 'doorward-popular-'));
const data = join(folder, 'data');
const npm = (name, args = [], env) => ({ command: 'npx', args: ['-y', name, ...args], ...(env && { env }) });
const servers = {
  filesystem: [npm('@modelcontextprotocol/server-filesystem', [data]), 'list_allowed_directories', {}],
  memory: [npm('@modelcontextprotocol/server-memory'), 'read_graph', {}],
  'sequential-thinking': [npm('@modelcontextprotocol/server-sequential-thinking')],
  everything: [npm('@modelcontextprotocol/server-everything'), 'echo', { message: 'hi' }],
  playwright: [npm('@playwright/mcp')],
  context7: [npm('@upstash/context7-mcp')],
  chart: [npm('@antv/mcp-server-chart')],
  tavily: [npm('tavily-mcp', [], { TAVILY_API_KEY: 'none' })],
  firecrawl: [npm('firecrawl-mcp', [], { FIRECRAWL_API_KEY: 'none' })],
  notion: [npm('@notionhq/notion-mcp-server', [], { NOTION_TOKEN: 'none' })],
  'chrome-devtools': [npm('chrome-devtools-mcp')],
  figma: [npm('figma-developer-mcp', ['--stdio'], { FIGMA_API_KEY: 'none' })],
};

function doorward(home, project, ...args) {
  return new Promise((done) => {
    const child = spawn(binary, args, { cwd: project, env: { ...process.env, HOME: home }, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => { out += chunk; });
    child.stderr.on('data', (chunk) => { err += chunk; });
    child.on('close', (code) => done({ code, out, err }));
  });
}

mkdirSync(data);
console.log('| server | package | pinned | high | medium | notes | init to first call |\n|---|---|---|---|---|---|---|');
let bad = 0;
for (const [name, [entry, tool, args]] of Object.entries(servers)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const home = join(folder, name, 'home');
  const project = join(folder, name, 'project');
  for (const place of [join(home, '.cursor'), project]) mkdirSync(place, { recursive: true });
  const file = join(home, '.cursor/mcp.json');
  writeFileSync(file, JSON.stringify({ mcpServers: { [name]: entry } }));
  const began = Date.now();
  const init = await doorward(home, project, 'init', '--write', '--yes');
  const client = await sdk1Stdio({ command: binary, args: ['wrap', '--config', join(project, 'doorward.yaml')], env: { PATH: process.env.PATH, HOME: home } });
  const tools = await client.tools();
  const answer = tool && await client.call(`${name}__${tool}`, args);
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  await client.close();
  writeFileSync(file, JSON.stringify({ mcpServers: { [name]: entry } }));
  const scan = await doorward(home, project, 'scan', '--client-config', file, '--format', 'json');
  const { definitions = 0, findings = [] } = scan.out ? JSON.parse(scan.out) : {};
  const count = (severity) => findings.filter((one) => one.severity === severity).length;
  const pinned = /approved (\d+)/.exec(init.out)?.[1] ?? 0;
  const version = /package (\S+),/.exec(init.out)?.[1] ?? '?';
  const called = tool ? (answer?.isError ? 'refused' : `${seconds} s`) : `${seconds} s (listed)`;
  console.log(`| ${name} | ${version} | ${pinned} | ${count('high')} | ${count('medium')} | ${count('note')} | ${called} |`);
  const failed = init.code !== 0 || count('high') > 0 || definitions === 0 || tools.length === 0 || answer?.isError;
  if (!failed) continue;
  ++bad;
  console.error(name, { init: init.code, definitions, tools: tools.length, high: findings.filter(({ severity }) => severity === 'high') });
  console.error(init.err.slice(-2000), scan.err.slice(-2000));
}
rmSync(folder, { recursive: true, force: true });
process.exit(bad === 0 ? 0 : 1);
