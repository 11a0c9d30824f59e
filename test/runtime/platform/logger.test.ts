/** The log: its level silences lines, and never a metric; what others say in it stays in its line. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { version } from '../../../runtime/platform/release-names.ts';

/** The lines that a unit prints. @param work what it does with its `logger` */
function printed(work: string, level?: string): Record<string, unknown>[] {
  const unit = `
    import { loggerFor } from './logger.ts';
    import { addCounts, metricsFor, publish } from './metrics.ts';
    const logger = loggerFor('unit');
    ${work}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', unit], {
    cwd: join(import.meta.dirname, '../../../runtime/platform'),
    env: level === undefined ? {} : { POWERTOOLS_LOG_LEVEL: level },
    encoding: 'utf8',
  });
  const lines = `${stdout}${stderr}`.trim().split('\n');
  return lines.map(line => JSON.parse(line));
}

const everyLevel = `
  for (const level of ['debug', 'info', 'warn', 'error']) logger[level](level);
  const metrics = metricsFor({ environment: 'test', feed: 'stocks' });
  addCounts(metrics, { Bars: 1, Unknown: undefined });
  publish(metrics);`;

test.each([
  [undefined, ['info', 'warn', 'error']],
  ['DEBUG', ['debug', 'info', 'warn', 'error']],
  ['WARN', ['warn', 'error']],
  ['ERROR', ['error']],
])('with POWERTOOLS_LOG_LEVEL %s lines %j are printed, and the metrics that have a value', (level, lines) => {
  const all = printed(everyLevel, level);
  expect(JSON.stringify(all)).not.toContain('Unknown');
  const said = all.map(({ message, Bars }) => message ?? `Bars ${Bars}`);
  expect(said.sort()).toEqual(['Bars 1', ...lines].sort());
});

test('every line, of the log and of metrics, says of which release it is', () => {
  expect(printed(everyLevel).map(({ release }) => release)).toEqual(Array.from({ length: 4 }, () => version));
});

test('nothing in a line of the log moves a cursor or goes on without end, in whatever it stands', () => {
  const [line] = printed(`
    const odd = '\\u001b[2J\\u009b\\u202e';
    const error = new Error(odd, { cause: new Error('x'.repeat(300_000)) });
    logger.error(odd, { odd, list: [odd], error });`);
  const text = JSON.stringify(line);
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}]|\\u00[01]/u);
  expect(text.length).toBeLessThan(30_000);
  expect(line).toMatchObject({ message: '\ufffd[2J\ufffd\ufffd', list: ['\ufffd[2J\ufffd\ufffd'] });
  expect(JSON.stringify(line?.['error'])).toContain('\\n');
});
