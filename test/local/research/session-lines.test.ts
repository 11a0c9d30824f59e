/** Sessions in a terminal: what is unusual stands there, what does not fit gives way. */
import { expect, test } from '@jest/globals';
import { sessionLines } from '../../../local/research/session-lines.ts';
import type { Session } from '../../../local/research/session-pages.ts';

const session: Session = {
  ...{ feed: 'stocks', date: '2025-11-20', session: 'regular', state: 'ended' },
  ...{ start: 0, end: 0, firstMinute: 1_763_649_000_000, lastMinute: 1_763_672_340_000 },
  ...{ received: 4_312, published: 4_310, repeated: 2, corrected: 0, backfilled: 0, uncovered: 0 },
  ...{ symbols: 11, quarantined: 0, handOvers: 0, takeOvers: 0, reconnections: {}, releases: [], events: [] },
};
const troubled: Session = {
  ...session,
  ...{
    date: '2025-11-21',
    backfilled: 33,
    uncovered: 4,
    takeOvers: 1,
    corrected: 7,
    handOvers: 1,
    quarantined: 2,
  },
  reconnections: { 'closed by the server (1011)': 2, 'nothing came': 1 },
};

test('a quiet session has no column of trouble', () => {
  expect(sessionLines([session], 200)).toEqual([
    'date       session state first last UTC symbols received published',
    '2025-11-20 regular ended 14:30    20:59      11     4312      4310',
  ]);
});

test.each([80, 200])('a troubled one says so within %i columns', width => {
  const lines = sessionLines([session, troubled], width);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
  const [head = ''] = lines;
  for (const column of ['published', 'backfilled', 'uncovered', 'reconnected', 'taken over'])
    expect(head).toContain(column);
});

test('none is a sentence', () => {
  expect(sessionLines([], 80)).toEqual(['no session is on record in that range']);
});
