/** A Kinesis stream's producer side in memory: PutRecords with the service's answers, at a gate of the test's own. */
import { KinesisClient, type PutRecordsInput, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { type Gate, openGate } from './gate.ts';

/** One record that a stream has taken. */
export interface TakenRecord {
  readonly stream: string;
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly data: string;
}

/** Says for an entry of a request which error code it gets; undefined takes it. */
export type Refusal = (entry: PutRecordsRequestEntry, index: number) => string | undefined;

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
const FIRST_SEQUENCE = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n;

export class TwinKinesis {
  /** What was taken, in the order of arrival. */
  readonly taken: TakenRecord[] = [];
  readonly #onTaken: (record: TakenRecord) => void;

  /** @param onTaken called for each record at the moment it is taken */
  constructor(onTaken: (record: TakenRecord) => void = () => {}) {
    this.#onTaken = onTaken;
  }

  /** A client whose requests pass the gate and then reach the streams. */
  client(gate: Gate = openGate, refusal: Refusal = () => undefined): KinesisClient {
    const client = new KinesisClient({ region: 'us-east-1', credentials: CREDENTIALS });
    client.middlewareStack.add(
      () =>
        async ({ input }) => {
          if (!isPutRecords(input))
            throw new Error(`the twin knows PutRecords, not ${JSON.stringify(input)}`);
          const output = await gate.pass('PutRecords', () => this.#putRecords(input, refusal));
          return { output: { $metadata: {}, ...output }, response: {} };
        },
      { step: 'initialize', priority: 'high', name: 'twin' },
    );
    return client;
  }

  #putRecords({ StreamName: stream = '', Records = [] }: PutRecordsInput, refusal: Refusal) {
    if (Records.length < 1 || Records.length > 500)
      throw new Error(`PutRecords takes 1 to 500 records, not ${Records.length}`);
    const results = Records.map((entry, index) => {
      const code = refusal(entry, index);
      if (code !== undefined) return { ErrorCode: code, ErrorMessage: 'Rate exceeded' };
      return this.#take(stream, entry);
    });
    const failed = results.filter(result => 'ErrorCode' in result).length;
    return { FailedRecordCount: failed, Records: results };
  }

  #take(
    stream: string,
    { PartitionKey = '', ExplicitHashKey, Data = new Uint8Array() }: PutRecordsRequestEntry,
  ) {
    const record = {
      stream,
      partitionKey: PartitionKey,
      explicitHashKey: ExplicitHashKey,
      data: Buffer.from(Data).toString('utf8'),
    };
    this.taken.push(record);
    this.#onTaken(record);
    return {
      SequenceNumber: String(FIRST_SEQUENCE + BigInt(this.taken.length)),
      ShardId: 'shardId-000000000000',
    };
  }
}

const isPutRecords = (input: object): input is PutRecordsInput => 'Records' in input;
