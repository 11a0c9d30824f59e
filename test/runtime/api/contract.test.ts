/** The OpenAPI document: it is a valid one, is the one that is handed out, and declares every route. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { jsonSchemas } from '../../../kit/schemas/json-schemas.ts';
import { routeKeys } from '../../../runtime/api/names.ts';
import { openApiDocument } from '../../../runtime/api/openapi.ts';
import { AskedApi } from './support/asked.ts';
import { breaches } from './support/contract.ts';

const written = readFileSync(join(import.meta.dirname, '../../../docs/openapi.json'), 'utf8');
const document: Record<string, unknown> = JSON.parse(JSON.stringify(openApiDocument()));

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
