/** `npm run bench`: measures speed, memory and cost, each beside what bounds it, and prints one table. */
import { parseArgs } from 'node:util';
import { burstBenchmark } from './burst.ts';
import { coldStartBenchmark } from './cold-start.ts';
import { foldBenchmark } from './fold.ts';
import { framesBenchmark } from './frames.ts';
import { handlerBenchmark } from './handler.ts';
import type { Benchmark, Row } from './harness.ts';
import { ingesterMemoryBenchmark } from './ingester-memory.ts';
import { localEngineBenchmark } from './local-engine.ts';
import { memoryBenchmark } from './memory.ts';
import { stateCostBenchmark } from './state-cost.ts';
import { isMet, ratioOf, tableOf } from './table.ts';

const benchmarks: readonly Benchmark[] = [
  foldBenchmark,
  handlerBenchmark,
  framesBenchmark,
  burstBenchmark,
  ingesterMemoryBenchmark,
  localEngineBenchmark,
  coldStartBenchmark,
  memoryBenchmark,
  stateCostBenchmark,
];
const names = benchmarks.map(({ name }) => name).join(', ');

const usage = `Usage: npm run bench -- [options]

  --only NAME   one of ${names}; may be repeated (default: all)
  --json        the rows as JSON instead of a table
  --help        this text
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const unknown = values.only?.filter(name => !benchmarks.some(benchmark => benchmark.name === name)) ?? [];
if (values.help) {
  process.stdout.write(usage);
} else if (unknown.length > 0) {
  process.stderr.write(`benchmark '${unknown.join("', '")}' is unknown: use one of ${names}\n`);
  process.exitCode = 2;
} else {
  const rows: Row[] = [];
  for (const { name, run } of benchmarks) {
    if (values.only && !values.only.includes(name)) continue;
    rows.push(...(await run(text => process.stderr.write(`${name}: ${text}\n`))));
  }
  const report = rows.map(row => ({ ...row, ratio: ratioOf(row), met: isMet(row) }));
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : `${tableOf(rows)}\n`);
}
