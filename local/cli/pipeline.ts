/** The stage on this machine: synthesized as for the cloud, run by the local engine, the streams of its feeds counted and recorded. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bringsMinutes } from '../../lib/settings/feed-symbols.ts';
import { feedName } from '../../lib/settings/names.ts';
import { ingesterEnv } from '../../runtime/ingester/names.ts';
import type { Clock } from '../../runtime/platform/clock.ts';
import { s3Env } from '../../runtime/platform/sink-names.ts';
import { atExit } from '../engine/at-exit.ts';
import { type Engine, startEngine } from '../engine/engine.ts';
import type { Ports } from '../engine/engine-options.ts';
import { redisAccess, redisSecrets, withRedis } from './redis-server.ts';
import { type FeedRun, RunningFeed } from './running-feed.ts';
import { synthesize } from './synthesis.ts';
import { vendorAccess } from './vendor-access.ts';

/** Name of the stage, and the environment of its metrics. */
export const STAGE = 'local';
const SECRET = 'barflow/local/polygon-api-key';
/** The simulated vendor takes any. */
const LOCAL_KEY = 'local';

export interface PipelineProps {
  readonly feeds: readonly FeedRun[];
  /** Event time, by which schedules are due. @default the machine's clock */
  readonly clock?: Clock;
  /** Address of a server for the latest of every feed. @default nothing is written there */
  readonly redis?: string;
  /** The vendor's key. @default one that the simulated vendor takes */
  readonly apiKey?: string;
  /** Where the local servers listen. @default any free ports */
  readonly ports?: Ports;
  readonly say: (line: string) => void;
}

export class Pipeline {
  readonly engine: Engine;
  readonly feeds: readonly RunningFeed[];
  /** Of most runs the only one. */
  readonly first: RunningFeed;
  readonly #removeFolder: () => void;

  private constructor(engine: Engine, feeds: readonly FeedRun[], removeFolder: () => void) {
    this.engine = engine;
    this.feeds = feeds.map(feed => new RunningFeed(engine, feed));
    const [first] = this.feeds;
    if (first === undefined) throw new Error('a pipeline without feeds has nothing to run');
    this.first = first;
    this.#removeFolder = removeFolder;
  }

  static async start({ feeds, apiKey = LOCAL_KEY, redis, ...props }: PipelineProps): Promise<Pipeline> {
    const folder = mkdtempSync(join(tmpdir(), 'barflow-'));
    const remove = () => rmSync(folder, { recursive: true, force: true });
    const forget = atExit(remove);
    const told = feeds.map(({ settings, delaySeconds }) => ({
      settings: { ...settings, ...(redis !== undefined && withRedis(settings)) },
      delaySeconds,
    }));
    const assembly = await synthesize({
      ...{ stage: STAGE, outdir: join(folder, 'assembly') },
      feeds: told.map(({ settings, delaySeconds }) => ({
        ...{ ...settings, apiKeySecret: SECRET },
        // Event time runs through days in minutes, and nobody keeps what a temporary folder holds.
        ...(bringsMinutes(settings) && { archive: false }),
        ...(delaySeconds !== undefined && { delaySeconds }),
      })),
    });
    const accesses = feeds.map(({ settings, ingester }) => {
      // There are no volumes on a laptop.
      const volume = join(folder, 'backlog', feedName(settings));
      const here = { [ingesterEnv.backlogFolder]: volume, [s3Env.folder]: `${volume}-objects` };
      return ingester && vendorAccess(settings, { ...ingester, ...here }, apiKey);
    });
    const engine = await startEngine({
      assembly,
      stage: STAGE,
      folder: join(folder, 'buckets'),
      ...(props.ports && { ports: props.ports }),
      secrets: { [SECRET]: apiKey, ...(redis !== undefined && redisSecrets(redis)) },
      overrides: Object.assign(
        {},
        ...accesses,
        ...told.map(({ settings }) => redis !== undefined && redisAccess(settings, redis)),
      ),
      holdTasks: true,
      // Where no feed runs there is nothing to watch, and whoever watches takes memory.
      holdSchedules: feeds.every(({ ingester }) => ingester === undefined),
      ...(props.clock && { clock: props.clock }),
      say: props.say,
    });
    const pipeline = new Pipeline(engine, feeds, () => {
      remove();
      forget();
    });
    for (const feed of pipeline.feeds) await feed.count();
    return pipeline;
  }

  /** Stops everything and leaves nothing behind but the records that were asked for. */
  async stop(): Promise<void> {
    await this.engine.stop();
    this.#removeFolder();
  }
}
