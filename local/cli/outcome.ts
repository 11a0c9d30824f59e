/** What a run came to: the last line, and whether everything is accounted for. */

import type { PassedOn } from '../console/connection.ts';
import type { Display } from '../console/display.ts';
import type { SymbolMinute } from '../console/tally.ts';
import type { Pipeline } from './pipeline.ts';
import type { RunningFeed } from './running-feed.ts';

/** How many lost minutes are named. */
const NAMED = 5;

/** What a feed came to; no events where it passes none on. */
interface Counts extends Partial<PassedOn> {
  readonly minutes: number;
  readonly bars: number;
  readonly uncovered: number;
  readonly quarantined: number;
}

/**
 * Prints the last line, after a line for whatever is wrong, and for each of several feeds.
 * @param expectedOf the minutes that a feed had, by its place
 * @returns the exit code: 1 when a minute is unaccounted for or something was quarantined
 */
export async function sayOutcome(
  { feeds }: Pipeline,
  expectedOf: (feed: number) => Iterable<SymbolMinute>,
  display: Display,
): Promise<number> {
  const counts = await Promise.all(feeds.map(countsOf));
  const lost = feeds.map((feed, n) => lostOf(feed, expectedOf(n)));
  for (const [n, { name }] of feeds.entries())
    for (const line of lostLines(lost[n] ?? [])) display.say(feeds.length > 1 ? `${name}: ${line}` : line);
  display.close();
  for (const [n, { name, streams }] of feeds.entries()) {
    const own = counts.slice(n, n + 1);
    const lines = [...eventLines(own), ...(feeds.length > 1 && streams ? [countLine(own)] : [])];
    for (const line of lines) display.say(feeds.length > 1 ? `${name}: ${line}` : line);
  }
  display.say(countLine(counts));
  return counts.some(({ quarantined }) => quarantined > 0) || lost.some(({ length }) => length > 0) ? 1 : 0;
}

async function countsOf(feed: RunningFeed): Promise<Counts> {
  const { minutes, bars, uncovered } = feed.progress.tally;
  return { minutes, bars, uncovered, quarantined: await feed.quarantined(), ...feed.progress.passedOn };
}

function lostOf({ progress: { tally } }: RunningFeed, expected: Iterable<SymbolMinute>): SymbolMinute[] {
  const lost: SymbolMinute[] = [];
  for (const minute of expected) if (!tally.accountsFor(minute)) lost.push(minute);
  return lost;
}

function* lostLines(lost: readonly SymbolMinute[]): Generator<string> {
  for (const { symbol, start } of lost.slice(0, NAMED))
    yield `lost: ${symbol} ${new Date(start).toISOString()} is neither on the minutes stream nor uncovered`;
  if (lost.length > NAMED) yield `lost: ${lost.length - NAMED} more minutes`;
}

function* eventLines(counts: readonly Counts[]): Generator<string> {
  for (const { passedOn, dropped } of counts)
    if (passedOn !== undefined) yield `${passedOn} events passed on, ${dropped} dropped`;
}

function countLine(counts: readonly Counts[]): string {
  const sum = (of: 'minutes' | 'bars' | 'uncovered' | 'quarantined') =>
    counts.reduce((all, each) => all + each[of], 0);
  return `${sum('minutes')} minutes in, ${sum('bars')} bars out, ${sum('uncovered')} uncovered, ${sum('quarantined')} quarantined`;
}
