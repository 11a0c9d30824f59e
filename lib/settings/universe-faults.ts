/** What makes a ranked list of symbols unusable. */
import { fault, isObject, unknownFaults } from './fault.ts';
import type { SymbolSource } from './name-faults.ts';

/** The most traded symbols of a market, which a feed follows. */
export interface Universe {
  /** How many. */
  readonly size: number;
  /**
   * Whoever is in stays until its rank is below `size * (1 + hysteresis)`; whoever is not comes in at `size * (1 - hysteresis)`.
   * @default 0.2
   */
  readonly hysteresis?: number;
  /**
   * Symbols that come in on one day, at most.
   * @default a tenth of `size`
   */
  readonly changesPerDay?: number;
  /**
   * Of so many trading days the mean is taken.
   * @default 5
   */
  readonly sessions?: number;
}

/** Symbols that a parameter holds: 8 KiB, of six characters each with the comma. */
const PARAMETER = 1_300;

export function* universeFaults(path: string, got: unknown): Generator<string> {
  if (got === undefined) return;
  if (!isObject(got)) return yield fault(path, got, '{ size }, with hysteresis, changesPerDay and sessions');
  yield* unknownFaults(path, got, ['size', 'hysteresis', 'changesPerDay', 'sessions']);
  const { size, hysteresis = 0.2, changesPerDay = 1, sessions = 5 } = got;
  if (!isWhole(size, 20_000)) yield fault(`${path}.size`, size, 'a whole number from 1 to 20000');
  if (typeof hysteresis !== 'number' || !(hysteresis >= 0 && hysteresis <= 0.9))
    yield fault(`${path}.hysteresis`, hysteresis, 'a number from 0 to 0.9');
  if (!isWhole(changesPerDay, 20_000))
    yield fault(`${path}.changesPerDay`, changesPerDay, 'a whole number from 1 to 20000');
  if (!isWhole(sessions, 60)) yield fault(`${path}.sessions`, sessions, 'a whole number from 1 to 60');
}

/** What it does not go together with. */
export function* universeClashes(
  path: string,
  feed: {
    readonly market: string;
    readonly symbolLimit: number;
    readonly universe?: Universe | undefined;
    readonly symbolSource?: SymbolSource | undefined;
  },
): Generator<string> {
  const { market, symbolLimit, universe, symbolSource } = feed;
  if (universe === undefined) return;
  if (market !== 'stocks')
    yield `${path}.universe ranks stocks, of which the vendor adds up what was traded: leave it out for ${market}`;
  if (symbolSource === undefined || 'redisStream' in symbolSource)
    yield `${path}.universe writes the list that symbolSource names: give { parameter } or { bucket, key }`;
  else if ('parameter' in symbolSource && universe.size > PARAMETER)
    yield `${path}.universe.size is ${universe.size}, and a parameter holds about ${PARAMETER} symbols: use { bucket, key } for symbolSource`;
  if (universe.size > symbolLimit)
    yield `${path}.universe.size is ${universe.size}: use at most ${symbolLimit}, which is the symbolLimit`;
}

function isWhole(got: unknown, most: number): boolean {
  return Number.isInteger(got) && Number(got) >= 1 && Number(got) <= most;
}
