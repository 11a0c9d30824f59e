/** What becomes of 100,000 events a second for five seconds: each of them arrives, or is dropped and counted. */
import { heldOrNot } from './cpu-limit.ts';
import { type Benchmark, measuredOnce, type Row } from './harness.ts';
import { PassingRig } from './passing-rig.ts';
import { measuredSinks } from './receivers.ts';

const [PER_SECOND, SECONDS] = [100_000, 5];
const SHARES = [0.5, undefined];
const MB = 1e6;

export const volumeBurstBenchmark: Benchmark = {
  name: 'volume-burst',
  async run(say, { shares = SHARES }) {
    const rows: Row[] = [];
    for (const share of shares) {
      const note = `${PER_SECOND} events/s for ${SECONDS} s, ${share ?? 'all it wants'} of a processor`;
      say(note);
      rows.push(...(await heldOrNot(note, () => measured(share, note))));
    }
    return rows;
  },
};

async function measured(share: number | undefined, note: string): Promise<Row[]> {
  await using rig = await PassingRig.start({ sinks: measuredSinks, share });
  const first = rig.load.events;
  let memory = 0;
  const timer = setInterval(() => {
    memory = Math.max(memory, rig.process.usage().memory);
  }, 100);
  await rig.load.play(SECONDS, PER_SECOND);
  await rig.settled();
  clearInterval(timer);
  const { dropped: drops, last } = await rig.end();
  const row = measuredOnce(note);
  return [
    ...rig.sinks.map(({ name, arrivals }, n): Row => {
      const dropped = drops[n] ?? Number.NaN;
      const what = `${name}, of ${last - first} sent ${arrivals.counts.events} arrived, ${dropped} were dropped and counted: the others`;
      return {
        ...row(what, '', Math.abs(arrivals.missing(last) - dropped) + arrivals.counts.doubled),
        target: { kind: 'at most', value: 0 },
      };
    }),
    row('memory, the most', 'MB', memory / MB),
  ];
}
