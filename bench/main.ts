/** `npm run bench`: measures speed, memory and cost, each beside what bounds it, and prints one table. */
import { optionsOf } from '../local/command-line/command-line.ts';
import { numberOf, UsageError } from '../local/command-line/option-values.ts';
import { apiBenchmark } from './api.ts';
import { apiLoadBenchmark } from './api-load.ts';
import { archiveBenchmark } from './archive.ts';
import { besideBenchmark } from './beside.ts';
import { burstBenchmark } from './burst.ts';
import { closeBenchmark } from './close.ts';
import { coldStartBenchmark } from './cold-start.ts';
import { compressionBenchmark } from './compression.ts';
import { featuresBenchmark } from './features.ts';
import { foldBenchmark } from './fold.ts';
import { framesBenchmark } from './frames.ts';
import { handlerBenchmark } from './handler.ts';
import type { Benchmark, BenchmarkOptions, Row } from './harness.ts';
import { importBenchmark } from './import.ts';
import { ingesterMemoryBenchmark } from './ingester-memory.ts';
import { latencyBenchmark } from './latency.ts';
import { localEngineBenchmark } from './local-engine.ts';
import { memoryBenchmark } from './memory.ts';
import { pageBenchmark } from './page.ts';
import { redisBenchmark } from './redis.ts';
import { researchBenchmark } from './research.ts';
import { stateCostBenchmark } from './state-cost.ts';
import { isMet, ratioOf, tableOf } from './table.ts';
import { eventsBenchmark, volumeBenchmark } from './volume.ts';
import { volumeBurstBenchmark } from './volume-burst.ts';
import { wholeImportBenchmark } from './whole-import.ts';

const benchmarks: readonly Benchmark[] = [
  foldBenchmark,
  featuresBenchmark,
  handlerBenchmark,
  framesBenchmark,
  burstBenchmark,
  closeBenchmark,
  latencyBenchmark,
  ingesterMemoryBenchmark,
  localEngineBenchmark,
  coldStartBenchmark,
  memoryBenchmark,
  stateCostBenchmark,
  importBenchmark,
  wholeImportBenchmark,
  pageBenchmark,
  redisBenchmark,
  apiBenchmark,
  apiLoadBenchmark,
  archiveBenchmark,
  researchBenchmark,
  eventsBenchmark,
  volumeBenchmark,
  volumeBurstBenchmark,
  besideBenchmark,
  compressionBenchmark,
];
const names = benchmarks.map(({ name }) => name).join(', ');

const usage = `Usage: npm run bench -- [options]

  --only NAME   only this one; may be repeated (default: all)
  --minutes N   so long measure those that run for a while: events, volume (default: a minute)
  --share S     these hold the ingester to that share of a processor; may be repeated (default: several)
  --json        the rows as JSON instead of a table
  -h, --help    this text
Benchmarks: ${names.replaceAll(/((?:[\w-]+, ){5}[\w-]+,) /g, '$1\n            ')}
Exit codes: 0 measured, 2 it cannot be run`;

const flags = {
  only: { type: 'string', multiple: true },
  minutes: { type: 'string' },
  share: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;
const { chosen, options, isJson } = optionsOf(usage, flags, ({ only, minutes, share, json = false }) => {
  const unknown = only?.filter(name => !benchmarks.some(benchmark => benchmark.name === name)) ?? [];
  if (unknown.length > 0)
    throw new UsageError(`--only '${unknown.join("', '")}' is unknown: use one of ${names}`);
  const options: BenchmarkOptions = {
    minutes:
      minutes === undefined ? undefined : numberOf('minutes', minutes, { fallback: 1, min: 0.1, max: 1_440 }),
    shares: share?.map(each => numberOf('share', each, { fallback: 1, min: 0.05, max: 64 })),
  };
  return { chosen: benchmarks.filter(({ name }) => only?.includes(name) ?? true), options, isJson: json };
});
const rows: Row[] = [];
for (const { name, run } of chosen)
  rows.push(...(await run(text => process.stderr.write(`${name}: ${text}\n`), options)));
const report = rows.map(row => ({ ...row, ratio: ratioOf(row), met: isMet(row) }));
process.stdout.write(isJson ? `${JSON.stringify(report, null, 2)}\n` : `${tableOf(rows)}\n`);
