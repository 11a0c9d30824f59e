/** Keys that an operator presses while the simulated vendor plays. */
import { Keys } from '../console/keys.ts';
import { keyLines, type Rehearsing } from './rehearsing.ts';
import type { Session } from './session.ts';

/** Hears keys where a person can press and see them. @returns ends that; undefined where nobody can */
export function hearKeys(
  rehearsing: readonly Rehearsing[],
  { display, progress, isInFront }: Session,
): Keys | undefined {
  if (!isInFront || !process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  progress.keys = 'f faults of the vendor   q ends';
  return new Keys(process.stdin, key => {
    if (key === 'f') for (const line of keyLines()) display.say(line);
    else if (key === 'q') process.kill(process.pid, 'SIGINT');
    else for (const each of rehearsing) each.press(key);
  });
}
