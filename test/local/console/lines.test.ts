/** What a unit's output becomes on the terminal. */
import { expect, test } from '@jest/globals';
import { unitLine } from '../../../local/console/lines.ts';

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
