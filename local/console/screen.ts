/** What a terminal of a given size shows: what runs and how it is, the counts of each feed, what stands in the way, and the latest bars. */
import type { ExchangeTime } from './exchange-time.ts';
import { alarmText, countParts, judgedText, paceText } from './lines.ts';
import type { FeedSnapshot, ShownBar, Snapshot } from './progress.ts';
import { type Column, tableLines } from './table.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** From so many rows on there is room for empty lines. */
const ROOMY = 14;
const BETWEEN = '   ';

/** No line is wider than the terminal, and one row is left for the cursor. What matters most comes first. */
export function screenLines(snapshot: Snapshot, time: ExchangeTime, { columns, rows }: Size): string[] {
  const { title, state, eventTime, pace, alarms, alarmsFrom, faults, keys, feeds } = snapshot;
  const now = eventTime === undefined ? [] : [time.text(Date.parse(eventTime))];
  const gap = rows < ROOMY ? [] : [''];
  const head = [
    ...gap,
    ...wrapped([title, state, ...(pace === undefined ? [] : [paceText(pace)]), ...now], columns),
    ...(feeds
      ? tableLines(feedColumns(feeds, columns), feeds, columns)
      : wrapped(countParts(snapshot), columns)),
    ...alarms.map(alarm => alarmText(alarm, time, feeds !== undefined)),
    ...(alarmsFrom === undefined ? [] : [judgedText(alarmsFrom)]),
    ...wrapped(
      faults.map(name => `fault ${name}`),
      columns,
    ),
    ...(keys === undefined ? [] : [keys]),
  ].map(line => cut(line, columns));
  const left = rows - 1 - head.length - gap.length;
  const bars = snapshot.lastBars.slice(0, Math.max(0, left - 1));
  const [newest] = bars;
  const table = newest ? [...gap, ...tableLines(barColumns(time, newest.start), bars, columns)] : [];
  return [...head, ...table].slice(0, Math.max(1, rows - 1));
}

/** Parts side by side, in as few lines as hold them whole. */
export function wrapped(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts.filter(each => each !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + BETWEEN.length + part.length <= columns)
      lines[lines.length - 1] = `${last}${BETWEEN}${part}`;
    else lines.push(part);
  }
  return lines;
}

function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
}

/** Where there is no room for all, the last of these go first. */
const LEAST_NEEDED = { high: 2, low: 2, open: 3, bars: 2 } as const;
/** How much of a line words may take beside numbers. */
const WORDS = 0.3;

function feedColumns(feeds: readonly FeedSnapshot[], columns: number): readonly Column<FeedSnapshot>[] {
  const [shortest = '', ...longer] = new Set(feeds.flatMap(({ bars }) => Object.keys(bars)));
  const bars = (timeframe: string, spare = 0): Column<FeedSnapshot> => ({
    head: timeframe,
    text: feed => String(feed.bars[timeframe] ?? ''),
    spare,
  });
  return [
    { head: '', text: ({ feed }) => feed, isLeft: true },
    { head: 'minutes in', text: ({ minutes, bars }) => (shortest in bars ? String(minutes) : '') },
    bars(shortest),
    ...longer.map((timeframe, n) => bars(timeframe, LEAST_NEEDED.bars + n)),
    { head: 'uncovered', text: ({ uncovered, bars }) => (shortest in bars ? String(uncovered) : '') },
    { head: 'to keep', text: ({ toKeep }) => (toKeep ? String(toKeep) : ''), isOptional: true },
    { head: 'passed on', text: ({ passedOn }) => String(passedOn ?? ''), isOptional: true },
    { head: 'dropped', text: ({ dropped }) => (dropped ? String(dropped) : ''), isOptional: true },
    { head: '', text: ({ state }) => cut(state, Math.floor(columns * WORDS)), isLeft: true },
  ];
}

function barColumns(time: ExchangeTime, now: number): readonly Column<ShownBar>[] {
  const local = (ms: number) => time.at(ms);
  return [
    { head: 'feed', text: ({ feed = '' }) => feed, isLeft: true, isOptional: true },
    {
      head: `start (${local(now).zone})`,
      text: ({ start }) => `${local(start).date.slice(5)} ${local(start).time.slice(0, 5)}`,
      isLeft: true,
    },
    { head: 'UTC', text: ({ start }) => new Date(start).toISOString().slice(11, 16) },
    { head: '', text: ({ timeframe }) => timeframe },
    { head: 'symbol', text: ({ symbol }) => symbol, isLeft: true },
    { head: 'open', text: ({ open }) => String(open), spare: LEAST_NEEDED.open },
    { head: 'high', text: ({ high }) => String(high), spare: LEAST_NEEDED.high },
    { head: 'low', text: ({ low }) => String(low), spare: LEAST_NEEDED.low },
    { head: 'close', text: ({ close }) => String(close) },
    { head: 'volume', text: ({ volume }) => volume },
    {
      head: 'uncovered',
      text: ({ uncovered }) => (uncovered === 0 ? '' : String(uncovered)),
      isOptional: true,
    },
  ];
}
