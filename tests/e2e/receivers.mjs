// Receivers of log records for tests: a syslog server over TLS or TCP, an OTLP collector, a witness.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { createServer as createTls } from 'node:tls';

const listening = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));

/** Octet-counted syslog: `{ port, messages, connections, hangUp() , close() }`. */
export async function startSyslog({ certificate, key } = {}) {
  const messages = [];
  const sockets = new Set();
  const take = (socket) => {
    sockets.add(socket);
    receiver.connections += 1;
    let held = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk]);
      for (;;) {
        const space = held.indexOf(32);
        if (space < 1) return;
        const size = Number(held.subarray(0, space));
        if (held.length < space + 1 + size) return;
        messages.push(held.subarray(space + 1, space + 1 + size).toString());
        held = held.subarray(space + 1 + size);
      }
    });
  };
  const server = certificate
    ? createTls({ cert: readFileSync(certificate), key: readFileSync(key) }, take)
    : createTcp(take);
  const receiver = {
    messages,
    connections: 0,
    hangUp() { for (const socket of sockets) socket.destroy(); },
    close() {
      receiver.hangUp();
      return new Promise((done) => server.close(done));
    },
  };
  receiver.port = await listening(server);
  return receiver;
}

const bodyOf = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** A collector: `{ url, requests: [{ headers, body }], fails, close() }`; answers 503 while `fails`. */
export async function startCollector() {
  const collector = { requests: [], fails: false };
  const server = createHttp(async (request, response) => {
    const body = await bodyOf(request);
    if (collector.fails) return response.writeHead(503).end();
    collector.requests.push({ headers: request.headers, path: request.url, body: JSON.parse(body) });
    return response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}');
  });
  collector.url = `http://127.0.0.1:${await listening(server)}/v1/logs`;
  collector.close = () => new Promise((done) => { server.closeAllConnections(); server.close(done); });
  collector.records = () => collector.requests.flatMap(({ body }) => body.resourceLogs[0].scopeLogs[0].logRecords);
  return collector;
}

/** A witness of one log (C2SP tlog-witness) that signs what it is shown and remembers the size. */
export async function startWitness(name = 'witness.example') {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.concat([Buffer.from([4]), publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)]);
  const id = createHash('sha256').update(`${name}\n`).update(raw).digest().subarray(0, 4);
  const witness = { size: 0, signed: 0, key: `${name}+${id.toString('hex')}+${raw.toString('base64')}` };
  const server = createHttp(async (request, response) => {
    const body = await bodyOf(request);
    const old = Number(/^old (\d+)\n/.exec(body)?.[1]);
    const note = body.slice(body.indexOf('\n\n') + 2);
    const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
    if (old !== witness.size) return response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end(`${witness.size}\n`);
    witness.size = Number(text.split('\n')[1]);
    witness.signed += 1;
    const time = 1_700_000_000n;
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(time);
    const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), privateKey);
    return response.writeHead(200).end(`\u2014 ${name} ${Buffer.concat([id, stamp, signature]).toString('base64')}\n`);
  });
  witness.url = `http://127.0.0.1:${await listening(server)}`;
  witness.close = () => new Promise((done) => { server.closeAllConnections(); server.close(done); });
  return witness;
}
