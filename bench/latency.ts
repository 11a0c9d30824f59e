/** How late finished bars are when Lambda looks once a second whether a shard has anything new: from the arrival of what closed their window to their put. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE } from '../runtime/markets/timeframe.ts';
import { type Benchmark, figures, type Row } from './harness.ts';
import { BLOCK_START, noise } from './sample.ts';
import { Stopwatch } from './stopwatch.ts';
import { TimedStage } from './timed-stage.ts';

/** Windows that end one after the other; the first is not counted: nothing is compiled yet. */
const WINDOWS = 12;
const WINDOW = 5 * MINUTE;
/** After a minute's end its bars come, and after this its watermark, ms. */
const [BARS, GRACE] = [2_000, 5_000];
/** Of all symbols, the share that does not trade in a window's last minute. */
const QUIET = 0.1;
/** How often a poll comes at another moment, ms. */
const POLL = 1_000;

interface Setting {
  readonly symbols: number;
  readonly shards: number;
  readonly note: string;
  /** Of the event source, s. */
  readonly batchingWindow: number;
  /** Whether records are pushed to the roll-up. */
  readonly expedited: boolean;
  readonly targets: boolean;
}

const sizes = [
  { symbols: 500, shards: 1 },
  { symbols: 11_000, shards: 4 },
] as const;
const settings: readonly Setting[] = sizes.flatMap(size => [
  { ...size, note: 'looked at every second', batchingWindow: 0, expedited: false, targets: true },
  { ...size, note: 'batching window of 1 s', batchingWindow: 1, expedited: false, targets: false },
  { ...size, note: 'expedited', batchingWindow: 0, expedited: true, targets: true },
]);

export const latencyBenchmark: Benchmark = {
  name: 'latency',
  async run(say) {
    const rows: Row[] = [];
    for (const setting of settings) rows.push(...(await rowsOf(setting, say)));
    return rows;
  },
};

async function rowsOf(setting: Setting, say: (text: string) => void): Promise<Row[]> {
  const { symbols, note, targets } = setting;
  await using stage = await TimedStage.start({ ...setting, pollMs: POLL, from: BLOCK_START });
  const watch = await Stopwatch.of(stage);
  const what = `${symbols.toLocaleString('en-US')} symbols, ${note}`;
  for (let window = 0; window < WINDOWS; window++) {
    say(`${what}: window ${window} of ${WINDOWS - 1}`);
    if (window === 1) watch.reset();
    await playWindow(stage, watch, window);
  }
  const row = (by: 'minute' | 'watermark', share: number, target: number): Row => ({
    what: `${what}, closed by ${by === 'minute' ? 'their last minute' : 'a watermark'}: p${share * 100}`,
    unit: 's',
    ...figures([watch.percentile(by, share)]),
    limit: { name: 'as the roll-up tells', median: watch.told(by, share) },
    ...(targets && share > 0.5 && { target: { kind: 'at most', value: target } as const }),
  });
  return [
    row('minute', 0.5, 1),
    row('minute', 0.99, 1),
    row('watermark', 0.5, 3),
    row('watermark', 0.99, 3),
    {
      what: `${what}: invocations a shard that finish the windows of a minute`,
      unit: '',
      ...figures([watch.invocations / setting.shards / (WINDOWS - 1)]),
    },
  ];
}

/** The first minute of every symbol, then the last one of most, and its watermark when it is due. */
export async function playWindow(stage: TimedStage, watch: Stopwatch, window: number): Promise<void> {
  const start = BLOCK_START + window * WINDOW;
  const end = start + WINDOW;
  stage.clock.set({ now: end - MINUTE + GRACE });
  await stage.publish(stage.symbols, start, end - MINUTE);
  await stage.engine.drained();
  watch.begin(end);
  // Nobody knows when a poll comes.
  await sleep(POLL * noise(window, stage.symbols.length));
  stage.clock.set({ now: end + BARS });
  const trading = stage.symbols.filter((_, index) => noise(index, window + 1) >= QUIET);
  const due = sleep(GRACE - BARS);
  await stage.publish(trading, end - MINUTE);
  await due;
  await stage.publish([], end - MINUTE, end);
  await watch.finished(stage.symbols.length);
}
