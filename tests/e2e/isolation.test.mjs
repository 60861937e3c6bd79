// What a local server gets of the host: the network that was listed, its own folders, and an end to
// it when it tries to leave. Through a real gateway, as a client sees it.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startGateway, stdioServer, testsFolder } from './doorward.mjs';
import { Session, decisionOf, textOf } from './mcp.mjs';
import { until } from './wait.mjs';

const file = join(testsFolder, 'e2e/servers/walled_stdio.mjs');
// Its own `execute` tool is allowed by name; everything else by the rule for all.
const rules = [
  { id: 'all', effect: 'allow', principals: [{ any: true }] },
  { id: 'run', effect: 'allow', principals: [{ any: true }], tools: ['*.misbehave'], classes: ['read', 'write', 'execute'] },
];
const walled = (sandbox = {}) => stdioServer(file, [], { sandbox, tools: { misbehave: { classes: ['read'] } } });

let listed;
let other;
let workspace;
let gateway;

const listening = (text) => new Promise((done) => {
  const server = createServer((_, answer) => answer.end(text));
  server.listen(0, '127.0.0.1', () => done(server));
});

before(async () => {
  listed = await listening('listed');
  other = await listening('other');
  workspace = mkdtempSync(join(tmpdir(), 'doorward-walls-'));
  writeFileSync(join(workspace, 'note.txt'), 'a note');
  symlinkSync('note.txt', join(workspace, 'inside'));
  symlinkSync('/etc/passwd', join(workspace, 'outside'));
  symlinkSync('/var', join(workspace, 'far'));
  gateway = await startGateway({
    servers: {
      closed: walled(),
      open: walled({ network: [{ forward: `127.0.0.1:${listed.address().port}` }, '*.cdn.example:443'] }),
      files: walled({ write: [{ from: workspace, to: '/workspace' }] }),
      bad: walled(),
    },
    policy: { rules },
    // What the walls stop is the question here, not what content guards stop before them.
    inspection: { injection: 'observe' },
    guards: { 'secrets.credential_path': 'observe' },
  });
});
after(async () => {
  await gateway?.stop();
  for (const server of [listed, other]) server?.close();
  if (workspace) rmSync(workspace, { recursive: true, force: true });
});

const open = (name) => Session.open(gateway.url(name), gateway.token);
const port = (server) => server.address().port;
const audited = async (reason) => {
  const { out } = await gateway.cli('audit', 'export');
  return out.includes(reason);
};

describe('network', () => {
  test('a listed port of the host answers', async () => {
    const session = await open('open');
    assert.match(textOf(await session.call('fetch', { host: '127.0.0.1', port: port(listed) })), /200 OK/);
  });
  test('another port, and any port without a list, does not', async () => {
    for (const [name, server] of [['open', other], ['closed', listed], ['closed', other]]) {
      const session = await open(name);
      assert.match(textOf(await session.call('fetch', { host: '127.0.0.1', port: port(server) })), /failed: ECONNREFUSED/);
    }
  });
  test('the proxy refuses what is not listed, in any spelling', async () => {
    const session = await open('open');
    const targets = ['evil.test:443', 'cdn.example:443', 'a.cdn.example:80', '169.254.169.254:443', '[::1]:443',
      `127.0.0.1:${port(other)}`, 'a.cdn.example.evil.test:443', 'a.cdn.example:443@evil.test:443', 'a.cdn.example%00.evil.test:443'];
    for (const target of targets)
      assert.match(textOf(await session.call('proxy', { target })), /403/, target);
    await until(() => audited('isolation.egress_refused'));
  });
});

describe('paths', () => {
  test('inside the mounted folder are read', async () => {
    const session = await open('files');
    for (const path of ['/workspace/note.txt', 'note.txt', '/workspace/./note.txt', '/workspace/inside', 'inside'])
      assert.equal(textOf(await session.call('read_file', { path })), 'a note', path);
  });
  test('leading out are refused before the server sees them', async () => {
    const session = await open('files');
    for (const path of ['/etc/passwd', '../etc/passwd', '/workspace/../etc/passwd', '/workspace-evil/x',
      '%2e%2e%2fetc/passwd', '/workspace/%252e%252e/etc/passwd', '~/.ssh/id_rsa', '/WORKSPACE/note.txt',
      '/workspace/outside', 'outside', '/workspace/far/log/any', '/workspace/./far/../outside'])
      assert.equal(decisionOf(await session.call('read_file', { path }))?.requirement, 'R10.2', path);
  });
});

describe('a server that tries to leave', () => {
  test('is stopped for everybody until a person releases it', async () => {
    const first = await open('bad');
    const second = await open('bad');
    await first.call('misbehave').catch(() => undefined);
    await until(async () => {
      const decision = decisionOf(await second.call('ping').catch(() => undefined));
      return decision?.reason === 'isolation.quarantined';
    });
    assert.ok(await audited('isolation.violation'));
    const well = await open('closed');
    assert.equal(textOf(await well.call('ping')), 'pong');
    const released = await gateway.cli('sandbox', 'release', 'bad');
    assert.equal(released.code, 0, released.err);
    const again = await open('bad');
    assert.equal(textOf(await again.call('ping')), 'pong');
  });
});
