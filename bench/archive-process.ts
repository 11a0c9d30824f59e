/** Process that archives a day of a market whose log it makes up as it is read, and tells what that took. */
import { type Archiving, archiveDay, logsIn } from '../runtime/archive/archive-day.ts';
import { calendarOf } from '../runtime/markets/calendar.ts';
import { MINUTE } from '../runtime/markets/timeframe.ts';
import { Windows } from '../runtime/markets/window.ts';
import { SLOTS, slotOf } from '../runtime/records/slot.ts';
import { encodeBody } from '../runtime/tables/chunks/chunk-body.ts';
import { sampleBar, sampleSymbols } from './sample.ts';
import { FOR_EVER } from './stored-bars.ts';

/** What it prints. */
export interface Archived {
  readonly seconds: number;
  /** Resident at the most, making up the log included. */
  readonly megabytes: number;
  readonly rows: number;
  /** Of all files. */
  readonly fileMegabytes: number;
}

const SYMBOLS = 11_000;
const { signal } = new AbortController();
const windows = new Windows(calendarOf('stocks'), 'clock');
const [DAY, OPEN, CLOSE] = ['05:00', '14:30', '21:00'].map(time => Date.parse(`2025-11-20T${time}:00Z`));
const day = { date: '2025-11-20', from: DAY ?? 0, to: (DAY ?? 0) + 24 * 60 * MINUTE };
const members = Map.groupBy(sampleSymbols(SYMBOLS), slotOf);
const starts = Array.from(
  { length: ((CLOSE ?? 0) - (OPEN ?? 0)) / MINUTE },
  (_, n) => (OPEN ?? 0) + n * MINUTE,
);
const blocks = [...Map.groupBy(starts, start => windows.blockOf(start).start)];
let fileBytes = 0;

const archiving: Archiving = {
  ...{ feed: 'stocks', market: 'stocks', windows, release: 'Barflow' },
  slots: {
    newest: async () => ({ through: day.to, block: blocks.at(-1)?.[0], chunks: 1, uncovered: 0 }),
    blocksIn: async () => blocks.map(([start, minutes]) => ({ start, chunks: minutes.length, uncovered: 0 })),
  },
  log: {
    read: async (slot, blockStart) =>
      (blocks.find(([start]) => start === blockStart)?.[1] ?? []).map((start, n) => {
        const minutes = (members.get(slot) ?? []).map((symbol, rank) => ({
          ...sampleBar(symbol, rank, start),
          version: start + MINUTE,
        }));
        const marks = { through: start + MINUTE, slotThrough: start + MINUTE, expires: FOR_EVER };
        const body = encodeBody({ minutes, marks: [] }, blockStart);
        return { slot, blockStart, n, first: 1n, last: BigInt(start), ...marks, body };
      }),
  },
  bucket: {
    manifest: async () => undefined,
    put: async (_, file) => {
      fileBytes += file.length;
    },
  },
};

const began = performance.now();
const rows = await archiveDay(archiving, day, await logsIn(archiving, day), day.to, signal);
const seconds = (performance.now() - began) / 1_000;
if (members.size !== SLOTS) throw new Error(`the symbols are in ${members.size} slots`);
console.log(
  JSON.stringify({
    seconds,
    megabytes: process.resourceUsage().maxRSS / 1_000,
    rows: Object.values(rows ?? {}).reduce((sum, each) => sum + each, 0),
    fileMegabytes: fileBytes / 1e6,
  } satisfies Archived),
);
