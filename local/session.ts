/** What every run has: a display, numbers that are kept up to date, a pipeline, and one way to end all of it. */
import type { RolledBar } from '../runtime/bars/bar.ts';
import type { Market } from '../runtime/bars/names.ts';
import { type Display, openDisplay } from './console/display.ts';
import { unitLine } from './console/lines.ts';
import { Progress } from './console/progress.ts';
import { type StatusServer, serveStatus } from './console/status-server.ts';
import { Pipeline, type PipelineProps } from './pipeline.ts';
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
  readonly #statusServer: StatusServer;
  #pipeline: Pipeline | undefined;

  private constructor(props: SessionProps, tally: Tally, progress: Progress, statusServer: StatusServer) {
    this.#props = props;
    this.#statusServer = statusServer;
    this.tally = tally;
    this.progress = progress;
    this.signal = props.signal;
    this.display = openDisplay({ progress, output: props.output, perWindow: props.perWindow });
    this.display.say(`numbers as JSON: ${statusServer.url}`);
  }

  static async open(props: SessionProps): Promise<Session> {
    const tally = new Tally(props.market);
    const progress = new Progress(tally);
    return new Session(props, tally, progress, await serveStatus(progress, props.port));
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
    return this.#pipeline;
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
    await this.#pipeline?.stop();
    this.display.close();
    await this.#statusServer.close();
  }
}
