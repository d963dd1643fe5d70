import { readdirSync, readFileSync } from 'node:fs';

/** Resident bytes of the tab, as Linux counts them: the largest renderer below this profile (the browser keeps a spare one). */
export function tabBytes(profile) {
  let most = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (!command.includes('--type=renderer') || !command.includes(profile)) continue;
      most = Math.max(most, 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0));
    } catch {
      // Gone meanwhile.
    }
  }
  return most;
}
