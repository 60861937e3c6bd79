// A small MCP client that sends exactly what a test says. Legacy sessions and modern requests.
import { begin, exchange } from './http.mjs';

export const modernVersion = '2026-07-28';
export const bearer = (token) => (token ? { authorization: `Bearer ${token}` } : {});

export const baseHeaders = (token) => ({
  ...bearer(token),
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
});

/** One legacy session over Streamable HTTP. `answers[method](params)` answers requests of the server. */
export class Session {
  #next = 1;

  static async open(url, token, { version = '2025-11-25', capabilities = {}, answers = {} } = {}) {
    const session = new Session();
    Object.assign(session, { url, token, version, answers, notifications: [], events: [] });
    const answer = await begin(url, {
      headers: baseHeaders(token),
      body: {
        jsonrpc: '2.0', id: 0, method: 'initialize',
        params: { protocolVersion: version, capabilities, clientInfo: { name: 'e2e', version: '1' } },
      },
    });
    session.id = answer.headers['mcp-session-id'];
    const reply = await session.#collect(answer, 0);
    if (!reply?.result) throw new Error(`initialize: HTTP ${answer.status} ${JSON.stringify(reply)}`);
    session.initialized = reply.result;
    session.version = reply.result.protocolVersion;
    await session.notify('notifications/initialized');
    return session;
  }

  headers(more = {}) {
    return {
      ...baseHeaders(this.token),
      'mcp-protocol-version': this.version,
      ...(this.id && { 'mcp-session-id': this.id }),
      ...more,
    };
  }

  /** Posts `message` as it is. */
  post(message, more) { return begin(this.url, { headers: this.headers(more), body: message }); }

  async notify(method, params) {
    const answer = await this.post({ jsonrpc: '2.0', method, ...(params && { params }) });
    await answer.text();
    return answer.status;
  }

  /** Starts a request and leaves its answer open: `{ id, answer }`, the answer a promise of its head. */
  start(method, params, id = this.#next++) {
    return { id, answer: this.post({ jsonrpc: '2.0', id, method, ...(params && { params }) }) };
  }

  /** The whole JSON-RPC answer of a request; what else comes on its stream is kept in `notifications`. */
  request(method, params, id) { return this.finish(this.start(method, params, id)); }

  async finish({ id, answer }) { return this.#collect(await answer, id); }

  /** `tools/call`, answered with its result; throws the error of one. */
  async call(name, args = {}, _meta) {
    const reply = await this.request('tools/call', { name, arguments: args, ...(_meta && { _meta }) });
    if (reply.error) throw Object.assign(new Error(reply.error.message), reply.error);
    return reply.result;
  }

  async #collect(answer, id) {
    if (!answer.isStream) {
      const text = await answer.text();
      return text === '' ? undefined : JSON.parse(text);
    }
    for await (const event of answer.events()) {
      this.events.push(event);
      if (event.data.trim() === '') continue;
      const message = JSON.parse(event.data);
      if (await this.take(message, id)) { answer.drop(); return message; }
    }
    throw new Error(`the stream of request ${id} ended without its answer`);
  }

  /** Keeps or answers a message of the server; true where it is the answer to `id`. */
  async take(message, id) {
    if (message.method === undefined) return message.id === id;
    if (message.id === undefined) this.notifications.push(message);
    else {
      const result = await this.answers[message.method](message.params);
      await (await this.post({ jsonrpc: '2.0', id: message.id, result })).text();
    }
    return false;
  }

  /** Opens the GET stream. */
  listen(lastEventId) {
    const headers = this.headers({ accept: 'text/event-stream', ...(lastEventId && { 'last-event-id': lastEventId }) });
    delete headers['content-type'];
    return begin(this.url, { method: 'GET', headers });
  }

  end() { return exchange(this.url, { method: 'DELETE', headers: this.headers() }); }
}

/** The parameters of a modern request. */
export const modernParams = (params = {}, capabilities = {}) => ({
  ...params,
  _meta: {
    'io.modelcontextprotocol/protocolVersion': modernVersion,
    'io.modelcontextprotocol/clientCapabilities': capabilities,
    'io.modelcontextprotocol/clientInfo': { name: 'e2e', version: '1' },
    ...params._meta,
  },
});

/** The headers that a modern request must have for its body. */
export function modernHeaders(token, method, params = {}) {
  const name = params.name ?? params.uri ?? params.taskId;
  return {
    ...baseHeaders(token),
    'mcp-protocol-version': modernVersion,
    'mcp-method': method,
    ...(name !== undefined && { 'mcp-name': name }),
  };
}

/** One modern request: `{ status, headers, message }`; notifications on its stream in `others`. */
export async function modernRequest(url, token, method, params, { id = 1, capabilities, headers = {} } = {}) {
  const answer = await begin(url, {
    headers: { ...modernHeaders(token, method, params), ...headers },
    body: { jsonrpc: '2.0', id, method, params: modernParams(params, capabilities) },
  });
  const others = [];
  if (!answer.isStream) {
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, others, message: text === '' ? undefined : JSON.parse(text) };
  }
  for await (const event of answer.events()) {
    if (event.data.trim() === '') continue;
    const message = JSON.parse(event.data);
    if (message.id === id && message.method === undefined)
      return { status: answer.status, headers: answer.headers, others, message };
    others.push(message);
  }
  throw new Error('the stream ended without the answer');
}

/** The first text of a tool's result. */
export const textOf = (result) => result?.content?.find((part) => part.type === 'text')?.text;
/** What Doorward says about a call that it refused. */
export const decisionOf = (result) => result?._meta?.['io.doorward/decision'];
