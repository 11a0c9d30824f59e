/** What a unit's output becomes on the terminal, and the words in which progress is shown. */
import { expect, test } from '@jest/globals';
import { countParts, shareText, unitLine } from '../../../local/console/lines.ts';

const CONTROLS = '\u001b[2J\u0007\u009b31m\u202e\r\n';
const UNPRINTABLE = /[\p{Cc}\p{Cf}]/u;
const logged = (fields: object) => JSON.stringify({ level: 'WARN', message: 'a bar', ...fields });

test('warnings are told with their details, and what is no log line as it is', () => {
  expect(unitLine('Ingester/Stocks/ingester', logged({ where: 'here', more: { a: 1 } }))).toBe(
    'ingester: warn: a bar where=here more={"a":1}',
  );
  expect(unitLine('rollup', 'Debugger attached')).toBe('rollup: Debugger attached');
  expect(unitLine('rollup', logged({ level: 'INFO' }))).toBeUndefined();
});

test.each([
  ['a message', logged({ message: CONTROLS })],
  ['a detail', logged({ reason: CONTROLS })],
  ['a detail within', logged({ error: { name: CONTROLS } })],
  ['the name of a detail', logged({ [CONTROLS]: 1 })],
  ['what is no log line', CONTROLS],
])('nothing in %s moves the cursor or rings the bell', (_, line) => {
  expect(unitLine('ingester', line)).not.toMatch(UNPRINTABLE);
});

test('a line without end is cut', () => {
  expect(unitLine('ingester', logged({ reason: 'x'.repeat(300_000) }))?.length).toBeLessThan(5_000);
});

test.each([
  [0, 1_000, 60_000, '0 %'],
  [10, 1_000, 4_000, '1 %'],
  [10, 1_000, 6_000, '1 %, about 10 min left'],
  [499, 1_000, 30_000, '49 %, about 31 s left'],
  [999, 1_000, 60_000, '99 %, about 1 s left'],
  [1_000, 1_000, 60_000, '100 %'],
])('%i of %i after %i ms are %s', (done, all, elapsed, text) => {
  expect(shareText(done, all, elapsed)).toBe(text);
});

test.each([
  [12, ['5 minutes in', '1 × 5m', '0 uncovered', '12 bars to keep']],
  [0, ['5 minutes in', '1 × 5m', '0 uncovered']],
  [undefined, ['5 minutes in', '1 × 5m', '0 uncovered']],
])('of %s bars that are yet to be kept it is told while there are any', (toKeep, parts) => {
  const [none, numbers] = [[], { minutes: 5, bars: { '5m': 1 }, uncovered: 0 }];
  const words = { title: 'stocks', state: 'imported', lastBars: none, alarms: none, faults: none };
  expect(countParts({ ...words, ...numbers, ...(toKeep !== undefined && { toKeep }) })).toEqual(parts);
});
