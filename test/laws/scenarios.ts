/** Stretches of real market time with their sessions written out by hand, so that the laws share no calendar with the code they judge. */
import type { Market } from '../../runtime/markets/market.ts';
import type { Alignment } from '../../runtime/markets/window.ts';

/** `[start, end)` in epoch ms. */
export interface Span {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export interface Scenario {
  readonly title: string;
  readonly market: Market;
  readonly alignment: Alignment;
  readonly timeZone: string;
  /** Without gaps, in order. Histories stay inside the first and last of them. */
  readonly spans: readonly Span[];
}

/** Reads `start name, start name, ..., end`. */
function spans(text: string): Span[] {
  const edges = text.split(',').map(edge => edge.trim().split(' '));
  return edges.slice(0, -1).map(([from = '', name = ''], index) => {
    const [to = ''] = edges[index + 1] ?? [];
    return { name, start: Date.parse(`${from}Z`), end: Date.parse(`${to}Z`) };
  });
}

const stretches = [
  {
    title: 'a Thursday in New York',
    market: 'stocks',
    timeZone: 'America/New_York',
    spans: spans(
      `2025-11-20T01:00 closed, 2025-11-20T09:00 pre, 2025-11-20T14:30 regular, 2025-11-20T21:00 post,
       2025-11-21T01:00 closed, 2025-11-21T09:00 pre, 2025-11-21T14:30`,
    ),
  },
  {
    title: 'the half day after Thanksgiving',
    market: 'stocks',
    timeZone: 'America/New_York',
    spans: spans(
      '2025-11-28T09:00 pre, 2025-11-28T14:30 regular, 2025-11-28T18:00 post, 2025-11-28T22:00 closed, 2025-12-01T09:00',
    ),
  },
  {
    title: 'the weekend on which New York leaves summer time',
    market: 'stocks',
    timeZone: 'America/New_York',
    spans: spans('2025-10-31T20:00 post, 2025-11-01T00:00 closed, 2025-11-03T09:00 pre, 2025-11-03T14:30'),
  },
  {
    title: 'the weekend on which Chicago enters summer time, and the daily break',
    market: 'futures',
    timeZone: 'America/Chicago',
    spans: spans(
      '2026-03-05T23:00 regular, 2026-03-06T22:00 closed, 2026-03-08T22:00 regular, 2026-03-09T21:00 closed, 2026-03-09T22:00 regular, 2026-03-10T21:00',
    ),
  },
  {
    title: 'the turn of the year of crypto',
    market: 'crypto',
    timeZone: 'UTC',
    spans: spans('2025-12-31T00:00 regular, 2026-01-01T00:00 regular, 2026-01-02T00:00'),
  },
  {
    title: 'the half day of options after Thanksgiving',
    market: 'options',
    timeZone: 'America/New_York',
    spans: spans(
      '2025-11-26T14:30 regular, 2025-11-26T21:00 post, 2025-11-26T21:15 closed, 2025-11-28T14:30 regular, 2025-11-28T18:00 post, 2025-11-28T18:15 closed, 2025-12-01T14:30',
    ),
  },
  {
    title: 'the weekend of forex on which New York leaves summer time',
    market: 'forex',
    timeZone: 'America/New_York',
    spans: spans(
      '2025-10-30T21:00 regular, 2025-10-31T21:00 closed, 2025-11-02T22:00 regular, 2025-11-03T22:00 regular, 2025-11-04T22:00',
    ),
  },
  {
    title: 'the weekend of indices on which New York enters summer time',
    market: 'indices',
    timeZone: 'America/New_York',
    spans: spans(
      '2026-03-06T14:30 regular, 2026-03-06T21:00 post, 2026-03-06T21:15 closed, 2026-03-09T13:30 regular, 2026-03-09T20:00 post, 2026-03-09T20:15 closed, 2026-03-10T13:30',
    ),
  },
] as const;

export const scenarios: readonly Scenario[] = stretches.flatMap(stretch => [
  { ...stretch, alignment: 'clock' },
  { ...stretch, alignment: 'session' },
]);
