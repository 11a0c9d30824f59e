/** The records of an event, as a consumer gets them. */
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { barText } from '../../kit/bar.ts';
import { type Refused, readRecords } from '../../kit/event.ts';
import { readText } from '../../kit/read.ts';
import { encodeCoverage, encodeMinuteBar, encodeRolledBar } from '../../runtime/records/encode.ts';
import { coverages, minuteBars, rolledBars } from '../runtime/records/support/arbitraries.ts';
import { bar, eventOf, START } from './support/bars.ts';

const recordOf = (text: string) => {
  const reading = readText(text);
  return reading.kind === 'record' ? reading.record : reading;
};

describe('records', () => {
  test('of both streams are read as what they are, in the order of the event', () => {
    const minute =
      '{"type":"bar","schema":1,"symbol":"AAPL","timeframe":"1m","start":1763649000000,"end":1763649060000,"open":212.4,"high":212.5,"low":212.35,"close":212.45,"volume":4989,"vwap":212.4123,"minutes":1,"uncovered":0,"session":"regular","final":true,"version":1763649062184,"source":"live"}';
    const mark =
      '{"type":"coverage","schema":1,"slot":34,"minute":1763649120000,"covered":false,"version":1763649300412}';
    const watermark = '{"type":"watermark","schema":1,"slot":34,"through":1763649300000,"epoch":42}';
    const { records, refused, skipped } = readRecords(eventOf([barText(bar()), minute, mark, watermark]));
    expect(records).toMatchObject([
      { type: 'bar', timeframe: '5m', symbol: 'AAPL', start: START, volume: '1234567', final: true },
      { type: 'bar', timeframe: '1m', end: START + 60_000, minutes: 1, uncovered: 0, source: 'live' },
      { type: 'coverage', slot: 34, covered: false },
      { type: 'watermark', slot: 34, epoch: 42 },
    ]);
    expect({ refused, skipped }).toEqual({ refused: 0, skipped: { kpl: 0, unknownType: 0 } });
  });

  test('that were packed by the KPL, and types of a later release, are passed over and counted', () => {
    const kpl = Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), Buffer.from('packed')]);
    const { records, refused, skipped } = readRecords(
      eventOf([kpl, '{"type":"split","schema":1}', '{ "type": "halt", "schema": 7 }']),
    );
    expect({ records, refused, skipped }).toEqual({
      records: [],
      refused: 0,
      skipped: { kpl: 1, unknownType: 2 },
    });
  });

  test('that are none are handed over as they came, with reason and place', () => {
    const texts = ['not JSON', '{"schema":1}', barText(bar()).replace('211.1', '299'), barText(bar())];
    const seen: Refused[] = [];
    const { records, refused } = readRecords(eventOf(texts), each => seen.push(each));
    expect([records.length, refused]).toEqual([1, 3]);
    expect(seen.map(({ reason }) => reason)).toEqual([
      'record is "not JSON": not JSON',
      'type is missing: use bar, coverage or watermark',
      'high is 212.99: below low, 299',
    ]);
    expect(seen[0]).toEqual({
      reason: 'record is "not JSON": not JSON',
      data: Buffer.from('not JSON'),
      partitionKey: 'key 1',
      sequenceNumber: '1',
      arrived: START,
      shardId: 'shardId-000000000003',
      stream: 'arn:aws:kinesis:us-east-1:000000000000:stream/bars',
    });
  });

  test('that nobody takes are said on standard error, so that none goes without a trace', () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => {});
    readRecords(eventOf(['{}']));
    expect(log.mock.calls.map(([line]) => JSON.parse(String(line)))).toMatchObject([
      { message: 'record refused', sequenceNumber: '1', bytes: 2 },
    ]);
    log.mockRestore();
  });

  test('are read whatever the order and spacing of their fields', () => {
    const { symbol, ...rest } = bar();
    const text = JSON.stringify({ later: 1, schema: 1, symbol, ...rest, volume: 7 }, null, 1);
    expect(recordOf(text)).toEqual(bar({ volume: '7' }));
  });

  test('keep the digits of volumes where the parser does not tell how they were written, as in Node 20', () => {
    const volume = '123456789012345678901234.000000000000000001';
    const parse = JSON.parse;
    const poor = (text: string, reviver?: (key: string, value: unknown) => unknown) =>
      parse(text, reviver && ((key, value) => reviver(key, value)));
    jest.spyOn(JSON, 'parse').mockImplementation(poor);
    const record = recordOf(barText(bar({ volume })));
    jest.restoreAllMocks();
    expect(record).toEqual(bar({ volume }));
  });
});

describe('every record that the encoders write', () => {
  test('is read, and a bar written again is the same text', () => {
    fc.assert(
      fc.property(rolledBars, each => {
        const text = encodeRolledBar(each);
        const record = recordOf(text);
        expect(record).toEqual({ type: 'bar', ...each });
        if ('timeframe' in record) expect(barText(record)).toBe(text);
      }),
    );
    fc.assert(
      fc.property(minuteBars('futures'), each => {
        const text = encodeMinuteBar(each);
        const record = recordOf(text);
        expect(record).toMatchObject(each);
        if ('timeframe' in record) expect(barText(record)).toBe(text);
      }),
    );
    fc.assert(fc.property(coverages, each => void expect(recordOf(encodeCoverage(each))).toEqual(each)));
  });

  test('and nothing that is no record makes reading throw', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => readText(text).kind !== 'record'));
  });
});
