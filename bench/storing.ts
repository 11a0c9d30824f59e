/** The bar store's door many times over, as Lambda has it, and what it takes them to be done with bars that come at once. */
import { handleBars } from '../kit/index.ts';
import { BarStore, type BarStoreProps } from '../runtime/bar-store/bar-store.ts';
import { defaultStoreDays } from '../runtime/platform/store-days.ts';
import type { WriteLimits } from './write-limits.ts';

const BATCH = 1_000;
/** An invocation on a machine that does other things meanwhile gets this long (ms): the figure says how long it took. */
const PATIENCE = 600_000;

/** Where bars are kept. */
export interface Shelf {
  readonly table: BarStoreProps['table'];
  readonly registry: BarStoreProps['registry'];
}

/** Execution environments that share limits. */
export class Storing {
  /** Requests that were made again. */
  retries = 0;
  readonly #workers: readonly Worker[];

  constructor(shelf: Shelf, workers: number, limits: WriteLimits) {
    this.#workers = Array.from({ length: workers }, () =>
      workerOf(shelf, limits, throttled => {
        this.retries += throttled;
      }),
    );
  }

  /** Resolves when all of these bars are kept. */
  async drain(texts: readonly string[]): Promise<void> {
    const events = eventsOf(texts);
    const serve = async (worker: Worker) => {
      for (let event = events.pop(); event !== undefined; event = events.pop())
        for (let isDone = false; !isDone; )
          isDone =
            (await worker(event, { getRemainingTimeInMillis: () => PATIENCE })).batchItemFailures.length ===
            0;
    };
    await Promise.all(this.#workers.map(serve));
  }
}

type Worker = ReturnType<typeof handleBars>;

/** One of many execution environments, as the function's door makes it. */
function workerOf(
  { table, registry }: Shelf,
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
