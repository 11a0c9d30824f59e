/** How long the bar store takes for a close of the whole market: a final bar of every symbol in every timeframe at once, within the limits of a table that nobody has warmed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { barText, handleBars, identityOf, isNewer, type LongerBar } from '../kit/index.ts';
import { BarStore, type BarStoreProps } from '../runtime/bar-store/bar-store.ts';
import { MINUTE, minutesIn, rolledTimeframes } from '../runtime/markets/timeframe.ts';
import { defaultStoreDays } from '../runtime/platform/store-days.ts';
import { BarTable } from '../runtime/tables/bars/bar-table.ts';
import { type KnownSymbol, SymbolRegistry } from '../runtime/tables/bars/symbol-registry.ts';
import { type Benchmark, figures, type Row } from './harness.ts';
import { LocalAws, names } from './local-aws.ts';
import { BLOCK_START, sampleSymbols } from './sample.ts';
import { TABLE_WRITES, WriteLimits } from './write-limits.ts';

/** How long an answer of DynamoDB's takes, ms. */
const ANSWER = 5;
const BATCH = 1_000;
/** Four shards, ten parts each. */
const WORKERS = 40;
const TARGET_SECONDS = 30;
/** An invocation on a machine that does other things meanwhile gets this long (ms): the figure says how long it took. */
const PATIENCE = 600_000;
const CLOSE = BLOCK_START + 240 * MINUTE;

interface Setting {
  readonly table: 'in memory' | 'local server';
  readonly symbols: number;
  /** Share of the limits, as of the symbols. */
  readonly share: number;
  readonly workers: number;
}

/** The local server answers when it can: all workers are one process here, and the SDK takes more of it than the server. */
const settings: readonly Setting[] = [
  { table: 'in memory', symbols: 11_000, share: 1, workers: WORKERS },
  { table: 'local server', symbols: 11_000, share: 1, workers: WORKERS },
];

/** Bars and symbols with the answers of the service, after the time that it takes. */
class TableInMemory implements Pick<BarTable, 'put'>, Pick<SymbolRegistry, 'read' | 'widen'> {
  readonly #bars = new Map<string, LongerBar>();
  readonly #symbols = new Map<string, KnownSymbol>();

