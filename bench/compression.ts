/** What permessage-deflate costs and saves: bytes from the vendor, and processor time of the ingester and of a bare client. */
import type { Benchmark, Row } from './harness.ts';
import { PassingRig, PER_SECOND, type RigSetting } from './passing-rig.ts';

const SECONDS = 30;
const MILLION = 1e6;

export const compressionBenchmark: Benchmark = {
  name: 'compression',
  async run(say) {
    const rows: Row[] = [];
    for (const [who, sinks] of [
      ['a bare client', []],
      ['the ingester, sink events', ['events']],
    ] as const) {
      say(`${who}, as it is`);
      const plain = await measured({ sinks });
      say(`${who}, compressed`);
      const compressed = await measured({ sinks, compression: true });
      const row = (what: string, unit: string, of: keyof typeof plain): Row => ({
        ...{ what: `${who}, compressed: ${what}`, unit, median: compressed[of] },
        range: [compressed[of], compressed[of]],
        limit: { name: 'as it is', median: plain[of] },
      });
      rows.push(
        row('bytes an event from the vendor', 'B', 'bytes'),
        row('processor time per million events', 's', 'processor'),
      );
    }
    return rows;
  },
};

async function measured(setting: RigSetting) {
  await using rig = await PassingRig.start(setting);
  const [before, first, sent] = [rig.process.usage(), rig.load.events, rig.sentBytes];
  await rig.load.play(SECONDS, PER_SECOND);
  const events = rig.load.events - first;
  await rig.settled();
  return {
    bytes: (rig.sentBytes - sent) / events,
    processor: ((rig.process.usage().processor - before.processor) / events) * MILLION,
  };
}
