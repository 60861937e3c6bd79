// Runs the end-to-end tests: `node run.mjs [NAME…]`, each NAME a part of a file's name.
// DOORWARD names the binary. One file after the other, so that no test waits for another's processor.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const wanted = process.argv.slice(2);
const files = readdirSync(here)
  .filter((name) => name.endsWith('.test.mjs'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort()
  .map((name) => join(here, name));
if (files.length === 0) {
  console.error(`no test file matches \`${wanted.join(' ')}\``);
  process.exit(2);
}
const child = spawn(process.execPath,
  ['--test', '--test-concurrency=1', '--test-timeout=900000', '--test-reporter=spec', ...files], { stdio: 'inherit' });
child.on('close', (code) => process.exit(code ?? 1));
