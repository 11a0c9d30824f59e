/** When the day's volume says that bars are missing, and what becomes of that: it is fetched, or declared, and waits for whatever explains it. */
import { describe, expect, test } from '@jest/globals';
import {
  Investigation,
  SuspectQueue,
  Suspects,
  type Suspicion,
} from '../../../../../runtime/ingester/channels/minutes/suspects.ts';
import { calendarOf } from '../../../../../runtime/markets/calendar.ts';
import type { MinuteBar } from '../../../../../runtime/records/bar.ts';
import type { MissingPart } from '../../../../../runtime/tables/lease/missing-table.ts';
import { eventually } from '../../support/eventually.ts';
import { MemoryLogger } from '../../support/log.ts';
import { bar, MINUTE, OPEN } from '../../support/records.ts';

/** A bar of `volume` after which the day has `dayVolume`. */
const at = (minute: number, volume: string, dayVolume: string, symbol = 'AAPL') =>
  bar({ symbol, start: OPEN + minute * MINUTE, volume, dayVolume });
/** One that came over REST. */
const late = (minute: number, volume: string) =>
  bar({ start: OPEN + minute * MINUTE, volume, source: 'backfill' });

function watching(since = 0): Suspects {
  const suspects = new Suspects(calendarOf('stocks'));
  suspects.watch(OPEN + since * MINUTE);
  return suspects;
}

/** What is suspect after a live bar, in minutes after the open. */
function suspicion(suspects: Suspects, live: MinuteBar): [number, number] | undefined {
  if (!suspects.note(live)) return undefined;
  const found = suspects.take(live.symbol);
  return found && [(found.from - OPEN) / MINUTE, (found.to - OPEN) / MINUTE];
}

describe('minutes are suspect', () => {
  test('when the volume jumps over a hole', () => {
    const suspects = watching();
    expect(suspicion(suspects, at(0, '100', '100'))).toBeUndefined();
    expect(suspicion(suspects, at(3, '50', '200'))).toEqual([1, 3]);
    expect(suspicion(suspects, at(5, '50', '250'))).toBeUndefined();
  });

  test('when a symbol appears late with a volume that it did not trade in that minute', () => {
    const suspects = watching(2);
    expect(suspicion(suspects, at(5, '100', '700'))).toEqual([2, 5]);
    expect(suspicion(suspects, at(7, '100', '100', 'MSFT'))).toBeUndefined();
    expect(suspicion(suspects, at(2, '100', '900', 'TSLA'))).toBeUndefined();
  });

  test('from the minute in which the connection came to stand', () => {
    const suspects = new Suspects(calendarOf('stocks'));
    suspects.watch(OPEN + 30_000);
    expect(suspicion(suspects, at(1, '100', '200'))).toEqual([0, 1]);
  });
});

describe('after a gap minutes are suspect', () => {
  test('when less came over REST than the volume jumped by, whenever it came', () => {
    const suspects = watching();
    suspects.note(at(0, '100', '100'));
    suspects.backfilled(late(1, '30'));
    expect(suspects.note(at(4, '50', '300'))).toBe(true);
    suspects.backfilled(late(2, '40'));
    expect(suspects.take('AAPL')).toMatchObject({ from: OPEN + MINUTE, to: OPEN + 4 * MINUTE });
  });

  test('not when what came explains the jump, up to a share for every bar', () => {
    const suspects = watching();
    suspects.note(at(0, '100', '100'));
    suspects.backfilled(late(1, '30'));
    expect(suspects.note(at(4, '50', '223'))).toBe(true);
    suspects.backfilled(late(2, '40'));
    expect(suspects.take('AAPL')).toBeUndefined();
  });

  test('not when a bar of every minute came: late prints are in no bar', () => {
    const suspects = watching();
    suspects.note(at(0, '100', '100'));
    for (const minute of [1, 2]) suspects.backfilled(late(minute, '10'));
    expect(suspicion(suspects, at(3, '50', '900'))).toBeUndefined();
  });

  test('when a minute came twice over REST, with other values, and another not at all', () => {
    for (const [first, second] of [
      ['100', '101'],
      ['101', '100'],
    ] as const) {
      const suspects = watching();
      suspects.note(at(0, '100', '100'));
      suspects.backfilled(late(1, first));
      suspects.backfilled(late(1, second));
      expect(suspicion(suspects, at(3, '50', '350'))).toEqual([1, 3]);
    }
  });

  test('not by re-sends of the minutes before it', () => {
    const suspects = watching();
    suspects.note(at(5, '500', '500'));
    suspects.backfilled(late(3, '400'));
    expect(suspicion(suspects, at(8, '50', '950'))).toEqual([6, 8]);
  });
});

