/** What is said while a pipeline runs, on a terminal and on a pipe. */
import { PassThrough } from 'node:stream';
import { expect, jest, test } from '@jest/globals';
import { openDisplay } from '../../../local/console/display.ts';
import { ExchangeTime } from '../../../local/console/exchange-time.ts';
import { Progress } from '../../../local/console/progress.ts';
import { Tally } from '../../../local/console/tally.ts';
import { rolledTimeframes } from '../../../runtime/markets/timeframe.ts';

test.each([
  ['a terminal', true],
  ['a pipe', false],
])('nothing that is said on %s moves the cursor, rings the bell or ends the line', (_, isTTY) => {
  const output = Object.assign(new PassThrough(), { isTTY });
  const display = openDisplay({
    ...{ output, perWindow: true, isInFront: true, time: new ExchangeTime('America/New_York') },
    progress: new Progress(new Tally('stocks'), 'stocks, simulated, 60×'),
  });
  display.say('rollup: gave up: \u009b2J\u0007\u202e');
  display.close();
  expect(output.read().toString()).toContain('rollup: gave up: \ufffd2J\ufffd\ufffd\n');
});

test('on a pipe every change of how it is is a line, after one that says what runs', () => {
  const output = new PassThrough();
  const progress = new Progress(new Tally('stocks'), 'stocks, simulated, 60×');
  const time = new ExchangeTime('America/New_York');
  const display = openDisplay({ progress, output, time, perWindow: true, isInFront: true });
  progress.state = 'connected';
  progress.heldUntil = () => Date.parse('2025-11-20T18:55:00Z');
  display.close();
  const lines = ['stocks, simulated, 60×', 'connected', 'alarms are judged from 18:55 UTC on', ''];
  expect(output.read().toString()).toBe(lines.join('\n'));
});

test('of an import a pipe is told how far it is, with the counts', () => {
  const output = new PassThrough();
  const progress = new Progress(new Tally('stocks'), 'stocks, imported');
  const display = openDisplay({
    progress,
    output,
    time: new ExchangeTime('UTC'),
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
    const progress = new Progress(new Tally('stocks'), 'stocks, imported');
    const time = new ExchangeTime('UTC');
    const display = openDisplay({ progress, output, time, perWindow: false, isInFront: true });
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
  const progress = new Progress(new Tally('stocks'), 'x'.repeat(70));
  const display = openDisplay({
    progress,
    output,
    time: new ExchangeTime('UTC'),
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
  const progress = new Progress(new Tally('stocks'), 'x'.repeat(70));
  const display = openDisplay({
    progress,
    output,
    time: new ExchangeTime('UTC'),
    perWindow: true,
    isInFront,
  });
  display.say('one');
  output.read();
  display.say('two');
  expect(output.read().toString().slice(0, 4)).toBe(expected);
  display.close();
});
