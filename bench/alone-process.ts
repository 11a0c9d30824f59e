/** The ingester that stands alone as a process of its own, with the flags of its image; and a bare client in its place. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { aloneEnv } from '../runtime/ingester/alone/names.ts';
import { imageFlags } from './ingester-process.ts';
import { usedBy } from './process-tree.ts';

const programs = {
  ingester: fileURLToPath(new URL('../runtime/ingester/alone/main.ts', import.meta.url)),
  bare: fileURLToPath(new URL('./bare-client.ts', import.meta.url)),
};
export type Program = keyof typeof programs;

const sinkSchema = v.object({
  ...{ name: v.string(), accepted: v.number(), written: v.number() },
  ...{ dropped: v.number(), held: v.number(), failures: v.number() },
});
const statsSchema = v.object({ sinks: v.array(sinkSchema) });
export type SinkCounts = v.InferOutput<typeof sinkSchema>;

const logSchema = v.object({ level: v.string(), statusPort: v.optional(v.number()) });

export class AloneProcess {
  readonly #child: ChildProcess;
  readonly #port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.#port = port;
  }

  /** @param url of the vendor. @param env what it is told besides */
  static async start(
    program: Program,
    url: string,
    env: Readonly<Record<string, string>>,
  ): Promise<AloneProcess> {
    const child = spawn(process.execPath, [...imageFlags, programs[program]], {
      env: {
        ...process.env,
        ...{ [aloneEnv.apiKey]: 'key', [aloneEnv.feedUrl]: url, [aloneEnv.metricsAddress]: '127.0.0.1:0' },
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const told = Promise.withResolvers<number>();
    createInterface({ input: child.stderr }).on('line', line => {
      const log = readLog(line);
      if (log.statusPort !== undefined) told.resolve(log.statusPort);
      if (log.level !== 'INFO') process.stderr.write(`${line}\n`);
    });
    child.once('exit', code => told.reject(new Error(`the ${program} ended with ${code}`)));
    if (program === 'bare') told.resolve(0);
    return new AloneProcess(child, await told.promise);
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('it did not start');
    return this.#child.pid;
  }

  /** Seconds of processor time so far, and bytes of memory. */
  usage(): { readonly processor: number; readonly memory: number } {
    return usedBy(this.pid);
  }

  /** What its sinks have counted, in their order. */
  async counts(): Promise<readonly SinkCounts[]> {
    const answer = await fetch(`http://127.0.0.1:${this.#port}/stats`);
    return v.parse(statsSchema, await answer.json()).sinks;
  }

  /** @returns its exit code */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exit = once(this.#child, 'exit');
      this.#child.kill();
      await exit;
    }
    return this.#child.exitCode;
  }
}

function readLog(line: string): v.InferOutput<typeof logSchema> {
  try {
    return v.parse(logSchema, JSON.parse(line));
  } catch {
    return { level: 'none' };
  }
}
