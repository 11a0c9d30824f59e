/** The kinds of settings: each knows what it may be, how a variable of it is read and how it is written. */
import { inspect } from 'node:util';

/** What a variable is for, and what stands in when it is not set. */
export interface Described<T> {
  /** Completes the sentence "NAME is missing: it ...". */
  readonly purpose: string;
  /** @default none: the variable is required */
  readonly fallback?: T;
  /** The default in words, where the value itself does not tell. */
  readonly otherwise?: string;
}

/** What every setting says of itself. */
interface Named<T> extends Described<T> {
  /** The environment variable by which units are told. */
  readonly variable: string;
  readonly fallback: T;
}

/** What may be said, and how. */
export interface Kind<T> {
  /** In words that complete "use …". */
  readonly takes: string;
  /** What is wrong with what was got; nothing when it may be that. @param path where it stands */
  faults(path: string, got: unknown): Iterable<string>;
  /** What a variable says. @throws Error that says what was got and what is allowed */
  read(text: string): T;
  /** The text of a variable that says this. */
  write(value: T): string;
}

/** A setting that units are told by a variable. */
export type Setting<T> = Named<T> & Kind<T>;

/** Limits of a number, fractions and all unless it is `whole`. */
export interface Limits {
  readonly min: number;
  readonly max: number;
  readonly whole?: true;
  /** Where it is a span of time; the infrastructure's settings have a `Duration` for it. */
  readonly unit?: 'seconds';
}

/** One of a few words. */
export function choice<const T extends string, const Row>(
  row: Row & Named<T> & { readonly allowed: readonly T[] },
) {
  return {
    ...row,
    ...kind(`one of ${row.allowed.join(', ')}`, text => row.allowed.find(each => each === text)),
  };
}

/** A number within limits. */
export function amount<const Row>(row: Row & Named<number> & Limits) {
  const { min, max, whole, unit } = row;
  const takes = `a ${whole ? 'whole ' : ''}number ${unit ? `of ${unit} ` : ''}from ${min} to ${max}`;
  const within = (value: number) => value >= min && value <= max && (!whole || Number.isInteger(value));
  return { ...row, ...kind(takes, text => (within(Number(text)) ? Number(text) : undefined)) };
}

/** Yes or no. */
export function flag<const Row>(row: Row & Named<boolean>) {
  return { ...row, ...kind('true or false', text => [true, false].find(each => `${each}` === text)) };
}

/** A text of one form. */
export function word<const Row>(
  row: Row & Named<string> & { readonly form: RegExp; readonly takes: string },
) {
  return { ...row, ...kind(row.takes, text => (row.form.test(text) ? text : undefined)) };
}

/** At least one of a kind and each once, with commas between them in the variable. */
export function list<T, const Row>(row: Row & Named<readonly T[]> & { readonly of: Kind<T> }) {
  const { of } = row;
  const takes = `a list: of each ${of.takes}, and nothing twice`;
  const isList = (got: unknown) => Array.isArray(got) && got.length > 0 && new Set(got).size === got.length;
  return {
    ...row,
    takes,
    *faults(path: string, got: unknown): Generator<string> {
      if (!Array.isArray(got) || !isList(got)) yield fault(path, got, takes);
      else for (const each of got) yield* of.faults(path, each);
    },
    read(text: string): readonly T[] {
      const parts = text.split(',').map(part => of.read(part.trim()));
      if (isList(parts)) return parts;
      throw new RangeError(`'${text}' is not allowed: use ${takes}`);
    },
    write: (value: readonly T[]) => value.map(each => of.write(each)).join(','),
  };
}

/** `shards is 3: use 1, 2 or 4`. */
export function fault(path: string, got: unknown, use: string): string {
  return `${path} is ${shown(got)}: use ${use}`;
}

function shown(got: unknown): string {
  if (got === undefined) return 'missing';
  return inspect(got, {
    depth: 1,
    maxArrayLength: 3,
    maxStringLength: 100,
    breakLength: Number.POSITIVE_INFINITY,
  });
}

/** @param find the value that a text stands for; undefined for none */
function kind<T extends string | number | boolean>(
  takes: string,
  find: (text: string) => T | undefined,
): Kind<T> {
  return {
    takes,
    // The value itself: what only prints like it, such as '5', is not 5.
    faults: (path, got) => (find(`${got}`) === got && got !== undefined ? [] : [fault(path, got, takes)]),
    read: text => {
      const value = find(text);
      if (value === undefined) throw new RangeError(`'${text}' is not allowed: use ${takes}`);
      return value;
    },
    write: value => `${value}`,
  };
}
