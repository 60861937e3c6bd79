// Plain HTTP for tests: whole exchanges, event streams, and bytes of one's own on a socket.
import { request as send } from 'node:http';
import { connect } from 'node:net';

/**
 * Starts a request; resolves at the head of the answer. No header is added but Host and the length.
 * `drop()` of the promise breaks the connection, also before there is a head.
 */
export function begin(url, { method = 'POST', headers = {}, body } = {}) {
  const bytes = body === undefined || Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body);
  const request = send(url, { method, headers, agent: false });
  request.setTimeout(60_000, () => request.destroy(new Error('not a byte for 60 s')));
  const answer = new Promise((done, failed) => {
    request.on('response', (response) => done(new Answer(request, response)));
    request.on('error', failed);
  });
  answer.catch(() => {}); // whoever awaits it sees the error; a dropped one nobody awaits
  request.end(bytes);
  return Object.assign(answer, { drop: () => request.destroy() });
}

class Answer {
  constructor(request, response) {
    this.request = request;
    this.response = response;
    this.status = response.statusCode;
    this.headers = response.headers;
    response.on('error', () => {});
  }

  get isStream() { return (this.headers['content-type'] ?? '').startsWith('text/event-stream'); }

  async text() {
    const chunks = [];
    for await (const chunk of this.response) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }

  async json() { return JSON.parse(await this.text()); }

  /** The events of a stream as `{ id, event, data, retry }`, as they come. */
  async *events() {
    let rest = '';
    this.response.setEncoding('utf8');
    const patience = setTimeout(() =>
      this.response.destroy(new Error('60 s of a stream without what the test waits for')), 60_000);
    try {
      for await (const chunk of this.response) {
        rest += chunk.replaceAll('\r\n', '\n');
        for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
          const event = parseEvent(rest.slice(0, end));
          rest = rest.slice(end + 2);
          if (event) yield event;
        }
      }
    } catch (error) {
      if (error.code !== 'ECONNRESET' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    } finally {
      clearTimeout(patience);
    }
  }

  /** Breaks the connection, as a client that goes away. */
  drop() { this.request.destroy(); }
}

function parseEvent(block) {
  const event = { data: '' };
  const data = [];
  for (const line of block.split('\n')) {
    if (line === '' || line.startsWith(':')) continue;
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') data.push(value);
    else event[name] = value;
  }
  event.data = data.join('\n');
  return data.length || event.id !== undefined ? event : undefined;
}

/** One whole exchange: `{ status, headers, text }`. */
export async function exchange(url, options) {
  const answer = await begin(url, options);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/**
 * Writes `bytes` to the listener of `url` and reads until the peer closes, or until `enough(text)`.
 * A peer that does neither fails the test after `patience` milliseconds.
 */
export function rawExchange(url, bytes, { enough = headComplete, patience = 20_000 } = {}) {
  const { hostname, port } = new URL(url);
  return new Promise((done, failed) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const finish = () => { clearTimeout(timer); socket.destroy(); done(text); };
    const timer = setTimeout(() => {
      socket.destroy();
      failed(new Error(`no answer and no close; so far: ${JSON.stringify(text.slice(0, 300))}`));
    }, patience);
    socket.on('data', (chunk) => { text += chunk.toString('latin1'); if (enough(text)) finish(); });
    socket.on('error', finish); // a reset is a refusal too
    socket.on('close', finish);
  });
}

const headComplete = (text) => text.includes('\r\n\r\n');

/** The status of a raw answer; 0 where the peer closed without one. */
export const statusOf = (text) => Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0);
