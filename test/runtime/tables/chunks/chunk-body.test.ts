/** A chunk gives back exactly what was put into it, whatever the values, and stays small. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MINUTE } from '../../../../runtime/markets/timeframe.ts';
import { ByteReader, ByteWriter } from '../../../../runtime/tables/chunks/bytes.ts';
import {
  type ChunkBody,
  decodeBody,
  encodeBody,
  type LoggedMark,
} from '../../../../runtime/tables/chunks/chunk-body.ts';
import { splitBody } from '../../../../runtime/tables/chunks/chunk-split.ts';
import type { LoggedMinute } from '../../../../runtime/tables/chunks/minute-columns.ts';
import { coverages, minuteBars } from '../../records/support/arbitraries.ts';

const BLOCK_START = Date.parse('2025-11-20T13:00:00Z');
const within = (minute: number) => BLOCK_START + (minute % (240 * MINUTE));

const minutes: fc.Arbitrary<LoggedMinute> = minuteBars('futures').map(
  ({ symbol, start, open, high, low, close, volume, vwap, trades, version }) => ({
    symbol,
    start: within(start),
    open,
    high,
    low,
    close,
    volume,
    version,
    ...(vwap === undefined ? {} : { vwap }),
    ...(trades === undefined ? {} : { trades }),
  }),
);
const marks: fc.Arbitrary<LoggedMark> = coverages.map(({ symbol, minute, covered, version }) => ({
  ...(symbol === undefined ? {} : { symbol }),
  minute: within(minute),
  covered,
  version,
}));
const bodies: fc.Arbitrary<ChunkBody> = fc.record({
  minutes: fc.array(minutes, { maxLength: 40 }),
  marks: fc.array(marks, { maxLength: 10 }),
});

/** Minutes as a liquid market makes them. */
const ordinary = Array.from({ length: 172 }, (_, index): LoggedMinute => {
  const open = 100 + (index % 50) * 1.37;
  return {
    symbol: `SYM${index}`,
    start: BLOCK_START,
    open: Math.round(open * 100) / 100,
    high: Math.round(open * 101) / 100,
    low: Math.round(open * 99) / 100,
    close: Math.round(open * 100.5) / 100,
    volume: String(1_000 + index * 37),
    vwap: Math.round(open * 10_003) / 10_000,
    trades: 40 + (index % 90),
    version: BLOCK_START + 61_000 + index,
  };
});

describe("a chunk's body", () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(bodies, body => {
        expect(decodeBody(encodeBody(body, BLOCK_START), BLOCK_START)).toEqual(body);
      }),
    );
  });

  test('comes back as it was when all prices are whole ticks, or all too fine or too large for ticks', () => {
    for (const factor of [1, 1e-12, 1e9]) {
      const body = {
        minutes: ordinary.map(minute => ({ ...minute, vwap: 1e12, ...scaled(minute, factor) })),
        marks: [],
      };
      expect(decodeBody(encodeBody(body, BLOCK_START), BLOCK_START)).toEqual(body);
    }
  });

  test('of a slot of the whole US market takes less than a fifth of its JSON', () => {
    const body = { minutes: ordinary, marks: [] };
    expect(encodeBody(body, BLOCK_START).byteLength * 5).toBeLessThan(JSON.stringify(body).length);
  });

  test('of another format is refused', () => {
    const later = deflateRawSync(Buffer.from([2]));
    expect(() => decodeBody(later, BLOCK_START)).toThrow('chunk format 2 is unknown: this reader knows 1');
  });
});

function scaled({ open, high, low, close }: LoggedMinute, factor: number) {
  return { open: open * factor, high: high * factor, low: low * factor, close: close * factor };
}

describe('splitting', () => {
  test('keeps everything, in order, in parts within the limit', () => {
    fc.assert(
      fc.property(bodies, fc.integer({ min: 60, max: 2_000 }), (body, limit) => {
        const parts = splitBody(body, BLOCK_START, limit);
        expect(parts.flatMap(part => part.body.minutes)).toEqual(body.minutes);
        expect(parts.flatMap(part => part.body.marks)).toEqual(body.marks);
        for (const { body: part, bytes } of parts) {
          expect(decodeBody(bytes, BLOCK_START)).toEqual(part);
          if (part.minutes.length + part.marks.length > 1)
            expect(bytes.byteLength).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  test('makes one part of nothing, for a watermark needs a chunk too', () => {
    expect(splitBody({ minutes: [], marks: [] }, BLOCK_START)).toHaveLength(1);
  });
});

describe('bytes', () => {
  test('give back whole numbers of either sign, doubles and text', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
        fc.double(),
        fc.string({ unit: 'binary' }),
        (whole, signed, double, text) => {
          const writer = new ByteWriter();
          writer.whole(whole);
          writer.signed(signed);
          writer.double(double);
          writer.text(text);
          const reader = new ByteReader(writer.finish());
          expect([reader.whole(), reader.signed(), reader.double(), reader.text()]).toEqual([
            whole,
            signed,
            double,
            text,
          ]);
        },
      ),
    );
  });

  test('that end too early are refused', () => {
    expect(() => new ByteReader(Buffer.from([0x80])).whole()).toThrow(
      'the chunk ends in the middle of a number',
    );
  });
});
