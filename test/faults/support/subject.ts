/** The ingester under test: in this process, or as a process of its own that follows the test's clock. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { assemble } from '../../../runtime/ingester/assemble.ts';
import { ingesterConfig } from '../../../runtime/ingester/config.ts';
import type { MemoryLimits } from '../../../runtime/ingester/sinks/minutes-stream/backlog.ts';
import { Segments } from '../../../runtime/ingester/sinks/minutes-stream/segments.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { eventually } from '../../runtime/ingester/support/eventually.ts';
import { MemoryLogger } from '../../runtime/ingester/support/log.ts';
import { atOnce, Gate, timeWith } from '../../runtime/ingester/support/test-time.ts';

/** What `/stats` says, as far as tests ask. */
export interface Stats {
  readonly feed: {
    readonly state: string;
    readonly connectionsLost: number;
    readonly acknowledged: number;
    readonly causes: Record<string, number>;
  };
  readonly held: { readonly records: number; readonly onDisk: number };
  readonly backfill: {
    readonly bars: number;
    readonly gapsOpen: number;
    readonly symbolsLeft: number;
    readonly missingMinutes: number;
    readonly suspects: { readonly waiting: number };
  };
  readonly retried: number;
  readonly lostBars: number;
  readonly memoryBytes: number;
  readonly lease: { readonly holds: boolean; readonly epoch: number };
}

export interface Subject {
  /** Its own clock shows that time when this resolves. */
  setClock(now: number): Promise<void>;
  stats(): Promise<Stats>;
  /** Tells it to stop. @returns its exit code */
  stop(): Promise<number | null>;
}

export interface World {
  readonly clock: EventClock;
  /** Whether it goes by a clock of its own, which may be ahead of the test's or behind it. @default by the test's */
  readonly ownClock?: boolean;
  readonly kinesis: KinesisClient;
  readonly dynamoDb: DynamoDBClient;
  /** Reads the list of symbols. */
  readonly readSymbols?: (() => Promise<string>) | undefined;
  /** The most that is held in memory. */
  readonly memory?: MemoryLimits;
}

/** The whole ingester in this process. */
export class AssembledIngester implements Subject {
  readonly logger: MemoryLogger;
  /** How far its own clock is ahead of the test's, in ms. */
  ahead = 0;
  readonly #clock: EventClock | undefined;
  readonly #stop = new AbortController();
  readonly #assembled: ReturnType<typeof assemble>;
  readonly #run: Promise<number>;
  readonly #retry = new Gate();

  private constructor(
    variables: NodeJS.ProcessEnv,
    world: World,
    segments: Segments | undefined,
    logger: MemoryLogger,
  ) {
    this.logger = logger;
    this.#clock = world.ownClock ? new EventClock({ now: world.clock.now(), speed: 0 }) : undefined;
    this.#assembled = assemble(ingesterConfig(variables), {
      ...world,
      clock: this.#clock ?? world.clock,
      segments,
      logger,
      onSubscribed: () => undefined,
      readSymbols: world.readSymbols,
      time: timeWith({
        ...{ connection: atOnce, rest: atOnce, symbols: atOnce, 'hand-over': atOnce },
        retry: this.#retry.wait,
      }),
    });
    this.#run = this.#assembled.run(this.#stop.signal, () => new AbortController().signal);
  }

  static async start(variables: NodeJS.ProcessEnv, world: World): Promise<AssembledIngester> {
    const logger = new MemoryLogger();
    const { backlog } = ingesterConfig(variables);
    const segments = backlog && (await Segments.open({ ...backlog, logger }));
    return new AssembledIngester(variables, world, segments, logger);
  }

  /** Lets it try again what it could not have. */
  retry(): void {
    this.#retry.open();
    this.#retry.shut();
  }

  async setClock(now: number): Promise<void> {
    this.#clock?.set({ now: now + this.ahead });
  }

  /** What a path of the status server answers, as text. */
  tells(path: string): string {
    return JSON.stringify(this.#assembled.answers[path]?.());
  }

  async stats(): Promise<Stats> {
    const answer = this.#assembled.answers['/stats']?.();
    if (!answer || !('body' in answer)) throw new Error('/stats has no body');
    return JSON.parse(JSON.stringify(answer.body));
  }

  async stop(): Promise<number> {
    this.#stop.abort(new Error('the test is over'));
    return this.#run;
  }
}

const ROOT = join(import.meta.dirname, '../../..');
const MAIN = join(ROOT, 'runtime/ingester/main.ts');
/** The flags of Node that the image gives it. */
const FLAGS =
  readFileSync(join(ROOT, 'lib/pipeline/ingester.Dockerfile'), 'utf8').match(/--max-[\w=-]+/g) ?? [];

/** The ingester as its container runs it. */
export class ProcessIngester implements Subject {
  readonly child: ChildProcess;
  output = '';
  /** How far its clock is ahead of the test's, in ms. */
  ahead = 0;
  readonly #exited: Promise<unknown[]>;
  #port: number | undefined;
  #clock: number | undefined;

  private constructor(variables: Readonly<Record<string, string>>) {
    this.child = fork(MAIN, {
      execArgv: FLAGS,
      env: { ...variables },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#exited = once(this.child, 'exit');
    this.child.on('message', (message: { type?: string; port?: number; now?: number }) => {
      if (message.type === 'status') this.#port = message.port;
      if (message.type === 'clock set') this.#clock = message.now;
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', data => {
        this.output += data;
      });
  }

  static async start(variables: Readonly<Record<string, string>>, now: number): Promise<ProcessIngester> {
    const ingester = new ProcessIngester({
      ...variables,
      STATUS_PORT: '0',
      EVENT_CLOCK: '2001-01-01T00:00:00Z@0',
    });
    await ingester.setClock(now);
    await eventually(() => ingester.#port !== undefined);
    return ingester;
  }

  async setClock(time: number): Promise<void> {
    if (!this.child.connected) return;
    const now = time + this.ahead;
    this.child.send({ type: 'clock', now, speed: 0 });
    await eventually(() => this.#clock === now || !this.child.connected);
  }

  async stats(): Promise<Stats> {
    return JSON.parse(await (await fetch(`http://127.0.0.1:${this.#port}/stats`)).text());
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    await this.#exited;
    return this.child.exitCode;
  }
}
