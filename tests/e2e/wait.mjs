// Waiting for what must come true, without saying when; and looking at processes.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Resolves with the first truthy value of `check`; fails after a bound that no healthy run comes near. */
export async function until(check, { what = check.toString(), patience = 30_000, every = 20 } = {}) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`never came true: ${what}`);
    await pause(every);
  }
}

/** Waits until the probe behind `session` has seen a message that fits; asks it slowly, as a loop guard may look. */
export const untilReceived = (session, fits) => until(async () => {
  const { content } = await session.call('received');
  return JSON.parse(content[0].text).some(fits);
}, { what: fits.toString(), every: 300 });

export const untilHeld = (session) => untilReceived(session, ({ name }) => name === 'hold');

/** The ids of the processes whose command line contains `marker`. */
export function processesWith(marker) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    if (pid === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(marker);
    } catch {
      return false; // it ended meanwhile
    }
  });
}
