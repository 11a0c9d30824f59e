/** What it takes to pass 10,000 events a second on: to the events stream, and to four sinks at once, from the frame to where each is safe. */
import { heldOrNot, SHARE } from './cpu-limit.ts';
import { type Benchmark, type BenchmarkOptions, measuredOnce, type Row } from './harness.ts';
import { MemoryWatch } from './memory-watch.ts';
import { PassingRig, PER_SECOND, type RigSetting } from './passing-rig.ts';
import { measuredSinks } from './receivers.ts';

/** Seconds that are measured unless somebody wants more. */
const MEASURED = 60;
const [MILLION, MINUTE] = [1e6, 60];
/** Ms within which the sink `events` is to have 99 % acknowledged. */
const SOON = 100;
/** The first of these shares of a processor that suffices is what such a feed needs. */
const SHARES = [SHARE, 0.5, 1];

type Say = (text: string) => void;

export const eventsBenchmark: Benchmark = {
  name: 'events',
  run: (say, options) =>
    rowsOf(
      [undefined, SHARE].map(share => ({ sinks: ['events'], share })),
      options,
      say,
    ),
};

export const volumeBenchmark: Benchmark = {
  name: 'volume',
  run: (say, { shares = SHARES, ...options }) =>
    rowsOf(
      shares.map(share => ({ sinks: measuredSinks, share })),
      options,
      say,
    ),
};

async function rowsOf(
  settings: readonly RigSetting[],
  { minutes }: BenchmarkOptions,
  say: Say,
): Promise<Row[]> {
  const seconds = minutes === undefined ? MEASURED : minutes * MINUTE;
  const bare = await processorOf(say);
  const rows: Row[] = [];
  for (const setting of settings) {
    const { sinks, share = 'all it wants' } = setting;
    const note = `${sinks.length > 1 ? `${sinks.length} sinks at once` : 'one sink'}, ${share} of a processor`;
    say(note);
    const on = { note, seconds, bare, say: (text: string) => say(`${note}: ${text}`) };
    rows.push(...(await heldOrNot(note, () => measured(setting, on))));
  }
  return rows;
}

/** Seconds of processor time that a client takes for an event that only parses it. */
async function processorOf(say: Say): Promise<number> {
  say('a bare client');
  await using rig = await PassingRig.start({ sinks: [] });
  const [before, first] = [rig.process.usage(), rig.load.events];
  await rig.load.play(MEASURED / 2, PER_SECOND);
  return (rig.process.usage().processor - before.processor) / (rig.load.events - first);
}

interface On {
  /** What stands before what is measured. */
  readonly note: string;
  readonly seconds: number;
  /** Seconds of processor time that a bare client takes for an event. */
  readonly bare: number;
  readonly say: Say;
}

async function measured(setting: RigSetting, { note, seconds, bare, say }: On): Promise<Row[]> {
  await using rig = await PassingRig.start(setting);
  const memory = new MemoryWatch(rig, say);
  const [before, first] = [rig.process.usage(), rig.load.events];
  await rig.load.play(seconds, PER_SECOND);
  const after = rig.process.usage();
  memory.stop();
  await rig.settled();
  const { dropped: drops, last } = await rig.end();
  const row = measuredOnce(note);
  return [
    ...rig.sinks.flatMap(({ name, arrivals, receiver }, n): Row[] => {
      const dropped = drops[n] ?? Number.NaN;
      const [missing, doubled] = [arrivals.missing(last), arrivals.counts.doubled];
      const isEvents = name === 'events';
      return [
        row(`${name}, from frame to acknowledgement, half`, 'ms', arrivals.within(0.5)),
        {
          ...row(`${name}, 99 %`, 'ms', arrivals.within(0.99)),
          ...(isEvents && { target: { kind: 'at most', value: SOON } as const }),
        },
        {
          ...row(`${name}, bytes an event`, 'B', receiver.bytes() / arrivals.all),
          ...(isEvents && { target: { kind: 'at most', value: MILLION / PER_SECOND } as const }),
        },
        {
          ...row(
            `${name}, of ${last - first} events: ${missing} never came, ${doubled} came twice, dropped`,
            '',
            dropped,
          ),
          target: { kind: 'at most', value: 0 },
        },
      ];
    }),
    {
      ...row(
        'processor time per million events',
        's',
        ((after.processor - before.processor) / (last - first)) * MILLION,
      ),
      limit: { name: 'bare ws client, JSON.parse', median: bare * MILLION },
    },
    memory.row(row),
  ];
}
