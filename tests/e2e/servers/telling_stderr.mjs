// Tells the secret of its environment on standard error, in three ways, and then speaks MCP.
const secret = process.env.TOLD ?? '';
process.stderr.write(`plain ${secret}\nencoded ${Buffer.from(secret).toString('base64')}\n\u202eturned \u009b31m\nthe last line\n`);
await import('./probe_stdio.mjs');
