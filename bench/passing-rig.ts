/** The ingester that stands alone between a vendor that sends events at a rate and receivers behind each of its sinks. */
import { setTimeout as sleep } from 'node:timers/promises';
import { aloneEnv } from '../runtime/ingester/alone/names.ts';
import { toldSettings } from '../runtime/platform/settings.ts';
import { sinkEnv } from '../runtime/platform/sink-names.ts';
import { AloneProcess, type SinkCounts } from './alone-process.ts';
import { Arrivals } from './arrivals.ts';
import { type CpuLimit, limitCpu } from './cpu-limit.ts';
import { EventLoad } from './event-load.ts';
import { FrameServer } from './frame-server.ts';
import { type MeasuredSink, type Receiver, receivers } from './receivers.ts';
import { sampleSymbols } from './sample.ts';

const SYMBOLS = 2_000;
/** How often (ms) it is asked how much is safe that only its end brings into the bucket. */
const ASKED = 50;
/** Events a second, and seconds of them until code is warm. */
export const PER_SECOND = 10_000;
const WARMING = 10;
/** So long (ms) nothing has come when nothing comes any more. */
const QUIET = 3_000;

export interface RigSetting {
  readonly sinks: readonly MeasuredSink[];
  /** Of a processor. @default all that it wants */
  readonly share?: number | undefined;
  /** Whether the vendor compresses what it sends. @default false */
  readonly compression?: boolean;
}

interface Measured {
  readonly name: MeasuredSink;
  readonly arrivals: Arrivals;
  readonly receiver: Receiver;
}

export class PassingRig implements AsyncDisposable {
  readonly process: AloneProcess;
  readonly load: EventLoad;
  readonly sinks: readonly Measured[];
  readonly #server: FrameServer;
  readonly #open: AsyncDisposableStack;
  readonly #limit: CpuLimit | undefined;
  #before: readonly SinkCounts[] = [];
  #isAsking = true;
  #asking: Promise<void> = Promise.resolve();

  private constructor(
    open: AsyncDisposableStack,
    server: FrameServer,
    process: AloneProcess,
    load: EventLoad,
    sinks: readonly Measured[],
    limit: CpuLimit | undefined,
  ) {
    this.#server = server;
    this.process = process;
    this.load = load;
    this.sinks = sinks;
    this.#open = open;
    this.#limit = limit;
    if (sinks.some(({ name }) => name === 's3')) this.#asking = this.#ask();
  }

  /** It is warm, and from here on all is measured. @throws NoCpuLimit where nothing holds a process to its share */
  static async start({ sinks: names, share, compression = false }: RigSetting): Promise<PassingRig> {
    await using open = new AsyncDisposableStack();
    const server = open.adopt(await FrameServer.start(compression), each => each.stop());
    let load: EventLoad | undefined;
    const sentAt = (seq: number) => load?.sentAt(seq) ?? Number.NaN;
    const sinks: Measured[] = [];
    for (const name of names) {
      const arrivals = new Arrivals(sentAt);
      sinks.push({ name, arrivals, receiver: open.use(await receivers[name](arrivals)) });
    }
    const child = open.adopt(
      await AloneProcess.start(names.length > 0 ? 'ingester' : 'bare', server.url, {
        [sinkEnv.sink]: names.join(','),
        [aloneEnv.subscription]: 'T.*,Q.*,A.*',
        [toldSettings.compression.variable]: `${compression}`,
        ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' },
        ...Object.assign({}, ...sinks.map(({ receiver }) => receiver.env)),
      }),
      async each => void (await each.stop()),
    );
    load = new EventLoad(await server.subscribed(), sampleSymbols(SYMBOLS));
    const limit = share === undefined ? undefined : limitCpu(child.pid, share);
    const rig = new PassingRig(open.move(), server, child, load, sinks, limit);
    await load.play(WARMING, PER_SECOND);
    await rig.settled();
    rig.#before = await rig.#counts();
    for (const { arrivals } of sinks) arrivals.begin(load.events + 1);
    return rig;
  }

  /** Bytes on the way to the ingester so far. */
  get sentBytes(): number {
    return this.#server.bytes;
  }

  /** Resolves when nothing is held, and nothing comes any more. */
  async settled(): Promise<void> {
    const come = () => this.sinks.map(({ arrivals }) => arrivals.counts.events).join();
    for (let before = ''; ; before = come()) {
      await sleep(QUIET);
      if (before === come() && (await this.#counts()).every(({ held }) => held === 0)) return;
    }
  }

  /**
   * Ends the ingester, which brings the rest into the bucket.
   * @returns the number of the last event, and how many each sink says that it has dropped since the beginning, in their order
   * @throws when it does not end well
   */
  async end(): Promise<{ readonly last: number; readonly dropped: readonly number[] }> {
    const counts = await this.#counts();
    const code = await this.#stop();
    if (code !== 0) throw new Error(`the ingester ended with ${code}`);
    const dropped = counts.map((now, n) => now.dropped - (this.#before[n]?.dropped ?? 0));
    return { last: this.load.events, dropped };
  }

  async #stop(): Promise<number | null> {
    this.#limit?.release();
    this.#isAsking = false;
    await this.#asking;
    return await this.process.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isAsking) await this.#stop();
    await this.#open.disposeAsync();
  }

  /** What is safe on disk comes into the bucket much later: the ingester tells how much that is. */
  async #ask(): Promise<void> {
    const s3 = this.sinks.find(({ name }) => name === 's3');
    for (let written = 0; this.#isAsking; await sleep(ASKED)) {
      const counts = await this.process.counts().catch(() => []);
      const at = performance.now();
      const now = counts.find(({ name }) => name === 's3');
      // Once it has dropped something nobody can tell which events these are.
      if (!s3 || !now || now.dropped > 0) continue;
      while (written < now.written) s3.arrivals.wait(++written, at);
    }
  }

  /** A bare client counts nothing. */
  async #counts(): Promise<readonly SinkCounts[]> {
    return this.sinks.length === 0 ? [] : await this.process.counts();
  }
}
