// A client that starts Doorward and never reads its standard error, before a server that talks there
// without end: no call waits for a reader.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { binary, stdioServer, testsFolder, writeConfiguration } from './doorward.mjs';
import { decisionOf } from './mcp.mjs';

test('a full pipe of standard error holds up no call', { timeout: 60_000 }, async (t) => {
  const loud = join(testsFolder, 'e2e/servers/loud_stdio.mjs');
  const place = writeConfiguration({
    servers: { loud: stdioServer(loud) }, limits: { calls: { rate: '1000/s', burst: 1000 } },
  });
  const child = spawn(binary, ['wrap', '--config', place.file], { cwd: place.folder, stdio: ['pipe', 'pipe', 'pipe'] });
  t.after(() => child.kill());
  child.stderr.pause(); // 64 KiB of pipe, and nobody at its end
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (id, method, params) => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    for (;;) {
      const message = JSON.parse((await answers.next()).value);
      if (message.id === id) return message.result;
    }
  };
  await ask(0, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } });
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
  await ask('list', 'tools/list', {});
  for (let n = 1; n <= 25; n++) {
    const result = await ask(n, 'tools/call', { name: 'loud__talk', arguments: { n } });
    assert.equal(decisionOf(result), undefined, JSON.stringify(result));
    await pause(100); // the lines of a second that are kept: 200 KB a second
  }
});
