/** Event source mappings of the stage: every shard of a stream to a function, parents before children. */

import type { Clock } from '../../runtime/platform/clock.ts';
import type { Resource } from './assembly.ts';
import type { AwsMetrics } from './aws-metrics.ts';
import type { LocalBucket } from './buckets.ts';
import { deliver } from './delivery.ts';
import type { Created } from './deployment.ts';
import type { FunctionEnvironment } from './execution-environment.ts';
import type { LocalFunction } from './functions.ts';
import type { MappingSettings } from './mapping-settings.ts';
import type { Named } from './named.ts';
import type { LocalServer } from './server.ts';
import { shardEdge } from './shard-edge.ts';
import { ShardReader } from './shard-reader.ts';
import type { LocalStream } from './streams.ts';
import type { KinesisWire, WireShard } from './wire.ts';

/** What a mapping connects. */
export interface MappingParts {
  readonly wire: KinesisWire;
  readonly kinesisServer: LocalServer;
  readonly stream: LocalStream;
  readonly target: LocalFunction;
  readonly failures: LocalBucket | undefined;
  readonly awsMetrics: AwsMetrics;
  /** Event time. */
  readonly clock: Clock;
  /** Longest wait before another delivery (ms). */
  readonly retryLimitMs: number | undefined;
  /** How often shards are looked at (ms); undefined when at once. */
  readonly pollMs: number | undefined;
  /** How far the mapping is that it takes the place of, by shard. */
  readonly positions: ReadonlyMap<string, string> | undefined;
  /** Is told of every failed attempt and everything given up. */
  readonly say: (line: string) => void;
}

interface Shard {
  readonly reader: ShardReader;
  readonly environment: FunctionEnvironment;
  /** Resolves when the shard is read to its end, its environment is gone and its children are started. */
  readonly done: Promise<void>;
}

/** One mapping. */
export class EventSourceMapping implements Named, Created {
  readonly path: string;
  readonly name: string;
  /** Sequence number of the last record done with, by shard. */
  readonly position: Map<string, string>;
  /** Attempts that failed so far. */
  failures = 0;
  /** Records given up so far. */
  givenUp = 0;
  /** How much older (ms) records count than they are when their age decides whether they are given up. */
  aged = 0;
  readonly #settings: MappingSettings;
  readonly #parts: MappingParts;
  readonly #stop = new AbortController();
  readonly #shards = new Map<string, Shard>();
  readonly #finished = new Set<string>();

  constructor(resource: Resource, settings: MappingSettings, parts: MappingParts) {
    this.#settings = settings;
    this.path = resource.path;
    this.name = resource.logicalId;
    this.#parts = parts;
    this.position = new Map(parts.positions);
  }

  get ref(): string {
    return this.name;
  }

  attribute(name: string): string | undefined {
    return name === 'Id' ? this.name : undefined;
  }

  get countsEvents(): boolean {
    return this.#settings.countsEvents;
  }

  /** Construct path of the function that the mapping feeds. */
  get functionPath(): string {
    return this.#parts.target.path;
  }

