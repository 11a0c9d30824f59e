/** A stage whose event source polls as Lambda's does, without a vendor: minutes go onto its stream at the pace of the ingester. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration } from 'aws-cdk-lib/core';
import { BarflowStage } from '../lib/barflow-stage.ts';
import { type Engine, startEngine } from '../local/engine/engine.ts';
import { Pacer } from '../runtime/ingester/sinks/kinesis/pacer.ts';
import { shardOfSlot } from '../runtime/ingester/sinks/kinesis/shards.ts';
import { Publisher } from '../runtime/ingester/sinks/minutes-stream/publisher.ts';
import { itemOf } from '../runtime/ingester/sinks/minutes-stream/slot-queue.ts';
import { EventClock } from '../runtime/platform/clock.ts';
import { loggerFor } from '../runtime/platform/logger.ts';
import { putOnce } from '../runtime/platform/put-records.ts';
import { encodeWatermark } from '../runtime/records/encode.ts';
import { minuteBarData } from '../runtime/records/fast/encode.ts';
import { slotOf, slotPartitionKey, slots } from '../runtime/records/slot.ts';
import { sampleBar, sampleSymbols } from './sample.ts';

const STAGE = 'bench';

export interface TimedStageProps {
  readonly symbols: number;
  readonly shards: number;
  /** Of the event source, s. */
  readonly batchingWindow: number;
  readonly expedited: boolean;
  /** Whether bars are kept, to be asked for. @default they are not */
  readonly store?: boolean;
  readonly pollMs: number;
  /** What the clock shows at first, epoch ms; it goes as fast as the wall's. */
  readonly from: number;
}

export class TimedStage implements AsyncDisposable {
  readonly engine: Engine;
  readonly clock: EventClock;
  readonly symbols: readonly string[];
  readonly #publisher: Publisher;
  readonly #folder: string;

  private constructor(parts: Pick<TimedStage, 'engine' | 'clock' | 'symbols'>, pacer: Pacer, folder: string) {
    const { engine, clock, symbols } = parts;
    this.engine = engine;
    this.clock = clock;
    this.symbols = symbols;
    this.#folder = folder;
    const { name } = engine.stream('Stocks/Minutes');
    this.#publisher = new Publisher({
      put: (items, signal) => putOnce(engine.kinesis, name, items, signal),
      pacer,
      logger: loggerFor('bench'),
    });
  }

  static async start({ from, pollMs, symbols, ...settings }: TimedStageProps): Promise<TimedStage> {
    const { shards, expedited, batchingWindow, store = false } = settings;
    const folder = mkdtempSync(join(tmpdir(), 'barflow-bench-'));
    const app = new App({ outdir: join(folder, 'assembly'), builtinCloudFormationValidation: false });
    const feed = {
      market: 'stocks',
      symbols: '*',
      apiKeySecret: 'key',
      reconcile: [],
      ...(!store && { store }),
    } as const;
    new BarflowStage(app, STAGE, {
      feeds: [{ ...feed, shards, expedited, batchingWindow: Duration.seconds(batchingWindow) }],
      streamRetention: Duration.hours(24),
      removal: 'destroy',
    });
    const clock = new EventClock({ now: from, speed: 1 });
    const engine = await startEngine({
      assembly: app.synth(),
      stage: STAGE,
      folder: join(folder, 'buckets'),
      clock,
      secrets: { key: 'key' },
      holdTasks: true,
      holdSchedules: true,
      pollMs,
    });
    const pacer = new Pacer({ speed: () => 1, wall: () => performance.now() });
    pacer.shardOfSlot = await shardOfSlot(engine.kinesis, engine.stream('Stocks/Minutes').name);
    return new TimedStage({ engine, clock, symbols: sampleSymbols(symbols) }, pacer, folder);
  }

  /** Puts the minute that starts then of these symbols, and watermarks where one is given (epoch ms); resolves when all is acknowledged. */
  async publish(symbols: readonly string[], start: number, through?: number): Promise<void> {
    const bar = { kind: 'bar', epoch: undefined } as const;
    for (const [index, symbol] of symbols.entries()) {
      const place = { ...bar, slot: slotOf(symbol), order: symbol, partitionKey: symbol };
      this.#publisher.add(itemOf(place, minuteBarData(sampleBar(symbol, index, start))));
    }
    if (through !== undefined)
      for (const slot of slots) {
        const text = encodeWatermark({ type: 'watermark', slot, through, epoch: 1 });
        const place = { kind: 'watermark', epoch: 1, slot, order: '' } as const;
        this.#publisher.add(itemOf({ ...place, partitionKey: slotPartitionKey(slot) }, Buffer.from(text)));
      }
    await this.#publisher.flush(AbortSignal.timeout(120_000));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#publisher.close();
    await this.engine.stop();
    rmSync(this.#folder, { recursive: true });
  }
}
