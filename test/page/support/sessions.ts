/** The record of sessions as the API answers it: a quiet one, troubled ones, a holiday. */
import type { SessionAnswer } from '../../../runtime/api/contract/session-answers.ts';

const at = (text: string) => Date.parse(text);

export function sessionOn(date: string, changes: Partial<SessionAnswer> = {}): SessionAnswer {
  const [start, end] = [at(`${date}T14:30:00Z`), at(`${date}T21:00:00Z`)];
  return {
    ...{ feed: 'stocks', date, session: 'regular', state: 'ended', start, end },
    ...{ firstMinute: start, lastMinute: end - 60_000, symbols: 34 },
    ...{ received: 13_260, published: 13_260, repeated: 0, corrected: 0, backfilled: 0 },
    ...{ uncovered: 0, quarantined: 0, handOvers: 0, takeOvers: 0, reconnections: {} },
    ...{ releases: ['Barflow test'], events: [] },
    ...changes,
  };
}

/** The latest first. */
export const lastSessions: readonly SessionAnswer[] = [
  sessionOn('2025-11-20', {
    ...{ state: 'open', lastMinute: at('2025-11-20T18:44:00Z'), published: 8_704, corrected: 41 },
  }),
  sessionOn('2025-11-20', {
    ...{ session: 'pre', firstMinute: at('2025-11-20T09:00:00Z'), lastMinute: at('2025-11-20T14:29:00Z') },
    ...{ published: 5_127, corrected: 12, backfilled: 96, uncovered: 23, takeOvers: 1 },
    reconnections: { 'closed by the server (1011)': 2, 'nothing came for 35 s': 1 },
  }),
  sessionOn('2025-11-19', { corrected: 1_204_117, published: 4_294_967, handOvers: 1 }),
  {
    ...sessionOn('2025-11-18', { session: 'closed', state: 'skipped', published: 0 }),
    ...{ firstMinute: undefined, lastMinute: undefined },
  },
  sessionOn('2024-12-31'),
];
