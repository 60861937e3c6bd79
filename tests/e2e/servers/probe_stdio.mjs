// The probe over standard input and output.
import { createInterface } from 'node:readline';
import { Probe } from './probe.mjs';

const probe = new Probe((message) => process.stdout.write(`${JSON.stringify(message)}\n`));
createInterface({ input: process.stdin })
  .on('line', (line) => probe.receive(JSON.parse(line)))
  .on('close', () => process.exit(0));
