/** Envelopes as lines of files: one file, or one a kind of events. */
import { asError } from '../../../platform/error-code.ts';
import { type NumberedEvent, without } from '../passed-on/event.ts';
import type { Outlet, Untaken } from '../passed-on/outlet.ts';
import { LineFile, type LineFileOptions, withPart } from './line-file.ts';

export interface NdjsonOptions extends LineFileOptions {
  readonly lineOf: (event: NumberedEvent) => string;
  /** A file for each kind: `f.T.ndjson`. */
  readonly splitPerType: boolean;
}

export class NdjsonFiles implements Outlet {
  readonly #options: NdjsonOptions;
  readonly #files = new Map<string, LineFile>();
  #mustReopen = false;
  #isClosed = false;

  constructor(options: NdjsonOptions) {
    this.#options = options;
  }

  /** Makes sure that lines can be written. @throws when they cannot */
  async open(): Promise<void> {
    if (!this.#options.splitPerType) await this.#file('').open();
  }

  /** From the next line on files are looked for under their names anew: somebody has moved them. */
  reopen(): void {
    this.#mustReopen = true;
  }

  async write(events: readonly NumberedEvent[]): Promise<Untaken> {
    const written: NumberedEvent[] = [];
    try {
      await this.idle();
      for (const [kind, those] of this.#sorted(events)) await this.#append(this.#file(kind), those, written);
      return { left: [] };
    } catch (error) {
      const { code }: { readonly code?: unknown } = Object(error);
      return { left: without(events, written), error: asError(error), isGone: code === 'EPIPE' };
    }
  }

  async idle(): Promise<void> {
    const files = [...this.#files.values()];
    if (this.#mustReopen) for (const file of files) await file.reopen();
    this.#mustReopen = false;
    for (const file of files) await file.rotateIfDue();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const file of this.#files.values()) await file.close();
  }

  async #append(file: LineFile, events: readonly NumberedEvent[], written: NumberedEvent[]): Promise<void> {
    const lines = events.map(event => `${this.#options.lineOf(event)}\n`);
    for (let done = 0; done < lines.length; ) {
      const taken = await file.append(lines.slice(done));
      for (const event of events.slice(done, done + taken)) written.push(event);
      done += taken;
    }
  }

  #sorted(events: readonly NumberedEvent[]): Map<string, NumberedEvent[]> {
    return Map.groupBy(events, ({ kind }) => (this.#options.splitPerType ? kind : ''));
  }

  #file(kind: string): LineFile {
    const known = this.#files.get(kind);
    if (known) return known;
    if (this.#isClosed) throw new Error('it is closed');
    const { path } = this.#options;
    const file = new LineFile({ ...this.#options, path: kind ? withPart(path, kind) : path });
    this.#files.set(kind, file);
    return file;
  }
}
