/** The local Kinesis by itself, on a clock of the test's own, with what every request runs into. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import {
  CreateStreamCommand,
  KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { answerBy, type JsonService, serve } from '../../../local/engine/json-service.ts';
import { Kinesis } from '../../../local/engine/kinesis/kinesis.ts';

/** What a request is answered with in place of what Kinesis says; undefined leaves it alone. Where the answer is lost, all is done. */
export type Trouble = (operation: string) => 'hang up' | 'lose the answer' | string | undefined;

export class LocalKinesis implements AsyncDisposable {
  readonly client: KinesisClient;
  readonly url: string;
  /** How far the service's clock is ahead of the machine's (ms). */
  ahead = 0;
  /** An error type to answer with, or a connection that ends. */
  trouble: Trouble = () => undefined;
  /** Why a record of PutRecords, by its place in the request, is not taken; undefined lets it be taken. */
  refusal: (index: number) => string | undefined = () => undefined;
  /** Is told which records were taken whose answer is lost. */
  onUnanswered: (data: readonly Uint8Array[]) => void = () => {};
  /** Is told of every request that was answered. */
  onAnswered: (operation: string) => void = () => {};
  /** Of the test itself: its connections are not those that end. */
  readonly #own: KinesisClient;
  readonly #server: ReturnType<typeof serve>;
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(server: ReturnType<typeof serve>, sockets: ReadonlySet<Socket>, url: string) {
    this.#server = server;
    this.#sockets = sockets;
    this.url = url;
    const options = {
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      endpoint: url,
    };
    // Whoever follows tries again by itself.
    this.client = new KinesisClient({ ...options, requestHandler: new NodeHttpHandler(), maxAttempts: 1 });
    this.#own = new KinesisClient({ ...options, requestHandler: new NodeHttpHandler() });
  }

  static async start(): Promise<LocalKinesis> {
    const now = () => Date.now() + (local?.ahead ?? 0);
    const kinesis = new Kinesis({ now, kept: 1e9, onWritten: () => {}, onPut: () => {} });
    const server = serve(async (request, response) => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      const trouble = local?.trouble(operation);
      if (trouble === 'hang up') return void request.destroy();
      const service = picky(kinesis, {
        refusal: index => local?.refusal(index),
        onTaken: data => (trouble === 'lose the answer' ? local?.onUnanswered(data) : undefined),
      });
      if (trouble === undefined) await answerBy(service, request, response);
      else if (trouble === 'lose the answer') {
        await answerBy(service, request, { writeHead: () => undefined, end: () => undefined });
        response.writeHead(500, {});
        response.end();
      } else {
        response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify({ __type: trouble, message: 'as the test wants it' }));
      }
      local?.onAnswered(operation);
    });
    let local: LocalKinesis | undefined;
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
    local = new LocalKinesis(server, sockets, `http://127.0.0.1:${address.port}`);
    return local;
  }

  async create(StreamName: string, ShardCount: number): Promise<void> {
    await this.#own.send(new CreateStreamCommand({ StreamName, ShardCount }));
  }

  async put(
    StreamName: string,
    records: readonly { readonly key: string; readonly text: string | Uint8Array }[],
  ) {
    const Records = records.map(({ key, text }) => ({ PartitionKey: key, Data: Buffer.from(text) }));
    await this.#own.send(new PutRecordsCommand({ StreamName, Records }));
  }

  /** Splits every open shard in two, or merges the first two. */
  async reshard(StreamName: string, how: 'split' | 'merge'): Promise<void> {
    const { Shards = [] } = await this.#own.send(new ListShardsCommand({ StreamName }));
    const open = Shards.filter(shard => shard.SequenceNumberRange?.EndingSequenceNumber === undefined)
      .map(({ ShardId: id = '', HashKeyRange: range }) => ({
        id,
        start: BigInt(range?.StartingHashKey ?? 0),
        end: BigInt(range?.EndingHashKey ?? 0),
      }))
      .sort((a, b) => (a.start < b.start ? -1 : 1));
    if (how === 'split') {
      for (const { id: ShardToSplit, start, end } of open) {
        const NewStartingHashKey = String((start + end) / 2n + 1n);
        await this.#own.send(new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey }));
      }
      return;
    }
    const [ShardToMerge, AdjacentShardToMerge] = open.map(({ id }) => id);
    await this.#own.send(new MergeShardsCommand({ StreamName, ShardToMerge, AdjacentShardToMerge }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy();
    this.#own.destroy();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }
}

interface Picking {
  readonly refusal: (index: number) => string | undefined;
  readonly onTaken: (data: readonly Uint8Array[]) => void;
}

/** Takes of what is put only what is not refused. */
function picky(kinesis: Kinesis, { refusal, onTaken }: Picking): JsonService {
  const { target, contentType } = kinesis;
  const answer = (operation: string, input: unknown) => {
    if (operation !== 'PutRecords') return kinesis.answer(operation, input);
    const { Records, ...rest }: { readonly Records: readonly { readonly Data: string }[] } = Object(input);
    const codes = Records.map((_, index) => refusal(index));
    const taken = Records.filter((_, index) => codes[index] === undefined);
    if (taken.length === 0) return { FailedRecordCount: codes.length, Records: codes.map(failed) };
    const { Records: answers }: { readonly Records: unknown[] } = Object(
      kinesis.answer(operation, { ...rest, Records: taken }),
    );
    onTaken(taken.map(({ Data }) => Buffer.from(Data, 'base64')));
    const all = codes.map(code => (code === undefined ? answers.shift() : failed(code)));
    return { FailedRecordCount: codes.length - taken.length, Records: all };
  };
  return { target, contentType, answer };
}

function failed(code: string | undefined) {
  return { ErrorCode: code, ErrorMessage: 'as the test wants it' };
}
