/** Shows progress: redrawn in place on a terminal, as plain lines anywhere else. */
import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import { barHeader, barLine, countsLine, windowLine } from './lines.ts';
import type { Progress } from './progress.ts';
import { terminalText } from './tell.ts';

/** A terminal, or anything else that takes text. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** What a display is made for. */
export interface DisplayProps {
  readonly progress: Progress;
  readonly output: Output;
  /** Print a line for every finished window, or only counts now and then: an import finishes thousands in a second. */
  readonly perWindow: boolean;
}

export interface Display {
  /** Prints a line that stays. */
  say(line: string): void;
  /** Shows what is left to show and leaves the output alone from then on. */
  close(): void;
}

/** Redraw interval on a terminal, and how soon a finished window is printed (wall ms). */
const REDRAW = 250;
/** Interval between two lines of counts (wall ms). */
const COUNTS = 2_000;

export function openDisplay(props: DisplayProps): Display {
  return props.output.isTTY ? new TerminalDisplay(props) : new PlainDisplay(props);
}

class PlainDisplay implements Display {
  readonly #props: DisplayProps;
  #timer: NodeJS.Timeout | undefined;

  constructor(props: DisplayProps) {
    this.#props = props;
    this.#timer = setInterval(() => this.#tick(), props.perWindow ? REDRAW : COUNTS);
  }

  say(line: string): void {
    this.#props.output.write(`${terminalText(line)}\n`);
  }

  close(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#tick(true);
  }

  #tick(isLast = false): void {
    const { progress, perWindow } = this.#props;
    const settled = progress.takeSettled(isLast);
    if (perWindow) for (const window of settled) this.say(windowLine(window));
    else {
      const now = progress.snapshot();
      this.say(`${now.state}   ${countsLine(now)}`);
    }
  }
}

class TerminalDisplay implements Display {
  readonly #props: DisplayProps;
  #timer: NodeJS.Timeout | undefined;
  #height = 0;

  constructor(props: DisplayProps) {
    this.#props = props;
    this.#timer = setInterval(() => this.#draw(), REDRAW);
  }

  say(line: string): void {
    this.#erase();
    this.#props.output.write(`${terminalText(line)}\n`);
    if (this.#timer !== undefined) this.#draw();
  }

  close(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#draw();
    this.#height = 0;
  }

  #draw(): void {
    const { output, progress } = this.#props;
    progress.takeSettled();
    const now = progress.snapshot();
    const width = output.columns ?? 80;
    const lines = [
      '',
      `${now.state}${now.eventTime ? `   ${now.eventTime.slice(0, 19).replace('T', ' ')} UTC` : ''}`,
      countsLine(now),
      '',
    ];
    if (now.lastBars.length > 0) lines.push(barHeader, ...now.lastBars.map(barLine));
    this.#erase();
    output.write(lines.map(line => `${line.slice(0, width)}\n`).join(''));
    this.#height = lines.length;
  }

  #erase(): void {
    const { output } = this.#props;
    if (this.#height === 0) return;
    moveCursor(output, 0, -this.#height);
    cursorTo(output, 0);
    clearScreenDown(output);
    this.#height = 0;
  }
}
