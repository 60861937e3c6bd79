// The operator API: whose credential is taken there, and what each role may do.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeToken, startGateway } from './doorward.mjs';
import { exchange } from './http.mjs';
import { startIssuer } from './issuer.mjs';
import { bearer } from './mcp.mjs';

let gateway;
let issuer;
const tokens = {};
const now = () => Math.floor(Date.now() / 1000);
const audience = 'https://ops.example';

before(async () => {
  issuer = await startIssuer();
  for (const role of ['viewer', 'approver', 'admin']) tokens[role] = await makeToken(`the-${role}`);
  gateway = await startGateway({
    servers: {},
    admin: { public_url: audience },
    identity: {
      oauth: [{ issuer: issuer.url, audiences: ['https://gw.example/mcp'] }],
      operators: [
        ...['viewer', 'approver', 'admin'].map((role) => ({ id: `the-${role}`, hash: tokens[role].line.hash, role })),
        { id: 'sre', oauth: { issuer: issuer.url, group: 'sre' }, role: 'admin' },
      ],
    },
  });
});
after(async () => {
  await gateway?.stop();
  await issuer?.close();
});

const ask = (token, method, path, given) => {
  const body = given && JSON.stringify(given);
  const headers = { ...bearer(token), ...(body && { 'content-length': Buffer.byteLength(body) }) };
  return exchange(`${gateway.operator}${path}`, { method, headers, body });
};
const revoke = (token) => ask(token, 'POST', '/api/v1/revocations', { jti: 'nothing' });

describe('roles', () => {
  for (const role of ['viewer', 'approver', 'admin'])
    test(`${role} reads`, async () => {
      for (const path of ['/api/v1/status', '/api/v1/check', '/metrics', '/api/v1/revocations'])
        assert.equal((await ask(tokens[role].text, 'GET', path)).status, 200);
    });
  for (const role of ['viewer', 'approver'])
    test(`${role} changes nothing`, async () => {
      const answer = await revoke(tokens[role].text);
      assert.equal(answer.status, 403);
      assert.match(answer.headers['www-authenticate'], /insufficient_scope/);
      assert.deepEqual(JSON.parse((await ask(tokens[role].text, 'GET', '/api/v1/revocations')).text).revocations, []);
    });
  test('viewer decides on no held call', async () => {
    assert.equal((await ask(tokens.viewer.text, 'POST', '/api/v1/approvals/x/approve')).status, 403);
  });
  test('approver may', async () => {
    assert.notEqual((await ask(tokens.approver.text, 'POST', '/api/v1/approvals/x/approve')).status, 403);
  });
  test('admin changes', async () => {
    assert.equal((await revoke(tokens.admin.text)).status, 201);
    assert.equal((await ask(tokens.admin.text, 'DELETE', '/api/v1/revocations', { jti: 'nothing' })).status, 200);
  });
});

describe('access tokens of operators', () => {
  const claims = { aud: audience, groups: ['sre'] };
  test('are taken for the operator side', async () => {
    assert.equal((await ask(await issuer.token(claims), 'GET', '/api/v1/status')).status, 200);
  });
  const bad = {
    'for the client side': { aud: 'https://gw.example/mcp' },
    'for both sides': { aud: [audience, 'https://gw.example/mcp'] },
    'of no operator': { groups: ['dev'] },
    'of an agent that acts for one': { act: { sub: 'bot' } },
    'that have expired': { exp: now() - 300 },
  };
  for (const [name, more] of Object.entries(bad))
    test(`${name} are refused`, async () => {
      assert.equal((await ask(await issuer.token({ ...claims, ...more }), 'GET', '/api/v1/status')).status, 401);
    });
});

test('no credential of a client is taken, and no operator is a client', async () => {
  assert.equal((await exchange(`${gateway.client}/mcp/x`, { headers: bearer(tokens.admin.text), body: {} })).status, 401);
  const client = await issuer.token({ aud: 'https://gw.example/mcp', groups: ['sre'] });
  assert.equal((await ask(client, 'GET', '/api/v1/status')).status, 401);
});
