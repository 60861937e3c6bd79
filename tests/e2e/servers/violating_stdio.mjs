// `node violating_stdio.mjs ERA`: sessions or stateless.
import { createInterface } from 'node:readline';
import { Violating } from './violating.mjs';

const server = new Violating(process.argv[2]);
createInterface({ input: process.stdin })
  .on('line', (line) => server.receive(JSON.parse(line), (text) => process.stdout.write(`${text}\n`), () => {}))
  .on('close', () => process.exit(0));
