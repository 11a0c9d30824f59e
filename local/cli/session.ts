/** What every run has: a display, numbers that are kept up to date, a pipeline, and one way to end all of it. */
import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import { ingesterEnv } from '../../runtime/ingester/names.ts';
import { calendarOf } from '../../runtime/markets/calendar.ts';
import type { Market } from '../../runtime/markets/names.ts';
import { machineClock } from '../../runtime/platform/clock.ts';
import type { RolledBar } from '../../runtime/records/bar.ts';
import { ConnectionWatch } from '../console/connection.ts';
import { type Display, openDisplay } from '../console/display.ts';
import { ExchangeTime } from '../console/exchange-time.ts';
import { unitLine } from '../console/lines.ts';
import { Progress } from '../console/progress.ts';
import type { StatusServer } from '../console/status-server.ts';
import { Tally } from '../console/tally.ts';
import { credentials, region } from '../engine/account.ts';
import { LocalOperator } from '../operate/local-operator.ts';
import type { PageServer } from '../page-server/page-server.ts';
import { type Addresses, addressesOf, apiLine, streamsLine } from './addresses.ts';
import type { Interrupt } from './interrupt.ts';
import { Pipeline, type PipelineProps, STAGE } from './pipeline.ts';
import { portsBeside } from './ports.ts';
import type { RecordFiles } from './record-files.ts';

export interface SessionProps {
  readonly market: Market;
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
  /** Takes every record of both streams. @default nobody does */
  readonly records?: RecordFiles;
  /** Ends the session. */
  readonly interrupt: Interrupt;
}

/** What a command line asks for, once everything that it names has been found good. @returns the exit code */
export type Run = (session: Session) => Promise<number>;

/** How long what is under way may take once the session is told to end (wall ms). */
const LAST_MOMENTS = 2_000;
/** What the ingester says once it listens. */
const listening = v.object({ type: v.literal('status'), port: v.number() });

export class Session implements AsyncDisposable {
  readonly tally: Tally;
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
  #addresses: Addresses | undefined;
  #connection: ConnectionWatch | undefined;

  constructor(props: SessionProps) {
    this.#props = props;
    this.tally = new Tally(props.market);
    this.progress = new Progress(this.tally, props.title);
    this.signal = AbortSignal.any([props.interrupt.signal, this.#failure.signal]);
    const { output, perWindow, isInFront } = props;
    this.isInFront = isInFront;
    const time = new ExchangeTime(calendarOf(props.market).timeZone);
    this.display = openDisplay({ progress: this.progress, output, time, perWindow, isInFront });
    props.records?.onLost(error => this.#failure.abort(error));
    props.status.routes = {
      'GET /status': () => ({
        ...this.progress.snapshot(),
        ...this.#addresses,
        watched: this.#isWatched,
        ...(this.#isWatched && { health: this.#operator?.health() }),
      }),
      'POST /redrive': request => this.#ready.redrive(request),
      'POST /repair': request => this.#ready.repair(request),
    };
  }

  get #ready(): LocalOperator {
    if (this.#operator) return this.#operator;
    throw new Error('the pipeline is still starting: try again in a few seconds');
  }

  /** Starts everything but the ingester. From then on a Ctrl-C asks for an orderly end. */
  async startPipeline(
    props: Pick<PipelineProps, 'feed' | 'delaySeconds' | 'clock' | 'ingester' | 'apiKey'>,
  ): Promise<Pipeline> {
    const { records, status, page, port, interrupt } = this.#props;
    const { ingester: statusPort, ...ports } = await portsBeside(port);
    const pipeline = await Pipeline.start({
      ...props,
      ...(props.ingester && {
        ingester: { ...props.ingester, [ingesterEnv.statusPort]: String(statusPort) },
      }),
      ports,
      ...(records && { records }),
      tally: this.tally,
      onBar: (bar: RolledBar) => this.progress.finished(bar),
      say: line => this.display.say(line),
    });
    this.#pipeline = pipeline;
    this.progress.toKeep = () => pipeline.toKeep?.ahead;
    pipeline.engine.onLog((unit, line) => {
      const text = unitLine(unit, line);
      if (text !== undefined) this.display.say(text);
    });
    this.#operator = new LocalOperator({
      engine: pipeline.engine,
      clock: props.clock ?? machineClock,
      feed: props.feed,
      environment: STAGE,
      feedRuns: props.ingester !== undefined,
      say: line => this.display.say(line),
    });
    this.#isWatched = props.ingester !== undefined;
    this.#addresses = addressesOf(pipeline);
    const { api: endpoint } = this.#addresses;
    if (endpoint !== undefined) page.api = { endpoint, region, credentials };
    const address = new URL('/', status.url);
    for (const line of [
      `page: ${address}`,
      apiLine(this.#addresses, address),
      `numbers as JSON: ${status.url}`,
      streamsLine(this.#addresses),
    ])
      if (line !== undefined) this.display.say(line);
    if (props.ingester) this.#watchIngester(pipeline);
    interrupt.beOrderly();
    return pipeline;
  }

  #watchIngester({ engine }: Pipeline): void {
    const { progress } = this;
    const ingester = engine.task('Ingester/Service');
    progress.alarms = () => this.#operator?.raised ?? [];
    progress.heldUntil = () => this.#operator?.heldUntil;
    this.#connection = new ConnectionWatch({
      url: () => this.#addresses?.ingester,
      isRunning: () => ingester.pid !== undefined,
      found: state => {
        progress.connection = state;
      },
    });
    ingester.onMessage(message => {
      const told = v.safeParse(listening, message);
      if (!told.success || this.#addresses === undefined) return;
      const ingester = `http://127.0.0.1:${told.output.port}`;
      // A process that takes another's place may listen elsewhere.
      if (ingester !== this.#addresses.ingester)
        this.display.say(`the ingester's own status: ${ingester}/stats`);
      this.#addresses = { ...this.#addresses, ingester };
    });
  }

  /** From now on `state` is what there is to say. */
  conclude(state: string): void {
    this.#connection?.stop();
    this.progress.connection = undefined;
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
    this.#connection?.stop();
    await this.#operator?.stop();
    await this.#pipeline?.stop();
    this.display.close();
  }
}
