/** The query API at 200 requests a second beside a running feed: how long answers take, and what that does to finished bars. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { credentials, region } from '../local/engine/account.ts';
import { MINUTE } from '../runtime/markets/timeframe.ts';
import type { Asked, Asking } from './asking-worker.ts';
import { type Benchmark, figures, type Row } from './harness.ts';
import { playWindow } from './latency.ts';
import { BLOCK_START } from './sample.ts';
import { Stopwatch } from './stopwatch.ts';
import { fill, storedBars } from './stored-bars.ts';
import { TimedStage } from './timed-stage.ts';

const SYMBOLS = 500;
const BARS = 1_000;
/** As long as the windows take, or longer. */
const SECONDS = 60;
const WARMING = 5;
const PER_SECOND = 200;
const WINDOWS = 9;
const HISTORY = 'HISTORY';
/** Of ten questions: most are those of pages that are open somewhere. */
const KINDS = [
  { what: 'the newest 20 bars', share: 7 },
  { what: `${BARS} stored bars`, share: 1, target: 100 },
  { what: 'the latest of 20 symbols', share: 1 },
  { what: 'an hour of 1m', share: 1 },
] as const;

export const apiLoadBenchmark: Benchmark = {
  name: 'api-load',
  async run(say) {
    const polling = { batchingWindow: 0, expedited: false, pollMs: 1_000 };
    const size = { symbols: SYMBOLS, shards: 1, store: true };
    await using stage = await TimedStage.start({ ...size, ...polling, from: BLOCK_START });
    const { engine } = stage;
    const watch = await Stopwatch.of(stage);
    await fill(
      engine.dynamodb,
      engine.table('Stocks/Store').name,
      storedBars(HISTORY, BARS, BLOCK_START - 5 * MINUTE),
    );
    say('windows that nothing is asked beside');
    await playWindow(stage, watch, 0);
    await warm(stage, say);
    watch.reset();
    for (let window = 1; window <= WINDOWS; window++) await playWindow(stage, watch, window);
    const alone = finalsOf(watch);
    say(`the same beside ${PER_SECOND} requests a second`);
    watch.reset();
    const asking = ask(stage, SECONDS);
    for (let window = 1; window <= WINDOWS; window++) await playWindow(stage, watch, WINDOWS + window);
    return [...rowsOf(await asking), ...finalRows(alone, finalsOf(watch))];
  },
};

/** Until every worker has compiled what it runs. */
async function warm(stage: TimedStage, say: (text: string) => void): Promise<void> {
  const { failures } = await ask(stage, WARMING);
  if (failures > 0) say(`${failures} of the first requests failed`);
}

async function ask({ engine, symbols }: TimedStage, seconds: number): Promise<Asked> {
  const [api] = engine.apis;
  if (!api) throw new Error('the stage has no API');
  const newest = (limit: number) => `/v1/bars?symbols=${HISTORY}&timeframe=5m&order=desc&limit=${limit}`;
  const latest = `/v1/latest?symbols=${symbols.slice(0, 20).join(',')}`;
  const minutes = `/v1/bars?symbols=${symbols[0]}&timeframe=1m&from=${BLOCK_START}&to=${BLOCK_START + 60 * MINUTE}`;
  const questions = [newest(20), newest(BARS), latest, minutes].flatMap((question, kind) =>
    Array<string>(KINDS[kind]?.share ?? 0).fill(question),
  );
  const upstream = { endpoint: api.endpoint, region, credentials };
  const workerData: Asking = { upstream, questions, perSecond: PER_SECOND, seconds };
  const worker = new Worker(new URL('./asking-worker.ts', import.meta.url), { workerData });
  const [asked]: Asked[] = await once(worker, 'message');
  if (!asked) throw new Error('nobody has asked anything');
  return asked;
}

function rowsOf({ spans, failures }: Asked): Row[] {
  let first = 0;
  const rows = KINDS.flatMap((kind): Row[] => {
    const taken = spans.slice(first, first + kind.share).flat();
    first += kind.share;
    const what = `${PER_SECOND} requests/s beside a feed, ${kind.what}`;
    return [
      { what: `${what}: p50`, unit: 'ms', ...figures([at(taken, 0.5)]) },
      {
        ...{ what: `${what}: p99`, unit: 'ms', ...figures([at(taken, 0.99)]) },
        ...('target' in kind && { target: { kind: 'at most', value: kind.target } as const }),
      },
    ];
  });
  return [
    ...rows,
    {
      ...{ what: 'requests that failed', unit: '', ...figures([failures]) },
      target: { kind: 'at most', value: 0 },
    },
  ];
}

type Finals = Readonly<Record<'p50' | 'p99', number>>;

function finalsOf(watch: Stopwatch): Finals {
  return { p50: watch.percentile('minute', 0.5), p99: watch.percentile('minute', 0.99) };
}

function finalRows(alone: Finals, beside: Finals): Row[] {
  return (['p50', 'p99'] as const).map(share => ({
    what: `finished bars beside them, from the last minute's arrival: ${share}`,
    unit: 's',
    ...figures([beside[share]]),
    limit: { name: 'with nothing asked', median: alone[share] },
  }));
}

function at(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? Number.NaN;
}
