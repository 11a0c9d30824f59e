/** What every run has: a display, numbers that are kept up to date, a pipeline, and one way to end all of it. */
import { setTimeout as pause } from 'node:timers/promises';
import { bringsMinutes } from '../../lib/settings/feed-symbols.ts';
import { ingesterEnv } from '../../runtime/ingester/names.ts';
import { machineClock } from '../../runtime/platform/clock.ts';
import { type Display, openDisplay } from '../console/display.ts';
import { FeedProgress } from '../console/feed-progress.ts';
import { unitLine } from '../console/lines.ts';
import { Progress } from '../console/progress.ts';
import type { StatusServer } from '../console/status-server.ts';
import { credentials, region } from '../engine/account.ts';
import { LocalOperator } from '../operate/local-operator.ts';
import type { PageServer } from '../page-server/page-server.ts';
import { addressesOf, apiLine, statusOf, streamsLine } from './addresses.ts';
import type { ChosenFeed } from './chosen-feeds.ts';
import { IngesterWatch } from './ingester-watch.ts';
import type { Interrupt } from './interrupt.ts';
import { Pipeline, type PipelineProps, STAGE } from './pipeline.ts';
import { portsBeside } from './ports.ts';
import type { RecordFiles } from './record-files.ts';
import type { FeedRun } from './running-feed.ts';

export interface SessionProps {
  readonly feeds: readonly Pick<ChosenFeed, 'name' | 'market' | 'channels'>[];
  /** What runs, in a few words. */
  readonly title: string;
  /** Answers what the session knows. */
  readonly status: StatusServer;
  /** Shows it, once there is an API to ask. */
  readonly page: PageServer;
  /** The port that was asked for it; what runs beside it listens on the next ones. */
  readonly port: number;
  readonly output: NodeJS.WriteStream;
  /** Whether the run is in front of its terminal: it may draw on it and hear its keys. */
  readonly isInFront: boolean;
  /** Whether a line is printed for every finished window. */
  readonly perWindow: boolean;
  /** Takes every record of both streams of a feed, by its name. @default nobody does */
  readonly records?: ReadonlyMap<string, RecordFiles>;
  /** Address of a server for the latest of every feed. @default nothing is written there */
  readonly redis?: string | undefined;
  /** Ends the session. */
  readonly interrupt: Interrupt;
}

/** What a command line asks for, once everything that it names has been found good. @returns the exit code */
export type Run = (session: Session) => Promise<number>;

/** How long what is under way may take once the session is told to end (wall ms). */
const LAST_MOMENTS = 2_000;

/** A feed as a run has it. */
export type StartedFeed = Omit<FeedRun, 'progress' | 'records'>;

export class Session implements AsyncDisposable {
  readonly progress: Progress;
  readonly display: Display;
  readonly signal: AbortSignal;
  readonly isInFront: boolean;
  readonly #props: SessionProps;
  readonly #failure = new AbortController();
  #pipeline: Pipeline | undefined;
  #operator: LocalOperator | undefined;
  /** Whether a feed runs, which alarms can judge; unknown while the pipeline starts. */
  #isWatched: boolean | undefined;
  /** By feed. */
  readonly #ingesters = new Map<string, IngesterWatch>();

