/** Where a flat file has what: its columns are known by their names, in any order, among others that are not needed. */
import { Refused } from '../../runtime/records/check.ts';

const NEEDED = ['ticker', 'window_start', 'open', 'high', 'low', 'close'] as const;
/** What the files of indices do not have. */
const COUNTED = ['volume', 'transactions'] as const;

type Name = (typeof NEEDED)[number] | (typeof COUNTED)[number];

/** The position of each column from 0 on; beyond the last where the file does not have it. */
export type FlatColumns = Readonly<Record<Name | 'width', number>>;

/** As the vendor writes it for stocks, options and crypto. */
export const HEADER = 'ticker,volume,open,close,high,low,window_start,transactions';
const USE = `use a first line that names the columns ${NEEDED.join(', ')} and, but for indices, ${COUNTED.join(', ')}`;

/** @throws Refused for a header without what is needed, or with it twice */
export function columnsOf(header: readonly string[]): FlatColumns {
  const names = header.map(name => name.trim());
  const refused = (fault: string) => new Refused('header', header.join(','), `${fault}: ${USE}`);
  const at = (name: Name) => {
    const first = names.indexOf(name);
    if (first !== names.lastIndexOf(name)) throw refused(`it has ${name} twice`);
    return first < 0 ? header.length : first;
  };
  const columns = {
    ...{ width: header.length, ticker: at('ticker'), window_start: at('window_start') },
    ...{ open: at('open'), high: at('high'), low: at('low'), close: at('close') },
    ...{ volume: at('volume'), transactions: at('transactions') },
  };
  const missing = NEEDED.find(name => columns[name] === header.length);
  if (missing !== undefined) throw refused(otherwiseWritten(header) ?? `it has no ${missing}`);
  // Trades without their volume are a name that is spelt otherwise, not an index.
  const hasTrades = columns.transactions < header.length;
  if (hasTrades && columns.volume === header.length) throw refused('it has no volume');
  return columns;
}

/** What somebody did to the header that it has no column any more; undefined for anything else. */
function otherwiseWritten(header: readonly string[]): string | undefined {
  const [whole = '', ...others] = header;
  const isNamed = (names: readonly string[]) => names.some(name => name.trim() === 'ticker');
  if (others.length === 0 && isNamed(whole.split(';')))
    return 'its columns are separated by semicolons, not by commas';
  if (others.length === 0 && isNamed(whole.split('\t')))
    return 'its columns are separated by tabs, not by commas';
  if (isNamed(header.map(name => name.toLowerCase())) && !isNamed(header))
    return 'its names are in capitals, not in small letters';
  return undefined;
}
