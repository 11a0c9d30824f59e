/** Our client of Kinesis, held to the SDK's own over real sockets: the same bytes asked, the same answers and errors given. */
import {
  DescribeStreamSummaryCommand,
  KinesisClient,
  type KinesisClientConfig,
  PutRecordsCommand,
  type PutRecordsCommandInput,
  PutRecordsInput$,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis';
import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { ShapeSerializer } from '@smithy/types';
import fc from 'fast-check';
import { checkSignature } from '../../../local/engine/gateway/signature.ts';
import { kinesisClient } from '../../../runtime/platform/aws.ts';
import { PutRecordsSerializer } from '../../../runtime/platform/put-records-body.ts';
import { type Asked, type HostileAnswer, HostileKinesis } from './support/hostile-kinesis.ts';

const region = 'us-east-1';
const credentials = { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'token' };

let server: HostileKinesis;
let ours: KinesisClient;
let theirs: KinesisClient;

beforeAll(async () => {
  server = await HostileKinesis.start();
  const settings = { region, credentials, endpoint: server.endpoint, maxAttempts: 1 };
  ours = kinesisClient(settings);
  theirs = sdkClient(settings);
});
beforeEach(() => {
  server.asked.length = 0;
  server.answers = [];
});
afterAll(async () => {
  ours.destroy();
  theirs.destroy();
  await server[Symbol.asyncDispose]();
});

function sdkClient(settings: KinesisClientConfig): KinesisClient {
  return new KinesisClient({ ...settings, requestHandler: new NodeHttpHandler() });
}

const record = (PartitionKey: string, data: string | Uint8Array = '{}'): PutRecordsRequestEntry => ({
  PartitionKey,
  ExplicitHashKey: '170141183460469231731687303715884105728',
  Data: Buffer.from(data),
});
const two: PutRecordsCommandInput = { StreamName: 'minutes', Records: [record('AAPL'), record('BRK.B')] };
const taken = { SequenceNumber: '49590338271490256608559692538361571095921575989136588898', ShardId: 's' };

/** What a call came to, in everything that a caller can see. */
async function outcomeOf(call: Promise<object>): Promise<unknown> {
  try {
    return { output: await call };
  } catch (error) {
    if (!(error instanceof Error)) return { thrown: error };
    const { name, message, constructor: type } = error;
    const { stack: _, ...properties } = Object.assign({}, error);
    const response: unknown = Reflect.get(error, '$response');
    const status = typeof response === 'object' && response !== null && Reflect.get(response, 'statusCode');
    return { name, message, type: type.name, properties, status };
  }
}

async function outcomes(input: PutRecordsCommandInput): Promise<{ ours: unknown; theirs: unknown }> {
  return {
    ours: await outcomeOf(ours.send(new PutRecordsCommand(input))),
    theirs: await outcomeOf(theirs.send(new PutRecordsCommand(input))),
  };
}

/** What both answered to the same request, when it was the same. */
async function expectSame(answer: HostileAnswer, input = two): Promise<unknown> {
  server.answers = [answer];
  const { ours, theirs } = await outcomes(input);
  expect(ours).toEqual(theirs);
  return ours;
}

const json = (value: unknown) => ({ body: JSON.stringify(value) });
const failing = (status: number, type: string, message = 'no'): HostileAnswer => ({
  status,
  ...json({ __type: type, message }),
});

describe('an answer is read as the SDK reads it', () => {
  test.each<[string, HostileAnswer]>([
    ['all taken', json({ FailedRecordCount: 0, Records: [taken, taken] })],
    ['encrypted', json({ EncryptionType: 'KMS', FailedRecordCount: 0, Records: [taken, taken] })],
    [
      'half taken',
      json({ FailedRecordCount: 1, Records: [taken, { ErrorCode: 'InternalFailure', ErrorMessage: 'no' }] }),
    ],
    ['fewer results than records', json({ FailedRecordCount: 0, Records: [taken] })],
    ['more results than records', json({ FailedRecordCount: 0, Records: [taken, taken, taken] })],
    ['no results', json({ FailedRecordCount: 0 })],
    ['members that nobody knows', json({ Records: [{ ...taken, New: 1 }], FailedRecordCount: 0, New: {} })],
    ['a type', json({ __type: 'x', Records: [{ __type: 'y', ...taken, More: 1 }], More: 2 })],
    ['nulls', json({ FailedRecordCount: null, Records: [null, { SequenceNumber: null, ShardId: 's' }] })],
    ['values of other types', json({ FailedRecordCount: 'NaN', Records: [{ SequenceNumber: 7 }, [], 'x'] })],
    ['results that are no list', json({ FailedRecordCount: 0, Records: { 0: taken } })],
    ['a list', json([taken])],
    ['null', json(null)],
    ['a number', json(7)],
    ['a prototype', { body: '{"__proto__":{"Records":[]},"Records":[{"__proto__":{"ErrorCode":"x"}}]}' }],
    ['names twice', { body: `{"Records":[],"Records":[${JSON.stringify(taken)}]}` }],
    ['nothing', { body: '' }],
    ['no JSON', { body: '<html>busy</html>' }],
    ['half of JSON', { body: '{"FailedRecordCount":0,"Records":[{"Sequ' }],
    ['a byte order mark', { body: '\ufeff{"Records":[]}' }],
    ['bytes that are no text', { body: Buffer.from('{"Records":[{"ShardId":"\xff\xfe"}]}', 'latin1') }],
    [
      'another content type',
      { ...json({ Records: [taken, taken] }), headers: { 'content-type': 'text/html' } },
    ],
    ['throttled', failing(400, 'ProvisionedThroughputExceededException')],
    ['with a namespace', failing(400, 'com.amazonaws.kinesis#KMSThrottlingException')],
    ['denied by the key', failing(400, 'KMSAccessDeniedException')],
    ['not valid', failing(400, 'ValidationException')],
    ['no such stream', failing(400, 'ResourceNotFoundException')],
    ['denied', failing(403, 'AccessDeniedException')],
    ['an error that nobody knows', failing(418, 'TeapotException')],
    [
      'an error with its name in a header',
      { status: 400, headers: { 'x-amzn-errortype': 'A:b' }, body: '{}' },
    ],
    ['an error of the server', failing(500, 'InternalFailure')],
    ['an error without a word', { status: 500 }],
    ['an error that is no JSON', { status: 503, body: '<html>busy</html>' }],
    ['an error with results', { status: 400, ...json({ Records: [taken, taken] }) }],
    ['moved', { status: 301, headers: { location: '/elsewhere' }, body: '{}' }],
    ['half of the bytes', { ...json({ FailedRecordCount: 0, Records: [taken, taken] }), end: 'half' }],
    ['no byte', { body: '', headers: { 'content-length': '100' }, end: 'half' }],
  ])('%s', async (_, answer) => {
    await expectSame({ ...answer, headers: { 'x-amzn-requestid': 'id', ...answer.headers } });
  });

  test('whatever its members are', async () => {
    const text = fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 1 })), {
      nil: undefined,
    });
    const members = { SequenceNumber: text, ShardId: text, ErrorCode: text, ErrorMessage: text, Other: text };
    const answer = fc.record(
      {
        FailedRecordCount: fc.oneof(fc.nat(), fc.jsonValue({ maxDepth: 1 })),
        Records: fc.oneof(
          fc.array(fc.record(members, { requiredKeys: [] }), { maxLength: 4 }),
          fc.jsonValue({ maxDepth: 2 }),
        ),
        EncryptionType: text,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(answer, async value => void (await expectSame(json(value)))),
      { numRuns: 60 },
    );
  });
});

