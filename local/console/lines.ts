/** The words and columns in which numbers and bars are shown, on a terminal and on a pipe alike. */
import * as v from 'valibot';
import { printable } from '../../runtime/records/show.ts';
import type { ExchangeTime } from './exchange-time.ts';
import type { FeedCounts, FinishedWindow } from './feed-progress.ts';
import type { RaisedAlarm } from './progress.ts';

/** As many symbols as fit beside the numbers of a finished window. */
const SHOWN_SYMBOLS = 3;

/** `2025-11-20 14:35` in UTC. */
export function minuteText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

/** One line for a finished window: when, how many bars, and the first few closes. */
export function windowLine({ timeframe, start, end, bars }: FinishedWindow, time: ExchangeTime): string {
  const closes = bars.slice(0, SHOWN_SYMBOLS).map(({ symbol, close }) => `${symbol} ${close}`);
  const more = bars.length > SHOWN_SYMBOLS ? ' …' : '';
  const count = `${String(bars.length).padStart(5)} ${bars.length === 1 ? 'bar ' : 'bars'}`;
  return `${timeframe.padStart(3)}  ${time.span(start, end)}  ${count}  ${closes.join('  ')}${more}`;
}

/**
 * An alarm that stands: `PAGE FeedDown since 09:35 EST, 14:35 UTC`.
 * @param namesFeed whether it says whose it is, as in `PAGE Crypto-FeedDown`
 */
export function alarmText(
  { name, severity, since }: RaisedAlarm,
  time: ExchangeTime,
  namesFeed = false,
): string {
  const word = severity.toUpperCase();
  const id = name
    .split('-')
    .slice(namesFeed ? -2 : -1)
    .join('-');
  if (since === undefined) return `${word} ${id}`;
  const { time: local, zone } = time.at(Date.parse(since));
  const utc = `${since.slice(11, 16)} UTC`;
  return `${word} ${id} since ${zone === 'UTC' ? utc : `${local.slice(0, 5)} ${zone}, ${utc}`}`;
}

/** Before then silence of an alarm says nothing. @param from ISO 8601 */
export function judgedText(from: string): string {
  return `alarms are judged from ${from.slice(11, 16)} UTC on`;
}

/** Below it nobody can tell how long the rest takes (ms). */
const SOON = 5_000;

/** How far something is that takes a while: `43 %, about 80 s left`. @param elapsed since it began, ms */
export function shareText(done: number, all: number, elapsed: number): string {
  const percent = `${Math.floor((100 * done) / all)} %`;
  if (elapsed < SOON || done === 0 || done >= all) return percent;
  const seconds = Math.ceil((elapsed * (all - done)) / done / 1_000);
  return `${percent}, about ${seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`} left`;
}

/** What a machine does that cannot follow as fast as was asked for. */
export function paceText(pace: number): string {
  return `${pace < 10 ? pace.toFixed(1) : Math.round(pace)}× is what this machine takes`;
}

/** The counts, each whole: nobody wants to read half a number. */
export function countParts(counts: FeedCounts): string[] {
  const { minutes, bars, uncovered, toKeep, passedOn, dropped } = counts;
  const byTimeframe = Object.entries(bars).map(([timeframe, count]) => `${count} × ${timeframe}`);
  return [
    ...(byTimeframe.length > 0 ? [`${minutes} minutes in`, ...byTimeframe, `${uncovered} uncovered`] : []),
    ...(toKeep ? [`${toKeep} bars to keep`] : []),
    ...(passedOn === undefined ? [] : [`${passedOn} events passed on`]),
    ...(dropped ? [`${dropped} dropped`] : []),
  ];
}

/** As much of a unit's line as is shown, in characters. */
const LONGEST = 4_000;

const LOUD = new Set(['WARN', 'ERROR', 'CRITICAL']);

/** Fields that every log line has and no person needs. */
const COMMON = new Set(['level', 'message', 'service', 'timestamp', 'sampling_rate', 'function_name']);

const logLine = v.looseObject({ level: v.string(), message: v.string() });

/**
 * What a unit's output line has to say to a person: warnings and errors, and whatever is no log line at all.
 * @param namesFeed whether the unit alone does not say whose it is
 */
export function unitLine(unit: string, line: string, namesFeed = false): string | undefined {
  const [, feed, part = unit] = unit.split('/');
  const name = namesFeed ? `${feed}/${part}` : part;
  const entry = logLineOf(line);
  if (entry === undefined) return printable(`${name}: ${line}`, LONGEST);
  if (!LOUD.has(entry.level)) return undefined;
  const details = Object.entries(entry).filter(([field]) => !COMMON.has(field));
  const shown = details.map(
    ([field, value]) => ` ${field}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return printable(`${name}: ${entry.level.toLowerCase()}: ${entry.message}${shown.join('')}`, LONGEST);
}

function logLineOf(line: string): v.InferOutput<typeof logLine> | undefined {
  try {
    const entry = v.safeParse(logLine, JSON.parse(line));
    return entry.success ? entry.output : undefined;
  } catch {
    return undefined;
  }
}
