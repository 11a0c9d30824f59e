/** A Kinesis that acknowledges every record and keeps none: a stream whose server does not grow. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Taking {
  /** How long it takes to answer what is put (ms). @default nothing */
  readonly delay?: number;
  /** Is given a request that puts records, when it was answered. @default nobody looks */
  readonly onAcknowledged?: (request: string) => void;
}

export class TakingKinesis {
  readonly #server: Server;
  readonly #shards: number;
  /** How many records it was given. */
  records = 0;

  private constructor(server: Server, shards: number, { delay = 0, onAcknowledged }: Taking) {
    this.#server = server;
    this.#shards = shards;
    server.on('request', async (request, response) => {
      const operation = String(request.headers['x-amz-target']).split('.')[1];
      response.setHeader('Content-Type', 'application/x-amz-json-1.1');
      if (operation === 'ListShards') return void response.end(JSON.stringify(this.#list()));
      const put = await text(request);
      if (delay > 0) await sleep(delay);
      response.end(JSON.stringify(this.#take(put)));
      onAcknowledged?.(put);
    });
  }

  /** @param shards that share the hash space evenly */
  static async start(shards: number, taking: Taking = {}): Promise<TakingKinesis> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TakingKinesis(server, shards, taking);
  }

  get endpoint(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }

  #list() {
    const key = (shard: number) => (BigInt(shard) << 128n) / BigInt(this.#shards);
    const shard = (n: number) => ({
      ShardId: `shardId-${n}`,
      HashKeyRange: { StartingHashKey: `${key(n)}`, EndingHashKey: `${key(n + 1) - 1n}` },
      SequenceNumberRange: { StartingSequenceNumber: '1' },
    });
    return { Shards: Array.from({ length: this.#shards }, (_, n) => shard(n)) };
  }

  #take(request: string) {
    const count = request.split('"Data"').length - 1;
    this.records += count;
    const Records = Array(count).fill({ SequenceNumber: '1', ShardId: 'shardId-0' });
    return { FailedRecordCount: 0, Records };
  }
}
