/** How the vendor spells what it trades: in files and over REST with a mark before it, on its feed without; and what no market has. */
import { type Market, SYMBOL } from '../markets/names.ts';

/** Before pairs of coins, pairs of currencies, and indices. Futures have names like `ZC:BF H6-K6-N6`, and no marks; options and indices keep theirs on the feed. */
const MARK = /^([XCI]):(.+)$/;
/** Markets whose files and REST spell tickers as the feed does. */
const SPELT_ALIKE: ReadonlySet<Market> = new Set(['futures', 'options', 'indices']);
/** Four letters where a coin stands for dollars, else three. */
const PAIR = /^(.+?)(USD[TC]|[A-Z]{3})$/;
/** What a topic of the socket has before a ticker. A class of share has less than three letters behind its point. */
const TOPIC = /^(?:(?:AM|XA|XAS|CA|CAS)\.|(?:A|C|Q|T|V|FMV|LULD|NOI|XL2|XQ|XT)\.(?=.{3}))/;
/** A name that people can read but that no symbol can have, such as one with blanks. */
const READABLE = /^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u;

/** What has a meaning of its own in lists of symbols. */
const LISTED_APART = /[,*]/;

/** What every ticker of a market looks like, and a few of them. */
const FORMS: Readonly<Record<Market, { readonly form: RegExp; readonly like: string }>> = {
  stocks: { form: /^[A-Z][A-Za-z0-9.]*$/, like: "'AAPL' or 'BRK.B'" },
  crypto: { form: /^([A-Z0-9]+)-(?!\1$)[A-Z]{3,5}$/, like: "'BTC-USD'" },
  futures: { form: /^(?=.*\d)[A-Z0-9][A-Z0-9:-]*$/, like: "'ESZ5'" },
  options: { form: /^O:[A-Z0-9.]{1,7}\d{6}[CP]\d{8}$/, like: "'O:SPY251219C00650000'" },
  forex: { form: /^([A-Z]{3,4})\/(?!\1$)[A-Z]{3}$/, like: "'EUR/USD'" },
  indices: { form: /^I:[A-Za-z0-9._-]+$/, like: "'I:SPX'" },
};

/**
 * The feed's symbol of a ticker as files, REST and people spell it: `X:BTC-USD` and `X:BTCUSD` are `BTC-USD`; in a feed of currencies
 * `C:EURUSD` is `EUR/USD`; anything else of its market is its own.
 * @param base the currency that a pair prices, where it is known
 */
export function symbolOf(market: Market, ticker: string, base?: string): string {
  const [, mark, name = ''] = (!SPELT_ALIKE.has(market) && MARK.exec(ticker)) || [];
  if (mark === undefined) return ticker;
  if (market === 'forex') return (pairOf(name.replace('-', ''), base) ?? name).replace('-', '/');
  return mark === 'I' || name.includes('-') ? name : (pairOf(name, base) ?? name);
}

/** How REST spells a symbol of the feed. */
export function restTicker(market: Market, symbol: string): string {
  if (market === 'forex' && symbol.includes('/')) return `C:${symbol.replace('/', '')}`;
  return market === 'crypto' && symbol.includes('-') ? `X:${symbol.replace('-', '')}` : symbol;
}

/** Whether it is a name of 1 to 64 printable characters. */
export function isReadable(name: string): boolean {
  return READABLE.test(name);
}

/** Whether it names what no symbol of ours can name, in a record or in a list: nothing is broken, but it has to be left out. */
export function isNamedOtherwise(ticker: unknown): boolean {
  if (typeof ticker !== 'string' || !isReadable(ticker)) return false;
  return !SYMBOL.test(ticker) || LISTED_APART.test(ticker);
}

/** What to use instead of a symbol that cannot be one of the market's; undefined when it can be one. */
export function betterSymbol(market: Market, symbol: string): string | undefined {
  const { form, like } = FORMS[market];
  const isOne = (text: string) => SYMBOL.test(text) && form.test(text) && !TOPIC.test(text);
  if (isOne(symbol)) return undefined;
  const meant = meantBy(market, symbol.replace(TOPIC, '')).find(isOne);
  return meant === undefined
    ? `tickers of ${market} such as ${like}`
    : `'${meant}', as the feed of ${market} spells it`;
}

/** What people write who know a ticker from elsewhere, the likeliest first. */
function meantBy(market: Market, text: string): string[] {
  const upper = text.toUpperCase();
  if (market === 'crypto')
    return [upper.replace(/[/_. ]/, '-'), pairOf(upper.replace(/[^A-Z0-9]/g, '')) ?? ''];
  if (market === 'forex')
    return [(pairOf(upper.replace(/^C:/, '').replace(/[^A-Z]/g, '')) ?? '').replace('-', '/')];
  if (market === 'options' || market === 'indices') {
    const mark = market === 'options' ? 'O:' : 'I:';
    return [upper, mark + upper];
  }
  return [text, upper, upper.replace(/^([A-Z]+)[-/ ]([A-Z]{1,2})$/, '$1.$2')];
}

function pairOf(name: string, base?: string): string | undefined {
  if (base !== undefined && name.startsWith(base) && name !== base)
    return `${base}-${name.slice(base.length)}`;
  const [, priced, quote] = PAIR.exec(name) ?? [];
  return priced === undefined ? undefined : `${priced}-${quote}`;
}
