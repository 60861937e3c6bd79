// The policy can't be changed by any way of MCP: not by a method, not by a tool that writes files,
// not by an unsigned or an edited file.
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { packageFile, startGateway, stdioServer, writeConfiguration } from './doorward.mjs';
import { decisionOf, modernRequest, Session, textOf } from './mcp.mjs';
import { startProbe } from './servers/probe_http.mjs';
import { until } from './wait.mjs';

const anyone = [{ any: true }];
const filesystem = (folder) => stdioServer(packageFile('@modelcontextprotocol/server-filesystem', 'dist/index.js'), ['/workspace'],
  { sandbox: { write: [{ from: folder, to: '/workspace' }] } });

describe('a tool that writes files', () => {
  let workspace;
  let place;
  let gateway;
  let session;
  let before_;
  before(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'doorward-workspace-'));
    const config = {
      servers: { files: filesystem(workspace) },
      // What the walls stop is the question, not what path guards stop before them.
      guards: { 'secrets.credential_path': 'observe' },
      limits: { repeat_failures: 1000 },
      policy: { rules: [{ id: 'all', effect: 'allow', principals: anyone, tools: ['files.*'] },
        { id: 'no-moves', effect: 'deny', tools: ['files.move_file'] }] },
    };
    place = writeConfiguration(config);
    symlinkSync(place.folder, join(workspace, 'link'));
    symlinkSync(place.file, join(workspace, 'rules.yaml'));
    mkdirSync(join(workspace, 'sub'));
    gateway = await startGateway(config, { place });
    session = await Session.open(gateway.url('files'), gateway.token);
    await session.request('tools/list');
    // What destroys is never pinned on first sight.
    assert.equal((await gateway.cli('pin', 'approve', 'files.write_file', 'files.move_file')).code, 0);
    before_ = readFileSync(place.file, 'utf8');
  });
  after(async () => { await gateway?.stop(); if (workspace) rmSync(workspace, { recursive: true, force: true }); });

  const evil = '{"version":1,"policy":{"rules":[{"id":"all","effect":"allow","principals":[{"any":true}]}]}}';
  test('does not reach the configuration, by any path', async () => {
    for (const path of [place.file, '/workspace/link/doorward.yaml', '/workspace/rules.yaml', '/workspace/../doorward.yaml',
      `/workspace/..${place.file}`, `/workspace/sub/../../..${place.file}`, `/proc/1/root${place.file}`, `/proc/self/root${place.file}`,
      `${place.folder}/./doorward.yaml`, `${place.folder}/state/operator-token`, `${place.folder}/doorward.lock`]) {
      const result = await session.call('write_file', { path, content: evil });
      assert.equal(result.isError, true, `${path}: ${JSON.stringify(result)}`);
      const read = await session.call('read_text_file', { path });
      assert.equal(read.isError, true, `${path}: ${JSON.stringify(read)}`);
    }
    assert.equal(readFileSync(place.file, 'utf8'), before_);
    const own = await session.call('write_file', { path: '/workspace/sub/note.txt', content: 'its own' });
    assert.notEqual(own.isError, true, JSON.stringify(own));
    assert.equal(readFileSync(join(workspace, 'sub/note.txt'), 'utf8'), 'its own');
    gateway.child.kill('SIGHUP');
    await until(() => / reloaded\n/.test(gateway.stderr));
    const denied = await session.call('move_file', { source: '/workspace/sub/note.txt', destination: '/workspace/b' });
    assert.equal(decisionOf(denied).reason, 'privilege.denied');
  });

  test('is not started where a link leads through what it may write', async () => {
    const made = writeConfiguration({ servers: {} });
    mkdirSync(join(made.folder, 'work'));
    const config = { ...made.config, servers: { files: stdioServer('x.mjs', [], { sandbox: { write: [join(made.folder, 'work')] } }) } };
    rmSync(made.file);
    writeFileSync(join(made.folder, 'work', 'real.yaml'), JSON.stringify(config));
    symlinkSync('work/real.yaml', made.file);
    await assert.rejects(startGateway(config, { place: made }), /servers\.files\.sandbox\.write.*doorward\.yaml/s);
  });

  test('is not started where it could', async () => {
    for (const [more, named] of [
      [(folder) => ({ servers: { files: filesystem(folder) } }), /doorward\.yaml/],
      [(folder) => ({ servers: { files: stdioServer('x.mjs', [], { sandbox: { write: [join(folder, 'doorward.lock')] } }) } }), /doorward\.lock/],
      [(folder) => ({ servers: { files: stdioServer('x.mjs', [], { sandbox: { write: [join(folder, 'keys')] } }) },
        policy: { file: 'keys/policy.yaml', signature: 'keys/policy.sig', key: 'policy.pub' } }), /policy\.yaml/],
      [(folder) => ({ servers: { files: stdioServer('x.mjs', [], { sandbox: { write: [join(folder, 'keys')] } }) },
        secrets: { a: { file: './keys/a' } } }), /would let the server write `a`/],
    ]) {
      const made = writeConfiguration({ servers: {} });
      const config = { ...made.config, ...more(made.folder) };
      writeFileSync(made.file, JSON.stringify(config));
      await assert.rejects(startGateway(config, { place: made }), (error) => {
        assert.match(error.message, /servers\.files\.sandbox\.write/);
        assert.match(error.message, named);
        return true;
      });
    }
  });
});

