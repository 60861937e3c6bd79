// `doorward inspect` as a user calls it: lines in, lines out, in order, places in bytes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { binary } from './doorward.mjs';

let folder;
before(() => { folder = mkdtempSync(join(tmpdir(), 'doorward-inspect-')); });
after(() => { if (folder) rmSync(folder, { recursive: true, force: true }); });

const inspect = (lines, ...args) => {
  const input = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n') + '\n';
  const run = spawnSync(binary, ['inspect', ...args], { input, cwd: folder, encoding: 'utf8' });
  return { code: run.status, out: run.stdout.trimEnd().split('\n').map((line) => JSON.parse(line)) };
};
const key = 'AKIA' + 'Q3EGRZ7TPLN2XW5D';

describe('inspect', () => {
  test('answers in order, and findings alone exit 0', () => {
    const { code, out } = inspect([
      { id: 'a', channel: 'tool_result', text: 'The meeting is on Tuesday.' },
      { id: 2, channel: 'tool_arguments', text: "x' OR 1=1 --" },
      { id: 'c', channel: 'tool_arguments', role: 'command', text: 'git log | head' },
      { id: 'd', channel: 'tool_arguments', role: 'sql', text: "SELECT name FROM users WHERE id = 7" },
      { id: 'e', channel: 'tool_result', text: `key ${key}` },
    ]);
    assert.equal(code, 0);
    assert.deepEqual(out.map(({ id, verdict }) => [id, verdict]),
      [['a', 'pass'], [2, 'deny'], ['c', 'pass'], ['d', 'pass'], ['e', 'rewrite']]);
    for (const { score } of out) assert.ok(score >= 0 && score <= 1);
  });
  test('places are bytes of UTF-8, half open', () => {
    const text = `ключ 🔑 ${key} конец`;
    const { out: [{ findings: [{ rule, kind, span: [from, to] }] }] } = inspect([{ id: 1, channel: 'tool_result', text }]);
    assert.equal(rule, 'secret.aws_key_id');
    assert.equal(kind, 'secret');
    assert.equal(Buffer.from(text).subarray(from, to).toString(), key);
  });
  test('personal data is observed by default', () => {
    const { out: [{ verdict, findings }] } = inspect([{ id: 1, channel: 'tool_result', text: 'write to ana@mail.example' }]);
    assert.equal(verdict, 'pass');
    assert.deepEqual(findings.map(({ kind, mode }) => [kind, mode]), [['pii', 'observe']]);
  });
  test('a bad line gives an error, work goes on, and it exits 2', () => {
    const { code, out } = inspect(['no json', { id: 1, channel: 'no_such', text: 'a' }, { channel: 'tool_result', text: 'a' },
      { id: 4, channel: 'tool_result', text: 'a' }]);
    assert.equal(code, 2);
    for (const line of out.slice(0, 3)) {
      assert.equal(line.id, null);
      assert.equal(typeof line.error, 'string');
    }
    assert.deepEqual(out[3], { id: 4, verdict: 'pass', score: out[3].score, findings: [] });
  });
  test('the configuration decides the verdict', () => {
    const file = join(folder, 'own.yaml');
    writeFileSync(file, 'version: 1\ninspection: { injection: observe, secrets: deny, pii: redact }\n');
    const { out } = inspect([
      { id: 1, channel: 'tool_arguments', text: "x' OR 1=1 --" },
      { id: 2, channel: 'tool_result', text: `key ${key}` },
      { id: 3, channel: 'tool_result', text: 'write to ana@mail.example' },
    ], '--config', file);
    assert.deepEqual(out.map(({ verdict }) => verdict), ['pass', 'deny', 'rewrite']);
    assert.ok(out[0].findings.every(({ mode }) => mode === 'observe'));
  });
});
