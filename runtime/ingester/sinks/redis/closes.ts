/** The close that fair values are compared with, of each symbol: what the server has recorded, asked for once a day. */
import type { Closing } from '../../../markets/closings.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Send } from '../../../platform/redis/connection.ts';
import { run } from '../../../platform/redis/script.ts';
import { settleClose, writeMinute } from './close-scripts.ts';
import { dailyChange } from './daily-change.ts';
import type { FairValue, MinuteValue } from './writes.ts';

export interface PreviousClosesOptions {
  /** Seconds for which a close is kept. */
  readonly ttl: number;
  readonly logger: Logger;
}

interface Recorded {
  readonly close: number;
  readonly date: string;
  readonly closeBefore: number | null;
  readonly dateBefore: string | null;
}

interface Known {
  /** The day whose close was asked for last. */
  readonly date: string;
  /** What was answered; empty for nothing. */
  readonly text: string;
  /** The server may have forgotten it. */
  readonly isDoubtful: boolean;
}

export class PreviousCloses {
  readonly #options: PreviousClosesOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: PreviousClosesOptions) {
    this.#options = options;
  }

  /** Another server may answer from now on, or this one without its memory. */
  doubt(): void {
    for (const [symbol, known] of this.#known) this.#known.set(symbol, { ...known, isDoubtful: true });
  }

  /** What is to be asked before these are written: of each symbol and day the first price, if it is one of the evening. */
  settle(send: Send, values: readonly FairValue[]): { readonly key: string; readonly done: Promise<void> }[] {
    const first = new Map<string, FairValue>();
    for (const value of values.toSorted((a, b) => a.ts - b.ts)) {
      const { symbol, closing } = value;
      const known = this.#known.get(symbol);
      const day = `${closing.date} ${symbol}`;
      if ((!known || known.isDoubtful || known.date < closing.date) && !first.has(day)) first.set(day, value);
    }
    return [...first.values()].map(value => ({ key: value.closeKey, done: this.#settle(send, value) }));
  }

  async #settle(send: Send, { symbol, price, ts, closing, closeKey, minuteKey }: FairValue): Promise<void> {
    const { ttl, logger } = this.#options;
    const { date, eveningEnds } = closing;
    const candidate = ts < eveningEnds ? [`${price}`, `${ts}`] : ['', ''];
    const remembered = this.#known.get(symbol)?.text ?? '';
    const args = [`${ttl}`, JSON.stringify(symbol), ...daysOf(closing), ...candidate, remembered];
    const [isRecorded, text] = await run(send, settleClose, [closeKey, minuteKey], args);
    this.#known.set(symbol, { date, text, isDoubtful: false });
    if (isRecorded === 1) logger.info('prev_close_recorded', { symbol, close: price, date, ts });
  }

  /** The text of a fair value beside the close that it is compared with. */
  textOf(value: FairValue): string {
    const { symbol, price, ts } = value;
    const prevClose = this.#closeFor(value);
    return JSON.stringify({ symbol, price, ts, prevClose, ...dailyChange(price, prevClose) });
  }

  /** Writes a minute, and lets the last regular one stand for a close that no price is known of. @returns false when what is there for the close is not ours */
  async writeMinute(send: Send, minute: MinuteValue): Promise<boolean> {
    const { symbol, key, closeKey, text, close, before, own, at } = minute;
    const [start, version] = at;
    const day = own && start < own.close ? [own.date, `${own.close}`] : ['', ''];
    const args = [
      ...[text, `${start}`, `${version}`, `${this.#options.ttl}`, JSON.stringify(symbol)],
      ...[...daysOf(before), ...day, `${close}`],
    ];
    const answer = await run(send, writeMinute, [key, closeKey], args);
    if (answer === 1) this.#known.delete(symbol);
    return answer !== -1;
  }

  /** That of the day before until the next trading day begins, however far it has come by then. */
  #closeFor({ symbol, ts, closing }: FairValue): number | null {
    const text = this.#known.get(symbol)?.text;
    if (!text) return null;
    const { close, date, closeBefore, dateBefore }: Recorded = JSON.parse(text);
    const holds = (of: string) => (ts < closing.turns ? of < closing.date : of <= closing.date);
    if (holds(date)) return close;
    return dateBefore !== null && holds(dateBefore) ? closeBefore : null;
  }
}

/** The day that has closed, and the one before it. */
function daysOf({ date, close, before }: Closing): readonly string[] {
  return [date, `${close}`, before.date, `${before.close}`];
}
