/** Calls the local Kinesis without the SDK, whose decoding costs more per record than all else a poller does. */
import { Agent, request } from 'node:http';

/** A record as Kinesis returns it; `Data` is base64, the arrival in seconds. */
export interface WireRecord {
  readonly SequenceNumber: string;
  readonly PartitionKey: string;
  readonly Data: string;
  readonly ApproximateArrivalTimestamp: number;
}

/** One shard of a stream's description; `EndingSequenceNumber` is there once the shard is closed. */
export interface WireShard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly SequenceNumberRange: {
    readonly StartingSequenceNumber: string;
    readonly EndingSequenceNumber?: string;
  };
}

interface Replies {
  readonly GetRecords: { readonly NextShardIterator?: string; readonly Records: readonly WireRecord[] };
  readonly GetShardIterator: { readonly ShardIterator: string };
  readonly ListShards: { readonly Shards: readonly WireShard[] };
}

/** Keep-alive connections to a local Kinesis endpoint. */
export class KinesisWire {
  readonly #endpoint: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /**
   * Calls `operation`.
   * @throws an Error whose message begins with the service's error type
   */
  call<Operation extends keyof Replies>(operation: Operation, input: object): Promise<Replies[Operation]> {
    const body = Buffer.from(JSON.stringify(input));
    return new Promise((resolve, reject) => {
      const call = request(this.#endpoint, {
        method: 'POST',
        agent: this.#agent,
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'content-length': body.length,
          'x-amz-target': `Kinesis_20131202.${operation}`,
          'x-amz-date': '20250101T000000Z',
          authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=local, Signature=local',
        },
      });
      call.on('error', reject);
      call.on('response', response => {
        const chunks: Buffer[] = [];
        response.on('error', reject);
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`${operation} failed: ${text}`));
        });
      });
      call.end(body);
    });
  }

  /** Closes the connections. */
  close(): void {
    this.#agent.destroy();
  }
}
