// Adds `Authorization: Bearer $TOKEN` to each request and passes everything else on as it came,
// Host included, in both directions without buffering: the suite can't send a credential itself.
// `TOKEN=… node relay.mjs http://127.0.0.1:PORT`; prints `listening http://127.0.0.1:PORT`.
import { createServer, request as send } from 'node:http';

const target = new URL(process.argv[2]);
const token = process.env.TOKEN;

const listener = createServer((request, response) => {
  const headers = [...request.rawHeaders];
  if (token) headers.push('Authorization', `Bearer ${token}`);
  const onward = send({
    host: target.hostname, port: target.port, method: request.method, path: request.url, headers, setHost: false,
  });
  onward.on('response', (answer) => {
    response.sendDate = false;
    response.writeHead(answer.statusCode, answer.rawHeaders);
    response.flushHeaders();
    answer.on('data', (chunk) => response.write(chunk));
    answer.on('end', () => response.end());
    answer.on('error', () => response.destroy());
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
});
listener.listen(0, '127.0.0.1', () => console.log(`listening http://127.0.0.1:${listener.address().port}`));
process.on('SIGTERM', () => process.exit(0));
