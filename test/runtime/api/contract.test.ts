/** The OpenAPI document: it is a valid one, is the one that is handed out, and declares every route. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { jsonSchemas } from '../../../kit/schemas/json-schemas.ts';
import { barsQuery, featuresQuery, symbolsQuery } from '../../../runtime/api/contract/queries.ts';
import { type QuerySchema, readQuery } from '../../../runtime/api/http/query.ts';
import { routeKeys } from '../../../runtime/api/names.ts';
import { openApiDocument } from '../../../runtime/api/openapi.ts';
import { AskedApi } from './support/asked.ts';
import { breaches } from './support/contract.ts';

const written = readFileSync(join(import.meta.dirname, '../../../docs/openapi.json'), 'utf8');
const document: Record<string, unknown> = JSON.parse(JSON.stringify(openApiDocument()));

/** A parameter as the document declares it. */
interface Declared {
  readonly name: string;
  readonly required: boolean;
  readonly allowEmptyValue?: boolean;
  readonly schema: {
    readonly enum?: readonly string[];
    readonly pattern?: string;
    readonly maxLength?: number;
  };
}

/** Right for some parameters and wrong for others. */
const texts = [
  ...[
    '',
    '0',
    '1',
    '01',
    '999',
    '1000',
    '1001',
    '9999',
    '10000',
    '10001',
    '-1',
    '1.5',
    '1e3',
    'true',
    'asc',
    'csv',
    'intraday_vwap',
    'intraday_vwap,intraday_rsi_14,intraday_vwap',
    'intraday_vwap,',
    'Intraday_vwap',
    '4h',
  ],
  ...[
    'BRK.B',
    'EUR/USD,O:SPY251219C00650000',
    'A,',
    ',A',
    'A,,B',
    'A B',
    'ä',
    '\u{1F680}',
    'A'.repeat(64),
    'A'.repeat(65),
  ],
  ...[
    '1763649000000',
    '17636490000000',
    '2025-11-20T14:30:00Z',
    '2025-11-20T14:30+01:00',
    '2025-11-20T14:30:00.5 01:00',
  ],
  ...['2025-11-20', '2025-11-20T14:30:00', '2025-11-20t14:30:00Z', 'x'.repeat(4_001)],
];

function isTaken(query: QuerySchema, text: string): boolean {
  try {
    readQuery(query, text);
    return true;
  } catch {
    return false;
  }
}

describe('the OpenAPI document', () => {
  test('is valid', async () => {
    const result = await new Validator().validate(document);
    expect(result).toMatchObject({ valid: true });
  });

  test('is the one beside the documentation: npm run schemas writes it anew', () => {
    expect(JSON.parse(written)).toEqual(document);
  });

  test('declares every route and no other', () => {
    const declared = Object.keys(Object(document['paths'])).map(path => `GET ${path}`);
    expect(declared.sort()).toEqual(Object.values(routeKeys).toSorted());
  });

  test('declares what API Gateway refuses by itself', () => {
    for (const path of Object.values(Object(document['paths'])))
      expect(Object.keys(Object(path).get.responses)).toEqual(
        expect.arrayContaining(['403', '404', '429', '431', '500']),
      );
  });

  test.each<[string, QuerySchema, Record<string, string>]>([
    ['/v1/bars', barsQuery, { symbols: 'AAPL', timeframe: '5m' }],
    ['/v1/features', featuresQuery, { symbols: 'AAPL' }],
    ['/v1/symbols', symbolsQuery, {}],
  ])(
    'says of %s what its parameters may look like: what it forbids is refused, what it allows is not',
    (path, query, rest) => {
      const declared: Declared[] = Object(Object(document['paths'])[path]).get.parameters;
      for (const { name, schema, required, allowEmptyValue } of declared)
        for (const text of texts) {
          const asked = new URLSearchParams({ ...rest, [name]: text });
          const isAllowed =
            (text === '' && allowEmptyValue === true) ||
            ((schema.enum?.includes(text) ?? true) &&
              new RegExp(schema.pattern ?? '', 'u').test(text) &&
              text.length <= (schema.maxLength ?? Number.POSITIVE_INFINITY));
          expect([name, text, isAllowed]).toEqual([name, text, isTaken(query, `${asked}`)]);
          expect(allowEmptyValue === true).toBe(!required);
        }
    },
  );

  test('names every schema of the streams', () => {
    const [{ schema }] = Object(document['paths'])['/v1/schemas/{name}'].get.parameters;
    expect([...schema.enum].sort()).toEqual([...jsonSchemas().keys()].sort());
  });

  test('is handed out, and so are the schemas of the streams', async () => {
    await using api = await AskedApi.start();
    expect(await api.json('/v1/openapi.json')).toEqual(document);
    for (const [name, schema] of jsonSchemas())
      expect(await api.json(`/v1/schemas/${name}`)).toEqual(JSON.parse(JSON.stringify(schema)));
  });
});

test('what breaks the contract is found', () => {
  const headers = { etag: 'x', 'cache-control': 'no-cache', 'content-type': 'application/json' };
  const body = (change: object) => JSON.stringify({ bars: {}, gaps: {}, ...change });
  expect(breaches('/v1/bars', { status: 200, headers, body: body({}) })).toEqual([]);
  expect(breaches('/v1/bars', { status: 200, headers, body: body({ more: 1 }) })).toHaveLength(1);
  expect(breaches('/v1/bars', { status: 200, headers, body: body({ bars: { A: [{}] } }) })).toHaveLength(1);
  expect(breaches('/v1/bars', { status: 200, headers: {}, body: body({}) })).toHaveLength(3);
  expect(breaches('/v1/bars', { status: 503, headers, body: '{}' })).toEqual(['status 503 is not declared']);
});
