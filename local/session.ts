/** What every run has: a display, numbers that are kept up to date, a pipeline, and one way to end all of it. */
import type { RolledBar } from '../runtime/bars/bar.ts';
import type { Market } from '../runtime/bars/names.ts';
import { machineClock } from '../runtime/platform/clock.ts';
import { type Display, openDisplay } from './console/display.ts';
import { unitLine } from './console/lines.ts';
import { Progress } from './console/progress.ts';
import { type Routes, type StatusServer, serveStatus } from './console/status-server.ts';
import { LocalOperator } from './operate/local-operator.ts';
import { Pipeline, type PipelineProps, STAGE } from './pipeline.ts';
import { Tally } from './tally.ts';

export interface SessionProps {
  readonly market: Market;
  /** Port of the status page; 0 takes any free one. */
  readonly port: number;
  readonly output: NodeJS.WriteStream;
  /** Whether a line is printed for every finished window. */
  readonly perWindow: boolean;
  /** Folder for every record of both streams. @default not written */
  readonly out?: string;
  /** Ends the session. */
  readonly signal: AbortSignal;
}

export class Session {
  readonly tally: Tally;
  readonly progress: Progress;
  readonly display: Display;
  readonly signal: AbortSignal;
  readonly #props: SessionProps;
  #statusServer: StatusServer | undefined;
  #pipeline: Pipeline | undefined;
  #operator: LocalOperator | undefined;

  private constructor(props: SessionProps, tally: Tally) {
    this.#props = props;
    this.tally = tally;
    this.progress = new Progress(tally);
    this.signal = props.signal;
    this.display = openDisplay({ progress: this.progress, output: props.output, perWindow: props.perWindow });
  }

  static async open(props: SessionProps): Promise<Session> {
    const session = new Session(props, new Tally(props.market));
    try {
      session.#statusServer = await serveStatus(session.#routes(), props.port);
    } catch (error) {
      session.display.close();
      throw error;
    }
    session.display.say(`numbers as JSON: ${session.#statusServer.url}`);
    return session;
  }

  async startPipeline(
    props: Pick<PipelineProps, 'feed' | 'clock' | 'ingester' | 'apiKey'>,
  ): Promise<Pipeline> {
    const { out } = this.#props;
    this.#pipeline = await Pipeline.start({
      ...props,
      ...(out === undefined ? {} : { out }),
      tally: this.tally,
      onBar: (bar: RolledBar) => this.progress.finished(bar),
      say: line => this.display.say(line),
    });
    this.#pipeline.engine.onLog((unit, line) => {
      const text = unitLine(unit, line);
      if (text !== undefined) this.display.say(text);
    });
    this.#operator = new LocalOperator({
      engine: this.#pipeline.engine,
      clock: props.clock ?? machineClock,
      feed: props.feed,
      environment: STAGE,
      say: line => this.display.say(line),
    });
    return this.#pipeline;
  }

  #routes(): Routes {
    return {
      'GET /status': () => ({ ...this.progress.snapshot(), health: this.#operator?.health() }),
      'POST /redrive': request => {
        if (this.#operator) return this.#operator.redrive(request);
        throw new Error('the pipeline is still starting: try again in a few seconds');
      },
    };
  }

  /** Resolves when the session is told to end. */
  ended(): Promise<void> {
    return new Promise(resolve => {
      if (this.signal.aborted) resolve();
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Stops everything that was started. */
  async close(): Promise<void> {
    await this.#operator?.stop();
    await this.#pipeline?.stop();
    this.display.close();
    await this.#statusServer?.close();
  }
}
