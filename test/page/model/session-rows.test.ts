/** A row of the panel of sessions: what is nothing is told from what is something. */
import { expect, test } from '@jest/globals';
import { readSessions } from '../../../page/api/read.ts';
import { sessionRow } from '../../../page/model/session-rows.ts';
import { Zone } from '../../../page/model/zone.ts';
import { sessionOn } from '../support/sessions.ts';

const NOW = Date.parse('2025-11-20T18:46:05Z');

function rowOf(changes: Parameters<typeof sessionOn>[1]) {
  const [record] = readSessions({ sessions: [sessionOn('2025-11-20', changes)] });
  if (record === undefined) throw new Error('there is one');
  return sessionRow(record, new Zone('America/New_York'), new Zone('UTC'), NOW);
}

test('a quiet session says when its bars were, and that nothing else was', () => {
  const { Date: date, Session, Minutes, Bars, ...others } = rowOf({});
  expect([date, Session, Minutes, Bars].map(({ text }) => text)).toEqual([
    'Thu 20 Nov',
    'regular',
    '09:30–15:59',
    '13,260',
  ]);
  expect(Object.values(others)).toEqual(Array.from({ length: 5 }, () => ({ text: '0', isNothing: true })));
});

test('a troubled one has a line for each cause, and each way to go on', () => {
  const row = rowOf({ uncovered: 3, reconnections: { a: 2, b: 1 }, handOvers: 1, takeOvers: 2 });
  expect(row.Uncovered).toEqual({ text: '3', isNothing: false });
  expect(row.Reconnections).toEqual({ text: '2 × a\n1 × b' });
  expect(row['Hand-overs']).toEqual({ text: '1 handed over\n2 taken over' });
});

test('one without bars has no minutes', () => {
  expect(rowOf({ firstMinute: undefined, lastMinute: undefined }).Minutes).toEqual({
    ...{ text: '–', isNothing: true },
  });
});
