/** What a test does without, since this machine lacks it: it says so. `.ci/run` sets NO_SKIPS, and what it installs may not be missing there. */
import { describe, test } from '@jest/globals';

/** Says why something is not tried. @throws Error where NO_SKIPS is `true` */
export function skipped(why: string): void {
  if (process.env['NO_SKIPS'] === 'true')
    throw new Error(
      `${why}: install it, or unset NO_SKIPS, which lets nothing be skipped for the lack of it`,
    );
  skippedAnywhere(why);
}

/** Says the same of what nobody can install everywhere: real data, containers, packages of Python. */
export function skippedAnywhere(why: string): void {
  // Not to the console: of a file of which all is skipped it is never shown.
  process.stderr.write(`SKIPPED: ${why}\n`);
}

/** `describe` and `test` where it is there; elsewhere they skip, once it is said why. */
export function suitesWhere(isThere: boolean, why: string, say = skipped) {
  if (isThere) return { describe, test };
  say(why);
  return { describe: describe.skip, test: test.skip };
}