  get versions(): number[] {
    return [...this.#bars.values()].map(({ version }) => version);
  }

  async put(bar: LongerBar): Promise<boolean> {
    await sleep(ANSWER);
    const kept = this.#bars.get(identityOf(bar));
    if (kept && !isNewer(bar, kept)) return false;
    this.#bars.set(identityOf(bar), bar);
    return true;
  }

  async read(symbols: readonly string[]) {
    await sleep(ANSWER);
    return { known: symbols.flatMap(symbol => this.#symbols.get(symbol) ?? []), unread: [] };
  }

  async widen(to: KnownSymbol): Promise<void> {
    await sleep(ANSWER);
    this.#symbols.set(to.symbol, to);
  }
}

/** A table, its registry and how many bars of which versions are in it. */
interface Kept {
  readonly table: BarStoreProps['table'];
  readonly registry: BarStoreProps['registry'];
  versions(): Promise<number[]>;
}

function inMemory(): Kept {
  const table = new TableInMemory();
  return { table, registry: table, versions: async () => table.versions };
}

async function inLocalServer(open: AsyncDisposableStack): Promise<Kept> {
  const aws = open.adopt(await LocalAws.start(), each => each.stop());
  return {
    table: new BarTable(aws.dynamoDb, names.state),
    registry: new SymbolRegistry(aws.dynamoDb, names.state),
    versions: async () => {
      const found: number[] = [];
      const pages = paginateScan({ client: aws.dynamoDb }, { TableName: names.state });
      for await (const { Items = [] } of pages)
        for (const { version } of Items) if (version?.N !== undefined) found.push(Number(version.N));
      return found;
    },
  };
}

/** The bars of the close, all of one version. */
function closingBars(symbols: number, version: number): string[] {
  return sampleSymbols(symbols).flatMap(symbol =>
    rolledTimeframes.map(timeframe => {
      const bar: LongerBar = {
        ...{ type: 'bar', symbol, timeframe, start: CLOSE - minutesIn[timeframe] * MINUTE, end: CLOSE },
        ...{ open: 212.4, high: 212.99, low: 211.1, close: 212.4, volume: '1234567', vwap: 212.4123 },
        ...{ minutes: minutesIn[timeframe], uncovered: 0, session: 'regular', final: true, version },
      };
      return barText(bar);
    }),
  );
}

function eventsOf(texts: readonly string[]) {
  return Array.from({ length: Math.ceil(texts.length / BATCH) }, (_, n) => ({
    Records: texts.slice(n * BATCH, (n + 1) * BATCH).map((text, index) => ({
      kinesis: {
        data: Buffer.from(text).toString('base64'),
        partitionKey: 'any',
        sequenceNumber: `${n * BATCH + index + 1}`,
      },
    })),
  }));
}

export const closeBenchmark: Benchmark = {
  name: 'close',
  async run(say) {
    const rows: Row[] = [];
    for (const setting of settings) rows.push(...(await rowsOf(setting, say)));
    return rows;
  },
};

async function rowsOf(setting: Setting, say: (text: string) => void): Promise<Row[]> {
  const { table, symbols, share } = setting;
  await using open = new AsyncDisposableStack();
  const kept = table === 'local server' ? await inLocalServer(open) : inMemory();
  const limits = new WriteLimits(share);
  let retries = 0;
  const workers = Array.from({ length: setting.workers }, () =>
    workerOf(kept, limits, throttled => {
      retries += throttled;
    }),
  );
  const count = symbols * rolledTimeframes.length;
  const rows: Row[] = [];
  for (const [what, version] of [
    ['the first close, registry and all', 2],
    ['every later close', 3],
  ] as const) {
    say(`${table}: ${what}`);
    retries = 0;
    const seconds = await drain(eventsOf(closingBars(symbols, version)), workers);
    const made = retries;
    // What comes late or twice takes nothing back.
    await drain(eventsOf(closingBars(symbols, version - 1).slice(0, BATCH)), workers);
    expectAll(await kept.versions(), count, version);
    rows.push({
      what: `bar store, ${count.toLocaleString('en-US')} final bars at once, table ${table}, ${what}: ${Math.round(count / seconds)} a second, ${made} made again`,
      unit: 's',
      ...figures([seconds]),
      limit: { name: `at ${TABLE_WRITES * share} writes a second`, median: count / (TABLE_WRITES * share) },
      target: { kind: 'at most', value: TARGET_SECONDS },
    });
  }
  return rows;
}

type Worker = ReturnType<typeof handleBars>;

/** One of many execution environments, as the function's door makes it. */
function workerOf(
  { table, registry }: Kept,
  limits: WriteLimits,
  onRetries: (throttled: number) => void,
): Worker {
  const store = new BarStore({
    table: {
      put: async (bar, ...rest) => {
        limits.take(`${bar.symbol}#${bar.timeframe}`);
        return table.put(bar, ...rest);
      },
    },
    registry: {
      read: (...asked) => registry.read(...asked),
      widen: async (to, ...rest) => {
        limits.take(to.symbol);
        return registry.widen(to, ...rest);
      },
    },
    days: defaultStoreDays,
    wallClock: Date.now,
  });
  return handleBars({
    filter: { final: true },
    onBars: async (bars, signal) => onRetries((await store.write(bars, signal)).throttled),
  });
}

/** @returns the seconds that it took */
async function drain(events: ReturnType<typeof eventsOf>, workers: readonly Worker[]): Promise<number> {
  const start = performance.now();
  const serve = async (worker: Worker) => {
    for (let event = events.pop(); event !== undefined; event = events.pop())
      for (let isDone = false; !isDone; )
        isDone =
          (await worker(event, { getRemainingTimeInMillis: () => PATIENCE })).batchItemFailures.length === 0;
  };
  await Promise.all(workers.map(serve));
  return (performance.now() - start) / 1_000;
}

/** @throws Error when a bar is missing or not of that version */
function expectAll(versions: readonly number[], count: number, version: number): void {
  const wrong = versions.filter(stored => stored !== version).length;
  if (versions.length !== count || wrong > 0)
    throw new Error(
      `${versions.length} bars are stored, ${wrong} of another version: ${count} of ${version} were put`,
    );
}
