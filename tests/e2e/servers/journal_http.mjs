// `node journal_http.mjs PORT FILE`: a server that writes down every call before it works on it, for
// tests that kill it in between. `wait` (an argument) is how long an answer takes, in ms.
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startFickle } from './fickle_http.mjs';

const [port, file] = process.argv.slice(2);
const work = (name) => async ({ n, wait = 0 }) => {
  appendFileSync(file, `${name} ${n}\n`);
  await pause(wait);
  return `${name} ${n}`;
};
await startFickle({ write: work('write'), read: work('read') }, { read: { readOnlyHint: true } }, Number(port));
process.stdout.write('ready\n');
