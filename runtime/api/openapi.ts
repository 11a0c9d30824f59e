/** The OpenAPI 3.1 document, made of the schemas that read the queries and type the answers. `npm run schemas` writes it. */
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { csvHeaders } from './bars/csv.ts';
import {
  bar,
  barsBody,
  featuresBody,
  latestBody,
  problemBody,
  statusBody,
  symbolsBody,
} from './contract/answers.ts';
import {
  barsQuery,
  featuresQuery,
  latestQuery,
  sessionsQuery,
  statusQuery,
  symbolsQuery,
} from './contract/queries.ts';
import { sessionsBody } from './contract/session-answers.ts';
import type { QuerySchema } from './http/query.ts';
import { routeKeys, schemaNames } from './names.ts';

type AnySchema = v.GenericSchema;

interface Described {
  readonly key: keyof typeof routeKeys;
  readonly summary: string;
  readonly query: QuerySchema;
  /** The schema of the JSON answer. @default any object */
  readonly answer?: AnySchema;
  readonly csv?: true;
}

const described: readonly Described[] = [
  { key: 'bars', summary: 'Bars of some symbols', query: barsQuery, answer: barsBody, csv: true },
  {
    key: 'features',
    summary: 'Features of the minutes of some symbols',
    query: featuresQuery,
    answer: featuresBody,
    csv: true,
  },
  { key: 'latest', summary: 'What is newest of some symbols', query: latestQuery, answer: latestBody },
  { key: 'symbols', summary: 'What a feed has bars of', query: symbolsQuery, answer: symbolsBody },
  { key: 'status', summary: 'How every feed stands', query: statusQuery, answer: statusBody },
  {
    key: 'sessions',
    summary: 'What happened in the sessions of a feed',
    query: sessionsQuery,
    answer: sessionsBody,
  },
  { key: 'openapi', summary: 'This document', query: statusQuery },
  { key: 'schema', summary: 'JSON Schema of a record of the streams', query: statusQuery },
];

const header = (description: string) => ({ description, schema: { type: 'string' } });
const headers = {
  etag: header(
    'Of the versions in the answer: If-None-Match with it is answered by 304 while nothing has changed',
  ),
  'cache-control': header('no-cache: bars that are final get revised'),
};

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** What API Gateway says by itself. */
const ofGateway = {
  'application/json': {
    schema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
  },
};

export function openApiDocument(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Barflow',
      version: '1',
      description:
        'Bars of 1m to 4h, as complete as they are known. The vendor’s terms forbid to hand its data on: nothing of this is public.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ sigv4: [] }],
    paths: Object.fromEntries(described.map(pathOf)),
    components: {
      schemas: { Bar: schemaOf(bar), Problem: schemaOf(problemBody) },
      securitySchemes: {
        sigv4: {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          description: 'AWS Signature Version 4, service execute-api',
        },
      },
    },
  };
}

function pathOf({ key, summary, query, answer, csv }: Described): [string, object] {
  const [, path = ''] = routeKeys[key].split(' ');
  const parameters = [
    ...(path.includes('{name}')
      ? [{ name: 'name', in: 'path', required: true, schema: { type: 'string', enum: schemaNames } }]
      : []),
    ...parametersOf(query),
  ];
  const content = {
    'application/json': { schema: answer ? schemaOf(answer, { Bar: bar }) : { type: 'object' } },
    ...(csv && { 'text/csv; charset=utf-8': { schema: { type: 'string' } } }),
  };
  const paging = csv && {
    [csvHeaders.through]: header('In CSV: what through is in JSON'),
    [csvHeaders.nextCursor]: header('In CSV: what nextCursor is in JSON'),
  };
  const responses = {
    200: { description: summary, headers: { ...headers, ...paging }, content },
    304: { description: 'Nothing has changed since the answer with that ETag', headers },
    400: problem('The question cannot be answered as it is asked'),
    403: { description: 'Refused by API Gateway: not signed, or not by whoever may ask', content: ofGateway },
    404: problem('There is no such thing'),
    429: problem('Too many questions at once: ask again after Retry-After'),
    431: { description: 'Refused by API Gateway: address and headers have more than 10 KB' },
    500: problem('The service failed'),
  };
  return [path, { get: { operationId: key, summary, parameters, responses } }];
}

function parametersOf(query: QuerySchema): object[] {
  const { properties = {}, required = [] } = toJsonSchema(query, { ...target, typeMode: 'input' });
  return Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = typeof schema === 'object' ? schema : {};
    const isRequired = required.includes(name);
    // One that is empty counts as not there.
    const place = { name, in: 'query', required: isRequired, ...(!isRequired && { allowEmptyValue: true }) };
    return { ...place, description, schema: rest };
  });
}

const target = { target: 'draft-2020-12', errorMode: 'ignore' } as const;

/** @param named schemas that stand elsewhere in the document. @default none */
function schemaOf(schema: AnySchema, named: Record<string, AnySchema> = {}): object {
  const {
    $schema: _,
    $defs: _definitions,
    ...rest
  } = toJsonSchema(schema, {
    ...target,
    typeMode: 'output',
    definitions: named,
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  });
  return rest;
}