  /** How many ms ago the oldest record arrived that was read and is not done with; 0 when there is none. */
  get iteratorAge(): number {
    const oldest = [...this.#shards.values()]
      .map(({ reader }) => reader.oldest)
      .filter(age => age !== undefined);
    return oldest.length === 0 ? 0 : Math.max(0, Date.now() - Math.min(...oldest) * 1000);
  }

  /** How much event time (ms) has passed since the oldest record arrived that was read and is not done with; 0 when there is none. */
  get lag(): number {
    const { time } = this.#parts.awsMetrics;
    return Math.max(
      0,
      ...[...this.#shards.values()].map(({ reader: { oldest } }) =>
        oldest === undefined ? 0 : time.since(oldest * 1_000),
      ),
    );
  }

  /** Whether everything that was read is done with. */
  idle(): boolean {
    return [...this.#shards.values()].every(({ reader }) => reader.oldest === undefined);
  }

  /**
   * Begins to deliver.
   * @throws InvocationError when the function's code cannot be loaded
   */
  async start(): Promise<void> {
    if (!this.#settings.enabled)
      return this.#parts.say(`${this.path} is declared disabled: it delivers nothing`);
    await this.#parts.kinesisServer.addReader(this.#parts.stream.name, this.name);
    await this.#startReady(this.#settings.from);
    await Promise.all([...this.#shards.values()].map(({ environment }) => environment.start()));
    // A reader of what comes next must know where that begins before anybody writes.
    if (this.#settings.from === 'LATEST') await this.caughtUp();
  }

  /** Says that something was written to some stream. */
  wake(): void {
    for (const { reader } of this.#shards.values()) reader.wake();
  }

  /** Resolves once everything that was on the stream when this was called is delivered or given up. */
  async caughtUp(): Promise<void> {
    for (let seen = -1; seen !== this.#finished.size; ) {
      seen = this.#finished.size;
      await Promise.all(
        [...this.#shards.values()].map(async ({ reader, done }) => {
          await reader.caughtUp();
          if (reader.finished) await done;
        }),
      );
    }
  }

  /** Ends the thread of one shard, or of all, in the middle of what it does; its batch is delivered again. */
  async kill(shardId?: string): Promise<void> {
    const killed = [...this.#shards].filter(([id]) => shardId === undefined || id === shardId);
    await Promise.all(killed.map(([, { environment }]) => environment.kill()));
  }

  /** Stops delivering. What is being delivered may finish within `graceMs`; it counts only if it does. */
  async stop(graceMs: number): Promise<void> {
    this.#stop.abort();
    const timer = setTimeout(() => void this.kill(), graceMs);
    await Promise.all([...this.#shards.values()].map(({ done }) => done));
    clearTimeout(timer);
  }

  /** Starts every shard that is not started and whose parents are finished. */
  async #startReady(from: 'TRIM_HORIZON' | 'LATEST'): Promise<void> {
    const { wire, stream } = this.#parts;
    const { Shards } = await wire.call('ListShards', { StreamName: stream.name });
    const known = new Set(Shards.map(shard => shard.ShardId));
    const waits = (parent: string | undefined) =>
      parent !== undefined && known.has(parent) && !this.#finished.has(parent);
    for (const shard of Shards) {
      const { ShardId, ParentShardId, AdjacentParentShardId } = shard;
      if (this.#shards.has(ShardId) || this.#finished.has(ShardId) || this.#stop.signal.aborted) continue;
      if (!waits(ParentShardId) && !waits(AdjacentParentShardId)) this.#startShard(shard, from);
    }
  }

  #startShard({ ShardId }: WireShard, from: 'TRIM_HORIZON' | 'LATEST'): void {
    const { batchSize, windowMs, rules, wants } = this.#settings;
    const { wire, stream, target, clock, pollMs } = this.#parts;
    const environment = target.environment();
    const after = this.position.get(ShardId);
    const edge = shardEdge(ShardId, environment, {
      ...this.#parts,
      mapping: this,
      signal: this.#stop.signal,
    });
    const reader = new ShardReader({
      wire,
      stream: stream.name,
      shardId: ShardId,
      from,
      ...(after !== undefined && { after }),
      batchSize,
      // The window is part of how late bars are: where time runs faster it is as much shorter.
      windowMs: () => windowMs / Math.max(1, clock.perWall(1)),
      ...(pollMs !== undefined && { pollMs }),
      deliver: async records => {
        const wanted = records.filter(wants);
        await deliver(wanted, rules, edge);
        const last = records.at(-1);
        if (last !== undefined && last !== wanted.at(-1)) edge.checkpoint(last);
      },
      failed: reason => this.#parts.say(`${this.path} cannot read: ${reason}`),
      signal: this.#stop.signal,
    });
    const run = async () => {
      const ended = await reader.run();
      await target.release(environment);
      this.#shards.delete(ShardId);
      if (!ended) return;
      this.#finished.add(ShardId);
      // Children continue what their parents began, wherever the mapping itself began.
      await this.#startReady('TRIM_HORIZON');
    };
    this.#shards.set(ShardId, { reader, environment, done: run() });
  }
}
