// A server over standard input and output that has what its one argument, a JSON text, says:
// `{ tools, prompts, resources, templates }` by name or URI, `page` items on a page, `start` ms before
// it answers anything, `list` ms before it answers a list, `version` that it answers, `schema` of the input of its tools,
// `tasks`: those of its tools that are only to be had as tasks, which it then serves.
import { createInterface } from 'node:readline';

const { tools = [], prompts = [], resources = [], templates = [], page = 100, start = 0, list = 0, version, schema, tasks } =
  JSON.parse(process.argv[2] ?? '{}');
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
const text = (value) => [{ type: 'text', text: JSON.stringify(value) }];
const inputSchema = schema ?? { type: 'object', properties: { text: { type: 'string' } } };

const lists = {
  'tools/list': ['tools', tools.map((name) => ({ name, inputSchema, ...(tasks?.includes(name) && { execution: { taskSupport: 'required' } }) }))],
  'prompts/list': ['prompts', prompts.map((name) => ({ name, arguments: [{ name: 'topic' }] }))],
  'resources/list': ['resources', resources.map((uri) => ({ uri, name: 'note' }))],
  'resources/templates/list': ['resourceTemplates', templates.map((uriTemplate) => ({ uriTemplate, name: 'form' }))],
};

async function answer(method, params) {
  if (lists[method]) {
    await pause(list);
    const [member, items] = lists[method];
    const from = Number(params?.cursor ?? 0);
    const next = from + page < items.length ? { nextCursor: String(from + page) } : {};
    return { [member]: items.slice(from, from + page), ...next };
  }
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: version ?? params.protocolVersion,
        capabilities: { tools: {}, prompts: {}, resources: { subscribe: true }, completions: {}, logging: {}, ...(tasks && { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } }) },
        serverInfo: { name: 'listed', version: '1' }, instructions: `Has ${tools.join()}.`,
      };
    case 'tools/call': return { content: text({ tool: params.name, level, task: params.task }) };
    case 'prompts/get': return { messages: [{ role: 'user', content: text(params.name)[0] }] };
    case 'resources/read': return { contents: [{ uri: params.uri, text: 'read' }] };
    case 'completion/complete': return { completion: { values: [params.ref.name ?? params.ref.uri] } };
    case 'logging/setLevel': ({ level } = params); return {};
    default: return {};
  }
}

let level;
await pause(start);
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined || method === undefined) continue;
  answer(method, params).then((result) => send({ id, result }));
}
