/** Spans of time and names in words. */
import { expect, test } from '@jest/globals';
import { alarmTitle, count, listText, span } from '../../../page/model/words.ts';

const MINUTE = 60_000;

test.each([
  [-5, '0 s'],
  [5_000, '5 s'],
  [12 * MINUTE + 59_000, '12 min'],
  [192 * MINUTE, '3 h 12 min'],
  [180 * MINUTE, '3 h'],
  [51 * 60 * MINUTE, '2 d 3 h'],
])('%p ms are %s', (ms, text) => expect(span(ms)).toBe(text));

test('things are counted, stretches too', () => {
  expect([count(1, 'alarm'), count(1_200, 'alarm'), count(2, 'uncovered stretch')]).toEqual([
    '1 alarm',
    '1,200 alarms',
    '2 uncovered stretches',
  ]);
});

test('alarms are called as the runbook’s sections are', () => {
  expect([alarmTitle('FeedDown'), alarmTitle('Uncovered minutes'), alarmTitle('quarantined')]).toEqual([
    'Feed down',
    'Uncovered minutes',
    'Quarantined',
  ]);
});

test('a short list is told whole, of a longer one the first and how many more', () => {
  expect([[], ['FRC', 'SIVB'], [...'ABCDE'], [...'ABCDEFG']].map(listText)).toEqual([
    '',
    'FRC, SIVB',
    'A, B, C, D, E',
    'A, B, C, D, E +2',
  ]);
});
