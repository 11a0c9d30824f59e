/** The record of a feed's sessions, as the query API tells it. */
import * as v from 'valibot';
import { OperatorError } from '../operate/operator-error.ts';
import type { Ask } from './api-client.ts';

const count = v.number();
const session = v.looseObject({
  ...{ feed: v.string(), date: v.string(), session: v.string(), state: v.string(), start: count, end: count },
  ...{ firstMinute: v.optional(count), lastMinute: v.optional(count) },
  ...{ received: count, published: count, repeated: count, corrected: count, backfilled: count },
  ...{ uncovered: count, symbols: count, quarantined: count, handOvers: count, takeOvers: count },
  reconnections: v.record(v.string(), count),
  releases: v.array(v.string()),
  events: v.array(v.object({ event: v.string(), at: count, cause: v.optional(v.string()) })),
});
const page = v.object({ sessions: v.array(session), nextCursor: v.optional(v.string()) });

export type Session = v.InferOutput<typeof session>;

/** @returns the latest so many of the range, the earliest first. @throws OperatorError in the API's words, or for what is no API of this version */
export async function sessionsOf(
  ask: Ask,
  range: Readonly<Record<'feed' | 'from' | 'to', string | undefined>>,
  most: number,
): Promise<Session[]> {
  const given = Object.entries(range).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const question = { ...Object.fromEntries(given), order: 'desc', limit: `${Math.min(most, 1_000)}` };
  const found: Session[] = [];
  for (let cursor: string | undefined; found.length < most; ) {
    const text = await ask('/v1/sessions', { ...question, ...(cursor !== undefined && { cursor }) });
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), page), text);
    if (!read.success)
      throw new OperatorError(`what answers is no query API of this version: ${text.slice(0, 120)}`);
    found.push(...read.output.sessions);
    cursor = read.output.nextCursor;
    if (cursor === undefined) break;
  }
  return found.slice(0, most).reverse();
}
