/** A day of a feed, from the roll-up's log into the archive: a file for each timeframe, where the log has changed since the last. */
import type { Market } from '../markets/names.ts';
import { timeframes } from '../markets/timeframe.ts';
import type { Block, Windows } from '../markets/window.ts';
import { slots as allSlots } from '../records/slot.ts';
import type { ChunkLog } from '../tables/chunks/chunk-log.ts';
import { LoggedBlock } from '../tables/chunks/logged-block.ts';
import type { BlockHead, SlotReader } from '../tables/chunks/slot-reader.ts';
import type { ArchiveBucket } from './archive-bucket.ts';
import type { BarColumns } from './bar-columns.ts';
import type { EndedDay } from './days.ts';
import { hashOf, type Manifest, versionsOf } from './manifest.ts';
import { parquetOf } from './parquet.ts';
import { barsOf } from './slot-day.ts';

export interface Archiving {
  readonly feed: string;
  readonly market: Market;
  readonly windows: Windows;
  readonly log: Pick<ChunkLog, 'read'>;
  readonly slots: Pick<SlotReader, 'blockHead' | 'newest'>;
  readonly bucket: Pick<ArchiveBucket, 'manifest' | 'put'>;
  /** What writes the files. */
  readonly release: string;
}

/** A slot's blocks of a day, in the order of time. */
type SlotBlocks = readonly (BlockHead & { readonly block: Block })[];

/** What the log of a day is at the moment. */
interface DayLog {
  readonly bySlot: ReadonlyMap<number, SlotBlocks>;
  /** As manifests have it. */
  readonly mark: string;
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
  now: number,
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>> | undefined> {
  const { feed, market, windows, slots, bucket, release } = archiving;
  const log = await logOf(archiving, day);
  const stand = await Promise.all(timeframes.map(timeframe => bucket.manifest(timeframe, day.date)));
  if (stand.every(manifest => manifest?.log === log.mark)) return undefined;
  const parts = [];
  const throughs: number[] = [];
  for (const [slot, blocks] of log.bySlot) {
    const { through } = await slots.newest(slot, now);
    if (through > 0) throughs.push(through);
    const logged = await Promise.all(blocks.map(({ block }) => blockIn(archiving, slot, block, signal)));
    parts.push(barsOf({ windows, blocks: logged, through, ...day }));
  }
  const rows: Record<string, number> = {};
  expectNoLess(
    day,
    stand[0]?.rows ?? 0,
    parts.flatMap(bars => bars.get('1m') ?? []),
  );
  for (const timeframe of timeframes) {
    const columns = parts.flatMap(bars => bars.get(timeframe) ?? []);
    const file = parquetOf(columns, release);
    const runs = columns.flatMap(({ runs: of }) => of);
    const manifest: Manifest = {
      ...{ schema: 1, feed, market, timeframe, ...day },
      rows: runs.reduce((sum, { from, to }) => sum + to - from, 0),
      symbols: runs.length,
      ...{ bytes: file.length, file: hashOf(file), versions: versionsOf(columns) },
      uncovered: mostUncovered(log),
      through: throughs.length === 0 ? 0 : Math.min(...throughs),
      ...{ log: log.mark, release },
    };
    await bucket.put(timeframe, file, manifest);
    rows[timeframe] = manifest.rows;
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

async function logOf({ windows, slots }: Archiving, { from, to }: EndedDay): Promise<DayLog> {
  const blocks: Block[] = [];
  for (let at = from; at < to; at = windows.blockOf(at).end) blocks.push(windows.blockOf(at));
  const bySlot = new Map<number, SlotBlocks>();
  await Promise.all(
    allSlots.map(async slot => {
      const heads = await Promise.all(
        blocks.map(async block => ({ block, ...(await slots.blockHead(slot, block)) })),
      );
      const known = heads.filter(({ chunks }) => chunks > 0);
      if (known.length > 0) bySlot.set(slot, known);
    }),
  );
  const sorted = new Map([...bySlot].sort(([one], [other]) => one - other));
  const lines = [...sorted].flatMap(([slot, of]) =>
    of.map(({ block, chunks }) => `${slot} ${block.start} ${chunks}\n`),
  );
  return { bySlot: sorted, mark: hashOf(lines.join('')) };
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

/** Of the slot that has most: a gap hits all alike. */
function mostUncovered({ bySlot }: DayLog): number {
  const sums = [...bySlot.values()].map(blocks => blocks.reduce((sum, { uncovered }) => sum + uncovered, 0));
  return Math.max(0, ...sums);
}
