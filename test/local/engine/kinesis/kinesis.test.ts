/** The local Kinesis answers as kinesalite does, which others have held to the service; over HTTP/1.1 and HTTP/2. */
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import fc from 'fast-check';
import { LocalServer } from '../../../../local/engine/server.ts';
import { LocalServers } from '../../../support/local-servers.ts';

const SHARDS = 2;
const settings = { region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } };
let servers: LocalServers;
let server: LocalServer;
let reference: KinesisClient;
let kinesis: KinesisClient;

beforeAll(async () => {
  [servers, server] = await Promise.all([LocalServers.start(), LocalServer.start('kinesis')]);
  reference = new KinesisClient({
    ...{ ...settings, endpoint: servers.variables['AWS_ENDPOINT_URL_KINESIS'] ?? '' },
    requestHandler: new NodeHttpHandler(),
  });
  // As it comes: it speaks HTTP/2.
  kinesis = new KinesisClient({ ...settings, endpoint: server.endpoint });
});

afterAll(async () => {
  reference.destroy();
  kinesis.destroy();
  await Promise.all([servers[Symbol.asyncDispose](), server.stop()]);
});

const hashKey = fc.bigInt({ min: 0n, max: 2n ** 128n }).map(String);
const entry = fc.record(
  {
    PartitionKey: fc.string({ minLength: 1, maxLength: 9 }),
    ExplicitHashKey: hashKey,
    Data: fc.uint8Array({ maxLength: 30 }),
  },
  { requiredKeys: ['PartitionKey', 'Data'] },
);
const shard = fc.integer({ min: 0, max: 4 }).map(n => `shardId-00000000000${n}`);
const type = fc.constantFrom('TRIM_HORIZON', 'LATEST', 'AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER');
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ put: fc.array(entry, { minLength: 1, maxLength: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ putOne: entry }) },
  {
    weight: 4,
    arbitrary: fc.record({ read: shard, type, nth: fc.nat(9), limit: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ split: fc.nat(9), key: hashKey }) },
  { weight: 1, arbitrary: fc.record({ merge: fc.nat(9), adjacent: fc.nat(9) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A client of one stream, which remembers the sequence numbers that it was given, by shard. */
class Side {
  readonly #client: KinesisClient;
  readonly #stream: string;
  readonly #given = new Map<string, string[]>();

  constructor(client: KinesisClient, stream: string) {
    this.#client = client;
    this.#stream = stream;
  }

  async create(): Promise<void> {
    await this.#client.send(new CreateStreamCommand({ StreamName: this.#stream, ShardCount: SHARDS }));
    await this.#active();
  }

  /** What a step comes to, or the name of its error; sequence numbers as places in the order of the puts. */
  answer(what: Step): Promise<unknown> {
    return this.#answer(what).catch((error: Error) => error.name);
  }

  /** Every shard with its parents and range, and every record in it. */
  async everything(): Promise<unknown> {
    const StreamName = this.#stream;
    const { Shards = [] } = await this.#client.send(new ListShardsCommand({ StreamName }));
    const described = await this.#client.send(new DescribeStreamCommand({ StreamName }));
    expect(described.StreamDescription?.Shards).toEqual(Shards);
    const summary = await this.#client.send(new DescribeStreamSummaryCommand({ StreamName }));
    return {
      open: summary.StreamDescriptionSummary?.OpenShardCount,
      shards: await Promise.all(
        Shards.map(async ({ SequenceNumberRange: range, ...rest }) => ({
          ...rest,
          isClosed: range?.EndingSequenceNumber !== undefined,
          records: await this.#read(rest.ShardId ?? '', 'TRIM_HORIZON', 0, 10_000),
        })),
      ),
    };
  }

  async #answer(what: Step): Promise<unknown> {
    const StreamName = this.#stream;
    if ('read' in what) return this.#read(what.read, what.type, what.nth, what.limit);
    if ('put' in what) {
      const command = new PutRecordsCommand({ StreamName, Records: what.put });
      const { FailedRecordCount, Records = [] } = await this.#client.send(command);
      return [
        FailedRecordCount,
        Records.map(({ ShardId, SequenceNumber }) => this.#take(ShardId, SequenceNumber)),
      ];
    }
    if ('putOne' in what) {
      const { ShardId, SequenceNumber } = await this.#client.send(
        new PutRecordCommand({ StreamName, ...what.putOne }),
      );
      return this.#take(ShardId, SequenceNumber);
    }
    const { Shards = [] } = await this.#client.send(new ListShardsCommand({ StreamName }));
    const open = Shards.filter(({ SequenceNumberRange: range }) => range?.EndingSequenceNumber === undefined);
    const nth = (n: number) => open[n % open.length]?.ShardId;
    if ('split' in what) {
      const [ShardToSplit, NewStartingHashKey] = [nth(what.split), what.key];
      await this.#client.send(new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey }));
    } else {
      const [ShardToMerge, AdjacentShardToMerge] = [nth(what.merge), nth(what.adjacent)];
      await this.#client.send(new MergeShardsCommand({ StreamName, ShardToMerge, AdjacentShardToMerge }));
    }
    return this.#active();
  }

  #take(shardId = '', sequence = ''): string {
    const given = this.#given.get(shardId) ?? [];
    const last = given.at(-1);
    if (last !== undefined) expect(BigInt(sequence)).toBeGreaterThan(BigInt(last));
    this.#given.set(shardId, [...given, sequence]);
    return shardId;
  }

  async #read(
    ShardId: string,
    type: GetShardIteratorCommandInput['ShardIteratorType'],
    nth: number,
    Limit: number,
  ) {
    const given = this.#given.get(ShardId) ?? [];
    const StartingSequenceNumber = given[nth % Math.max(1, given.length)];
    const isBySequence = type?.endsWith('SEQUENCE_NUMBER');
    const { ShardIterator } = await this.#client.send(
      new GetShardIteratorCommand({
        ...{ StreamName: this.#stream, ShardId, ShardIteratorType: type },
        ...(isBySequence && StartingSequenceNumber !== undefined && { StartingSequenceNumber }),
      }),
    );
    const page = await this.#client.send(new GetRecordsCommand({ ShardIterator, Limit }));
    const Records = page.Records ?? [];
    for (const { ApproximateArrivalTimestamp } of Records)
      expect(ApproximateArrivalTimestamp).toBeInstanceOf(Date);
    return Records.map(({ Data, PartitionKey, SequenceNumber = '' }) => ({
      ...{ Data, PartitionKey },
      place: given.indexOf(SequenceNumber),
    }));
  }

  async #active(): Promise<void> {
    const command = new DescribeStreamSummaryCommand({ StreamName: this.#stream });
    for (let status: string | undefined; status !== 'ACTIVE'; ) {
      const { StreamDescriptionSummary: summary } = await this.#client.send(command);
      status = summary?.StreamStatus;
    }
  }
}

describe('the local Kinesis', () => {
  let streams = 0;

  test('answers random sequences of requests as kinesalite does, but for the sequence numbers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async steps => {
        const stream = `stream${streams++}`;
        const [ours, theirs] = [new Side(kinesis, stream), new Side(reference, stream)];
        await Promise.all([ours.create(), theirs.create()]);
        for (const each of steps) {
          const [is, shouldBe] = await Promise.all([ours.answer(each), theirs.answer(each)]);
          expect(is).toEqual(shouldBe);
        }
        expect(await ours.everything()).toEqual(await theirs.everything());
      }),
      { numRuns: 15 },
    );
  });

  test('speaks HTTP/1.1 as well, and names what it does not serve', async () => {
    const call = async (target: string, body: string, type = 'application/x-amz-json-1.1') => {
      const headers = { 'x-amz-target': target, 'content-type': type };
      const reply = await fetch(server.endpoint, { method: 'POST', headers, body });
      return `${reply.status} ${await reply.text()}`;
    };
    const [listed, ...refused] = await Promise.all([
      call('Kinesis_20131202.ListStreams', '{}'),
      call('Kinesis_20131202.SubscribeToShard', '{}'),
      call('DynamoDB_20120810.GetItem', '{}'),
      call('Kinesis_20131202.ListStreams', '{'),
      call('Kinesis_20131202.ListStreams', '{}', 'application/x-amz-cbor-1.1'),
      call('Kinesis_20131202.PutRecord', '{"StreamName":"none","PartitionKey":"","Data":""}'),
      call('Kinesis_20131202.PutRecord', '{"StreamName":"none","PartitionKey":"a","Data":""}'),
    ]);
    expect(listed).toMatch(/^200 {"StreamNames":\[/);
    expect(refused.map(text => text.replace(/^(\d+) {"__type":"(\w+)".*/, '$1 $2'))).toEqual([
      '400 UnknownOperationException',
      '400 UnknownOperationException',
      '400 SerializationException',
      '400 SerializationException',
      '400 ValidationException',
      '400 ResourceNotFoundException',
    ]);
  });
});