/** Headers but for those of the moment. */
function lasting({ headers }: Asked): unknown {
  const { 'x-amz-date': _date, 'amz-sdk-invocation-id': _id, authorization = [], ...others } = headers;
  const [scope] = authorization.map(text => text.replace(/Signature=\w+|\d{8}\//g, ''));
  return { ...others, scope };
}

function verdictOf({ headers, body }: Asked): unknown {
  const listed = Object.entries(headers).map(([name, values = []]): [string, string[]] => [name, values]);
  const request = { method: 'POST', path: '/', query: '', protocol: 'HTTP/1.1', sourceIp: '', body };
  return checkSignature(
    { ...request, headers: new Map(listed) },
    { region, service: 'kinesis', secretOf: () => credentials, now: Date.now },
  );
}

describe('a request is written as the SDK writes it', () => {
  const key = fc.oneof(
    { weight: 8, arbitrary: fc.stringMatching(/^[ -!#-[\]-~]{0,9}$/) },
    fc.string({ unit: 'binary', maxLength: 3 }),
    fc.string({
      maxLength: 3,
      unit: fc.constantFrom('a', '"', '\\', '\n', '\u0000', '\u001f', '\u007f', 'é', '\ud800'),
    }),
  );
  const data = fc.uint8Array({ maxLength: 300 }).chain(bytes =>
    // Also as a part of something longer, and as a Buffer.
    fc.constantFrom(bytes, Buffer.from(bytes), Buffer.concat([bytes, bytes]).subarray(bytes.length)),
  );
  const entry = fc.record(
    { Data: data, PartitionKey: key, ExplicitHashKey: key },
    { requiredKeys: ['Data', 'PartitionKey'] },
  );

  test('byte by byte, with the same headers and a signature that holds', async () => {
    server.answers = [json({ FailedRecordCount: 0, Records: [] })];
    const input = fc.record(
      { Records: fc.array(entry, { maxLength: 5 }), StreamName: key, StreamARN: key },
      { requiredKeys: ['Records'] },
    );
    await fc.assert(
      fc.asyncProperty(input, async each => {
        server.asked.length = 0;
        await outcomes(each);
        const [mine, sdk] = server.asked;
        if (mine === undefined || sdk === undefined) throw new Error('not both have asked');
        expect(mine.body.equals(sdk.body)).toBe(true);
        expect(lasting(mine)).toEqual(lasting(sdk));
        expect(verdictOf(mine)).toEqual({ accessKeyId: 'key' });
      }),
      { numRuns: 60 },
    );
  });

  test('as large as the service takes it, and small again afterwards', async () => {
    server.answers = [json({ FailedRecordCount: 0, Records: [] })];
    const large = {
      ...two,
      Records: Array.from({ length: 500 }, (_, n) => record(`k${n}`, Buffer.alloc(20_000, n))),
    };
    for (const input of [large, two]) {
      server.asked.length = 0;
      await outcomes(input);
      const [mine, sdk] = server.asked;
      expect(mine?.body.equals(sdk?.body ?? Buffer.alloc(0))).toBe(true);
    }
  });

  test('from values that no type allows, too', () => {
    const sdk = new AwsJson1_1Protocol({ defaultNamespace: '', serviceTarget: '' }).getPayloadCodec();
    const [plain, own] = [sdk.createSerializer(), new PutRecordsSerializer(sdk.createSerializer())];
    const written = (serializer: ShapeSerializer<string | Uint8Array>, value: unknown) => {
      try {
        serializer.write(PutRecordsInput$, value);
        const text = serializer.flush();
        return typeof text === 'string' ? text : Array.from(text);
      } catch (error) {
        return error;
      }
    };
    const any = fc.oneof(fc.anything({ maxDepth: 1 }), fc.uint8Array(), fc.string());
    const members = { Data: any, PartitionKey: any, ExplicitHashKey: any, __type: any };
    const records = fc.array(fc.oneof(entry, fc.record(members, { requiredKeys: [] }), any), {
      maxLength: 4,
    });
    const input = fc.record(
      { Records: fc.oneof(records, any), StreamName: any, __type: any },
      { requiredKeys: [] },
    );
    fc.assert(fc.property(input, value => expect(written(own, value)).toEqual(written(plain, value))));
  });

  test('again, signed anew, when it is tried again', async () => {
    server.answers = [
      failing(500, 'InternalFailure'),
      json({ FailedRecordCount: 0, Records: [taken, taken] }),
    ];
    const client = kinesisClient({ region, credentials, endpoint: server.endpoint });
    const { $metadata } = await client.send(new PutRecordsCommand(two));
    client.destroy();
    expect($metadata.attempts).toBe(2);
    const [first, second] = server.asked;
    expect(first?.body.equals(second?.body ?? Buffer.alloc(0))).toBe(true);
    expect(server.asked.map(verdictOf)).toEqual([{ accessKeyId: 'key' }, { accessKeyId: 'key' }]);
  });

  test('by our own writer, and not by the SDK’s', async () => {
    const bodies: unknown[] = [];
    const client = kinesisClient({ region, credentials, endpoint: server.endpoint });
    client.middlewareStack.add(
      next => args => {
        bodies.push(Reflect.get(Object(Reflect.get(args, 'request')), 'body'));
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    server.answers = [json({ FailedRecordCount: 0, Records: [taken, taken] })];
    await client.send(new PutRecordsCommand(two));
    client.destroy();
    expect(bodies.map(body => Object(body).constructor.name)).toEqual(['Buffer']);
  });
});

test('every other call stays the SDK’s', async () => {
  const summary = { StreamName: 's', StreamCreationTimestamp: 1.5e9, StreamStatus: 'ACTIVE' };
  server.answers = [json({ StreamDescriptionSummary: { ...summary, Other: 1 } })];
  const ask = () => new DescribeStreamSummaryCommand({ StreamName: 's' });
  const [mine, sdk] = [await ours.send(ask()), await theirs.send(ask())];
  expect(mine).toEqual(sdk);
  expect(mine.StreamDescriptionSummary?.StreamCreationTimestamp).toEqual(new Date(1.5e12));
});
