/** Which bars or events a consumer wants. What cannot be meant is refused: by it everything would be passed over, and nobody would know. */
import { SYMBOL } from '../runtime/markets/names.ts';
import { type Timeframe, timeframes } from '../runtime/markets/timeframe.ts';
import { show } from '../runtime/records/show.ts';
import type { Bar } from './bar.ts';
import type { PassedOnEvent } from './events.ts';

/** Which bars; what is left out does not matter. */
export interface BarFilter {
  readonly timeframes?: readonly Timeframe[];
  readonly symbols?: readonly string[];
  /** False for bars of open windows alone. */
  readonly final?: boolean;
}

/** Which events; what is left out does not matter. */
export interface EventFilter {
  /** The vendor's: `T`, `Q` … */
  readonly types?: readonly string[];
  readonly symbols?: readonly string[];
}

/** What each field may be, whatever the compiler was told that it is: filters come from files and variables, too. */
type Rules<Filter> = Readonly<Record<keyof Filter, readonly [(value: unknown) => boolean, use: string]>>;

const RULES: Rules<BarFilter> = {
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

const EVENT_RULES: Rules<EventFilter> = {
  types: [
    value => isListOf(value, each => typeof each === 'string' && KIND.test(each)),
    "a list of the vendor's kinds, such as T and Q, or leave it out for all",
  ],
  symbols: [
    value => isListOf(value, each => typeof each === 'string' && each !== ''),
    'a list of symbols, or leave it out for all',
  ],
};
const KIND = /^[A-Z][A-Z0-9]{0,7}$/;

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

/** @throws RangeError for a filter by which no event could come, or that would not filter */
export function wantedEvents(filter: EventFilter): (event: PassedOnEvent) => boolean {
  check(filter, EVENT_RULES);
  const [types, symbols] = [filter.types, filter.symbols].map(names => names && new Set(names));
  return ({ type, symbol }) => (types?.has(type) ?? true) && (symbols?.has(symbol) ?? true);
}

/** @throws RangeError that says what was got and what is allowed */
export function checkFilter(filter: BarFilter): void {
  check(filter, RULES);
}

function check<Filter extends object>(filter: Filter, allowed: Rules<Filter>): void {
  const rules = new Map<string, Rules<Filter>[keyof Filter]>(Object.entries(allowed));
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
