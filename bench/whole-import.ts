/** What `npm start -- --import` takes in all its processes: a day of the whole market, and a sparse history of one symbol. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { type Benchmark, figures, type Row } from './harness.ts';
import { writeMarketDay } from './market-day.ts';
import { type TreeUsage, usageOf } from './process-tree.ts';

const MB = 1e6;
const HOURS = 57_600;
const HOUR = 3_600_000;
const FIRST = Date.parse('2019-01-01T00:00:00Z');
const main = fileURLToPath(new URL('../local/cli/main.ts', import.meta.url));

export const wholeImportBenchmark: Benchmark = {
  name: 'whole-import',
  async run(say) {
    const folder = await mkdtemp(join(tmpdir(), 'barflow-bench-'));
    try {
      const sparse = join(folder, 'sparse.csv');
      await writeSparse(sparse);
      const day = join(folder, 'market-day.csv');
      const rows = await writeMarketDay(day);
      return [
        ...rowsOf(`${HOURS} hourly rows of one symbol`, await usage(sparse, 'crypto', say), 60),
        ...rowsOf(`a day of the whole market, ${rows} rows`, await usage(day, 'stocks', say), 180),
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** Runs the script as `npm start` does. */
async function usage(file: string, market: string, say: (text: string) => void): Promise<TreeUsage> {
  const manifest: { scripts: { start: string } } = JSON.parse(
    await readFile(new URL('../package.json', import.meta.url), 'utf8'),
  );
  const flags = manifest.scripts.start.split(' ').filter(word => word.startsWith('--'));
  const args = [...flags, main, '--import', file, '--market', market, '--port', '0', '--exit'];
  const taken = await usageOf(args, text => say(text.trim()));
  if (taken.exitCode !== 0) throw new Error(`the import ended with exit code ${taken.exitCode}`);
  return taken;
}

function rowsOf(what: string, { wall, processor, busiest, memory }: TreeUsage, seconds: number): Row[] {
  return [
    {
      what: `${what}: imported`,
      unit: 's',
      ...figures([wall]),
      target: { kind: 'at most', value: seconds },
    },
    { what: `${what}: processor time of all threads`, unit: 's', ...figures([processor]) },
    { what: `${what}: of the busiest`, unit: 's', ...figures([busiest]) },
    {
      what: `${what}: memory of all processes`,
      unit: 'MB',
      ...figures([memory / MB]),
      target: { kind: 'at most', value: 1_000 },
    },
  ];
}

async function writeSparse(path: string): Promise<void> {
  function* text(): Generator<string> {
    yield 'ticker,volume,open,close,high,low,window_start,transactions\n';
    for (let hour = 0; hour < HOURS; hour++)
      yield `X:BTC-USD,1.5,100,101,102,99,${FIRST + hour * HOUR}000000,7\n`;
  }
  await pipeline(Readable.from(text()), createWriteStream(path));
}
