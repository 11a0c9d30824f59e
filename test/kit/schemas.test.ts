/** The published JSON Schemas, held to the code that writes and reads records. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { eventsIn } from '../../kit/events.ts';
import { readText } from '../../kit/read.ts';
import { jsonSchemas, schemaText } from '../../kit/schemas/json-schemas.ts';
import {
  encodeCoverage,
  encodeMinuteBar,
  encodeRolledBar,
  encodeWatermark,
} from '../../runtime/records/encode.ts';
import { envelopeLine } from '../../runtime/records/envelope.ts';
import { coverages, minuteBars, rolledBars } from '../runtime/records/support/arbitraries.ts';

const DOCS = join(import.meta.dirname, '../../docs/schemas');
const schemas = jsonSchemas();
const ajv = new Ajv2020({ strict: true });
const valid = (file: string) => ajv.compile(schemas.get(file) ?? false);

const watermarks = fc
  .record({
    slot: fc.nat(63),
    through: fc.integer({ min: 1_440, max: 68_375_520 }).map(minute => minute * 60_000),
    epoch: fc.nat(),
  })
  .map(fields => encodeWatermark({ type: 'watermark', ...fields }));

const names = fc.constantFrom('T', 'AAPL', 'X:BTC-USD', 'a "b"', 'é');
const events = fc
  .record({
    ...{ kind: names, symbol: names, topic: names, feed: names, hostname: names, version: names },
    ...{ ts: fc.nat(8.64e15), ingestTs: fc.nat(8.64e15), seq: fc.integer({ min: 1, max: 2 ** 53 - 1 }) },
    text: fc.dictionary(fc.string(), fc.jsonValue()).map(value => JSON.stringify(value)),
  })
  .map(fields => envelopeLine(fields, fields));
const isEvent = (line: string) => eventsIn(gzipSync(line)).every(({ kind }) => kind === 'item');

/** A record's schema, its texts, and the fields of which a value alone decides whether the reader takes it. */
const kinds = [
  {
    file: 'minute-bar.schema.json',
    texts: minuteBars('futures').map(encodeMinuteBar),
    decided: [
      'schema',
      'symbol',
      'version',
      'session',
      'source',
      'trades',
      'vwap',
      'dayVwap',
      'officialOpen',
    ],
  },
  {
    file: 'bar.schema.json',
    texts: rolledBars.map(encodeRolledBar),
    decided: [
      'schema',
      'symbol',
      'timeframe',
      'start',
      'end',
      'minutes',
      'uncovered',
      'session',
      'final',
      'version',
      'trades',
      'vwap',
    ],
  },
  {
    file: 'coverage.schema.json',
    texts: coverages.map(encodeCoverage),
    decided: ['schema', 'minute', 'covered', 'version'],
  },
  { file: 'watermark.schema.json', texts: watermarks, decided: ['schema', 'slot', 'through', 'epoch'] },
  {
    file: 'event.schema.json',
    texts: events,
    decided: [
      ...['ingest_ts', 'type', 'symbol', 'topic', 'feed', 'ts', 'payload', 'hostname', 'app_version'],
      ...['schema_version', 'seq'],
    ],
    reads: isEvent,
  },
];

const odd = fc.constantFrom<unknown[]>(
  ...[undefined, null, '', 'x', 'a b', 'é', 'y'.repeat(65), true, false, {}, [], [1]],
  ...[-1, 0, 1, 1.5, 60_000, 60_001, 1e13, -1e13, 2 ** 53, '5m', '1m', 'live', 'regular'],
);

test('are published as the code makes them: npm run schemas writes them', () => {
  expect(readdirSync(DOCS).sort()).toEqual([...schemas.keys()].sort());
  for (const [file, schema] of schemas)
    expect(readFileSync(join(DOCS, file), 'utf8')).toBe(schemaText(schema));
});

const isRecord = (text: string) => readText(text).kind === 'record';

describe.each(kinds)('$file', ({ file, texts, decided, reads = isRecord }) => {
  const isValid = valid(file);

  test('says yes to whatever the encoder writes, and to fields of a later release', () => {
    fc.assert(
      fc.property(texts, text => {
        const record = JSON.parse(text);
        expect([isValid(record), isValid.errors]).toEqual([true, null]);
        expect(isValid({ ...record, later: 1 })).toBe(true);
      }),
    );
  });

  test('says no to nothing that the reader takes, and to every field by itself that it refuses', () => {
    const fields = Object.keys(Object(schemas.get(file)).properties);
    fc.assert(
      fc.property(texts, fc.constantFrom(...fields), odd, (text, field, value) => {
        // Lenient of old: what is no true is no OTC, and volumes may be texts.
        if (reads === isRecord && ['otc', 'type', 'volume', 'dayVolume'].includes(field)) return;
        // What says the same of every minute is not read, and one of another timeframe is another record.
        const isImplied =
          file === 'minute-bar.schema.json' && ['timeframe', 'minutes', 'uncovered', 'final'].includes(field);
        if (isImplied) return;
        // What a double makes of a long volume may be longer than any volume is.
        const short = text.replace(/olume":[^,}]+/g, 'olume":1');
        const record = { ...JSON.parse(short), [field]: value };
        const isTaken = reads(JSON.stringify(record));
        if (isTaken) expect([field, value, isValid(record)]).toEqual([field, value, true]);
        if (!isTaken && decided.includes(field))
          expect([field, value, isValid(record)]).toEqual([field, value, false]);
      }),
      { numRuns: 500 },
    );
  });
});
