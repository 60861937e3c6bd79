// What goes around Doorward: servers in the files of clients, and what listens on this machine.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { binary, runDoorward, startGateway, stdioProbe, writeConfiguration } from './doorward.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

let home;
let place;
before(() => {
  home = mkdtempSync(join(tmpdir(), 'doorward-home-'));
  mkdirSync(join(home, '.cursor'));
  place = writeConfiguration({ servers: { probe: stdioProbe() } });
});
after(() => { for (const folder of [home, place.folder]) rmSync(folder, { recursive: true, force: true }); });

const plant = (mcpServers) => writeFileSync(join(home, '.cursor/mcp.json'), JSON.stringify({ mcpServers }));
const env = () => ({ ...process.env, HOME: home });
const discover = async (...more) => {
  const { code, out, err } = await runDoorward(['scan', '--discover', '--format', 'json', '--config', place.file, ...more], { cwd: place.folder, env: env() });
  return { code, err, found: JSON.parse(out).findings };
};
const [command, ...args] = stdioProbe().command;

describe('in the files of clients', () => {
  test('a server that the configuration does not know', async () => {
    plant({ rogue: { command: 'npx', args: ['-y', 'some-server'] } });
    const { code, found } = await discover();
    assert.equal(code, 1);
    const one = found.find(({ name }) => name === 'rogue');
    assert.equal(one.severity, 'high');
    assert.equal(one.rule, 'discovery.unknown_server');
    assert.match(one.text, /Cursor.*npx/);
  });
  test('a known server that is started without Doorward', async () => {
    plant({ mine: { command, args } });
    const { found } = await discover();
    assert.deepEqual(found.filter(({ kind }) => kind === 'client').map(({ rule, server, severity }) => [rule, server, severity]),
      [['discovery.bypass', 'probe', 'medium']]);
  });
  test('what goes through Doorward is no finding', async () => {
    plant({ doorward: { command: binary, args: ['wrap', '--config', place.file] } });
    const { found } = await discover();
    assert.deepEqual(found.filter(({ kind }) => kind === 'client'), []);
  });
  test('another home may be named', async () => {
    const other = mkdtempSync(join(tmpdir(), 'doorward-home-'));
    mkdirSync(join(other, '.gemini'));
    writeFileSync(join(other, '.gemini/settings.json'), JSON.stringify({ mcpServers: { far: { url: 'https://far.example/mcp' } } }));
    const { found } = await discover('--home', other);
    assert.ok(found.some(({ name, severity }) => name === 'far' && severity === 'high'));
    rmSync(other, { recursive: true, force: true });
  });
  test('the running gateway tells of a planted one, and `check` does not call it enforced', async () => {
    plant({ rogue: { command: 'npx', args: ['-y', 'some-server'] } });
    const gateway = await startGateway(undefined, { place, env: env() });
    try {
      await until(() => /rogue\.around: .*`rogue`/.test(gateway.stderr));
      const { out } = await runDoorward(['check', '--format', 'json', '--config', place.file], { cwd: place.folder, env: env() });
      const row = JSON.parse(out).requirements.find(({ id }) => id === 'R11.8');
      assert.equal(row.state, 'partly');
      assert.match(row.evidence, /1 servers? in clients' files/);
    } finally {
      await gateway.stop({ keep: true });
    }
  });
});

describe('listening', () => {
  test('an MCP server on loopback is found, a web server is not', async () => {
    plant({});
    const probe = await startProbe();
    const web = createServer((request, response) => response.end('hello'));
    await new Promise((done) => { web.listen(0, '127.0.0.1', done); });
    try {
      const { code, found } = await discover();
      assert.equal(code, 1);
      const at = (port) => found.find(({ name }) => name.endsWith(`:${port}`));
      const one = at(new URL(probe.url).port);
      assert.equal(one.severity, 'high');
      assert.equal(one.rule, 'discovery.listener');
      assert.match(one.text, /`node/);
      assert.equal(at(web.address().port), undefined);
    } finally {
      await probe.close();
      await new Promise((done) => { web.close(done); });
    }
  });
});
