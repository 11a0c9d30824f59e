/** How much memory the ingester takes with the whole market, and whether that stays so: an hour of it, minute by minute, as fast as it can. */
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { SimulatedMarket } from '../local/simulator/market.ts';
import { Vendor } from '../local/simulator/vendor.ts';
import { ingesterEnv } from '../runtime/ingester/names.ts';
import { MINUTE } from '../runtime/markets/timeframe.ts';
import { EventClock } from '../runtime/platform/clock.ts';
import { toldSettings } from '../runtime/platform/settings.ts';
import { heldOrNot, limitCpu, SHARE } from './cpu-limit.ts';
import { type Benchmark, figures, type Row } from './harness.ts';
import { IngesterProcess } from './ingester-process.ts';
import type { Usage } from './ingester-worker.ts';
import { LocalAws } from './local-aws.ts';
import { TakingKinesis } from './taking-kinesis.ts';

const SYMBOLS = 11_000;
/** Trades a minute of the quietest: every symbol trades every minute. */
const QUIETEST = 50;
const MINUTES = 60;
/** The regular session's first minute. */
const OPEN = Date.parse('2025-11-20T14:30:00Z');
/** Ms after a minute's end by which its burst is out and its grace is over. */
const SETTLED = 6_000;
/** More shards than the pace of which bounds anything. */
const SHARDS = 32;
const MB = 1e6;

export const ingesterMemoryBenchmark: Benchmark = {
  name: 'ingester-memory',
  async run(say) {
    const held = await heldOrNot('ingester-memory', () => rowsOf(SHARE, say));
    return [...(await rowsOf(undefined, say)), ...held];
  },
};

async function rowsOf(share: number | undefined, say: (text: string) => void): Promise<Row[]> {
  const { usages, means } = await anHour(share, say);
  const limited = share === undefined ? '' : `, ${share} of a processor (${means})`;
  const what = `ingester with ${SYMBOLS} symbols over an hour${limited}`;
  const quarter = MINUTES / 4;
  const most = (from: number) => Math.max(...usages.slice(from, from + quarter).map(({ rss }) => rss / MB));
  const minutes = usages.slice(1).map(({ processor }, n) => processor - (usages[n]?.processor ?? 0));
  return [
    {
      what: `${what}: the most`,
      unit: 'MB resident',
      ...highest(usages.map(({ rss }) => rss / MB)),
      target: { kind: 'at most', value: 200 },
    },
    {
      what: `${what}: in its last quarter`,
      unit: 'MB resident',
      ...highest([most(3 * quarter)]),
      limit: { name: 'in its second quarter', median: most(quarter) },
      target: { kind: 'at most', value: 1.15, of: 'ratio' },
    },
    { what: `${what}: processor time a minute`, unit: 's', ...figures(minutes) },
  ];
}

function highest(values: readonly number[]): Pick<Row, 'median' | 'range'> {
  return { median: Math.max(...values), range: [Math.min(...values), Math.max(...values)] };
}

/** What the ingester has used after each minute. */
async function anHour(
  share: number | undefined,
  say: (text: string) => void,
): Promise<{ readonly usages: readonly Usage[]; readonly means: string | undefined }> {
  await using open = new AsyncDisposableStack();
  const clock = new EventClock({ now: OPEN, speed: 0 });
  const source = new SimulatedMarket({ market: 'stocks', symbols: SYMBOLS, quietest: QUIETEST, from: OPEN });
  const vendor = open.adopt(await Vendor.start({ market: 'stocks', source, clock }), each => each.close());
  const kinesis = open.adopt(await TakingKinesis.start(SHARDS), each => each.stop());
  const aws = open.adopt(await LocalAws.start(), each => each.stop());
  const ingester = open.adopt(
    await IngesterProcess.start(
      {
        ...aws.environment,
        AWS_ENDPOINT_URL_KINESIS: kinesis.endpoint,
        [ingesterEnv.apiKey]: 'key',
        [ingesterEnv.feedUrl]: vendor.url,
        [ingesterEnv.restUrl]: vendor.restUrl,
        [toldSettings.backfillOnStart.variable]: 'none',
      },
      OPEN,
    ),
    each => each.stop(),
  );
  await vendor.subscribed;
  const limit = share === undefined ? undefined : limitCpu(ingester.pid, share);
  if (limit) open.defer(() => limit.release());
  const usages: Usage[] = [];
  for (let end = OPEN + MINUTE; end <= OPEN + MINUTES * MINUTE; end += MINUTE) {
    await ingester.setClock(end + SETTLED, 0);
    clock.set({ now: end + SETTLED });
    await turn();
    await vendor.settled();
    await quiet(kinesis);
    usages.push(await ingester.usage());
    const { rss = 0 } = usages.at(-1) ?? {};
    if (usages.length % 5 === 0) say(`minute ${usages.length} of ${MINUTES}: ${Math.round(rss / MB)} MB`);
  }
  if (kinesis.records < SYMBOLS * MINUTES) throw new Error(`only ${kinesis.records} records were put`);
  return { usages, means: limit?.means };
}

/** Resolves once nothing has been put for a while. */
async function quiet(kinesis: TakingKinesis): Promise<void> {
  for (let before = -1; before !== kinesis.records; await sleep(250)) before = kinesis.records;
}
