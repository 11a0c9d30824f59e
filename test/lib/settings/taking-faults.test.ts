/** What a sink may not be told of what it takes, for nothing that comes to it is so. */
import { describe, expect, test } from '@jest/globals';
import { REDIS_TAKES } from '../../../lib/settings/taking-faults.ts';
import { EventWrites } from '../../../runtime/ingester/sinks/redis/writes.ts';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { Closings } from '../../../runtime/markets/closings.ts';
import { channelTable } from '../../../runtime/vendor/channels/table.ts';
import { events, faultsOfFeed, sinkFault, withSink } from '../support/faults.ts';

const refusals: [settings: Readonly<Record<string, unknown>>, message: string][] = [
  [withSink({ ...events, include: ['Q:*'] }), sinkFault(".include is 'Q:*': use kinds that come to it: T")],
  [
    { ...withSink({ ...events, include: ['T:MS*'] }), symbols: ['AAPL', 'IBM'] },
    sinkFault(".include is 'T:MS*': use symbols of trades that the feed asks for, such as 'T:AAPL'"),
  ],
  [
    withSink({ ...events, sampleQuotes: 10 }),
    sinkFault(".sampleQuotes is 10, and no quotes come to it: leave it out, or add 'quotes' to channels"),
  ],
  [
    { channels: ['minutes', 'quotes'], sinks: [{ ...events, withoutConditions: [14] }] },
    sinkFault(
      ".withoutConditions leaves trades out, and none come to it: leave it out, or add 'trades' to channels",
    ),
  ],
  [
    { ...withSink({ ...events, withoutConditions: [14] }), market: 'futures', symbols: '*' },
    sinkFault(
      '.withoutConditions leaves trades out by their conditions, and those of futures have none: leave it out',
    ),
  ],
];

describe('a sink', () => {
  test.each(refusals.map(([settings, message]) => ({ settings, message })))(
    'is refused: $message',
    ({ settings, message }) => {
      expect(faultsOfFeed(settings)).toEqual([message]);
    },
  );
});

test('Redis takes the channels that settings say it takes', () => {
  const kinds = new EventWrites(
    'stocks',
    new Closings(calendarOf('stocks'), 'stocks'),
    Date.now,
  ).patterns.map(({ kind }) => kind);
  expect(kinds).toEqual(REDIS_TAKES.map(name => channelTable[name].stocks?.kind));
});
