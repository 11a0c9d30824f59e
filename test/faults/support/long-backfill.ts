/** A first start of the whole market in the middle of a block: how long its minutes take to fetch, and how much memory that costs. */
import { eventually } from '../../runtime/ingester/support/eventually.ts';
import { MARKET } from './long-outage.ts';
import { MINUTE, NOON, Rig } from './rig.ts';

const MEBIBYTE = 1024 * 1024;
const EVERY_SECONDS = 10;

export interface LongBackfill {
  /** Bars published from the history. */
  readonly bars: number;
  readonly seconds: number;
  /** Resident memory, MiB at most. */
  readonly memory: number;
  readonly violations: readonly string[];
}

/** @param minutes of the block that are over when it starts. @param say is told now and then */
export async function longBackfill(minutes: number, say: (text: string) => void): Promise<LongBackfill> {
  await using rig = await Rig.start({
    ...MARKET,
    variables: { REST_REQUESTS_PER_SECOND: '100', REST_CONCURRENCY: '20' },
  });
  await rig.to(NOON + minutes * MINUTE + 30_000);
  rig.minute = NOON + minutes * MINUTE;
  const ingester = await rig.process();
  const start = performance.now();
  let [memory, bars, said] = [0, 0, 0];
  await eventually(async () => {
    const { backfill, held, memoryBytes } = await ingester.stats();
    memory = Math.max(memory, memoryBytes / MEBIBYTE);
    bars = backfill.bars;
    if (performance.now() - said > EVERY_SECONDS * 1_000) {
      said = performance.now();
      say(`${bars} bars, ${backfill.symbolsLeft} symbols left, at most ${memory.toFixed(0)} MiB`);
    }
    return bars > 0 && backfill.gapsOpen === 0 && held.records === 0;
  });
  const seconds = (performance.now() - start) / 1_000;
  await rig.watermarked();
  return { bars, seconds, memory, violations: await rig.unfulfilled() };
}
