/** What becomes of a suspicion: it is fetched, or declared; and it waits for whatever explains it. */
import { expect, test } from '@jest/globals';
import { Investigation } from '../../../../../runtime/ingester/channels/minutes/investigation.ts';
import type { Suspicion } from '../../../../../runtime/ingester/channels/minutes/suspects.ts';
import { calendarOf } from '../../../../../runtime/markets/calendar.ts';
import type { MissingPart } from '../../../../../runtime/tables/lease/missing-table.ts';
import { eventually } from '../../support/eventually.ts';
import { MemoryLogger } from '../../support/log.ts';
import { MINUTE, OPEN } from '../../support/records.ts';

const suspicion: Suspicion = { symbol: 'AAPL', from: OPEN, to: OPEN + 3 * MINUTE };

/** One that looks at a single symbol. @param lost the minutes that do not come */
function looking(
  lost: readonly number[],
  { declaredBefore = [] as readonly number[], found = [suspicion] as Suspicion[] } = {},
) {
  const stop = new AbortController();
  const free = Promise.withResolvers<void>();
  const fetched: string[] = [];
  const wanted: number[] = [];
  const declared: MissingPart[] = [];
  const logger = new MemoryLogger();
  const investigation = new Investigation({
    calendar: calendarOf('stocks'),
    suspects: { take: () => found.pop() },
    backfill: {
      fetch: async ([symbol = ''], { minutes }) => {
        fetched.push(symbol);
        wanted.push(...minutes);
        return lost.length > 0 ? [{ minutes: lost, symbols: [symbol] }] : [];
      },
    },
    missing: {
      has: (_, minute) => declaredBefore.includes(minute),
      declare: async part => {
        declared.push(part);
        return () => Promise.resolve();
      },
    },
    idle: () => free.promise,
    logger,
  });
  const run = investigation.run(stop.signal);
  investigation.add('AAPL');
  const end = async () => {
    free.resolve();
    await eventually(() => investigation.counts.waiting === 0);
    stop.abort();
    await run;
  };
  return { investigation, fetched, wanted, declared, logger, end };
}

test('what comes is had', async () => {
  const { investigation, fetched, declared, end } = looking([]);
  await end();
  expect([fetched, declared]).toEqual([['AAPL'], []]);
  expect(investigation.counts).toEqual({ waiting: 0, fetched: 1, failed: 0 });
});

test('what cannot be had is declared for its symbol, and said', async () => {
  const { investigation, declared, logger, end } = looking([OPEN + MINUTE]);
  await end();
  expect(declared).toEqual([{ minutes: [OPEN + MINUTE], slots: new Map(), symbols: new Set(['AAPL']) }]);
  expect(investigation.counts.failed).toBe(1);
  expect(logger.lines).toHaveLength(1);
});

test('what is declared already is tried for by others; the rest of the hole is fetched', async () => {
  const minutes = [OPEN, OPEN + MINUTE, OPEN + 2 * MINUTE];
  const all = looking([], { declaredBefore: minutes });
  await all.end();
  expect(all.fetched).toEqual([]);
  const some = looking([], { declaredBefore: minutes.slice(0, 2) });
  await some.end();
  expect(some.wanted).toEqual([OPEN + 2 * MINUTE]);
});

test('nothing is asked while a gap is being filled, nor after what that brought has explained all of it', async () => {
  const found = [suspicion];
  const { fetched, end } = looking([], { found });
  expect(fetched).toEqual([]);
  found.pop();
  await end();
  expect(fetched).toEqual([]);
});
