/** A day of a feed, from the roll-up's log into the archive: a file for each timeframe, where the log has changed since the last. */
import type { Market } from '../markets/names.ts';
import { timeframes } from '../markets/timeframe.ts';
import type { Block, Windows } from '../markets/window.ts';
import { slots as allSlots } from '../records/slot.ts';
import type { ChunkLog } from '../tables/chunks/chunk-log.ts';
import { LoggedBlock } from '../tables/chunks/logged-block.ts';
import type { KnownBlock, SlotReader } from '../tables/chunks/slot-reader.ts';
import type { ArchiveBucket } from './archive-bucket.ts';
import type { BarColumns } from './bar-columns.ts';
import type { EndedDay, Span } from './days.ts';
import { hashOf, versionsOf } from './manifest.ts';
import { parquetOf } from './parquet.ts';
import { barsOf } from './slot-day.ts';

export interface Archiving {
  readonly feed: string;
  readonly market: Market;
  readonly windows: Windows;
  readonly log: Pick<ChunkLog, 'read'>;
  readonly slots: Pick<SlotReader, 'blocksIn' | 'newest'>;
  readonly bucket: Pick<ArchiveBucket, 'manifest' | 'put'>;
  /** What writes the files. */
  readonly release: string;
}

/** The blocks that slots have a log of, the oldest first; without the slots that have none. */
export type Logs = ReadonlyMap<number, readonly KnownBlock[]>;

/** What is logged of the blocks that reach into `[from, to)`, epoch ms: sessions, and so blocks, may begin on the day before. @throws when the log cannot be read */
export async function logsIn(
  { slots, windows }: Pick<Archiving, 'slots' | 'windows'>,
  { from, to }: Span,
): Promise<Logs> {
  const span = { from: windows.blockOf(from).start, to };
  const known = await Promise.all(
    allSlots.map(async slot => [slot, await slots.blocksIn(slot, span)] as const),
  );
  return new Map(known.filter(([, blocks]) => blocks.length > 0));
}

/** What of it belongs to a day. */
export function logsOf(logs: Logs, windows: Windows, { from, to }: Span): Logs {
  const reaches = ({ start }: KnownBlock) => start < to && windows.blockOf(start).end > from;

  const known = [...logs].map(([slot, blocks]) => [slot, blocks.filter(reaches)] as const);
  return new Map(known.filter(([, blocks]) => blocks.length > 0));
}

/**
 * Writes the day's files unless those that stand were made from the same log.
 * @param now epoch ms of event time
 * @returns bars by file; undefined when nothing has changed, or nothing was ever logged of the day or before it
 * @throws when the log cannot be read or a file not be put: what stood there before still stands
 */
export async function archiveDay(
  archiving: Archiving,
  day: EndedDay,
  logs: Logs,
  now: number,
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>> | undefined> {
  const { feed, market, windows, slots, bucket, release } = archiving;
  const mark = markOf(logs);
  const stand = await Promise.all(timeframes.map(timeframe => bucket.manifest(timeframe, day.date)));
  if (stand.every(manifest => manifest?.log === mark)) return undefined;
  const parts = [];
  const throughs: number[] = [];
  let uncovered = 0;
  for (const [slot, blocks] of logs) {
    const { through } = await slots.newest(slot, now);
    if (through > 0) throughs.push(through);
    const logged = await Promise.all(
      blocks.map(({ start }) => blockIn(archiving, slot, windows.blockOf(start), signal)),
    );
    parts.push(barsOf({ windows, blocks: logged, through, ...day }));
    uncovered = Math.max(uncovered, uncoveredIn(logged, day));
  }
  expectNoLess(
    day,
    stand[0]?.rows ?? 0,
    parts.flatMap(bars => bars.get('1m') ?? []),
  );
  const about = {
    ...{ feed, market, ...day, log: mark, release, uncovered },
    through: throughs.length === 0 ? 0 : Math.min(...throughs),
  };
  const rows: Record<string, number> = {};
  for (const timeframe of timeframes) {
    const columns = parts.flatMap(bars => bars.get(timeframe) ?? []);
    const file = parquetOf(columns, release);
    const runs = columns.flatMap(({ runs: of }) => of);
    rows[timeframe] = runs.reduce((sum, { from, to }) => sum + to - from, 0);
    await bucket.put(timeframe, file, {
      ...about,
      schema: 1,
      ...{ timeframe, rows: rows[timeframe], symbols: runs.length },
      ...{ bytes: file.length, file: hashOf(file), versions: versionsOf(columns) },
    });
  }
  return rows;
}

/** A log only grows: one that has fewer bars than the archive has lost some, and must not take them from there, too. */
function expectNoLess({ date }: EndedDay, archived: number, minutes: readonly BarColumns[]): void {
  const logged = minutes.reduce((sum, { length }) => sum + length, 0);
  if (logged < archived)
    throw new Error(
      `the log has ${logged} bars of ${date}, the archive ${archived}: the files stay as they are; remove them to archive what the log has`,
    );
}

/** As manifests have it. */
function markOf(logs: Logs): string {
  const lines = [...logs].flatMap(([slot, blocks]) =>
    blocks.map(({ start, chunks }) => `${slot} ${start} ${chunks}\n`),
  );
  return hashOf(lines.join(''));
}

async function blockIn(
  { log }: Archiving,
  slot: number,
  block: Block,
  signal: AbortSignal,
): Promise<LoggedBlock> {
  const logged = new LoggedBlock(slot, block);
  for (const chunk of await log.read(slot, block.start, 0, signal)) logged.load(chunk);
  return logged;
}

/** Minutes of the day that nobody saw, of the slot or of a symbol of it. */
function uncoveredIn(blocks: readonly LoggedBlock[], { from, to }: Span): number {
  const marks = blocks.flatMap(block => [...block.marks()]);
  return new Set(
    marks
      .filter(({ minute, covered }) => !covered && minute >= from && minute < to)
      .map(({ minute }) => minute),
  ).size;
}