describe('methods of MCP', () => {
  let probe;
  let gateway;
  before(async () => {
    probe = await startProbe();
    gateway = await startGateway({ servers: { probe: { url: probe.url, pins: 'first_use' } },
      policy: { rules: [{ id: 'echo', effect: 'allow', principals: anyone, tools: ['probe.echo'] }] } });
  });
  after(async () => { await gateway?.stop(); await probe?.close(); });

  test('none sets a policy, a right or a rule, and none reaches a server', async () => {
    const session = await Session.open(gateway.url('probe'), gateway.token);
    const rules = [{ id: 'all', effect: 'allow', principals: anyone }];
    for (const method of ['policy/set', 'policy/update', 'admin/reload', 'doorward/policy', 'io.doorward/policy', 'rules/add', 'approvals/approve', 'config/write']) {
      const reply = await session.request(method, { rules });
      assert.equal(reply.error?.code, -32601, `${method}: ${JSON.stringify(reply)}`);
      const { message } = await modernRequest(gateway.url('probe'), gateway.token, method, { rules });
      assert.equal(message.error?.code, -32601, `${method}: ${JSON.stringify(message)}`);
      assert.ok(!probe.messages().some((one) => one.method === method));
    }
    const meta = { 'io.doorward/policy': { rules }, policy: { rules }, role: 'admin', groups: ['admin'], scopes: ['*'] };
    const result = await session.call('large', { bytes: 1 }, meta);
    assert.equal(decisionOf(result).reason, 'privilege.denied');
    assert.ok(!probe.sawCall('large'));
    assert.equal(textOf(await session.call('echo', { text: 'a' }, meta)), 'a');
  });
});

describe('a signed policy', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const stranger = generateKeyPairSync('ed25519');
  const text = (tools) => JSON.stringify({ rules: [{ id: 'some', effect: 'allow', principals: anyone, tools }] });
  let probe;
  before(async () => { probe = await startProbe(); });
  after(async () => { await probe?.close(); });

  const setUp = () => {
    const place = writeConfiguration({ servers: { probe: { url: probe.url, pins: 'first_use' } },
      policy: { file: 'policy.yaml', signature: 'policy.sig', key: 'policy.pub' } });
    const write = (name, bytes) => writeFileSync(join(place.folder, name), bytes);
    const publish = (content, key = privateKey) => {
      write('policy.yaml', content);
      write('policy.sig', `${sign(null, Buffer.from(content), key).toString('base64')}\n`);
    };
    write('policy.pub', publicKey.export({ type: 'spki', format: 'pem' }));
    return { place, write, publish };
  };

  test('without its signature, with that of another key or of another text: no start', async () => {
    for (const spoil of [
      ({ write }) => write('policy.yaml', text(['*.*'])),
      ({ publish }) => publish(text(['probe.echo']), stranger.privateKey),
      ({ write }) => write('policy.sig', ''),
      ({ write }) => write('policy.sig', Buffer.alloc(64)),
      ({ place }) => rmSync(join(place.folder, 'policy.sig')),
    ]) {
      const set = setUp();
      set.publish(text(['probe.echo']));
      spoil(set);
      await assert.rejects(startGateway(set.place.config, { place: set.place }), /policy/);
    }
  });

  test('an edit that is not signed is told, a reload refuses it, and the old rules stay', async () => {
    const { place, write, publish } = setUp();
    publish(text(['probe.echo']));
    const gateway = await startGateway(place.config, { place });
    const session = await Session.open(gateway.url('probe'), gateway.token);
    const denied = async () => assert.equal(decisionOf(await session.call('large', { bytes: 1 })).reason, 'privilege.denied');
    await denied();
    const refusals = () => gateway.stderr.split('not reloaded').length - 1;
    const ownKey = publicKey.export({ type: 'spki', format: 'pem' });
    // Edited, and signed by somebody else; by somebody who put their key in the place of the right one;
    // then the signing itself taken out.
    for (const [n, edit] of [
      () => write('policy.yaml', text(['*.*'])),
      () => publish(text(['*.*']), stranger.privateKey),
      () => { publish(text(['*.*']), stranger.privateKey); write('policy.pub', stranger.publicKey.export({ type: 'spki', format: 'pem' })); },
      () => { write('policy.pub', ownKey); publish(text(['probe.echo'])); writeFileSync(place.file, JSON.stringify({ ...place.config, policy: JSON.parse(text(['*.*'])) })); },
    ].entries()) {
      edit();
      gateway.child.kill('SIGHUP');
      await until(() => refusals() === n + 1);
      await denied();
    }
    await until(() => gateway.stderr.includes('logtamper.config_edited'));
    // What the right key signed is taken.
    writeFileSync(place.file, JSON.stringify(place.config));
    publish(text(['*.*']));
    gateway.child.kill('SIGHUP');
    await until(() => / reloaded\n/.test(gateway.stderr));
    assert.notEqual((await session.call('large', { bytes: 1 })).isError, true);
    assert.equal((await gateway.cli('audit', 'export')).out.split('logtamper.reload_refused').length - 1, 4);
    await gateway.stop();
  });
});
