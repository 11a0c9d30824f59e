/** Stage `dev` in the local engine with its archive, on a clock that goes by hand; every record of its streams goes into files. */
import { createWriteStream, mkdtempSync, rmSync, type WriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lead } from '../../../../local/cli/lead.ts';
import { synthesize } from '../../../../local/cli/synthesis.ts';
import { readStage, type Stack } from '../../../../local/engine/assembly.ts';
import type { LocalBucket } from '../../../../local/engine/buckets.ts';
import { type Engine, startEngine } from '../../../../local/engine/engine.ts';
import { EventClock } from '../../../../runtime/platform/clock.ts';
import { type Entry, putAll } from '../../../../runtime/platform/put-records.ts';

export const STAGE = 'dev';
const MINUTES = 'Stocks/Minutes';

export class ArchivingStage implements AsyncDisposable {
  readonly engine: Engine;
  readonly folder: string;
  readonly stacks: readonly Stack[];
  /** Lines that the engine said. */
  readonly said: readonly string[];
  readonly #clock: EventClock;
  readonly #records: Readonly<Record<'minutes' | 'bars', WriteStream>>;
  readonly #leads: readonly Lead[];

  private constructor(
    parts: Pick<ArchivingStage, 'engine' | 'folder' | 'stacks' | 'said'>,
    clock: EventClock,
  ) {
    const { engine, folder } = parts;
    this.engine = engine;
    this.folder = folder;
    this.stacks = parts.stacks;
    this.said = parts.said;
    this.#clock = clock;
    this.#records = {
      minutes: createWriteStream(join(folder, 'minutes.ndjson')),
      bars: createWriteStream(join(folder, 'bars.ndjson')),
    };
    this.#leads = ['Rollup', 'BarStore'].map(part => new Lead(engine.mapping(`Stocks/${part}`).position));
  }

  /** @param now what its clock shows, epoch ms */
  static async start(now: number): Promise<ArchivingStage> {
    const folder = mkdtempSync(join(tmpdir(), 'barflow-archiving-'));
    const clock = new EventClock({ now, speed: 0 });
    const said: string[] = [];
    const assembly = await synthesize({
      ...{ stage: STAGE, outdir: join(folder, 'assembly') },
      feeds: [{ market: 'stocks', symbols: '*', apiKeySecret: 'key' }],
    });
    const engine = await startEngine({
      ...{ assembly, stage: STAGE, folder: join(folder, 'buckets'), clock },
      ...{
        secrets: { key: 'key' },
        holdTasks: true,
        holdSchedules: true,
        say: (line: string) => void said.push(line),
      },
    });
    const stage = new ArchivingStage({ engine, folder, said, stacks: readStage(assembly, STAGE) }, clock);
    await stage.#record();
    return stage;
  }

  get archive(): LocalBucket {
    return this.engine.bucket('Stocks/Archive');
  }

  /** Lets the clock show an instant (epoch ms), and puts these on the minutes stream, all of the first before the others. */
  async put(now: number, bars: readonly Entry[], after: readonly Entry[] = []): Promise<void> {
    this.#clock.set({ now: Math.max(now, this.#clock.now()) });
    const { signal } = new AbortController();
    for (const lead of this.#leads) await lead.room(signal);
    const { kinesis } = this.engine;
    for (const entries of [bars, after]) await putAll(kinesis, this.engine.stream(MINUTES).name, entries);
  }

  /** Runs the archive as its schedule does at that instant (epoch ms), when everything that was put is rolled up. */
  async runArchive(now: number): Promise<void> {
    this.#clock.set({ now });
    await this.engine.drained();
    await this.engine.function('Archive/Function').invoke({ at: new Date(now).toISOString() });
  }

  /** Resolves once every record that was put is in the files. */
  async written(): Promise<void> {
    await this.engine.drained();
    const all = Object.values(this.#records);
    await Promise.all(all.map(file => new Promise(resolve => file.write('', resolve))));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.stop();
    for (const file of Object.values(this.#records)) file.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #record(): Promise<void> {
    const { minutes, bars } = this.#records;
    const [toRollUp, toKeep] = this.#leads;
    for (const [stream, file, lead] of [
      [MINUTES, minutes, toRollUp],
      ['Stocks/Bars', bars, toKeep],
    ] as const)
      await this.engine.tap(stream, records => {
        lead?.put(records);
        file.write(records.map(({ data }) => `${data}\n`).join(''));
      });
  }
}
