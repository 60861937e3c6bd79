// The stateless server over standard input and output.
import { createInterface } from 'node:readline';
import { Modern } from './modern.mjs';

const server = new Modern();
createInterface({ input: process.stdin })
  .on('line', (line) => server.receive(JSON.parse(line), (message) => process.stdout.write(`${JSON.stringify(message)}\n`)))
  .on('close', () => process.exit(0));
