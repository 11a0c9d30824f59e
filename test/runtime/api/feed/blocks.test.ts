/** Blocks that are remembered: read on from where they were, forgotten where there is no room, and the same whether or not. */
import { expect, test } from '@jest/globals';
import { Blocks } from '../../../../runtime/api/feed/blocks.ts';
import { calendarOf } from '../../../../runtime/markets/calendar.ts';
import { Windows } from '../../../../runtime/markets/window.ts';
import { slotOf } from '../../../../runtime/records/slot.ts';
import { ChunkLog } from '../../../../runtime/tables/chunks/chunk-log.ts';
import { minuteBar, RollupOnTwins } from '../../../support/rollup-on-twins.ts';

const windows = new Windows(calendarOf('stocks'), 'clock');
const slot = slotOf('AAPL');
const { signal } = new AbortController();
/** In three blocks of a day. */
const STARTS = ['14:30', '17:30', '21:30'].map(time => Date.parse(`2025-11-20T${time}:00Z`));

/** @param limit bytes to keep */
async function remembering(limit: number) {
  const rollup = new RollupOnTwins();
  for (const start of STARTS) await rollup.deliver(minuteBar(start), minuteBar(start + 60_000));
  const log = new ChunkLog(rollup.dynamoDb.client(), 'state');
  const asked: string[] = [];
  const blocks = new Blocks({
    log: {
      read: (of, blockStart, from, abort) => {
        asked.push(`${STARTS.findIndex(start => windows.blockOf(start).start === blockStart)} from ${from}`);
        return log.read(of, blockStart, from, abort);
      },
      nextBlock: (...args) => log.nextBlock(...args),
    },
    ...{ windows, limit, wallClock: () => rollup.now },
  });
  const look = async (place: number) => {
    const start = STARTS[place] ?? 0;
    const logged = await blocks.get(slot, windows.blockOf(start), signal);
    const offset = (start - logged.block.start) / 60_000;
    return [0, 1, 2].map(more => logged.minute('AAPL', offset + more)?.close);
  };
  return { rollup, asked, look };
}

test('what was read is not read again, and what was appended since is', async () => {
  const { rollup, asked, look } = await remembering(1e9);
  expect(await look(0)).toEqual([11, 11, undefined]);
  expect(await look(0)).toEqual([11, 11, undefined]);
  await rollup.deliver(minuteBar((STARTS[0] ?? 0) + 120_000, { close: 12 }));
  expect(await look(0)).toEqual([11, 11, 12]);
  expect(asked).toEqual(['0 from 0', '0 from 1', '0 from 1']);
});

test('where there is no room, what was not asked for the longest is forgotten, and read anew when it is asked for', async () => {
  const { rollup, asked, look } = await remembering(1);
  const all = [0, 1, 2, 0, 1];
  for (const place of all) expect(await look(place)).toEqual([11, 11, undefined]);
  // Of none anything is left when the next one is read.
  expect(asked).toEqual(all.map(place => `${place} from 0`));
  await rollup.deliver(
    minuteBar((STARTS[1] ?? 0) + 60_000, { close: 12, version: (STARTS[1] ?? 0) + 180_000 }),
  );
  expect(await look(1)).toEqual([11, 12, undefined]);
});

test('whoever asks while it is read gets what that reads', async () => {
  const { asked, look } = await remembering(1e9);
  expect(await Promise.all([look(2), look(2), look(2)])).toEqual(Array(3).fill([11, 11, undefined]));
  expect(asked).toEqual(['2 from 0']);
});
