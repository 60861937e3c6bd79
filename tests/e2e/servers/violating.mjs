// A server of either era that breaks the protocol on demand: `act` sends violation `n`, `echo` waits until
// the next `act` is over and then answers properly. Used over standard input and output, and over HTTP.
import { versions, violation } from './violations.mjs';

const schema = (name, type) => ({ type: 'object', properties: { [name]: { type } }, required: [name] });
const tools = [
  { name: 'act', description: 'Does what its number says', inputSchema: schema('n', 'integer') },
  { name: 'echo', description: 'Repeats a text, later', inputSchema: schema('text', 'string') },
];
const newest = '2026-07-28';

export class Violating {
  constructor(era) {
    this.era = era;
    this.open = new Map(); // of `echo`: id to how it ends
    this.waiting = []; // acts that wait for an `echo`
  }

  /** `put(line)` writes to the stream of this request, `end()` says that nothing more comes. */
  receive(message, put, end) {
    const reply = (body) => { put(JSON.stringify({ jsonrpc: '2.0', id: message.id, ...body })); end(); };
    if (message.id === undefined || message.method === undefined) return end();
    const stateless = this.era === 'stateless';
    switch (message.method) {
      case 'initialize':
        if (stateless) return reply({ error: { code: -32022, message: 'No sessions', data: { supported: [newest] } } });
        return reply({ result: { protocolVersion: message.params.protocolVersion, capabilities: { tools: {}, logging: {} }, serverInfo: { name: 'v', version: '1' } } });
      case 'server/discover':
        if (!stateless) return reply({ error: { code: -32601, message: 'Method not found' } });
        return reply({ result: { resultType: 'complete', supportedVersions: [newest], capabilities: { tools: {} }, ttlMs: 0, cacheScope: 'private' } });
      case 'tools/list':
        return reply({ result: { ...(stateless && { resultType: 'complete', ttlMs: 0, cacheScope: 'private' }), tools } });
      case 'tools/call': break;
      default: return reply({ error: { code: -32601, message: 'Method not found' } });
    }
    const { name, arguments: args } = message.params;
    if (name === 'echo') {
      const text = args.text;
      this.open.set(message.id, () => reply({ result: { ...(stateless && { resultType: 'complete' }), content: [{ type: 'text', text }] } }));
      return this.waiting.shift()?.();
    }
    const act = () => {
      const [other] = this.open.keys();
      for (const line of violation(args.n % versions, message.id, other).lines) put(line);
      end();
      // Soon, so that what was sent is on its way before.
      setTimeout(() => { this.open.get(other)?.(); this.open.delete(other); }, 5);
    };
    // A call that comes again with answers has had its `echo`.
    const again = message.params.inputResponses !== undefined || message.params.requestState !== undefined;
    return this.open.size > 0 || again ? act() : this.waiting.push(act);
  }
}
