/** What is written is read back as it was, and reads as the record contract says. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Coverage, MinuteBar, RolledBar, Watermark } from '../../../runtime/records/bar.ts';
import { decodeMinuteRecord, decodeRolledBar } from '../../../runtime/records/decode.ts';
import {
  encodeCoverage,
  encodeMinuteBar,
  encodeRolledBar,
  encodeWatermark,
} from '../../../runtime/records/encode.ts';
import { slotOf } from '../../../runtime/records/slot.ts';
import { coverages, minuteBars, rolledBars } from './support/arbitraries.ts';

const aapl: MinuteBar = {
  type: 'bar',
  symbol: 'AAPL',
  start: 1763649000000,
  open: 212.4,
  high: 212.5,
  low: 212.35,
  close: 212.45,
  volume: '4989',
  vwap: 212.4123,
  session: 'regular',
  version: 1763649062184,
  source: 'live',
  dayVolume: '4332125.03836',
  dayVwap: 212.2291,
  officialOpen: 212.5,
};

describe('a record', () => {
  test('of a minute bar reads as the contract says', () => {
    expect(JSON.parse(encodeMinuteBar(aapl))).toEqual({
      type: 'bar',
      schema: 1,
      symbol: 'AAPL',
      timeframe: '1m',
      start: 1763649000000,
      end: 1763649060000,
      open: 212.4,
      high: 212.5,
      low: 212.35,
      close: 212.45,
      volume: 4989,
      vwap: 212.4123,
      minutes: 1,
      uncovered: 0,
      session: 'regular',
      final: true,
      version: 1763649062184,
      source: 'live',
      dayVolume: 4332125.03836,
      dayVwap: 212.2291,
      officialOpen: 212.5,
    });
  });

  test('of a minute bar has its fields in one order, volumes with every digit, and nothing but ASCII', () => {
    const bar: MinuteBar = { ...aapl, symbol: 'É"volume":"1"', trades: 7, otc: true, volume: '9'.repeat(20) };
    expect(encodeMinuteBar(bar)).toBe(
      '{"type":"bar","schema":1,"symbol":"\\u00c9\\"volume\\":\\"1\\"","timeframe":"1m","start":1763649000000,"end":1763649060000,' +
        '"open":212.4,"high":212.5,"low":212.35,"close":212.45,"volume":99999999999999999999,"vwap":212.4123,"minutes":1,"uncovered":0,' +
        '"session":"regular","final":true,"version":1763649062184,"source":"live","dayVolume":4332125.03836,"dayVwap":212.2291,' +
        '"officialOpen":212.5,"trades":7,"otc":true}',
    );
  });

  test('of a rolled-up bar reads as the contract says', () => {
    const {
      type: _,
      source: _source,
      dayVolume: _volume,
      dayVwap: _vwap,
      officialOpen: _open,
      ...ohlcv
    } = aapl;
    const bar: RolledBar = {
      ...ohlcv,
      timeframe: '5m',
      end: 1763649300000,
      minutes: 4,
      uncovered: 1,
      final: true,
      version: 8818245548832,
    };
    expect(encodeRolledBar(bar)).toBe(
      '{"type":"bar","schema":1,"symbol":"AAPL","timeframe":"5m","start":1763649000000,"end":1763649300000,"open":212.4,"high":212.5,' +
        '"low":212.35,"close":212.45,"volume":4989,"vwap":212.4123,"minutes":4,"uncovered":1,"session":"regular","final":true,"version":8818245548832}',
    );
  });

  test('of a mark and of a watermark read as the contract says', () => {
    const mark: Coverage = {
      type: 'coverage',
      slot: 34,
      minute: 1763649120000,
      covered: false,
      version: 1763649300412,
    };
    expect(encodeCoverage(mark)).toBe(
      '{"type":"coverage","schema":1,"slot":34,"minute":1763649120000,"covered":false,"version":1763649300412}',
    );
    const watermark: Watermark = { type: 'watermark', slot: 34, through: 1763649300000, epoch: 42 };
    expect(encodeWatermark(watermark)).toBe(
      '{"type":"watermark","schema":1,"slot":34,"through":1763649300000,"epoch":42}',
    );
  });
});

describe('reading', () => {
  test('gives back every minute bar that can be written', () => {
    fc.assert(
      fc.property(minuteBars('futures'), bar => {
        expect(decodeMinuteRecord(encodeMinuteBar(bar), 'futures')).toEqual(bar);
      }),
    );
  });

  test('gives back every coverage mark and watermark that can be written', () => {
    fc.assert(
      fc.property(coverages, fc.nat(), (mark, epoch) => {
        expect(decodeMinuteRecord(encodeCoverage(mark), 'stocks')).toEqual(mark);
        const watermark: Watermark = { type: 'watermark', slot: mark.slot, through: mark.minute, epoch };
        expect(decodeMinuteRecord(encodeWatermark(watermark), 'stocks')).toEqual(watermark);
      }),
    );
  });

  test('gives back every rolled-up bar that can be written', () => {
    fc.assert(
      fc.property(rolledBars, bar => {
        expect(decodeRolledBar(encodeRolledBar(bar))).toEqual(bar);
      }),
    );
  });

  test.each([
    ['12345678901234567890.123456789012345678', '12345678901234567890.123456789012345678'],
    ['9007199254740993', '9007199254740993'],
    ['1e3', '1000'],
    ['"250.5"', '250.5'],
    ['4989.0', '4989'],
  ])('keeps every digit of a volume of %s', (written, volume) => {
    const text = encodeMinuteBar(aapl).replace('"volume":4989', `"volume": ${written}`);
    expect(decodeMinuteRecord(text, 'stocks')).toMatchObject({ volume });
  });

  test('ignores fields that it does not know', () => {
    const text = encodeMinuteBar(aapl).replace(
      '{',
      '{"color":"green","nested":{"volume":12345678901234567890},',
    );
    expect(decodeMinuteRecord(text, 'stocks')).toEqual(aapl);
  });

  test('never throws, whatever the text', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map(json => `{"schema":1,"type":"bar","symbol":${json}}`),
        ),
        text => {
          kinds.add(decodeMinuteRecord(text, 'stocks').type);
        },
      ),
    );
    expect([...kinds]).toEqual(['invalid']);
  });

  test('puts a mark of one symbol into the slot of that symbol', () => {
    const mark: Coverage = {
      type: 'coverage',
      slot: slotOf('AAPL'),
      symbol: 'AAPL',
      minute: 1763649120000,
      covered: true,
      version: 7,
    };
    expect(decodeMinuteRecord(encodeCoverage(mark), 'stocks')).toEqual(mark);
  });
});
