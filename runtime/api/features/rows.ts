/** Rows of features: for some minutes of a symbol what the functions make of the session up to each. */
import { features } from '../../fold/features/features.ts';
import type { FeatureName } from '../../fold/features/names.ts';
import { seriesOf } from '../../fold/features/series.ts';
import type { Session } from '../../markets/calendar.ts';
import { MINUTE } from '../../markets/timeframe.ts';
import { asText } from '../../records/encode.ts';
import type { StoredBar } from '../../tables/bars/bar-item.ts';
import type { Feed } from '../feed/feed.ts';
import { sessionMinutes } from '../feed/session-minutes.ts';

/**
 * @param starts of minutes that have a bar, epoch ms
 * @param through the slot's watermark
 * @returns a row for each, in the order of `starts`
 */
export async function featureRows(
  feed: Pick<Feed, 'windows' | 'blocks'>,
  symbol: string,
  starts: readonly number[],
  names: readonly FeatureName[],
  through: number,
  signal: AbortSignal,
): Promise<StoredBar[]> {
  const { calendar } = feed.windows;
  const rows = new Map<number, StoredBar>();
  for (const [first, asked] of Map.groupBy(starts, start => calendar.sessionAt(start).start))
    for (const row of await sessionRows(feed, symbol, calendar.sessionAt(first), asked, names, signal))
      rows.set(row.start, storedRow(row, through));
  return starts.flatMap(start => rows.get(start) ?? []);
}

interface FeatureRow {
  readonly symbol: string;
  readonly start: number;
  readonly end: number;
  readonly values: readonly (readonly [FeatureName, number])[];
  /** Bars of the session up to it. */
  readonly minutes: number;
  readonly uncovered: number;
  readonly session: string;
  readonly version: number;
}

async function sessionRows(
  feed: Pick<Feed, 'windows' | 'blocks'>,
  symbol: string,
  session: Session,
  asked: readonly number[],
  names: readonly FeatureName[],
  signal: AbortSignal,
): Promise<FeatureRow[]> {
  const wanted = new Set(asked);
  const { bars, uncovered } = await sessionMinutes(
    feed,
    symbol,
    session,
    Math.max(...asked) + MINUTE,
    signal,
  );
  const series = seriesOf(bars.map(({ minute }) => minute));
  const columns = names.map(name => [name, features[name].of(series)] as const);
  let version = 0;
  let blind = 0;
  return bars.flatMap(({ start, minute }, i): FeatureRow[] => {
    version = Math.max(version, minute.version);
    while ((uncovered[blind] ?? start) < start) blind++;
    if (!wanted.has(start)) return [];
    const values = columns.map(([name, column]) => [name, column[i] ?? Number.NaN] as const);
    const told = values.filter(([, value]) => !Number.isNaN(value));
    const place = { symbol, start, end: start + MINUTE, values: told };
    return [{ ...place, minutes: i + 1, uncovered: blind, session: session.name, version }];
  });
}

function storedRow({ values, ...row }: FeatureRow, through: number): StoredBar {
  const { symbol, start, end, minutes, uncovered, session, version } = row;
  const final = end <= through;
  const told = { minutes, uncovered, session, final, version };
  return {
    start,
    version,
    final,
    text: asText({ symbol, start, end, ...Object.fromEntries(values), ...told }),
  };
}
