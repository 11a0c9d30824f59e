/** How fast a day of the whole market is read from its flat file, proven, kept and brought in order, and what it takes to keep it. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFlatFiles } from '../local/flat-files/flat-file.ts';
import { type Benchmark, figures, inTurns, median, type Taken } from './harness.ts';
import { writeMarketDay } from './market-day.ts';

const RUNS = 3;
const MB = 1e6;

export const importBenchmark: Benchmark = {
  name: 'import',
  async run(say) {
    const folder = await mkdtemp(join(tmpdir(), 'barflow-bench-'));
    try {
      const path = join(folder, 'market-day.csv');
      const rows = await writeMarketDay(path);
      const kept: number[] = [];
      const read = async () => {
        const before = process.memoryUsage().arrayBuffers;
        const files = await readFlatFiles([path], { market: 'stocks' });
        if (files.rows.length !== rows)
          throw new Error(`only ${files.rows.length} of ${rows} rows were read`);
        globalThis.gc?.();
        kept.push((process.memoryUsage().arrayBuffers - before) / MB);
      };
      const taken = await inTurns({ read: { run: read }, bare: { run: () => bareRead(path) } }, RUNS, say);
      const rates = (name: 'read' | 'bare') =>
        (taken.get(name) ?? []).map(({ processor }: Taken) => rows / processor / 1e3);
      const what = `a day’s file of the whole market, ${rows} rows by ticker`;
      return [
        {
          what: `${what}: read, proven, in order`,
          unit: 'k rows/s',
          ...figures(rates('read')),
          limit: { name: 'a bare read of the file', median: median(rates('bare')) },
        },
        {
          what: `${what}: kept`,
          unit: 'MB beside the heap',
          ...figures([Math.max(...kept)]),
          target: { kind: 'at most', value: 150 },
        },
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function bareRead(path: string): Promise<void> {
  for await (const chunk of createReadStream(path)) if (chunk.length === 0) return;
}
