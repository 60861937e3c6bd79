// A server of revision 2026-07-28 and no other. No SDK, so that its wire is fully known. `send` takes
// every message of one connection; over HTTP a connection is one request.
const version = '2026-07-28';
const key = (name) => `io.modelcontextprotocol/${name}`;
const schema = (properties = {}, required = Object.keys(properties)) => ({ type: 'object', properties, required });
const string = { type: 'string' };
const integer = { type: 'integer' };

const definitions = {
  echo: ['Repeats a text', schema({ text: string })],
  sum: ['Adds two numbers', schema({ a: integer, b: integer }), schema({ sum: integer })],
  elicit: ['Asks the user', schema({ message: string })],
  twice: ['Asks the user two times', schema()],
  sample: ['Asks the client to sample', schema({ prompt: string })],
  roots: ['Asks for the roots', schema()],
  endless: ['Asks without end', schema()],
  progress: ['Reports progress', schema({ steps: integer })],
  log: ['Sends a log message', schema({ level: string, text: string })],
  hold: ['Waits until it is cancelled', schema()],
  region: ['Has an argument that a header repeats', schema({ region: { ...string, 'x-mcp-header': 'Region' } })],
  misdeclared: ['Declares a header that none can be', schema({ text: { ...string, 'x-mcp-header': 'not a token' } })],
  touch: ['Changes the note', schema()],
  grow: ['Adds a tool to the list', schema()],
  odd: ['Answers with an unknown kind of result', schema()],
};
const tool = (name, [description, inputSchema, outputSchema]) =>
  ({ name, description, inputSchema, ...(outputSchema && { outputSchema }) });
const say = (text) => ({ resultType: 'complete', content: [{ type: 'text', text }] });
const fault = (code, message, data) => Object.assign(new Error(message), { code, data });

export class Modern {
  constructor() {
    this.tools = Object.entries(definitions).map(([name, parts]) => tool(name, parts));
    this.listeners = new Set(); // { id, wanted, send }
    this.cancelled = [];
    this.held = new Map();
    this.received = []; // whole requests
  }

  /** Answers one request, or takes a notification. */
  async receive(message, send) {
    this.received.push(message);
    if (message.method === 'notifications/cancelled') return this.cancel(message.params.requestId);
    if (message.id === undefined) return undefined;
    try {
      const result = await this.#answer(message, send);
      if (result) send({ jsonrpc: '2.0', id: message.id, result });
    } catch (error) {
      send({ jsonrpc: '2.0', id: message.id, error: { code: error.code ?? -32603, message: error.message, ...(error.data && { data: error.data }) } });
    }
    return undefined;
  }

  /** The client cancelled, by its notification or by leaving. */
  cancel(id) {
    this.cancelled.push(id);
    this.held.get(id)?.();
    this.held.delete(id);
    for (const listener of this.listeners) if (listener.id === id) this.listeners.delete(listener);
  }

  announce(method, params, takes) {
    for (const { id, wanted, send } of this.listeners)
      if (takes(wanted)) send({ jsonrpc: '2.0', method, params: { ...params, _meta: { [key('subscriptionId')]: id } } });
  }

