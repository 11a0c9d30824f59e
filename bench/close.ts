/** How long the bar store takes for a close of the whole market: a final bar of every symbol in every timeframe at once, within the limits of a table that nobody has warmed. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { barText, identityOf, isNewer, type LongerBar } from '../kit/index.ts';
import { MINUTE, minutesIn, rolledTimeframes } from '../runtime/markets/timeframe.ts';
import type { BarTable } from '../runtime/tables/bars/bar-table.ts';
import type { KnownSymbol, SymbolRegistry } from '../runtime/tables/bars/symbol-registry.ts';
import { type Benchmark, figures, type Row } from './harness.ts';
import { LocalAws, names } from './local-aws.ts';
import { BLOCK_START, sampleSymbols } from './sample.ts';
import { Storing } from './storing.ts';
import type { StoringSetup } from './storing-worker.ts';
import { TABLE_WRITES, WriteLimits } from './write-limits.ts';

/** How long an answer of DynamoDB's takes, ms. */
const ANSWER = 5;
/** What comes once more, late. */
const SOME = 1_000;
/** Four shards, ten parts each. */
const WORKERS = 40;
/** As many as there are processors: in an account every worker has its own. */
const THREADS = 2;
const SYMBOLS = 11_000;
const TARGET_SECONDS = 30;
const CLOSE = BLOCK_START + 240 * MINUTE;

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

/** A table with workers that fill it. */
interface Filled extends AsyncDisposable {
  readonly name: string;
  /** Requests that were made again. */
  retries(): number;
  drain(texts: readonly string[]): Promise<void>;
  versions(): Promise<readonly number[]>;
}

function inMemory(): Filled {
  const table = new TableInMemory();
  const storing = new Storing({ table, registry: table }, WORKERS, new WriteLimits(1));
  return {
    name: 'in memory',
    retries: () => storing.retries,
    drain: texts => storing.drain(texts),
    versions: async () => table.versions,
    [Symbol.asyncDispose]: async () => {},
  };
}

/** It answers when it can; the limits are split among the threads. */
async function inLocalServer(): Promise<Filled> {
  const aws = await LocalAws.start();
  const retries: number[] = [];
  const endpoint = aws.environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '';
  const workerData: StoringSetup = {
    ...{ endpoint, table: names.state },
    ...{ workers: WORKERS / THREADS, share: 1 / THREADS },
  };
  const program = new URL('./storing-worker.ts', import.meta.url);
  const threads = Array.from({ length: THREADS }, () => new Worker(program, { workerData }));
  return {
    name: 'local server',
    retries: () => retries.reduce((sum, each) => sum + each, 0),
    async drain(texts) {
      const part = Math.ceil(texts.length / THREADS);
      await Promise.all(
        threads.map(async (thread, n) => {
          thread.postMessage(texts.slice(n * part, (n + 1) * part));
          const [told]: { retries: number }[] = await once(thread, 'message');
          retries[n] = told?.retries ?? 0;
        }),
      );
    },
    async versions() {
      const found: number[] = [];
      const pages = paginateScan({ client: aws.dynamoDb }, { TableName: names.state });
      for await (const { Items = [] } of pages)
        for (const { version } of Items) if (version?.N !== undefined) found.push(Number(version.N));
      return found;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(threads.map(thread => thread.terminate()));
      await aws.stop();
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

export const closeBenchmark: Benchmark = {
  name: 'close',
  async run(say) {
    const rows: Row[] = [];
    for (const fill of [inMemory, inLocalServer]) {
      await using table = await fill();
      rows.push(...(await rowsOf(table, say)));
    }
    return rows;
  },
};

async function rowsOf(table: Filled, say: (text: string) => void): Promise<Row[]> {
  const count = SYMBOLS * rolledTimeframes.length;
  const rows: Row[] = [];
  for (const [what, version] of [
    ['the first close, registry and all', 2],
    ['every later close', 3],
  ] as const) {
    say(`${table.name}: ${what}`);
    const before = table.retries();
    const start = performance.now();
    await table.drain(closingBars(SYMBOLS, version));
    const seconds = (performance.now() - start) / 1_000;
    const made = table.retries() - before;
    // What comes late or twice takes nothing back.
    await table.drain(closingBars(SYMBOLS, version - 1).slice(0, SOME));
    expectAll(await table.versions(), count, version);
    rows.push({
      what: `bar store, ${count.toLocaleString('en-US')} final bars at once, table ${table.name}, ${what}: ${Math.round(count / seconds)} a second, ${made} made again`,
      unit: 's',
      ...figures([seconds]),
      limit: { name: `at ${TABLE_WRITES} writes a second`, median: count / TABLE_WRITES },
      target: { kind: 'at most', value: TARGET_SECONDS },
    });
  }
  return rows;
}

/** @throws Error when a bar is missing or not of that version */
function expectAll(versions: readonly number[], count: number, version: number): void {
  const wrong = versions.filter(stored => stored !== version).length;
  if (versions.length !== count || wrong > 0)
    throw new Error(
      `${versions.length} bars are stored, ${wrong} of another version: ${count} of ${version} were put`,
    );
}
