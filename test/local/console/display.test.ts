/** What is said while a pipeline runs, on a terminal and on a pipe. */
import { PassThrough } from 'node:stream';
import { expect, jest, test } from '@jest/globals';
import { openDisplay } from '../../../local/console/display.ts';
import { FeedProgress } from '../../../local/console/feed-progress.ts';
import { Progress } from '../../../local/console/progress.ts';
import type { Market } from '../../../runtime/markets/names.ts';
import { rolledTimeframes } from '../../../runtime/markets/timeframe.ts';

/** Of stocks alone, or of these markets. */
const progressOf = (title: string, ...markets: Market[]) =>
  new Progress(
    title,
    (markets.length > 0 ? markets : (['stocks'] as const)).map(market => new FeedProgress(market, market)),
  );

test.each([
  ['a terminal', true],
  ['a pipe', false],
])('nothing that is said on %s moves the cursor, rings the bell or ends the line', (_, isTTY) => {
  const output = Object.assign(new PassThrough(), { isTTY });
  const display = openDisplay({
    ...{ output, perWindow: true, isInFront: true },
    progress: progressOf('stocks, simulated, 60×'),
  });
  display.say('rollup: gave up: \u009b2J\u0007\u202e');
  display.close();
  expect(output.read().toString()).toContain('rollup: gave up: \ufffd2J\ufffd\ufffd\n');
});

test('on a pipe every change of how it is is a line, after one that says what runs', () => {
  const output = new PassThrough();
  const progress = progressOf('stocks, simulated, 60×');
  const display = openDisplay({ progress, output, perWindow: true, isInFront: true });
  progress.state = 'connected';
  progress.heldUntil = () => Date.parse('2025-11-20T18:55:00Z');
  display.close();
  const lines = ['stocks, simulated, 60×', 'connected', 'alarms are judged from 18:55 UTC on', ''];
  expect(output.read().toString()).toBe(lines.join('\n'));
});

test('of several feeds every line on a pipe says whose it is, in the time of its exchange', () => {
  const output = new PassThrough();
  const progress = progressOf('stocks + crypto, simulated, 60×', 'stocks', 'crypto');
  const display = openDisplay({ progress, output, perWindow: true, isInFront: true });
  const [stocks, crypto] = progress.feeds;
  progress.state = 'connected';
  if (stocks) stocks.connection = 'reconnecting: gone';
  const start = Date.parse('2025-11-20T14:30:00Z');
  for (const feed of [stocks, crypto])
    feed?.finished({
      ...{ symbol: 'A', timeframe: '5m', start, end: start + 300_000, volume: '1', minutes: 5, uncovered: 0 },
      ...{ open: 1, high: 1, low: 1, close: 1, session: 'regular', final: true, version: 1 },
    });
  display.close();
  expect(output.read().toString().split('\n')).toEqual([
    'stocks + crypto, simulated, 60×',
    'stocks: reconnecting: gone',
    'crypto: connected',
    'stocks  5m  2025-11-20 09:30–09:35 EST, 14:30 UTC      1 bar   A 1',
    'crypto  5m  2025-11-20 14:30–14:35 UTC      1 bar   A 1',
    '',
  ]);
  expect(progress.snapshot()).toMatchObject({ state: '1 of 2 feeds connected', bars: { '5m': 0 } });
});

test('of an import a pipe is told how far it is, with the counts', () => {
  const output = new PassThrough();
  const progress = progressOf('stocks, imported');
  const display = openDisplay({
    progress,
    output,
    perWindow: false,
    isInFront: true,
  });
  progress.state = 'importing: 43 %, about 80 s left';
  display.close();
  expect(output.read().toString()).toContain(
    `importing: 43 %, about 80 s left   0 minutes in   ${rolledTimeframes.map(each => `0 × ${each}`).join('   ')}   0 uncovered\n`,
  );
});

test('of an import a pipe is told nothing twice', () => {
  jest.useFakeTimers();
  try {
    const output = new PassThrough();
    const progress = progressOf('stocks, imported');
    const display = openDisplay({ progress, output, perWindow: false, isInFront: true });
    progress.state = 'imported: the last windows close';
    jest.advanceTimersByTime(60_000);
    display.close();
    expect(
      output
        .read()
        .toString()
        .match(/the last windows close/g),
    ).toHaveLength(1);
  } finally {
    jest.useRealTimers();
  }
});

test('a terminal that became narrower is cleared of all that it folded', () => {
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  const progress = progressOf('x'.repeat(70));
  const display = openDisplay({
    progress,
    output,
    perWindow: true,
    isInFront: true,
  });
  display.say('one');
  output.read();
  output.columns = 60;
  display.say('two');
  // Blank, the title in two, how it is, and the counts in two.
  expect(output.read().toString().slice(0, 4)).toBe('\u001b[6A');
  display.close();
});

test.each([
  ['0 columns, as where nobody has told its size, is taken for one of 80', true, '\u001b[4A'],
  ['behind which the run is, is not drawn on', false, 'two\n'],
])('a terminal of %s', (_, isInFront, expected) => {
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 0, rows: 0 });
  const progress = progressOf('x'.repeat(70));
  const display = openDisplay({
    progress,
    output,
    perWindow: true,
    isInFront,
  });
  display.say('one');
  output.read();
  display.say('two');
  expect(output.read().toString().slice(0, 4)).toBe(expected);
  display.close();
});
