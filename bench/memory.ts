/** How much memory one worker takes with a quarter of the US market, and whether that stays so over a week. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SHARD_SYMBOLS } from './events.ts';
import type { Benchmark } from './harness.ts';

const worker = fileURLToPath(new URL('./memory-worker.ts', import.meta.url));
/** A heap of 160 MB. Left to itself, V8 lets garbage grow with the memory of the machine, which says nothing about the worker. */
const HEAP = ['--max-old-space-size=160', '--max-semi-space-size=8'];
const MB = 1e6;

/** Resident memory after one block of the week. */
interface Size {
  readonly block: number;
  readonly rss: number;
}

export const memoryBenchmark: Benchmark = {
  name: 'memory',
  async run(say) {
    const sizes = (await sizesOfAWeek(say)).map(({ rss }) => rss / MB);
    const days = Math.floor(sizes.length / 5);
    const [first, last] = [Math.max(...sizes.slice(0, days)), Math.max(...sizes.slice(-days))];
    const [most, least] = [Math.max(...sizes), Math.min(...sizes)];
    return [
      {
        what: `worker with a 4h block of ${SHARD_SYMBOLS} symbols, the most in a week`,
        unit: 'MB resident',
        median: most,
        range: [least, most],
        target: { kind: 'at most', value: 300 },
      },
      {
        what: 'the same, on the week’s last day',
        unit: 'MB resident',
        median: last,
        range: [last, last],
        limit: { name: 'on its first day', median: first },
        target: { kind: 'at most', value: 1.15, of: 'ratio' },
      },
    ];
  },
};

function sizesOfAWeek(say: (text: string) => void): Promise<Size[]> {
  return new Promise((resolve, reject) => {
    const sizes: Size[] = [];
    const child = fork(worker, { execArgv: HEAP });
    child.on('message', message => {
      if (!isSize(message)) return;
      sizes.push(message);
      say(`${new Date(message.block).toISOString()} ${Math.round(message.rss / MB)} MB`);
    });
    child.once('error', reject);
    child.once('exit', code => {
      if (code === 0 && sizes.length > 0) resolve(sizes);
      else reject(new Error(`the worker ended with ${code} after ${sizes.length} blocks`));
    });
  });
}

function isSize(message: unknown): message is Size {
  return typeof message === 'object' && message !== null && 'block' in message && 'rss' in message;
}
