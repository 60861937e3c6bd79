// PostgreSQL behind its npm server: malformed SQL that is tried again and again, and statements that
// only wait.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { packageFile, startGateway, stdioServer } from './doorward.mjs';
import { decisionOf, Session, textOf } from './mcp.mjs';
import { noPostgres, startPostgres } from './postgres.mjs';
import { until } from './wait.mjs';

// `npm ci` in tests brings the server; Debian brings PostgreSQL.
const server = packageFile('@modelcontextprotocol/server-postgres', 'dist/index.js');

const skip = noPostgres || (existsSync(server) ? false : 'run `npm ci --ignore-scripts` in tests');

describe('PostgreSQL', { skip }, () => {
  let postgres;
  let gateway;
  before(async () => {
    postgres = await startPostgres();
    postgres.query('CREATE TABLE users (id int, name text); INSERT INTO users VALUES (1, \'ana\')');
    gateway = await startGateway({
      servers: {
        db: stdioServer(server, [postgres.url], {
          tools: { query: { classes: ['read'] } }, // raw SQL runs code: off unless a person says what it is
          limits: { deadline: '2s' },
          sandbox: {
            network: [{ forward: `127.0.0.1:${postgres.port}` }],
            // PostgreSQL as it comes looks whether a client is still there only between statements.
            env: { PGOPTIONS: '-c client_connection_check_interval=500ms' },
          },
        }),
      },
      guards: { 'overload.heavy': 'observe', 'injection.sql': 'observe' }, // the deadline by itself
    });
  });
  after(async () => {
    await gateway?.stop();
    await postgres?.stop();
  });
  const open = () => Session.open(gateway.url('db'), gateway.token);

  test('sees the same malformed statement three times of a hundred; a good one works throughout', async () => {
    const session = await open();
    // server-postgres answers a failed statement by a protocol error.
    for (let i = 0; i < 100; i++) {
      const sql = i % 2 ? `SELCT name  FROM users WHERE id = ${i}` : `selct NAME from users\n where id='${i}' -- ${i}`;
      const reply = await session.request('tools/call', { name: 'query', arguments: { sql } });
      assert.ok(reply.error || reply.result.isError, JSON.stringify(reply));
      if (i >= 3) assert.equal(decisionOf(reply.result).reason, 'instability.repeat_failure');
      if (i % 20 === 0)
        assert.match(textOf(await session.call('query', { sql: `SELECT name FROM users WHERE id = 1 OR id = ${i}` })), /ana/);
    }
    assert.equal(postgres.logged(/STATEMENT: .*selct|ERROR: .*SELCT/i), 6); // an error and its statement each
  });

  test('a statement that sleeps is answered for at the deadline, its query is ended, and others are served', async () => {
    const sleeping = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()";
    const session = await open();
    const began = Date.now();
    const result = await session.call('query', { sql: 'SELECT pg_sleep(600)' });
    assert.equal(decisionOf(result).reason, 'overload.deadline');
    assert.ok(Date.now() - began >= 1900);
    assert.match(textOf(await session.call('query', { sql: 'SELECT name FROM users' })), /ana/);
    await until(() => postgres.query(sleeping) === '0');
    assert.match(textOf(await session.call('query', { sql: 'SELECT name FROM users -- again' })), /ana/);
  });
});

test('a delay function in a statement is refused before it is sent', { skip }, async (t) => {
  const postgres = await startPostgres();
  t.after(() => postgres.stop());
  const gateway = await startGateway({
    servers: { db: stdioServer(server, [postgres.url], {
      tools: { query: { classes: ['read'] } }, sandbox: { network: [{ forward: `127.0.0.1:${postgres.port}` }] } }) },
  });
  t.after(() => gateway.stop());
  const session = await Session.open(gateway.url('db'), gateway.token);
  for (const sql of ['SELECT pg_sleep(600)', 'select/**/PG_SLEEP(600)', "SELECT 1; SELECT pg_sleep_for('9 minutes')"])
    assert.equal(decisionOf(await session.call('query', { sql })).reason, 'overload.delay_function');
  assert.equal(postgres.logged(/sleep/i), 0);
});
