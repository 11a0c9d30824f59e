/** Reads one shard from its start to its end and hands over batches, one after the other. */
import { MAX_PAYLOAD_BYTES, payloadBytes } from './kinesis-event.ts';
import { Bell, backoff, pause } from './pause.ts';
import type { KinesisWire, WireRecord } from './wire.ts';

/** Most records that one call returns. */
const PAGE = 10_000;
/** How often an idle shard is looked at, although nobody said that something was written (ms). */
const IDLE_POLL = 1_000;
const RETRY_BASE = 50;
const RETRY_LIMIT = 2_000;

/** What a reader reads, and how it forms batches. */
export interface ReaderProps {
  readonly wire: KinesisWire;
  readonly stream: string;
  readonly shardId: string;
  readonly from: 'TRIM_HORIZON' | 'LATEST';
  /** Sequence number of the last record that is done with already. @default none: it begins as `from` says */
  readonly after?: string;
  /** Most records of a batch. */
  readonly batchSize: number;
  /** How long a batch that is not full waits for more (ms). */
  readonly windowMs: () => number;
  /** How often the shard is looked at while it has no more than a page (ms). @default as soon as something is written */
  readonly pollMs?: number;
  /** Resolves once every record of the batch is delivered or given up; rejects only when `signal` aborts. */
  readonly deliver: (records: readonly WireRecord[]) => Promise<void>;
  /** Is told when reading fails; it is tried again. */
  readonly failed: (reason: string) => void;
  readonly signal: AbortSignal;
}

/** One shard's reader. */
export class ShardReader {
  readonly #props: ReaderProps;
  readonly #bell = new Bell();
  readonly #waiting: { readonly after: number; resolve(): void }[] = [];
  #buffer: WireRecord[] = [];
  #delivering: readonly WireRecord[] = [];
  #iterator: string | undefined;
  #lastRead: string | undefined;
  #reads = 0;
  /** When the shard may be looked at again, ms of `performance.now()`. */
  #nextPoll = 0;
  #ended = false;
  #finished = false;

  constructor(props: ReaderProps) {
    this.#props = props;
    this.#lastRead = props.after;
  }

  /** Reads until the shard ends, true, or the signal aborts, false. */
  async run(): Promise<boolean> {
    const { signal, batchSize, deliver } = this.#props;
    let windowEnds = performance.now() + this.#props.windowMs();
    while (!signal.aborted) {
      if (!this.#ended && this.#buffer.length < batchSize && this.#pollIn <= 0) await this.#read();
      if (this.#buffer.length === 0) {
        if (this.#ended) break;
        await this.#bell.wait(this.#pollIn || IDLE_POLL, signal);
        windowEnds = performance.now() + this.#props.windowMs();
        continue;
      }
      const rest = windowEnds - performance.now();
      // Whoever waits for what is on the shard waits for no more to come.
      const mayWait = this.#waiting.length === 0 && !this.#ended;
      if (this.#buffer.length < batchSize && rest > 0 && mayWait) {
        await this.#bell.wait(Math.min(rest, this.#pollIn || rest), signal);
        continue;
      }
      this.#delivering = this.#take();
      // Never more than two pages in memory, and never a function that waits for the next page.
      const mayRead = !this.#ended && this.#buffer.length < PAGE && this.#pollIn <= 0;
      const ahead = mayRead ? this.#read() : undefined;
      await deliver(this.#delivering).catch(error => {
        if (!signal.aborted) throw error;
      });
      this.#delivering = [];
      await ahead;
      windowEnds = performance.now() + this.#props.windowMs();
    }
    this.#finished = true;
    this.#settle(Number.POSITIVE_INFINITY);
    return this.#ended && !signal.aborted;
  }

  /** Says that something was written to some stream, so that an idle reader looks at once, unless it polls. */
  wake(): void {
    if (this.#props.pollMs === undefined) this.#bell.ring();
  }

  /** Resolves once everything that was on the shard when this was called is delivered or given up. */
  caughtUp(): Promise<void> {
    if (this.#finished) return Promise.resolve();
    this.#bell.ring();
    return new Promise(resolve => this.#waiting.push({ after: this.#reads, resolve }));
  }

  /** Whether the shard was read to its end, or reading was stopped. */
  get finished(): boolean {
    return this.#finished;
  }

  /** Epoch seconds at which the oldest record that is not delivered arrived, of those read; `undefined` when idle. */
  get oldest(): number | undefined {
    return (this.#delivering[0] ?? this.#buffer[0])?.ApproximateArrivalTimestamp;
  }

  /** In how many ms the shard may be looked at again; whoever waits for what is on it waits for no poll. */
  get #pollIn(): number {
    return this.#waiting.length > 0 ? 0 : Math.max(0, this.#nextPoll - performance.now());
  }

  /** Adds a page to the buffer; a failing call waits and is made again by the loop. */
  async #read(): Promise<void> {
    const { wire, signal, pollMs = 0 } = this.#props;
    const number = ++this.#reads;
    const asked = performance.now();
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        this.#iterator ??= await this.#position();
        const page = await wire.call('GetRecords', { ShardIterator: this.#iterator, Limit: PAGE });
        this.#iterator = page.NextShardIterator;
        this.#ended = page.NextShardIterator === undefined;
        this.#nextPoll = page.Records.length < PAGE ? asked + pollMs : 0;
        this.#lastRead = page.Records.at(-1)?.SequenceNumber ?? this.#lastRead;
        if (page.Records.length > 0) this.#buffer = this.#buffer.concat(page.Records);
        // At the shard's end whoever waits goes on to its children: they are told when it is finished.
        else if (!this.#ended && this.#buffer.length === 0 && this.#delivering.length === 0)
          this.#settle(number);
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#iterator = undefined;
        this.#props.failed(
          `${this.#props.shardId}: ${error instanceof Error ? error.message : String(error)}`,
        );
        await pause(backoff(failures, RETRY_BASE, RETRY_LIMIT), signal);
      }
    }
  }

  async #position(): Promise<string> {
    const { wire, stream, shardId, from } = this.#props;
    const start =
      this.#lastRead === undefined
        ? { ShardIteratorType: from }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: this.#lastRead };
    const reply = await wire.call('GetShardIterator', { StreamName: stream, ShardId: shardId, ...start });
    return reply.ShardIterator;
  }

  /** Takes the next batch from the buffer: as many records as its size and one invocation's payload allow. */
  #take(): readonly WireRecord[] {
    let bytes = 0;
    let end = 0;
    for (const record of this.#buffer) {
      bytes += payloadBytes(record);
      if (end === this.#props.batchSize || (end > 0 && bytes > MAX_PAYLOAD_BYTES)) break;
      end++;
    }
    const batch = this.#buffer.slice(0, end);
    this.#buffer = this.#buffer.slice(end);
    return batch;
  }

  /** Resolves those who wait for an empty read that began after they asked. */
  #settle(read: number): void {
    for (const waiter of this.#waiting.splice(0)) {
      if (waiter.after < read) waiter.resolve();
      else this.#waiting.push(waiter);
    }
  }
}
