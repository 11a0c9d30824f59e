/** Which events a sink takes: patterns such as `T:ES*`, and of quotes only some. */
import type { PassedEvent } from '../../../records/envelope.ts';

/** `T:ES*` is of kind T, for every symbol that begins with ES. */
export interface Pattern {
  readonly kind: string;
  /** A symbol; each `*` in it stands for any characters, or none. */
  readonly symbols: string;
}

export const patternForm = 'kinds and symbols with commas between them, such as `T:ES*,Q:ES*` or `AM.AAPL`';

const PATTERN = /^([A-Z][A-Z0-9]{0,7})[.:]([!-+\--~]{1,64})$/;

/** @throws RangeError for what is none */
export function patternsIn(text: string): readonly Pattern[] {
  return text.split(',').map(part => {
    const [, kind, symbols] = PATTERN.exec(part.trim()) ?? [];
    if (kind === undefined || symbols === undefined)
      throw new RangeError(`'${part.trim()}' is not allowed: use ${patternForm}`);
    return { kind, symbols };
  });
}

/** Whether a symbol is what the pattern's stars allow. Takes no longer than the two are long, multiplied. */
export function symbolFits(symbol: string, pattern: string): boolean {
  let [at, place] = [0, 0];
  let star = -1;
  let starAt = 0;
  while (at < symbol.length) {
    if (pattern[place] === '*') [star, starAt, place] = [place, at, place + 1];
    else if (pattern[place] === symbol[at]) [at, place] = [at + 1, place + 1];
    else if (star >= 0) [starAt, at, place] = [starAt + 1, starAt + 1, star + 1];
    else return false;
  }
  return [...pattern.slice(place)].every(char => char === '*');
}

/** Patterns to look events up in: by name, however many there are; only those with stars are tried one by one. */
export class Patterns {
  readonly #byKind: ReadonlyMap<string, { readonly names: ReadonlySet<string>; readonly starred: string[] }>;

  constructor(patterns: readonly Pattern[]) {
    const kinds = [...Map.groupBy(patterns, ({ kind }) => kind)].map(([kind, those]) => {
      const symbols = those.map(each => each.symbols);
      const starred = symbols.filter(each => each.includes('*'));
      return [kind, { names: new Set(symbols), starred }] as const;
    });
    this.#byKind = new Map(kinds);
  }

  /** Whether one of them is of this event. */
  have({ kind, symbol }: Pick<PassedEvent, 'kind' | 'symbol'>): boolean {
    const those = this.#byKind.get(kind);
    return (
      those !== undefined && (those.names.has(symbol) || those.starred.some(each => symbolFits(symbol, each)))
    );
  }
}

export interface SelectionOptions {
  /** Those wanted. @default all */
  readonly include?: readonly Pattern[] | undefined;
  /** Those that there is a use for at all. @default all */
  readonly own?: readonly Pattern[] | undefined;
  /** One in so many quotes of a symbol is taken. @default 1 */
  readonly sampleQuotes?: number;
  /** Trades with any of these conditions are left out. @default none */
  readonly withoutConditions?: readonly number[];
  /** Kinds that are quotes. */
  readonly quotes: ReadonlySet<string>;
  /** Kinds that are trades. */
  readonly trades: ReadonlySet<string>;
}

export class Selection {
  readonly #options: SelectionOptions;
  readonly #patterns: readonly Patterns[];
  /** Quotes of each topic so far. */
  readonly #seen = new Map<string, number>();

  constructor(options: SelectionOptions) {
    this.#options = options;
    this.#patterns = [options.own, options.include].flatMap(each => (each ? [new Patterns(each)] : []));
  }

  takes(event: Pick<PassedEvent, 'kind' | 'symbol' | 'topic' | 'text'>): boolean {
    const { trades, withoutConditions = [] } = this.#options;
    if (!this.#patterns.every(each => each.have(event))) return false;
    if (withoutConditions.length > 0 && trades.has(event.kind)) return !hasAny(withoutConditions, event.text);
    return this.#isSampled(event);
  }

  #isSampled({ kind, topic }: Pick<PassedEvent, 'kind' | 'topic'>): boolean {
    const { sampleQuotes = 1, quotes } = this.#options;
    if (sampleQuotes === 1 || !quotes.has(kind)) return true;
    const before = this.#seen.get(topic) ?? 0;
    this.#seen.set(topic, (before + 1) % sampleQuotes);
    return before === 0;
  }
}

/** @param text a trade, whose conditions are numbers in a list `c`, or one number */
function hasAny(conditions: readonly number[], text: string): boolean {
  const { c }: { readonly c?: unknown } = Object(JSON.parse(text));
  return [c].flat().some(each => typeof each === 'number' && conditions.includes(each));
}
