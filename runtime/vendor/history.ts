/** What the ingester sees of any vendor's past: minute bars on request. */
import type { MinuteBar } from '../records/bar.ts';
import type { RefusedBar } from './feed-events.ts';

/** The minutes of one symbol. All bars carry a version from before the request was sent. */
export interface HistoryAnswer {
  /** Ascending, each minute once. */
  readonly bars: readonly MinuteBar[];
  readonly refused: readonly RefusedBar[];
  /** Whether what came of a minute (its start, epoch ms) was refused, or may have been: a row that names no minute that was asked for may be of any without a bar. */
  readonly isRefused: (minute: number) => boolean;
}

/** The vendor does not give its past to this key: asking again is of no use until a person does something. */
export class HistoryRefused extends Error {
  override readonly name = 'HistoryRefused';
}

/** A snapshot for the status server. */
export interface HistoryStatus {
  /** Requests sent since the start. */
  readonly requests: number;
  /** Of these, how many had to be sent again. */
  readonly retried: number;
  /** Rows of its list of symbols that name none. */
  readonly unreadable: number;
  /** Why the vendor refuses, while it does. */
  readonly refusal?: string;
}

export interface History {
  /**
   * The minute bars of a symbol that start in `[from, to)`, epoch ms; a minute without trades has none.
   * @param attempts how often they are asked for at most. @default several times
   * @throws HistoryRefused for good, any other error when they could not be had after several attempts, the signal's reason
   */
  minutes(
    symbol: string,
    from: number,
    to: number,
    signal: AbortSignal,
    attempts?: number,
  ): Promise<HistoryAnswer>;
  /**
   * The start of the latest minute bar of a symbol that starts at or after `from` (epoch ms): so far the vendor's past has come.
   * Undefined where there is none. Asked once. @throws like `minutes`
   */
  latest(symbol: string, from: number, signal: AbortSignal): Promise<number | undefined>;
  /** Every symbol that the market trades, in the feed's spelling. @throws like `minutes` */
  symbols(signal: AbortSignal): Promise<readonly string[]>;
  status(): HistoryStatus;
}
