// What a server may not say, generated from a number: the same number is the same violation.
// `violation(n, id, other)` is what a server sends for request `id` while request `other` is open too.
// `ends` says how the call must end: `fine` (everything else is dropped and the good answer arrives),
// or `refused` (the violation is the answer itself).

function random(seed) {
  let state = (seed * 2654435761 + 1013904223) >>> 0;
  return (below) => {
    state ^= state << 13; state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5; state >>>= 0;
    return state % below;
  };
}

const key = (name) => `io.modelcontextprotocol/${name}`;
const foreign = { content: [{ type: 'text', text: 'foreign' }] };
const form = { message: 'foreign', requestedSchema: { type: 'object', properties: {} } };
export const good = (id) => ({ jsonrpc: '2.0', id, result: { resultType: 'complete', content: [{ type: 'text', text: 'fine' }] } });
const reply = (id, result = foreign) => ({ jsonrpc: '2.0', id, result });
const tell = (method, params) => ({ jsonrpc: '2.0', method, ...(params && { params }) });
const ask = (id, method, params) => ({ jsonrpc: '2.0', id, method, ...(params && { params }) });

// Each gets the id of its request, the id of another one and a source of numbers; strings go out as they are.
const stray = {
  'an answer to nothing': (id, other, pick) => reply([id + 1000 + pick(9), -1, 2 ** 53, 0, 1.5][pick(5)]),
  'an answer to an id of another type': (id, other, pick) => reply([`${id}`, ` ${id}`, `0${id}`, true, null, [id], { id }][pick(7)]),
  'an id in another spelling': (id, other, pick) => `{"jsonrpc":"2.0","id":${[`${id}.0`, `${id}e0`, `0${id}`, `+${id}`, `-${id}`][pick(5)]},"result":${JSON.stringify(foreign)}}`,
  'an error for nothing': (id, other, pick) => ({ jsonrpc: '2.0', id: id + 500 + pick(50), error: { code: -32000 - pick(99), message: 'foreign' } }),
  'an answer without id': () => ({ jsonrpc: '2.0', result: foreign }),
  'neither result nor error': (id) => ({ jsonrpc: '2.0', id }),
  'result and error at once': (id) => ({ ...reply(id), error: { code: -32000, message: 'foreign' } }),
  'another version of JSON-RPC': (id, other, pick) => ({ ...reply(id), jsonrpc: ['1.0', '2', 2, null, ''][pick(5)] }),
  'no version of JSON-RPC': (id) => ({ id, result: foreign }),
  'a batch': (id) => [reply(id), reply(id)],
  'no message at all': (id, other, pick) => ['null', '1', '"foreign"', '[]', '{}', 'true', '\ufefffine'][pick(7)],
  'cut off': (id, other, pick) => JSON.stringify(reply(id)).slice(0, -1 - pick(20)),
  'more behind it': (id, other, pick) => JSON.stringify(reply(id)) + ['}', ',', ' {}', 'x', '\u0000'][pick(5)],
  'a member twice': (id, other, pick) => `{"jsonrpc":"2.0","id":${id},${pick(2) ? `"id":${id}` : `"result":{}`},"result":${JSON.stringify(foreign)}}`,
  'a name in another case': (id, other, pick) => `{"jsonrpc":"2.0","${['Id', 'ID', 'id'][pick(3)]}":${id},"${['Result', 'RESULT', 're\\u017fult'][pick(3)]}":${JSON.stringify(foreign)}}`,
  'a member that no envelope has': (id, other, pick) => ({ ...reply(id), [['extra', 'params', 'method2'][pick(3)]]: 1 }),
  'nested without end': (id) => `{"jsonrpc":"2.0","id":${id},"result":${'['.repeat(400)}${']'.repeat(400)}}`,
  'half a character': (id) => `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"\\ud800"}]}}`,
  'a number that is none': (id, other, pick) => `{"jsonrpc":"2.0","id":${id},"result":{"n":${['01', '1.', '.5', 'NaN', 'Infinity', '0x1'][pick(6)]}}}`,
  'a question that may not be asked': (id, other, pick) => ask(`q${pick(9)}`, ...[['elicitation/create', form], ['sampling/createMessage', { messages: [], maxTokens: 1 }], ['roots/list']][pick(3)]),
  'a request that only clients make': (id, other, pick) => ask(pick(99), ['tools/call', 'initialize', 'tools/list', 'server/discover', 'resources/read'][pick(5)], { name: 'act', arguments: {} }),
  'a request that nobody knows': (id, other, pick) => ask(pick(99), ['evil/run', 'tools/Call', 'tools/call\u0000', '', 'rpc.discover'][pick(5)], {}),
  'progress of nothing': (id, other, pick) => tell('notifications/progress', { progressToken: [id, other, `${id}`, 'x', null][pick(5)], progress: 1 }),
  'a cancellation': (id, other, pick) => tell('notifications/cancelled', { requestId: [id, other, 'x'][pick(3)], reason: 'foreign' }),
  'a subscription that is not there': (id, other, pick) => tell(['notifications/tools/list_changed', 'notifications/resources/updated'][pick(2)], { uri: 'foreign://x', _meta: { [key('subscriptionId')]: [id + 70, `${other}x`, ''][pick(3)] } }),
  'an acknowledgement of nothing': (id, other) => tell('notifications/subscriptions/acknowledged', { notifications: {}, _meta: { [key('subscriptionId')]: other } }),
  'news of what nobody asked for': (id, other, pick) => tell(...[['notifications/resources/updated', { uri: 'foreign://x' }], ['notifications/elicitation/complete', { elicitationId: 'foreign' }], ['notifications/tasks/status', { taskId: 'foreign', status: 'working', ttl: 1, createdAt: '2026-01-01T00:00:00Z', lastUpdatedAt: '2026-01-01T00:00:00Z' }]][pick(3)]),
  'a log level that is none': (id, other, pick) => tell('notifications/message', { level: ['loud', '', 7, null][pick(4)], data: 'foreign' }),
  'a notification that nobody knows': (id, other, pick) => tell(['notifications/evil', 'notifications/', 'tools/call', 'notifications/Progress'][pick(4)], { x: 'foreign' }),
};

