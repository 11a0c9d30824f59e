/** What the API answers of sessions. */
import * as v from 'valibot';
import { sessionEvents } from '../../tables/sessions/session-record.ts';
import { at, count, nextCursor } from './answers.ts';

const sessionRecord = v.strictObject({
  feed: v.string(),
  date: v.pipe(
    v.string(),
    v.regex(/^\d{4}-\d\d-\d\d$/),
    v.description('Of its trading day at the exchange; of closed time that of the day it leads to'),
  ),
  session: v.pipe(
    v.string(),
    v.minLength(1),
    v.description('Its name; closed for the time between sessions'),
  ),
  state: v.pipe(
    v.picklist(['open', 'ended', 'skipped']),
    v.description('ended once all of its minutes are there or declared uncovered; skipped on a holiday'),
  ),
  start: at('By the calendar it covers [start, end)'),
  end: at('By the calendar it covers [start, end)'),
  firstMinute: v.optional(at('Start of the first minute that has a bar')),
  lastMinute: v.optional(at('Start of the last minute that has a bar')),
  received: count('Bars that the vendor’s socket brought'),
  published: count('Bars that the minutes stream took; one that is published once more counts once more'),
  repeated: count('Bars of the socket that said nothing new'),
  corrected: count('Bars that replaced what the same task had published of their minute'),
  backfilled: count('Of those published, bars from the vendor’s history'),
  uncovered: count('Minutes that stand uncovered, for all symbols or some'),
  symbols: count('Symbols with a bar'),
  quarantined: count('Pieces of the vendor’s data that were refused meanwhile'),
  handOvers: count('Times that a task went on where another had left off in good order'),
  takeOvers: count(
    'Times that a task had to take over: the one before had crashed, or could not renew its lease',
  ),
  reconnections: v.pipe(
    v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(1))),
    v.description('How often the feed came back, by why it had been lost'),
  ),
  releases: v.pipe(v.array(v.string()), v.description('Of the tasks that took part')),
  events: v.pipe(
    v.array(
      v.strictObject({
        event: v.picklist(Object.values(sessionEvents)),
        at: at('When it happened'),
        cause: v.optional(v.string()),
      }),
    ),
    v.description('What happened, in order; of one task at most 100'),
  ),
});

export type SessionAnswer = v.InferOutput<typeof sessionRecord>;

export const sessionsBody = v.strictObject({ sessions: v.array(sessionRecord), nextCursor });
