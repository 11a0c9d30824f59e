/** Lists of symbols that change sooner than they can be taken up. */
import { expect, test } from '@jest/globals';
import { Resubscription } from '../../../../runtime/ingester/symbols/resubscription.ts';
import { Subscription } from '../../../../runtime/ingester/symbols/subscription.ts';
import { calendarOf } from '../../../../runtime/markets/calendar.ts';
import { Windows } from '../../../../runtime/markets/window.ts';
import { EventClock } from '../../../../runtime/platform/clock.ts';
import { eventually } from '../support/eventually.ts';
import { MemoryLogger } from '../support/log.ts';

test('of lists that come while one is taken up only the newest is', async () => {
  const saved: unknown[] = [];
  const first = Promise.withResolvers<void>();
  const subscription = new Subscription(['A']);
  const resubscription = new Resubscription({
    ...{ clock: new EventClock({ now: Date.parse('2025-11-20T17:00Z'), speed: 0 }), delay: 0, subscription },
    ...{
      windows: new Windows(calendarOf('stocks'), 'clock'),
      knownAt: end => end,
      logger: new MemoryLogger(),
    },
    memory: {
      load: async () => ['A'],
      save: async symbols => {
        saved.push(symbols);
        await first.promise;
      },
    },
    ...{
      universe: { all: async () => undefined },
      feed: { resubscribe: () => undefined },
      wanted: undefined,
    },
    uncovered: { declare: async () => async () => undefined },
  });
  const term = new AbortController();
  await resubscription.takeOver(term.signal);
  const taken = resubscription.want(['B']);
  await eventually(() => saved.length === 1);
  const others = [['C'], ['D'], ['E']].map(list => resubscription.want(list));
  first.resolve();
  await Promise.all([taken, ...others]);
  expect(subscription.symbols).toEqual(['E']);
  expect(saved).toEqual([['B'], ['E']]);
  term.abort(new Error('over'));
  await resubscription.settled();
});
