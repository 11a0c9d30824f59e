/** The stage on this machine: synthesized as for the cloud, run by the local engine, its streams counted and recorded. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Feed } from '../../lib/settings/environment.ts';
import { feedId, feedName } from '../../lib/settings/names.ts';
import { ingesterEnv } from '../../runtime/ingester/names.ts';
import type { Market } from '../../runtime/markets/names.ts';
import type { Clock } from '../../runtime/platform/clock.ts';
import type { RolledBar } from '../../runtime/records/bar.ts';
import { KeptPieces } from '../../runtime/tables/quarantine/kept-pieces.ts';
import type { Tally } from '../console/tally.ts';
import { atExit } from '../engine/at-exit.ts';
import { type Engine, startEngine } from '../engine/engine.ts';
import type { Ports } from '../engine/engine-options.ts';
import type { Overrides } from '../engine/settings.ts';
import { Lead } from './lead.ts';
import type { RecordFiles } from './record-files.ts';
import { synthesize } from './synthesis.ts';
import { vendorAccess } from './vendor-access.ts';

/** Name of the stage, and the environment of its metrics. */
export const STAGE = 'local';
const SECRET = 'barflow/local/polygon-api-key';
/** The simulated vendor takes any. */
const LOCAL_KEY = 'local';

export interface PipelineProps {
  readonly feed: Pick<Feed, 'market' | 'name' | 'symbols' | 'alignment' | 'shards' | 'store'>;
  /** How late the feed is, s. @default not at all */
  readonly delaySeconds?: number;
  /** Event time, by which schedules are due. @default the machine's clock */
  readonly clock?: Clock;
  /** The ingester's variables in place of the template's; without any the ingester is not started. */
  readonly ingester?: Overrides[string];
  /** The vendor's key. @default one that the simulated vendor takes */
  readonly apiKey?: string;
  /** Takes every record of both streams. @default nobody does */
  readonly records?: RecordFiles;
  /** Where the local servers listen. @default any free ports */
  readonly ports?: Ports;
  /** Counts what the streams carry. */
  readonly tally: Tally;
  /** Is told of every bar whose identity is new. */
  readonly onBar: (bar: RolledBar) => void;
  readonly say: (line: string) => void;
}

export class Pipeline {
  readonly engine: Engine;
  readonly tally: Tally;
  /** The feed's name. */
  readonly feed: string;
  readonly market: Market;
  /** Physical name of the minutes stream. */
  readonly minutes: string;
  /** Physical name of the bars stream. */
  readonly bars: string;
  /** Bars on the stream that the bar store has yet to keep; undefined where there is none. */
  readonly toKeep: Lead | undefined;
  readonly #feedId: string;
  readonly #removeFolder: () => void;

  private constructor(engine: Engine, feed: PipelineProps['feed'], tally: Tally, removeFolder: () => void) {
    this.engine = engine;
    this.tally = tally;
    this.feed = feedName(feed);
    this.market = feed.market;
    this.#feedId = feedId(feed);
    this.#removeFolder = removeFolder;
    this.minutes = engine.stream(`${this.#feedId}/Minutes`).name;
    this.bars = engine.stream(`${this.#feedId}/Bars`).name;
    if (feed.store !== false) this.toKeep = new Lead(engine.mapping('BarStore').position);
  }

  static async start({ tally, records, ...props }: PipelineProps): Promise<Pipeline> {
    const folder = mkdtempSync(join(tmpdir(), 'barflow-'));
    const remove = () => rmSync(folder, { recursive: true, force: true });
    const forget = atExit(remove);
    // Event time runs through days in minutes, and nobody keeps what a temporary folder holds.
    const feed = { ...props.feed, apiKeySecret: SECRET, archive: false };
    const assembly = await synthesize({
      ...{ stage: STAGE, feed, outdir: join(folder, 'assembly') },
      ...(props.delaySeconds !== undefined && { delaySeconds: props.delaySeconds }),
    });
    // There are no volumes on a laptop.
    const here = { [ingesterEnv.backlogFolder]: join(folder, 'backlog') };
    const engine = await startEngine({
      assembly,
      stage: STAGE,
      folder: join(folder, 'buckets'),
      ...(props.ports && { ports: props.ports }),
      secrets: { [SECRET]: props.apiKey ?? LOCAL_KEY },
      ...(props.ingester
        ? { overrides: vendorAccess(feed, { ...props.ingester, ...here }, props.apiKey ?? LOCAL_KEY) }
        : {}),
      holdTasks: true,
      // Where no feed runs there is nothing to watch, and whoever watches takes memory.
      holdSchedules: props.ingester === undefined,
      ...(props.clock && { clock: props.clock }),
      say: props.say,
    });
    const pipeline = new Pipeline(engine, feed, tally, () => {
      remove();
      forget();
    });
    await engine.tap(pipeline.minutes, put => {
      const lines = put.map(({ data }) => data);
      records?.write('minutes', lines);
      for (const line of lines) tally.takeMinuteRecord(line);
    });
    await engine.tap(pipeline.bars, put => {
      pipeline.toKeep?.put(put);
      const lines = put.map(({ data }) => data);
      records?.write('bars', lines);
      for (const line of lines) {
        const bar = tally.takeBar(line);
        if (bar) props.onBar(bar);
      }
    });
    return pipeline;
  }

  /** How many records stand in quarantine. */
  quarantined(): Promise<number> {
    const { name } = this.engine.table(`${this.#feedId}/Quarantine`);
    return new KeptPieces(this.engine.dynamodb, name).count();
  }

  /** Stops everything and leaves nothing behind but the records that were asked for. */
  async stop(): Promise<void> {
    await this.engine.stop();
    this.#removeFolder();
  }
}
