// A server that does what a test asks of it: waits, asks back, reports, breaks. No SDK, so that its
// wire is fully known. It speaks the revisions up to 2025-11-25.
const schema = (properties = {}, required = Object.keys(properties)) => ({ type: 'object', properties, required });
const string = { type: 'string' };
const integer = { type: 'integer' };

const definitions = {
  echo: ['Repeats a text', schema({ text: string })],
  sum: ['Adds two numbers', schema({ a: integer, b: integer }), schema({ sum: integer })],
  hold: ['Waits until it is released or cancelled', schema()],
  release: ['Lets the waiting calls go on', schema()],
  sample: ['Asks the client to sample', schema({ prompt: string })],
  elicit: ['Asks the user', schema({ message: string, token: string }, ['message'])],
  roots: ['Asks for the roots', schema()],
  progress: ['Reports progress', schema({ steps: integer })],
  log: ['Sends a log message', schema({ level: string, text: string })],
  grow: ['Adds a tool to the list', schema()],
  crash: ['Ends the server', schema()],
  received: ['Lists the messages that arrived', schema()],
  environment: ['Lists the names of the environment', schema()],
  large: ['Answers with a long text', schema({ bytes: integer })],
};

const tool = (name, [description, inputSchema, outputSchema]) =>
  ({ name, description, inputSchema, ...(outputSchema && { outputSchema }) });
const say = (text) => ({ content: [{ type: 'text', text }] });

/** One connection. `send(message, relatedId)` delivers; a request of its own goes with its call. */
export class Probe {
  #asked = new Map();
  #held = new Map();
  #next = 1;

  constructor(send, { end = () => process.exit(1) } = {}) {
    this.send = send;
    this.end = end;
    this.received = [];
    this.cancelled = [];
    this.tools = Object.entries(definitions).map(([name, parts]) => tool(name, parts));
  }

  async receive(message) {
    this.received.push({ method: message.method, name: message.params?.name, id: message.id });
    if (message.method === undefined) return this.#asked.get(message.id)?.(message);
    if (message.method === 'notifications/cancelled') return this.#cancel(message.params.requestId);
    if (message.id === undefined) return undefined;
    try {
      const result = await this.#answer(message);
      if (result) this.send({ jsonrpc: '2.0', id: message.id, result }, message.id);
    } catch (error) {
      this.send({ jsonrpc: '2.0', id: message.id, error: { code: error.code ?? -32603, message: error.message } }, message.id);
    }
    return undefined;
  }

  /** Lets all held calls answer. */
  release() {
    for (const [, go] of this.#held) go(say('released'));
    this.#held.clear();
  }

  get holding() { return this.#held.size; }

  #cancel(id) {
    this.cancelled.push(id);
    this.#held.get(id)?.(undefined);
    this.#held.delete(id);
  }

  #answer(message) {
    const { method, params } = message;
    switch (method) {
      case 'initialize':
        return {
          protocolVersion: params.protocolVersion,
          capabilities: { tools: { listChanged: true }, logging: {}, resources: {}, prompts: {} },
          serverInfo: { name: 'probe', version: '1.0.0' },
        };
      case 'ping': case 'logging/setLevel': return {};
      case 'tools/list': return { tools: this.tools };
      case 'resources/list': return { resources: [{ uri: 'probe://note', name: 'note', mimeType: 'text/plain' }] };
      case 'resources/templates/list': return { resourceTemplates: [] };
      case 'resources/read': return { contents: [{ uri: params.uri, mimeType: 'text/plain', text: 'A note.' }] };
      case 'prompts/list': return { prompts: [{ name: 'greet', description: 'Greets' }] };
      case 'prompts/get': return { messages: [{ role: 'user', content: { type: 'text', text: 'Hello.' } }] };
      case 'tools/call': return this.#call(message);
      default: throw Object.assign(new Error('Method not found'), { code: -32601 });
    }
  }

  #ask(method, params, call) {
    const id = `probe-${this.#next++}`;
    return new Promise((done) => {
      this.#asked.set(id, done);
      this.send({ jsonrpc: '2.0', id, method, ...(params && { params }) }, call);
    });
  }

  #tell(method, params, call) { this.send({ jsonrpc: '2.0', method, ...(params && { params }) }, call); }

  async #call({ id, params: { name, arguments: args = {}, _meta } }) {
    const asked = async (method, params) => {
      const answer = await this.#ask(method, params, id);
      return say(JSON.stringify(answer.result ?? answer.error));
    };
    switch (name) {
      case 'echo': return say(args.text);
      case 'sum': return { ...say(JSON.stringify({ sum: args.a + args.b })), structuredContent: { sum: args.a + args.b } };
      case 'hold': return new Promise((go) => { this.#held.set(id, go); });
      case 'release': this.release(); return say('done');
      case 'sample': return asked('sampling/createMessage',
        { messages: [{ role: 'user', content: { type: 'text', text: args.prompt } }], maxTokens: 10 });
      case 'elicit': return asked('elicitation/create',
        {
          message: args.message, requestedSchema: { type: 'object', properties: { answer: string }, required: ['answer'] },
          ...(args.token !== undefined && { _meta: { progressToken: args.token } }),
        });
      case 'roots': return asked('roots/list');
      case 'progress':
        for (let progress = 1; progress <= args.steps && _meta?.progressToken !== undefined; progress++)
          this.#tell('notifications/progress', { progressToken: _meta.progressToken, progress, total: args.steps }, id);
        return say('done');
      case 'log': this.#tell('notifications/message', { level: args.level, data: args.text }, id); return say('done');
      case 'grow':
        this.tools.push(tool('grown', ['Was added later', schema()]));
        this.#tell('notifications/tools/list_changed');
        return say('grown');
      case 'grown': return say('I grew.');
      case 'crash': this.end(); return undefined;
      case 'received': return say(JSON.stringify(this.received));
      case 'environment': return say(JSON.stringify(Object.keys(process.env).sort()));
      case 'large': return say('x'.repeat(args.bytes));
      default: throw Object.assign(new Error('Unknown tool'), { code: -32602 });
    }
  }
}
