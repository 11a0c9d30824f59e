/** What a run came to: the last line, and whether everything is accounted for. */
import type { Display } from '../console/display.ts';
import type { SymbolMinute } from '../console/tally.ts';
import type { Pipeline } from './pipeline.ts';

/** How many lost minutes are named. */
const NAMED = 5;

/**
 * Prints the last line, after a line for whatever is wrong.
 * @param expected the minutes that the feed had
 * @returns the exit code: 1 when a minute is unaccounted for or something was quarantined
 */
export async function sayOutcome(
  pipeline: Pipeline,
  expected: Iterable<SymbolMinute>,
  display: Display,
): Promise<number> {
  const { tally } = pipeline;
  const quarantined = await pipeline.quarantined();
  const lost: SymbolMinute[] = [];
  for (const minute of expected) if (!tally.accountsFor(minute)) lost.push(minute);
  for (const { symbol, start } of lost.slice(0, NAMED)) {
    display.say(
      `lost: ${symbol} ${new Date(start).toISOString()} is neither on the minutes stream nor uncovered`,
    );
  }
  if (lost.length > NAMED) display.say(`lost: ${lost.length - NAMED} more minutes`);
  display.close();
  display.say(
    `${tally.minutes} minutes in, ${tally.bars} bars out, ${tally.uncovered} uncovered, ${quarantined} quarantined`,
  );
  return quarantined > 0 || lost.length > 0 ? 1 : 0;
}