  #answer({ id, method, params }, send) {
    const meta = params?._meta ?? {};
    if (method === 'initialize') throw fault(-32022, 'Sessions are not served here', { supported: [version] });
    if (meta[key('protocolVersion')] !== version || typeof meta[key('clientCapabilities')] !== 'object')
      throw fault(-32602, 'no revision or no capabilities in _meta');
    const cached = { resultType: 'complete', ttlMs: 60_000, cacheScope: 'public' };
    switch (method) {
      case 'server/discover':
        return {
          ...cached, supportedVersions: [version],
          capabilities: {
            tools: { listChanged: true }, resources: { subscribe: true, listChanged: true }, prompts: {}, completions: {}, logging: {},
          },
          _meta: { [key('serverInfo')]: { name: 'modern', version: '1.0.0' } },
        };
      case 'tools/list': return { ...cached, tools: this.tools };
      case 'resources/list': return { ...cached, resources: [{ uri: 'probe://note', name: 'note' }] };
      case 'resources/templates/list': return { ...cached, resourceTemplates: [] };
      case 'resources/read':
        if (params.uri !== 'probe://note') throw fault(-32602, 'Resource not found');
        return { ...cached, contents: [{ uri: params.uri, mimeType: 'text/plain', text: 'A note.' }] };
      case 'prompts/list': return { ...cached, prompts: [{ name: 'greet', description: 'Greets' }] };
      case 'prompts/get': return { resultType: 'complete', messages: [{ role: 'user', content: { type: 'text', text: 'Hello.' } }] };
      case 'completion/complete': return { resultType: 'complete', completion: { values: ['a', 'b'] } };
      case 'subscriptions/listen':
        this.listeners.add({ id, wanted: params.notifications, send });
        send({
          jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged',
          params: { notifications: params.notifications, _meta: { [key('subscriptionId')]: id } },
        });
        // What belongs to another subscription is nobody's here.
        send({
          jsonrpc: '2.0', method: 'notifications/prompts/list_changed',
          params: { _meta: { [key('subscriptionId')]: `${id}-of-another` } },
        });
        return undefined;
      case 'tools/call': return this.#call(id, params, meta, send);
      default: throw fault(-32601, 'Method not found');
    }
  }

  #call(id, { name, arguments: args = {}, inputResponses, requestState }, meta, send) {
    const ask = (method, params, state = 'first') => {
      if (inputResponses?.q) {
        if (requestState !== state) throw fault(-32602, `not my state: ${requestState}`);
        return say(JSON.stringify(inputResponses.q));
      }
      return { resultType: 'input_required', inputRequests: { q: { method, ...(params && { params }) } }, requestState: state };
    };
    const form = (message) => ({ mode: 'form', message, requestedSchema: schema({ answer: string }) });
    switch (name) {
      case 'echo': return say(args.text);
      case 'sum': return { ...say(JSON.stringify({ sum: args.a + args.b })), structuredContent: { sum: args.a + args.b } };
      case 'elicit': return ask('elicitation/create', form(args.message), 'with "quotes" and \u00e9');
      case 'twice':
        if (requestState === '2') return say(JSON.stringify(inputResponses));
        return {
          resultType: 'input_required', requestState: requestState === '1' ? '2' : '1',
          inputRequests: { [requestState === '1' ? 'second' : 'first']: { method: 'elicitation/create', params: form('Again?') } },
        };
      case 'endless':
        return { resultType: 'input_required', requestState: 'x', inputRequests: { q: { method: 'elicitation/create', params: form('More?') } } };
      case 'sample': return ask('sampling/createMessage', { messages: [{ role: 'user', content: { type: 'text', text: args.prompt } }], maxTokens: 10 });
      case 'roots': return ask('roots/list');
      case 'progress':
        for (let progress = 1; progress <= args.steps && meta.progressToken !== undefined; progress++)
          send({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: meta.progressToken, progress, total: args.steps } });
        return say('done');
      case 'log':
        if (meta[key('logLevel')]) send({ jsonrpc: '2.0', method: 'notifications/message', params: { level: args.level, data: args.text } });
        return say(meta[key('logLevel')] ?? 'no level');
      case 'hold': return new Promise((go) => { this.held.set(id, go); });
      case 'region': return say(args.region);
      case 'touch': this.announce('notifications/resources/updated', { uri: 'probe://note' }, (wanted) => wanted.resourceSubscriptions?.includes('probe://note')); return say('touched');
      case 'grow':
        this.tools.push(tool('grown', ['Was added later', schema()]));
        this.announce('notifications/tools/list_changed', {}, (wanted) => wanted.toolsListChanged);
        return say('grown');
      case 'odd': return { resultType: 'riddle', content: [] };
      default: throw fault(-32602, 'Unknown tool');
    }
  }
}
