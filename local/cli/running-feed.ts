/** One feed of the stage that runs here: its task, and its streams, counted and recorded. */
import { bringsMinutes } from '../../lib/settings/feed-symbols.ts';
import { feedId } from '../../lib/settings/names.ts';
import { sinkOf } from '../../lib/settings/sink-settings.ts';
import { KeptPieces } from '../../runtime/tables/quarantine/kept-pieces.ts';
import type { FeedProgress } from '../console/feed-progress.ts';
import type { Engine } from '../engine/engine.ts';
import type { Overrides } from '../engine/settings.ts';
import type { LocalTask } from '../engine/tasks.ts';
import { Lead } from './lead.ts';
import type { RecordFiles } from './record-files.ts';
import type { SynthesizedFeed } from './synthesis.ts';

export interface FeedRun {
  readonly settings: Omit<SynthesizedFeed, 'apiKeySecret' | 'archive' | 'latest' | 'delaySeconds'>;
  /** How late the feed is, s. @default not at all */
  readonly delaySeconds?: number;
  /** The ingester's variables in place of the template's; where no feed has any none is started. */
  readonly ingester?: Overrides[string];
  /** Takes every record of both streams. @default nobody does */
  readonly records?: RecordFiles;
  /** Counts what the streams carry. */
  readonly progress: FeedProgress;
}

export class RunningFeed {
  readonly progress: FeedProgress;
  /** Physical names; undefined where the feed has no minutes. */
  readonly streams: { readonly minutes: string; readonly bars: string } | undefined;
  /** Physical name of the stream of what is passed on; undefined where no sink is one. */
  readonly events: string | undefined;
  /** Bars on the stream that the bar store has yet to keep; undefined where there is none. */
  readonly toKeep: Lead | undefined;
  /** Minutes on the stream that the roll-up has yet to work off; undefined where there are none. */
  readonly toRollUp: Lead | undefined;
  readonly #engine: Engine;
  readonly #id: string;
  readonly #records: RecordFiles | undefined;

  constructor(engine: Engine, { settings, progress, records }: FeedRun) {
    this.#engine = engine;
    this.#id = feedId(settings);
    this.#records = records;
    this.progress = progress;
    const nameOf = (part: string) => engine.stream(`${this.#id}/${part}`).name;
    if (sinkOf({ sinks: settings.sinks ?? [] }, 'events')) this.events = nameOf('Events');
    if (!bringsMinutes(settings)) return;
    this.streams = { minutes: nameOf('Minutes'), bars: nameOf('Bars') };
    this.toRollUp = new Lead(engine.mapping(`${this.#id}/Rollup`).position);
    if (settings.store !== false) this.toKeep = new Lead(engine.mapping(`${this.#id}/BarStore`).position);
    progress.toKeep = () => this.toKeep?.ahead;
  }

  get name(): string {
    return this.progress.feed;
  }

  get task(): LocalTask {
    return this.#engine.task(`${this.#id}/Ingester/Service`);
  }

  /** From when this resolves every record counts. */
  async count(): Promise<void> {
    const { progress, streams, toKeep, toRollUp } = this;
    const records = this.#records;
    if (streams === undefined) return;
    await this.#engine.tap(streams.minutes, put => {
      toRollUp?.put(put);
      const lines = put.map(({ data }) => data);
      records?.write('minutes', lines);
      for (const line of lines) progress.tally.takeMinuteRecord(line);
    });
    await this.#engine.tap(streams.bars, put => {
      toKeep?.put(put);
      const lines = put.map(({ data }) => data);
      records?.write('bars', lines);
      for (const line of lines) {
        const bar = progress.tally.takeBar(line);
        if (bar) progress.finished(bar);
      }
    });
  }

  /** How many records stand in quarantine. */
  quarantined(): Promise<number> {
    const { name } = this.#engine.table(`${this.#id}/Quarantine`);
    return new KeptPieces(this.#engine.dynamodb, name).count();
  }
}
