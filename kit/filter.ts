/** Which bars a consumer wants. What cannot be meant is refused: by it every bar would be passed over, and nobody would know. */
import { SYMBOL } from '../runtime/markets/names.ts';
import { type Timeframe, timeframes } from '../runtime/markets/timeframe.ts';
import { show } from '../runtime/records/show.ts';
import type { Bar } from './bar.ts';

/** Which bars; what is left out does not matter. */
export interface BarFilter {
  readonly timeframes?: readonly Timeframe[];
  readonly symbols?: readonly string[];
  /** False for bars of open windows alone. */
  readonly final?: boolean;
}

/** What each field may be, whatever the compiler was told that it is: filters come from files and variables, too. */
const RULES: Readonly<Record<keyof BarFilter, readonly [(value: unknown) => boolean, use: string]>> = {
  timeframes: [
    value => isListOf(value, each => timeframes.some(timeframe => timeframe === each)),
    `a list of some of ${timeframes.join(', ')}, or leave it out for all`,
  ],
  symbols: [
    value => isListOf(value, each => typeof each === 'string' && SYMBOL.test(each)),
    'a list of symbols, each of 1 to 64 printable characters, or leave it out for all',
  ],
  final: [value => typeof value === 'boolean', 'true or false, or leave it out for both'],
};

/** @throws RangeError for a filter by which no bar could come, or that would not filter */
export function wanted(filter: BarFilter): (bar: Bar) => boolean {
  checkFilter(filter);
  const { timeframes, symbols, final } = filter;
  const names = symbols && new Set(symbols);
  return bar =>
    (timeframes?.includes(bar.timeframe) ?? true) &&
    (names?.has(bar.symbol) ?? true) &&
    (final ?? bar.final) === bar.final;
}

/** @throws RangeError that says what was got and what is allowed */
export function checkFilter(filter: BarFilter): void {
  const rules = new Map(Object.entries(RULES));
  for (const [name, value] of Object.entries(filter)) {
    const rule = rules.get(name);
    if (rule === undefined)
      throw new RangeError(`filter has ${show(name)}: use ${[...rules.keys()].join(', ')}, or a function`);
    const [isAllowed, use] = rule;
    if (value !== undefined && !isAllowed(value))
      throw new RangeError(`${name} is ${show(value)}: use ${use}`);
  }
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isItem);
}
