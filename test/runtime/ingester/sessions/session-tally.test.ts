/** What one holder has counted of a session. */
import { expect, test } from '@jest/globals';
import { SessionTally } from '../../../../runtime/ingester/sessions/session-tally.ts';
import { calendarOf } from '../../../../runtime/markets/calendar.ts';
import { sessionEvents } from '../../../../runtime/tables/sessions/session-record.ts';

const OPEN = Date.parse('2025-11-20T14:30:00Z');

test('a session that was lost a thousand times has an end all the same', () => {
  const session = calendarOf('stocks').sessionAt(OPEN);
  const tally = new SessionTally(session, '2025-11-20');
  tally.happened({ event: sessionEvents.start, at: OPEN });
  for (let n = 0; n < 1_000; n++)
    tally.happened({ event: sessionEvents.reconnect, at: OPEN + n, cause: 'closed by the server' });
  tally.happened({ event: sessionEvents.end, at: session.end });
  const { events } = tally.record(1, '1.0.0');
  expect(events).toHaveLength(101);
  expect([events.at(0)?.event, events.at(-1)?.event]).toEqual([sessionEvents.start, sessionEvents.end]);
});
