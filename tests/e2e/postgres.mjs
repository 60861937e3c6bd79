// A PostgreSQL of a test's own, on a free loopback port; needs Debian's `postgresql`.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './wait.mjs';

const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort() : [];
const bin = versions.length > 0 ? join('/usr/lib/postgresql', versions.at(-1), 'bin') : undefined;

/** False, or why there is none. */
export const noPostgres = bin && existsSync(join(bin, 'initdb')) ? false : 'Debian’s postgresql is not installed';

// It does not run as root; the user that its package made does.
function account() {
  if (process.getuid() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((one) => one.startsWith('postgres:'));
  const [, , uid, gid] = line.split(':').map(Number);
  return { uid, gid };
}

const freePort = () => new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => done(port));
  });
});

/** `{ port, url, logged(pattern), query(sql), stop() }`; every statement is in its log. */
export async function startPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'doorward-pg-'));
  const as = account();
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid);
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync'], { ...as, env, cwd: folder, stdio: 'ignore' });
  const port = await freePort();
  const server = spawn(join(bin, 'postgres'), [
    '-D', data, '-k', folder, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off',
    '-c', 'log_statement=all', '-c', 'max_connections=20', '-c', 'shared_buffers=16MB',
  ], { ...as, env, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', (chunk) => { log += chunk; });
  const ended = new Promise((done) => server.on('close', done));
  await until(() => log.includes('ready to accept connections'));
  return {
    port,
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    logged: (pattern) => log.split('\n').filter((line) => pattern.test(line)).length,
    query: (sql) => execFileSync(join(bin, 'psql'), ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-Atc', sql], { env, encoding: 'utf8' }).trim(),
    async stop() {
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
