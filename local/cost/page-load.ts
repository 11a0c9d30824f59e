/** How much one live page asks of the query API, open while the market is. */
import { rolledTimeframes } from '../../runtime/markets/timeframe.ts';

/** What it asks in a minute: how things stand, the newest bars and prices every 5 s; the whole view and the lines of the day once. */
const ASKED = { status: 12, latest: 12, bars: 13, lines: 1 };
/** What an answer takes on its way to the page, KB. */
const ANSWERED = { status: 2, latest: 4, bars: 4, lines: 60 };
/** Symbols in sight, and points of each one's line of the day. */
const [SHOWN, LINE] = [16, 64];
/** A question takes about this long, s: few are of a log that is not in memory. */
const ANSWER_SECONDS = 0.05;
/** What is logged of a question, KB: the line of the access log, and Lambda's own. */
const LOGGED = 0.7;

export interface PageLoad {
  readonly questions: number;
  readonly questionSeconds: number;
  /** Metrics that CloudWatch is asked for to answer them. */
  readonly metricsAsked: number;
  /** Units of reading. */
  readonly questionReads: number;
  readonly questionLogGigabytes: number;
  readonly pageGigabytes: number;
}

export interface Asked {
  /** In which the market is open. */
  readonly minutes: number;
  readonly slots: number;
  /** Units that it takes to see how far a slot is. */
  readonly heads: number;
  /** Bytes of a slot's chunks of a minute, and of a bar in the table. */
  readonly minuteChunks: number;
  readonly bar: number;
}

export function pageLoad({ minutes, slots, heads, minuteChunks, bar }: Asked): PageLoad {
  const asked = Object.values(ASKED).reduce((sum, count) => sum + count, 0);
  const lastBars = rolledTimeframes.length * readUnits(bar);
  const reads =
    ASKED.status * slots * heads +
    ASKED.latest * SHOWN * (heads + lastBars + readUnits(minuteChunks)) +
    ASKED.bars * (heads + readUnits(20 * bar)) +
    ASKED.lines * SHOWN * (heads + readUnits(LINE * bar));
  const answered =
    ASKED.status * ANSWERED.status +
    ASKED.latest * ANSWERED.latest +
    ASKED.bars * ANSWERED.bars +
    ASKED.lines * ANSWERED.lines;
  return {
    questions: minutes * asked,
    questionSeconds: minutes * asked * ANSWER_SECONDS,
    // Finished bars and refused data, once a minute.
    metricsAsked: minutes * 2,
    questionReads: minutes * reads,
    questionLogGigabytes: (minutes * asked * LOGGED) / 1e6,
    pageGigabytes: (minutes * answered) / 1e6,
  };
}

/** Units of an eventually consistent read of so many bytes. */
export function readUnits(bytes: number): number {
  return Math.ceil(bytes / 4096) * 0.5;
}
