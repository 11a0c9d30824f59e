/** Cursors: where the next page goes on for each symbol, bound to the question by a digest of it. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { refused } from './query.ts';

/** The last instant that has 13 digits, epoch ms. */
const LATEST = 9_999_999_999_999;

/** For each symbol that was asked for the place of its next page; null where it has none. */
export type Places = readonly (number | null)[];

const content = v.strictTuple([
  v.string(),
  v.array(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LATEST)))),
]);

/** @param asked what makes one question another: everything but the cursor and the form of the answer */
export function cursorOf(asked: unknown, places: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([digestOf(asked), places])).toString('base64url');
}

/** Places in a list of symbols. @throws Problem for what is no cursor of this question */
export function placesIn(cursor: string, asked: unknown, symbols: readonly string[]): Places {
  const parsed = v.safeParse(content, contentOf(cursor));
  const [digest, places] = parsed.success ? parsed.output : ['', []];
  if (digest === digestOf(asked) && places.length === symbols.length) return places;
  throw refusedCursor(cursor);
}

/** The text that a cursor of a list carries. @throws Problem for what is no cursor of this question */
export function textIn(cursor: string, asked: unknown): string {
  const parsed = v.safeParse(v.strictTuple([v.string(), v.strictTuple([v.string()])]), contentOf(cursor));
  if (parsed.success && parsed.output[0] === digestOf(asked)) return parsed.output[1][0];
  throw refusedCursor(cursor);
}

function refusedCursor(cursor: string) {
  return refused('cursor', cursor, 'use the nextCursor of an answer to the same question, as it is');
}

function digestOf(asked: unknown): string {
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url').slice(0, 16);
}

function contentOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
