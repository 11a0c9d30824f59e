/** A stream that takes nothing of the whole market for many minutes: how much memory and disk that costs, and whether everything comes afterwards. */
import { eventually } from '../../runtime/ingester/support/eventually.ts';
import { breakOff, passOn } from './faulty-endpoint.ts';
import { Rig } from './rig.ts';

const MEBIBYTE = 1024 * 1024;
/** All that trades, and shards enough for it. */
export const MARKET = { symbols: 11_000, subscription: '*', shards: 16 };

export interface Outage {
  /** Resident memory above that of two quiet minutes, MiB at most. */
  readonly memory: number;
  /** Records that waited on disk, at most. */
  readonly onDisk: number;
  readonly violations: readonly string[];
}

/** @param say is told after every minute of it */
export async function longOutage(minutes: number, say: (text: string) => void): Promise<Outage> {
  await using rig = await Rig.start(MARKET);
  const ingester = await rig.process();
  await rig.live(ingester);
  await rig.play(2);
  await rig.watermarked();
  const idle = (await ingester.stats()).memoryBytes;
  rig.kinesis.fault = breakOff;
  let [memory, onDisk] = [0, 0];
  for (let minute = 1; minute <= minutes; minute++) {
    await rig.play();
    const { held, memoryBytes } = await ingester.stats();
    memory = Math.max(memory, (memoryBytes - idle) / MEBIBYTE);
    onDisk = Math.max(onDisk, held.onDisk);
    say(
      `minute ${minute} of ${minutes}: ${memory.toFixed(0)} MiB above idle, ${held.onDisk} records on disk`,
    );
  }
  rig.kinesis.fault = passOn;
  say('the stream is back');
  await eventually(async () => {
    const { held, memoryBytes } = await ingester.stats();
    memory = Math.max(memory, (memoryBytes - idle) / MEBIBYTE);
    return held.records === 0;
  });
  await rig.watermarked();
  return { memory, onDisk, violations: await rig.unfulfilled({ repeats: true }) };
}