const answers = {
  'a kind of result that nobody knows': (id, pick) => reply(id, { ...foreign, resultType: ['riddle', 'Complete', 'complete ', '', 'task'][pick(5)] }),
  'a kind of result that is no text': (id, pick) => reply(id, { ...foreign, resultType: [1, null, ['complete'], {}][pick(4)] }),
  'a question to a client that takes none': (id, pick) => reply(id, { resultType: 'input_required', requestState: 's', inputRequests: { q: [{ method: 'elicitation/create', params: form }, { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } }, { method: 'roots/list' }][pick(3)] } }),
  'questions that are none': (id, pick) => reply(id, { resultType: 'input_required', inputRequests: [[], 'q', { q: 1 }, { q: { method: 'tools/call', params: {} } }, { q: { method: 'evil/run' } }][pick(5)] }),
};

export const versions = 200;

/** `{ name, lines, ends }`: the lines that a server sends in answer to request `id`, one after the other. */
export function violation(n, id, other) {
  const pick = random(n + 1);
  const names = Object.keys(stray);
  const own = Object.keys(answers);
  const at = n % (names.length + own.length);
  const text = (message) => (typeof message === 'string' ? message : JSON.stringify(message));
  if (at >= names.length) {
    const name = own[at - names.length];
    return { name, lines: [text(answers[name](id, pick))], ends: 'refused' };
  }
  const line = text(stray[names[at]](id, other, pick));
  const fine = text(good(id));
  // Before the answer, and behind it as well; behind it nobody listens any more.
  return { name: names[at], lines: pick(3) === 0 ? [line, fine, line] : [line, fine], ends: 'fine' };
}
