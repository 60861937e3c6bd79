// INTERFACE, "Commands": every command is there, with its options, its exit codes and both formats.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeToken, runDoorward, startGateway, stdioProbe, writeConfiguration } from './doorward.mjs';

const commands = [
  'run', 'wrap', 'init', 'scan', 'pin list', 'pin diff', 'pin approve', 'pin revoke', 'approvals list',
  'approvals approve', 'approvals deny', 'audit verify', 'audit export', 'audit tail', 'audit prove',
  'policy test', 'policy explain', 'inspect', 'replay', 'token new', 'secrets set', 'secrets list',
  'secrets rm', 'secrets canary', 'sandbox explain', 'check', 'redteam', 'doctor',
];
const flags = {
  init: ['--from', '--write', '--undo', '--yes'],
  scan: ['--client-config', '--url'],
  'pin approve': ['--all'],
  'pin revoke': ['--all'],
  'audit verify': ['--against'],
  'audit export': ['--trace'],
  'token new': ['--group'],
  'policy explain': ['--user', '--group', '--scope', '--tool', '--arguments'],
};

let empty; // a folder without a configuration
before(() => { empty = mkdtempSync(join(tmpdir(), 'doorward-interface-')); });
after(() => rmSync(empty, { recursive: true, force: true }));
const run = (args, more) => runDoorward(args, { cwd: empty, ...more });
const json = ({ out }) => JSON.parse(out);

test('--version prints name and version', async () => {
  const { code, out } = await run(['--version']);
  assert.equal(code, 0);
  assert.match(out, /^doorward \d+\.\d+\.\d+\n$/);
});

describe('every command', () => {
  for (const command of commands)
    test(`${command} takes --help, --config and --format`, async () => {
      const { code, out } = await run([...command.split(' '), '--help']);
      assert.equal(code, 0);
      for (const flag of ['--config', '--format', ...(flags[command] ?? [])]) assert.ok(out.includes(flag), `${flag} in\n${out}`);
    });
  test('wrong usage ends with 2 and says so on standard error', async () => {
    for (const args of [[], ['no-such-command'], ['run', '--no-such-flag'], ['check', '--format', 'xml'], ['approvals'], ['audit', 'prove']]) {
      const { code, out, err } = await run(args);
      assert.equal(code, 2, `${args.join(' ')}: ${out}${err}`);
      assert.equal(out, '');
      assert.ok(err.length > 0);
    }
  });
  test('an unknown command is named', async () => {
    assert.match((await run(['chekc'])).err, /chekc/);
  });
  test('--config and --format may stand before the command as well', async () => {
    const place = writeConfiguration({ servers: {} });
    const { code, out } = await run(['--config', place.file, '--format', 'json', 'check']);
    assert.ok(code === 0 || code === 1);
    assert.equal(JSON.parse(out).requirements.length, 87);
    rmSync(place.folder, { recursive: true, force: true });
  });
  test('without a configuration: 2, with its file and what makes one', async () => {
    for (const args of [['run'], ['check'], ['replay', 'x.jsonl'], ['policy', 'explain', '--user', 'a', '--tool', 'b.c'], ['wrap']]) {
      const { code, err } = await run(args);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, args[0] === 'wrap' ? /configuration/ : /doorward\.yaml/);
    }
    assert.match((await run(['run'])).err, /doorward init/);
  });
  test('a wrong configuration: 2, with file, line and key', async () => {
    writeFileSync(join(empty, 'bad.yaml'), 'version: 1\nservers:\n  files:\n    comand: [node]\n');
    for (const args of [['run'], ['check'], ['pin', 'list'], ['audit', 'tail'], ['doctor'], ['wrap'], ['secrets', 'list'], ['redteam']]) {
      const { code, err } = await run([...args, '--config', 'bad.yaml']);
      assert.equal(code, 2, `${args.join(' ')}: ${err}`);
      assert.match(err, /bad\.yaml:4: servers\.files\.comand: /, args.join(' '));
    }
  });
  test('what needs a running gateway ends with 3 without one', async () => {
    const place = writeConfiguration({ servers: {} });
    for (const args of [['approvals', 'list'], ['redteam']]) {
      const { code, err } = await run([...args, '--config', place.file]);
      assert.equal(code, 3, `${args.join(' ')}: ${err}`);
      assert.ok(err.length > 0);
    }
    rmSync(place.folder, { recursive: true, force: true });
  });
});

