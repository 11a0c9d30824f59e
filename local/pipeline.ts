/** The stage on this machine: synthesized as for the cloud, run by the local engine, its streams counted and recorded. */

import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { App, Duration } from 'aws-cdk-lib';
import { BarflowStage } from '../lib/barflow-stage.ts';
import type { Feed } from '../lib/environment.ts';
import { feedId } from '../lib/environment.ts';
import type { RolledBar } from '../runtime/bars/bar.ts';
import { ingesterEnv } from '../runtime/ingester/names.ts';
import type { Clock } from '../runtime/platform/clock.ts';
import { type Engine, startEngine } from './engine/engine.ts';
import type { Overrides } from './engine/settings.ts';
import { UsageError } from './option-values.ts';
import type { Tally } from './tally.ts';
import { vendorAccess } from './vendor-access.ts';

/** Name of the stage, and the environment of its metrics. */
export const STAGE = 'local';
const SECRET = 'barflow/local/polygon-api-key';
/** The simulated vendor takes any. */
const LOCAL_KEY = 'local';

export interface PipelineProps {
  readonly feed: Pick<Feed, 'market' | 'symbols' | 'alignment'>;
  /** Event time, by which schedules are due. @default the machine's clock */
  readonly clock?: Clock;
  /** The ingester's variables in place of the template's; without any the ingester is not started. */
  readonly ingester?: Overrides[string];
  /** The vendor's key. @default one that the simulated vendor takes */
  readonly apiKey?: string;
  /** Folder for every record of both streams. @default not written */
  readonly out?: string;
  /** Counts what the streams carry. */
  readonly tally: Tally;
  /** Is told of every bar whose identity is new. */
  readonly onBar: (bar: RolledBar) => void;
  readonly say: (line: string) => void;
}

export class Pipeline {
  readonly engine: Engine;
  readonly tally: Tally;
  /** Physical name of the minutes stream. */
  readonly minutes: string;
  readonly #feedId: string;
  readonly #folder: string;
  readonly #files: readonly WriteStream[];

  private constructor(parts: {
    engine: Engine;
    tally: Tally;
    feedId: string;
    folder: string;
    files: readonly WriteStream[];
  }) {
    this.engine = parts.engine;
    this.tally = parts.tally;
    this.#feedId = parts.feedId;
    this.#folder = parts.folder;
    this.#files = parts.files;
    this.minutes = this.engine.stream(`${parts.feedId}/Minutes`).name;
  }

  static async start(props: PipelineProps): Promise<Pipeline> {
    const files = await recordingTo(props.out);
    const folder = await mkdtemp(join(tmpdir(), 'barflow-'));
    const app = new App({ outdir: join(folder, 'assembly'), builtinCloudFormationValidation: false });
    const feed: Feed = { ...props.feed, apiKeySecret: SECRET };
    new BarflowStage(app, STAGE, { feeds: [feed], streamRetention: Duration.hours(24), removal: 'destroy' });
    // There are no volumes on a laptop.
    const here = { [ingesterEnv.backlogFolder]: join(folder, 'backlog') };
    const engine = await startEngine({
      assembly: app.synth(),
      stage: STAGE,
      folder: join(folder, 'buckets'),
      secrets: { [SECRET]: props.apiKey ?? LOCAL_KEY },
      ...(props.ingester
        ? { overrides: vendorAccess(feed, { ...props.ingester, ...here }, props.apiKey ?? LOCAL_KEY) }
        : {}),
      holdTasks: true,
      ...(props.clock && { clock: props.clock }),
      say: props.say,
    });
    const { tally } = props;
    const [minutesFile, barsFile] = files;
    await engine.tap(`${feedId(feed)}/Minutes`, records => {
      for (const { data } of records) {
        minutesFile?.write(`${data}\n`);
        tally.takeMinuteRecord(data);
      }
    });
    await engine.tap(`${feedId(feed)}/Bars`, records => {
      for (const { data } of records) {
        barsFile?.write(`${data}\n`);
        const bar = tally.takeBar(data);
        if (bar) props.onBar(bar);
      }
    });
    return new Pipeline({ engine, tally, feedId: feedId(feed), folder, files });
  }

  /** How many records stand in quarantine. */
  async quarantined(): Promise<number> {
    let count = 0;
    let from: ScanCommand['input']['ExclusiveStartKey'];
    do {
      const TableName = this.engine.table(`${this.#feedId}/Quarantine`).name;
      const answer = await this.engine.dynamodb.send(
        new ScanCommand({ TableName, Select: 'COUNT', ...(from ? { ExclusiveStartKey: from } : {}) }),
      );
      count += answer.Count ?? 0;
      from = answer.LastEvaluatedKey;
    } while (from);
    return count;
  }

  /** Stops everything and leaves nothing behind but the records that were asked for. */
  async stop(): Promise<void> {
    await this.engine.stop();
    for (const file of this.#files) file.end();
    await Promise.all(this.#files.map(file => finished(file)));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** @throws UsageError when the folder cannot be made */
async function recordingTo(folder: string | undefined): Promise<readonly WriteStream[]> {
  if (folder === undefined) return [];
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new UsageError(
      `--out '${folder}' cannot be used: ${error.message}; name a folder that can be written`,
    );
  });
  return ['minutes.ndjson', 'bars.ndjson'].map(name => createWriteStream(join(folder, name)));
}
