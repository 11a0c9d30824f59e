/** The log beside the numbers: its level silences lines, and never a metric. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** What a unit prints that says a line of each level and counts something. */
function printed(level: string | undefined): string[] {
  const unit = `
    import { loggerFor } from './logger.ts';
    import { addCounts, metricsFor, publish } from './metrics.ts';
    const logger = loggerFor('unit');
    for (const level of ['debug', 'info', 'warn', 'error']) logger[level](level);
    const metrics = metricsFor({ environment: 'test', feed: 'stocks' });
    addCounts(metrics, { Bars: 1 });
    publish(metrics);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', unit], {
    cwd: join(import.meta.dirname, '../../../runtime/platform'),
    env: level === undefined ? {} : { POWERTOOLS_LOG_LEVEL: level },
    encoding: 'utf8',
  });
  const lines = `${stdout}${stderr}`.trim().split('\n');
  return lines.map(line => JSON.parse(line)).map(({ message, Bars }) => message ?? `Bars ${Bars}`);
}

test.each([
  [undefined, ['info', 'warn', 'error']],
  ['DEBUG', ['debug', 'info', 'warn', 'error']],
  ['WARN', ['warn', 'error']],
  ['ERROR', ['error']],
])('with POWERTOOLS_LOG_LEVEL %s lines %j are printed, and the metrics', (level, lines) => {
  expect(printed(level).sort()).toEqual(['Bars 1', ...lines].sort());
});
