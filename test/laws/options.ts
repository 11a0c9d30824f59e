/** Reads the options of the long hunts: what cannot be followed is said in one line with the usage, exit code 2. */
import { parseArgs } from 'node:util';

class Misused extends Error {}

/** A whole number of at least `least`. */
export function wholeNumber(flag: string, text: string, least = 1): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
  throw new Misused(`--${flag} is '${text}': use a whole number from ${least} on`);
}

/** A choice that must not be empty, or the hunt would prove nothing. */
export function someOf<T>(
  flag: string,
  text: string,
  chosen: readonly T[],
  known: readonly string[],
): readonly T[] {
  if (chosen.length > 0) return chosen;
  throw new Misused(`--${flag} '${text}' names none: use a part of ${known.join(', ')}`);
}

/** @param texts options with a text and their defaults; `undefined` for none. @param read makes of them what the hunt needs */
export function optionsOf<T>(
  usage: string,
  names: readonly string[],
  flags: readonly string[],
  read: (text: (name: string) => string | undefined, has: (flag: string) => boolean) => T,
): T {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean' },
        ...Object.fromEntries(names.map(name => [name, { type: 'string' } as const])),
        ...Object.fromEntries(flags.map(flag => [flag, { type: 'boolean' } as const])),
      },
    });
    const given: Readonly<Record<string, unknown>> = values;
    if (given['help'] === true) {
      console.log(usage);
      process.exit(0);
    }
    return read(
      name => (typeof given[name] === 'string' ? given[name] : undefined),
      flag => given[flag] === true,
    );
  } catch (error) {
    if (!(error instanceof Misused) && !(error instanceof TypeError && 'code' in error)) throw error;
    console.error(`${error.message}\n${usage}`);
    process.exit(2);
  }
}
