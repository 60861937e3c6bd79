// A server over standard input and output that writes each message it gets into a file, as it came:
// `counted_stdio.mjs probe|modern FILE`.
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Modern } from './modern.mjs';
import { Probe } from './probe.mjs';

const [era, file] = process.argv.slice(2);
const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const server = era === 'modern' ? new Modern() : new Probe(send);
createInterface({ input: process.stdin })
  .on('line', (line) => {
    appendFileSync(file, `${line}\n`);
    server.receive(JSON.parse(line), send);
  })
  .on('close', () => process.exit(0));