  constructor(props: SessionProps) {
    this.#props = props;
    this.progress = new Progress(
      props.title,
      props.feeds.map(feed => new FeedProgress(feed.name, feed.market, bringsMinutes(feed))),
    );
    this.signal = AbortSignal.any([props.interrupt.signal, this.#failure.signal]);
    const { output, perWindow, isInFront } = props;
    this.isInFront = isInFront;
    this.display = openDisplay({ progress: this.progress, output, perWindow, isInFront });
    for (const records of props.records?.values() ?? []) records.onLost(error => this.#failure.abort(error));
    props.status.routes = {
      'GET /status': () => {
        const { feeds, ...snapshot } = this.progress.snapshot();
        return {
          ...snapshot,
          ...(this.#pipeline && statusOf(this.#addresses(this.#pipeline), feeds)),
          watched: this.#isWatched,
          ...(this.#isWatched && { health: this.#operator?.health() }),
        };
      },
      'POST /redrive': request => this.#ready.redrive(request),
      'POST /repair': request => this.#ready.repair(request),
    };
  }

  get #ready(): LocalOperator {
    if (this.#operator) return this.#operator;
    throw new Error('the pipeline is still starting: try again in a few seconds');
  }

  /** Starts everything but the ingesters. From then on a Ctrl-C asks for an orderly end. @param feeds in the order of the session's */
  async startPipeline({
    feeds,
    ...props
  }: Pick<PipelineProps, 'clock' | 'apiKey'> & {
    readonly feeds: readonly StartedFeed[];
  }): Promise<Pipeline> {
    const { records, page, port, redis, interrupt } = this.#props;
    const { ingesters, ...ports } = await portsBeside(port, feeds.length);
    const runs = this.progress.feeds.flatMap((progress, n) => {
      const feed = feeds[n];
      const written = records?.get(progress.feed);
      const statusPort = { [ingesterEnv.statusPort]: String(ingesters[n] ?? 0) };
      return feed === undefined
        ? []
        : {
            ...{ ...feed, progress },
            ...(feed.ingester && { ingester: { ...feed.ingester, ...statusPort } }),
            ...(written && { records: written }),
          };
    });
    const say = (line: string) => this.display.say(line);
    const pipeline = await Pipeline.start({
      ...{ ...props, feeds: runs, ports, say },
      ...(redis !== undefined && { redis }),
    });
    this.#pipeline = pipeline;
    const { engine } = pipeline;
    engine.onLog((unit, line) => {
      const text = unitLine(unit, line, feeds.length > 1);
      if (text !== undefined) say(text);
    });
    this.#isWatched = feeds.some(({ ingester }) => ingester !== undefined);
    this.#operator = new LocalOperator({
      engine,
      clock: props.clock ?? machineClock,
      feeds: feeds.map(({ settings }) => settings),
      environment: STAGE,
      feedRuns: this.#isWatched,
      say,
    });
    this.#tellWhere(pipeline, page);
    if (this.#isWatched) this.#watchIngesters(pipeline);
    interrupt.beOrderly();
    return pipeline;
  }

  #addresses(pipeline: Pipeline) {
    return addressesOf(pipeline, feed => this.#ingesters.get(feed)?.address);
  }

  #tellWhere(pipeline: Pipeline, page: PageServer): void {
    const { status } = this.#props;
    const addresses = this.#addresses(pipeline);
    page.api = addresses.api === undefined ? 'none' : { endpoint: addresses.api, region, credentials };
    const address = new URL('/', status.url);
    for (const line of [
      `page: ${address}`,
      apiLine(addresses, address),
      `numbers as JSON: ${status.url}`,
      streamsLine(addresses),
    ])
      if (line !== undefined) this.display.say(line);
  }

  #watchIngesters({ feeds }: Pipeline): void {
    const { progress } = this;
    progress.alarms = () => this.#operator?.raised ?? [];
    progress.heldUntil = () => this.#operator?.heldUntil;
    for (const feed of feeds) {
      const whose = feeds.length > 1 ? `${feed.name}, the ingester's` : "the ingester's";
      const watch = new IngesterWatch(feed, address =>
        this.display.say(`${whose} own status: ${address}/stats`),
      );
      this.#ingesters.set(feed.name, watch);
    }
  }

  /** From now on `state` is what there is to say, and ingesters have told all that they know. */
  async conclude(state: string): Promise<void> {
    await Promise.all([...this.#ingesters.values()].map(watch => watch.ask()));
    this.#stopWatching();
    this.progress.state = state;
  }

  /** Resolves when the session is told to end. */
  ended(): Promise<void> {
    return new Promise(resolve => {
      if (this.signal.aborted) resolve();
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Resolves when everything that was put is done with; once the session is told to end, not much later than that. */
  async drained(): Promise<void> {
    const lastMoments = this.ended().then(() => pause(LAST_MOMENTS, undefined, { ref: false }));
    await Promise.race([this.#pipeline?.engine.drained(), lastMoments]);
  }

  /** @throws what ended the session, if that was not a person */
  throwIfFailed(): void {
    this.#failure.signal.throwIfAborted();
  }

  /** Stops everything that was started. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopWatching();
    await this.#operator?.stop();
    await this.#pipeline?.stop();
    this.display.close();
  }

  #stopWatching(): void {
    for (const watch of this.#ingesters.values()) watch.stop();
  }
}
