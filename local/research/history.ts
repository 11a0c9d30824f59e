/** Fills a research file with a range that the streams no longer carry: days from the archive where they are, the others from the query API. */
import { askedBarIn } from '../../kit/api/index.ts';
import type { Bar } from '../../kit/index.ts';
import type { Calendar } from '../../runtime/markets/calendar.ts';
import { timeframes } from '../../runtime/markets/timeframe.ts';
import { OperatorError } from '../operate/operator-error.ts';
import type { Ask } from './api-client.ts';
import type { AskedMinute } from './append-bar.ts';
import type { ArchivedDays, DayFile } from './archived-days.ts';
import { allSymbols, barsIn } from './pages.ts';
import type { ResearchFile } from './research-file.ts';

/** `[from, to)`, epoch ms. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface HistoryProps {
  readonly file: Pick<ResearchFile, 'take' | 'flush' | 'fill' | 'isFilled'>;
  /** Absent where there is none. */
  readonly archive: ArchivedDays | undefined;
  readonly ask: Ask;
  /** Which feed the API is asked for. @default its only one */
  readonly feed?: string | undefined;
  readonly calendar: Calendar;
  readonly signal: AbortSignal;
  readonly say: (line: string) => Promise<void>;
}

/** Bars of a page of the API. */
const LIMIT = '10000';

/** @returns how many bars were found, those of files that were read before not counted again. @throws OperatorError when a part of it cannot be had */
export async function fillHistory(props: HistoryProps, range: Range): Promise<number> {
  const { calendar, signal, say } = props;
  let found = 0;
  const missing: Range[] = [];
  for (
    let day = calendar.days.at(range.from);
    day.start < range.to;
    day = calendar.days.numbered(day.number + 1)
  ) {
    if (signal.aborted) return found;
    const files = await filesOf(props, day.date.toString());
    const part = { from: Math.max(day.start, range.from), to: Math.min(day.end, range.to) };
    if (files === undefined) missing.push(part);
    else found += await fromArchive(props, files, part);
  }
  for (const part of joined(missing)) {
    if (signal.aborted) return found;
    await say(`${span(part)}: not in the archive, asked of the query API`);
    found += await fromApi(props, part);
  }
  if (found === 0 && !signal.aborted)
    throw new OperatorError(`${span(range)}: no bars, neither in the archive nor in the query API`);
  return found;
}

/** Those of all timeframes; undefined for a day that is not, or not wholly, archived. */
async function filesOf({ archive }: HistoryProps, date: string): Promise<DayFile[] | undefined> {
  if (!archive) return undefined;
  const files = await Promise.all(timeframes.map(timeframe => archive.file(timeframe, date)));
  const there = files.filter(file => file !== undefined);
  return there.length === timeframes.length ? there : undefined;
}

async function fromArchive(
  { archive, file, say }: HistoryProps,
  files: DayFile[],
  part: Range,
): Promise<number> {
  let rows = 0;
  for (const each of files) {
    const piece = `${each.timeframe} ${each.date} ${each.file} ${span(part)}`;
    if (!archive) continue;
    if (each.rows === 0 || (await file.isFilled(piece))) {
      rows += each.rows;
      continue;
    }
    await file.fill(await archive.content(each), each.timeframe, part);
    const { minutes, bars } = await file.flush([], piece);
    rows += minutes + bars;
    await say(`${each.date}: ${minutes + bars} bars of ${each.timeframe} from the archive`);
  }
  return rows;
}

async function fromApi({ ask, feed, file, signal, say }: HistoryProps, part: Range): Promise<number> {
  const question = {
    ...(feed !== undefined && { feed }),
    ...{ from: new Date(part.from).toISOString(), to: new Date(part.to).toISOString(), limit: LIMIT },
  };
  let found = 0;
  const symbols = await allSymbols(ask, feed);
  for (const [index, symbol] of symbols.entries()) {
    for (const timeframe of timeframes)
      for (let cursor: string | undefined; !signal.aborted; ) {
        const page = barsIn(
          await ask('/v1/bars', {
            ...question,
            symbols: symbol,
            timeframe,
            ...(cursor !== undefined && { cursor }),
          }),
          symbol,
        );
        for (const text of page.bars) file.take(barOf(text));
        found += page.bars.length;
        cursor = page.nextCursor;
        if (cursor === undefined) break;
      }
    await file.flush([]);
    if ((index + 1) % 50 === 0) await say(`${found} bars of ${index + 1} of ${symbols.length} symbols`);
  }
  await say(`${span(part)}: ${found} bars of ${symbols.length} symbols from the query API`);
  return found;
}

function barOf(text: string): Bar | AskedMinute {
  const bar = askedBarIn(text);
  return bar.timeframe === '1m' ? { ...bar, source: 'api' } : bar;
}

/** Parts that follow each other without a hole are one. */
function joined(parts: readonly Range[]): Range[] {
  const all: Range[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (last?.to === part.from) all[all.length - 1] = { from: last.from, to: part.to };
    else all.push(part);
  }
  return all;
}

function span({ from, to }: Range): string {
  const text = (ms: number) => new Date(ms).toISOString().slice(0, 16);
  return `${text(from)} to ${text(to)}`;
}
