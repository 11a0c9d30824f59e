/** Events as lines of standard output. Nobody waits for a reader that reads nothing: the queue before it is bounded. */
import type { Writable } from 'node:stream';
import { oneLine } from '../../../records/envelope.ts';
import { printable } from '../../../records/show.ts';
import type { NumberedEvent } from '../passed-on/event.ts';
import type { Outlet, Untaken } from '../passed-on/outlet.ts';
import type { Output } from '../passed-on/plan.ts';
import { isFile, LinesToFile } from './lines-to-file.ts';

/** Where a log would say that such a line comes from. */
const TARGET = 'polygon_events';
/** Of a symbol, which is at most as long. */
const SYMBOL = 64;

/** @param output a reader that goes is gone for good, a disk that is full is not */
export function linesTo(output: Output, lineOf: (event: NumberedEvent) => string): Outlet {
  const { fd } = output;
  return fd !== undefined && isFile(fd) ? new LinesToFile(fd, lineOf) : new LinesTo(output, lineOf);
}

export class LinesTo implements Outlet {
  readonly #output: Writable;
  readonly #lineOf: (event: NumberedEvent) => string;
  readonly #isOwn: boolean;

  /** @param isOwn whether it ends with the sink */
  constructor(output: Writable, lineOf: (event: NumberedEvent) => string, isOwn = false) {
    this.#output = output;
    this.#isOwn = isOwn;
    this.#lineOf = lineOf;
    // What goes wrong is told to whoever writes; without a listener it would end the process.
    output.on('error', () => undefined);
  }

  write(events: readonly NumberedEvent[]): Promise<Untaken> {
    const text = events.map(event => `${this.#lineOf(event)}\n`).join('');
    return new Promise(resolve =>
      this.#output.write(text, error =>
        resolve(error ? { left: events, error, isGone: true } : { left: [] }),
      ),
    );
  }

  async close(): Promise<void> {
    if (this.#isOwn) this.#output.end();
  }
}

/** `2025-11-20T14:30:00.123Z INFO polygon_events: T:AAPL {…}` */
export function logLine({ kind, symbol, text, ingestTs }: NumberedEvent): string {
  return `${new Date(ingestTs).toISOString()} INFO ${TARGET}: ${kind}:${printable(symbol, SYMBOL)} ${oneLine(text)}`;
}
