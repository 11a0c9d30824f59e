/** Shows progress: redrawn in place on a terminal, as plain lines anywhere else. */
import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import { terminalText } from '../command-line/tell.ts';
import { countParts, judgedText, windowLine } from './lines.ts';
import type { Progress } from './progress.ts';
import { type Size, screenLines } from './screen.ts';

/** A terminal, or anything else that takes text. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** What a display is made for. */
export interface DisplayProps {
  readonly progress: Progress;
  readonly output: Output;
  /** Print a line for every finished window, or only counts now and then: an import finishes thousands in a second. */
  readonly perWindow: boolean;
  /** Whether it is in front of its terminal, and may draw on it. */
  readonly isInFront: boolean;
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
  return props.output.isTTY && props.isInFront ? new TerminalDisplay(props) : new PlainDisplay(props);
}

class PlainDisplay implements Display {
  readonly #props: DisplayProps;
  #timer: NodeJS.Timeout | undefined;
  /** By feed; how they all are where there is one. */
  readonly #states = new Map<string, string>();
  #counts = '';
  #alarmsFrom: string | undefined;

  constructor(props: DisplayProps) {
    this.#props = props;
    this.#timer = setInterval(() => this.#tick(), props.perWindow ? REDRAW : COUNTS);
    this.say(props.progress.title);
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
    const settled = progress.feeds.map(each => each.takeSettled(isLast));
    const now = progress.snapshot();
    if (!perWindow) {
      const counts = [now.state, ...countParts(now)].join('   ');
      if (counts !== this.#counts) this.say(counts);
      this.#counts = counts;
      return;
    }
    // How it is, is a line whenever that changes.
    for (const { feed, state } of now.feeds ?? [{ feed: '', state: now.state }]) {
      if (state !== this.#states.get(feed)) this.say(`${feed}${feed && ': '}${state}`);
      this.#states.set(feed, state);
    }
    const { alarmsFrom } = now;
    if (alarmsFrom !== undefined && alarmsFrom !== this.#alarmsFrom) this.say(judgedText(alarmsFrom));
    this.#alarmsFrom = alarmsFrom;
    for (const [n, { feed, time }] of progress.feeds.entries())
      for (const window of settled[n] ?? [])
        this.say(`${now.feeds ? `${feed} ` : ''}${windowLine(window, time)}`);
  }
}

class TerminalDisplay implements Display {
  readonly #props: DisplayProps;
  readonly #redraw = () => this.#draw();
  #timer: NodeJS.Timeout | undefined;
  #drawn: readonly string[] = [];

  constructor(props: DisplayProps) {
    this.#props = props;
    this.#timer = setInterval(this.#redraw, REDRAW);
    props.output.on('resize', this.#redraw);
  }

  say(line: string): void {
    this.#erase();
    this.#props.output.write(`${terminalText(line)}\n`);
    if (this.#timer !== undefined) this.#draw();
  }

  close(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#props.output.off('resize', this.#redraw);
    this.#timer = undefined;
    this.#draw();
    this.#drawn = [];
  }

  #draw(): void {
    const { output, progress } = this.#props;
    for (const feed of progress.feeds) feed.takeSettled();
    const lines = screenLines(progress.snapshot(), progress.time, sizeOf(output)).map(terminalText);
    this.#erase();
    output.write(lines.map(line => `${line}\n`).join(''));
    this.#drawn = lines;
  }

  /** A terminal that became narrower has folded what was drawn. */
  #erase(): void {
    const { output } = this.#props;
    if (this.#drawn.length === 0) return;
    const { columns } = sizeOf(output);
    const height = this.#drawn.reduce((sum, { length }) => sum + Math.max(1, Math.ceil(length / columns)), 0);
    moveCursor(output, 0, -height);
    cursorTo(output, 0);
    clearScreenDown(output);
    this.#drawn = [];
  }
}

/** A terminal that nobody has told its size says 0. */
function sizeOf({ columns, rows }: Output): Size {
  return { columns: columns || 80, rows: rows || 24 };
}