test('holes of one symbol that nobody has looked at yet are one suspicion', () => {
  const suspects = watching();
  suspects.note(at(0, '100', '100'));
  expect(suspects.note(at(3, '50', '200'))).toBe(true);
  expect(suspects.note(at(6, '50', '300'))).toBe(false);
  expect(suspects.take('AAPL')).toEqual({ symbol: 'AAPL', from: OPEN + MINUTE, to: OPEN + 6 * MINUTE });
  expect(suspects.take('AAPL')).toBeUndefined();
});

describe('minutes are not suspect', () => {
  test('without a hole, for late prints and corrections change the volume too', () => {
    const suspects = watching();
    suspects.note(at(0, '100', '100'));
    expect(suspicion(suspects, at(1, '100', '900'))).toBeUndefined();
  });

  test('for a share that truncation may have cut off', () => {
    const suspects = watching();
    suspects.note(at(0, '100.9', '100.9'));
    expect(suspicion(suspects, at(2, '100', '201.5'))).toBeUndefined();
  });

  test('when a minute is sent again', () => {
    const suspects = watching();
    suspects.note(at(0, '100', '100'));
    suspects.note(at(2, '100', '200'));
    expect(suspicion(suspects, at(0, '120', '220'))).toBeUndefined();
    expect(suspicion(suspects, at(2, '100', '220'))).toBeUndefined();
  });

  test('from one day to the next, which counts anew', () => {
    const suspects = watching();
    suspects.note(at(0, '100', '5000'));
    expect(suspicion(suspects, at(24 * 60, '100', '100'))).toBeUndefined();
  });

  test('where the vendor does not tell the day’s volume', () => {
    expect(suspicion(watching(), bar({ start: OPEN + 5 * MINUTE }))).toBeUndefined();
  });
});

test('what was seen before others took over says nothing about what is missing now', () => {
  const suspects = watching();
  suspects.note(at(0, '100', '100'));
  suspects.forget();
  suspects.watch(OPEN + 10 * MINUTE);
  expect(suspicion(suspects, at(10, '100', '900'))).toBeUndefined();
  expect(suspicion(suspects, at(12, '100', '1200'))).toEqual([11, 12]);
});

test('names without end fill no memory: beyond a number of symbols new ones are never suspect, and known ones still are', () => {
  const suspects = watching();
  for (let n = 0; n < 100_000; n++) suspects.note(at(0, '100', '100', `S${n}`));
  suspects.note(at(0, '100', '100', 'LATE'));
  expect(suspicion(suspects, at(3, '50', '900', 'LATE'))).toBeUndefined();
  expect(suspicion(suspects, at(3, '50', '900', 'S7'))).toEqual([1, 3]);
});

const hole: Suspicion = { symbol: 'AAPL', from: OPEN, to: OPEN + 3 * MINUTE };

/** One that looks at a single symbol. @param lost the minutes that do not come */
function looking(
  lost: readonly number[],
  { declaredBefore = [] as readonly number[], found = [hole] as Suspicion[] } = {},
) {
  const stop = new AbortController();
  const free = Promise.withResolvers<void>();
  const fetched: string[] = [];
  const wanted: number[] = [];
  const declared: MissingPart[] = [];
  const logger = new MemoryLogger();
  const queue = new SuspectQueue();
  const investigation = new Investigation({
    calendar: calendarOf('stocks'),
    suspects: { take: () => found.pop() },
    queue,
    backfill: {
      fetch: async ([symbol = ''], { minutes }) => {
        fetched.push(symbol);
        wanted.push(...minutes);
        return lost.length > 0 ? [{ minutes: lost, symbols: [symbol] }] : [];
      },
    },
    uncovered: {
      has: (_, minute) => declaredBefore.includes(minute),
      declare: async part => {
        declared.push(part);
        return () => Promise.resolve();
      },
    },
    underWay: { idle: () => free.promise },
    logger,
  });
  const run = investigation.run(stop.signal);
  queue.add('AAPL');
  const end = async () => {
    free.resolve();
    await eventually(() => investigation.counts.waiting === 0);
    stop.abort();
    await run;
  };
  return { investigation, fetched, wanted, declared, logger, end };
}

describe('what is suspect', () => {
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
    const found = [hole];
    const { fetched, end } = looking([], { found });
    expect(fetched).toEqual([]);
    found.pop();
    await end();
    expect(fetched).toEqual([]);
  });
});
