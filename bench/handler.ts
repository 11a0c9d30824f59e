/** How fast the roll-up works between its calls to AWS: decode, merge, fold and encode; against JSON.parse of the same records. */
import type { KinesisStreamEvent } from 'aws-lambda';
import { calendarOf } from '../runtime/markets/calendar.ts';
import { MINUTE } from '../runtime/markets/timeframe.ts';
import { Windows } from '../runtime/markets/window.ts';
import { rolledBarData } from '../runtime/records/fast/encode.ts';
import { type SlotBatch, sortEvent } from '../runtime/rollup/batch.ts';
import { BlockState } from '../runtime/rollup/block-state.ts';
import { dueBars } from '../runtime/rollup/due.ts';
import { splitBody } from '../runtime/tables/chunks/chunk-split.ts';
import type { Touched } from '../runtime/tables/chunks/logged-block.ts';
import { minuteEvent, SHARD_SYMBOLS, shardSymbols } from './events.ts';
import { type Benchmark, figures, inTurns, median } from './harness.ts';
import { BLOCK_START } from './sample.ts';

/** The first prepares the worker; the others close windows of 5m and 15m. More would measure how the collector copes with the benchmark's own data. */
const MINUTES = 16;
const RUNS = 9;

export const handlerBenchmark: Benchmark = {
  name: 'handler',
  async run(say) {
    say(`making ${MINUTES} batches of ${SHARD_SYMBOLS} minute bars`);
    const symbols = shardSymbols();
    const events = Array.from({ length: MINUTES }, (_, i) => minuteEvent(symbols, BLOCK_START + i * MINUTE));
    const [first, ...others] = events;
    if (first === undefined) throw new RangeError('there is no minute to measure');
    let worker = new Worker();
    const taken = await inTurns(
      {
        ours: {
          prepare: () => {
            worker = new Worker();
            worker.run([first]);
            return undefined;
          },
          run: () => {
            if (worker.run(others) === 0) throw new Error('no bar came out');
          },
        },
        parse: { run: () => parseAll(others) },
      },
      RUNS,
      say,
    );
    const bars = others.length * symbols.length;
    const rates = (name: 'ours' | 'parse') =>
      (taken.get(name) ?? []).map(({ processor }) => bars / processor / 1e3);
    return [
      {
        what: 'roll-up without AWS calls',
        unit: 'k minutes/s',
        ...figures(rates('ours')),
        limit: { name: 'JSON.parse of the records', median: median(rates('parse')) },
        target: { kind: 'at least', value: 250 },
      },
    ];
  },
};

/** The parts of the roll-up in its own order, with a log that takes everything at once. */
class Worker {
  readonly #windows = new Windows(calendarOf('stocks'), 'clock');
  readonly #blocks = new Map<string, BlockState>();

  /** @returns how many bytes of bars came out */
  run(events: readonly KinesisStreamEvent[]): number {
    let bytes = 0;
    for (const { Records } of events) {
      const { slots, refused } = sortEvent(Records, 'stocks', this.#windows);
      if (refused.length > 0) throw new Error(`a record was refused: ${refused[0]?.reason}`);
      for (const batch of slots.values()) bytes += this.#process(batch);
    }
    return bytes;
  }

  #process(batch: SlotBatch): number {
    let bytes = 0;
    const through = batch.watermarks?.first ?? 0;
    for (const { block, minutes, marks } of batch.blocks.values()) {
      const key = `${batch.slot}@${block.start}`;
      const state = this.#blocks.get(key) ?? new BlockState(batch.slot, block);
      this.#blocks.set(key, state);
      const touched: Touched = new Map();
      for (const { body } of splitBody({ minutes, marks }, block.start)) {
        const { first, last, slot } = batch;
        const place = { slot, blockStart: block.start, n: state.chunks };
        const head = { ...place, first, last, through, slotThrough: through, expires: 0 };
        state.add(head, body, touched);
      }
      const range = { low: through - MINUTE, high: through };
      for (const { symbol, window, folded, final } of dueBars({
        state,
        touched,
        through,
        range,
        provisional: false,
      })) {
        const { timeframe, start, end, session } = window;
        bytes += rolledBarData({ symbol, timeframe, start, end, session, final, ...folded }).byteLength;
      }
    }
    return bytes;
  }
}

/** The least that any reader has to do with the records. */
function parseAll(events: readonly KinesisStreamEvent[]): void {
  for (const { Records } of events)
    for (const { kinesis } of Records) {
      const value: unknown = JSON.parse(Buffer.from(kinesis.data, 'base64').toString('utf8'));
      if (value === null) throw new Error('a record is null');
    }
}
