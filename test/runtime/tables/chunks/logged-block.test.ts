/** A block knows the same whether it saw its minutes come or loaded them from the log. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { calendarOf } from '../../../../runtime/markets/calendar.ts';
import { MINUTE } from '../../../../runtime/markets/timeframe.ts';
import { Windows } from '../../../../runtime/markets/window.ts';
import { type ChunkBody, encodeBody, type LoggedMark } from '../../../../runtime/tables/chunks/chunk-body.ts';
import { LoggedBlock } from '../../../../runtime/tables/chunks/logged-block.ts';
import type { LoggedMinute } from '../../../../runtime/tables/chunks/minute-columns.ts';
import { minuteBars } from '../../records/support/arbitraries.ts';

const block = new Windows(calendarOf('stocks'), 'clock').blockOf(Date.parse('2025-11-20T15:00:00Z'));
/** So few of each that minutes and marks often meet their like. */
const symbols = fc.constantFrom('A', 'BRK.B', 'C');
const starts = fc.integer({ min: 0, max: 11 }).map(minute => block.start + minute * MINUTE);
const versions = fc.integer({ min: 1, max: 4 });

const minutes: fc.Arbitrary<LoggedMinute> = fc
  .tuple(minuteBars('futures'), symbols, starts, versions)
  .map(([{ open, high, low, close, volume, vwap, trades }, symbol, start, version]) => ({
    symbol,
    start,
    ...{ open, high, low, close, volume, version },
    ...(vwap === undefined ? {} : { vwap }),
    ...(trades === undefined ? {} : { trades }),
  }));
const marks: fc.Arbitrary<LoggedMark> = fc.record(
  { symbol: symbols, minute: starts, covered: fc.boolean(), version: versions },
  { requiredKeys: ['minute', 'covered', 'version'] },
);
const bodies: fc.Arbitrary<ChunkBody> = fc.record({
  minutes: fc.array(minutes, { maxLength: 20 }),
  marks: fc.array(marks, { maxLength: 4 }),
});

const headAt = (n: number) => {
  const sequences = { first: BigInt(n), last: BigInt(n) };
  return { slot: 1, blockStart: block.start, n, ...sequences, slotThrough: 0, expires: 0 };
};

/** Everything that a block says of itself. */
function said(state: LoggedBlock) {
  const bars = [...state.symbols()].map(symbol => [
    symbol,
    block.windows.map((_, index) => state.fold(symbol, index)),
  ]);
  return { bars, marks: [...state.marks()], chunks: state.chunks, bytes: state.bytes };
}

describe('a block', () => {
  test('that was loaded is the block that was folded as its chunks came', () => {
    fc.assert(
      fc.property(fc.array(bodies, { minLength: 1, maxLength: 4 }), chunks => {
        const [added, loaded] = [new LoggedBlock(1, block), new LoggedBlock(1, block)];
        for (const [n, body] of chunks.entries()) {
          added.add(headAt(n), body, new Map());
          loaded.load({ ...headAt(n), body: encodeBody(body, block.start) });
        }
        expect(said(loaded)).toEqual(said(added));
      }),
    );
  });
});
