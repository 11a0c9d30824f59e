/** Whether this process is in front of its terminal. Behind it (`npm start &`) a shell stops who reads keys, and its lines are no place to draw on. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export function isInForeground(): boolean {
  if (process.platform === 'linux') return isInFrontByStat(readFileSync('/proc/self/stat', 'utf8'));
  const args = ['-o', 'pgid=,tpgid=', '-p', String(process.pid)];
  const { stdout } = spawnSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return isInFrontByPs(stdout ?? '');
}

/** @param text `/proc/self/stat`: a name that may hold anything, then state, parent, group, session, terminal, the group in front */
export function isInFrontByStat(text: string): boolean {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[2] === fields[5];
}

/** @param text what `ps -o pgid=,tpgid=` prints; where nobody can tell, as on Windows, nothing is behind */
export function isInFrontByPs(text: string): boolean {
  const [group, inFront] = text.trim().split(/\s+/);
  return group === inFront || inFront === undefined;
}