describe('beside a running gateway', () => {
  let gateway, ana;
  before(async () => {
    ana = await makeToken('ana', 'dev');
    gateway = await startGateway({
      servers: { probe: stdioProbe() },
      policy: { rules: [
        { id: 'readers', effect: 'allow', principals: [{ group: 'dev' }], tools: ['probe.*'], classes: ['read'] },
        { id: 'writes', effect: 'hold', principals: [{ group: 'dev' }], classes: ['write'] },
      ] },
    });
  });
  after(() => gateway?.stop());
  const both = async (...args) => {
    const text = await gateway.cli(...args);
    const parsed = await gateway.cli(...args, '--format', 'json');
    assert.equal(text.code, parsed.code);
    return { text, value: JSON.parse(parsed.out) };
  };

  test('check: 87 requirements, each with a state and its evidence', async () => {
    const { text, value } = await both('check');
    assert.equal(value.requirements.length, 87);
    for (const { id, area, title, state, evidence } of value.requirements) {
      assert.match(id, /^R\d{1,2}\.\d$/);
      assert.ok(area && title && evidence !== undefined, id);
      assert.ok(['enforced', 'partly', 'open', 'not_a_gateways'].includes(state), state);
      assert.ok(text.out.includes(id), id);
    }
    assert.equal(text.code, value.requirements.every(({ state }) => ['enforced', 'not_a_gateways'].includes(state)) ? 0 : 1);
  });
  test('doctor reports each thing with its state', async () => {
    const { text, value } = await both('doctor');
    assert.ok([0, 1].includes(text.code));
    const told = JSON.stringify(value);
    for (const word of ['user namespaces', 'seccomp', 'control groups']) assert.ok(told.includes(word), told);
    assert.match(text.out, /port/);
  });
  test('sandbox explain says in words what a server gets', async () => {
    const { text, value } = await both('sandbox', 'explain', 'probe');
    assert.equal(text.code, 0, text.err);
    assert.match(text.out, /network/);
    assert.equal(typeof value, 'object');
    assert.equal((await gateway.cli('sandbox', 'explain', 'nobody')).code, 2);
  });
  test('pin list and diff', async () => {
    for (const what of ['list', 'diff']) {
      const { text, value } = await both('pin', what);
      assert.equal(text.code, 0, text.err);
      assert.ok(value.servers.some(({ name }) => name === 'probe'));
    }
    assert.match((await gateway.cli('pin', 'list', 'probe.echo')).out, /probe\.echo/);
  });
  test('approvals list; an unknown id is 1', async () => {
    const { value } = await both('approvals', 'list');
    assert.deepEqual(value.approvals, []);
    for (const what of ['approve', 'deny']) assert.equal((await gateway.cli('approvals', what, '00000000000000000000')).code, 1);
  });
  test('audit verify, export, tail, prove', async () => {
    const verified = await both('audit', 'verify');
    assert.equal(verified.text.code, 0, verified.text.err);
    assert.equal(verified.value.holds, true);
    const exported = (await gateway.cli('audit', 'export')).out.trim().split('\n').map((line) => JSON.parse(line));
    assert.equal(exported[0].index, 0);
    assert.ok(Array.isArray(exported[0].proof) && exported[0].leaf && exported[0].entry);
    assert.ok(exported.at(-1).checkpoint);
    assert.equal((await gateway.cli('audit', 'tail', '-n', '1')).out.trim().split('\n').length, 1);
    const proved = await both('audit', 'prove', '0');
    assert.equal(proved.text.code, 0);
    assert.equal((await gateway.cli('audit', 'prove', '999999')).code, 1);
  });
  test('audit verify --against a checkpoint kept elsewhere', async () => {
    const kept = join(gateway.folder, 'kept');
    writeFileSync(kept, (await gateway.cli('audit', 'export')).out.trim().split('\n').map((line) => JSON.parse(line)).at(-1).checkpoint);
    assert.equal((await gateway.cli('audit', 'verify', '--against', kept)).code, 0);
    writeFileSync(kept, 'doorward\n999\nAAAA\n');
    assert.notEqual((await gateway.cli('audit', 'verify', '--against', kept)).code, 0);
  });
  test('policy explain: 0 allowed, 1 held or denied', async () => {
    const explain = (user, group, tool) => gateway.cli('policy', 'explain', '--user', user, '--group', group, '--tool', tool, '--format', 'json');
    assert.equal((await explain('ana', 'dev', 'probe.read_x')).code, 0);
    for (const [group, tool, decision] of [['dev', 'probe.write_x', 'hold'], ['ops', 'probe.read_x', 'deny']]) {
      const told = await explain('ana', group, tool);
      assert.equal(told.code, 1);
      assert.equal(json(told).decision, decision);
    }
    assert.match((await gateway.cli('policy', 'explain', '--user', 'ana', '--group', 'dev', '--tool', 'probe.read_x')).out, /readers/);
  });
  test('policy test: 0 all hold, 1 one fails, 2 no such file', async () => {
    const file = join(gateway.folder, 'cases.yaml');
    const cases = (decision) => `cases: [{ principal: { user: ana, groups: [dev], scopes: [] }, call: { tool: probe.read_x, arguments: {} }, expect: { decision: ${decision}, rule: readers } }]\n`;
    writeFileSync(file, cases('allow'));
    assert.equal((await both('policy', 'test', file)).text.code, 0);
    writeFileSync(file, cases('deny'));
    assert.equal((await both('policy', 'test', file)).text.code, 1);
    assert.equal((await gateway.cli('policy', 'test', join(gateway.folder, 'none.yaml'))).code, 2);
  });
  test('token new prints the token once and its configuration line', async () => {
    const { code, out } = await gateway.cli('token', 'new', 'ci', '--group', 'g1', '--group', 'g2');
    assert.equal(code, 0);
    assert.match(out, /\bdw_ci_[A-Za-z0-9_-]{43}\b/);
    assert.match(out, /\{ id: "?ci"?, hash: "sha256\$[^"]+", groups: \["?g1"?, "?g2"?\] \}/);
    assert.match(ana.text, /^dw_ana_/);
  });
  test('secrets: set from standard input, list, rm', async () => {
    const secrets = (args, input = '') => runDoorward(['secrets', ...args, '--config', gateway.file], { input, cwd: gateway.folder });
    assert.equal((await secrets(['set', 'a-key'], 'value-4711\n')).code, 0);
    const listed = await secrets(['list', '--format', 'json']);
    assert.equal(listed.code, 0);
    assert.ok(json(listed).secrets.some(({ name }) => name === 'a-key'));
    assert.ok(!listed.out.includes('4711'));
    assert.equal((await secrets(['rm', 'a-key'])).code, 0);
    assert.equal((await secrets(['rm', 'a-key'])).code, 1);
  });
  test('one process per state folder: a second one ends with 3', async () => {
    assert.equal((await gateway.cli('run')).code, 3);
  });
});
