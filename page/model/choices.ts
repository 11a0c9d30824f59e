/** What the person chose: what is shown stands in the address, how it is shown in the browser's store. */
import { SYMBOL } from '../../runtime/markets/names.ts';
import { type Timeframe, timeframes } from '../api/timeframes.ts';
import { attempt, type Keeper } from './keeper.ts';
import { type ZoneName, zoneNames } from './zone.ts';

export const themes = ['auto', 'dark', 'light'] as const;
export type Theme = (typeof themes)[number];

export interface Choices {
  readonly feed: string | undefined;
  readonly symbol: string | undefined;
  readonly timeframe: Timeframe;
  readonly zone: ZoneName;
  readonly theme: Theme;
  readonly showsTable: boolean;
}

const KEY = 'barflow';

/** @param search of the page's address, such as `?symbol=AAPL&timeframe=5m` */
export function readChoices(search: string, keeper: Keeper | undefined): Choices {
  const asked = new URLSearchParams(search);
  const kept = keptFields(keeper);
  const text = (name: string) => asked.get(name) ?? undefined;
  return {
    feed: text('feed') ?? textIn(kept, 'feed'),
    symbol: symbolOf(text('symbol')) ?? symbolOf(textIn(kept, 'symbol')),
    timeframe: oneOf(timeframes, text('timeframe') ?? textIn(kept, 'timeframe')) ?? '5m',
    zone: oneOf(zoneNames, textIn(kept, 'zone')) ?? 'exchange',
    theme: oneOf(themes, textIn(kept, 'theme')) ?? 'auto',
    showsTable: kept['showsTable'] === true,
  };
}

export function searchOf({ feed, symbol, timeframe }: Choices): string {
  const search = new URLSearchParams();
  if (feed !== undefined) search.set('feed', feed);
  if (symbol !== undefined) search.set('symbol', symbol);
  search.set('timeframe', timeframe);
  return `?${search}`;
}

export function keepChoices(choices: Choices, keeper: Keeper | undefined): void {
  attempt(() => keeper?.setItem(KEY, JSON.stringify(choices)));
}

function keptFields(keeper: Keeper | undefined): Readonly<Record<string, unknown>> {
  const kept: unknown = attempt(() => JSON.parse(keeper?.getItem(KEY) ?? '{}'));
  return typeof kept === 'object' && kept !== null ? { ...kept } : {};
}

function textIn(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}

function oneOf<T extends string>(allowed: readonly T[], value: string | undefined): T | undefined {
  return allowed.find(each => each === value);
}

/** What can be a symbol, known or not; the API takes commas for the ends of one. */
function symbolOf(text = ''): string | undefined {
  return SYMBOL.test(text) && !text.includes(',') ? text : undefined;
}
