/** The evaluator against the examples of CloudWatch's documentation: every way to treat missing data, M of N, sparse and late data. */
import { describe, expect, test } from '@jest/globals';
import {
  type AlarmState,
  alarmStates,
  evaluateAlarm,
  evaluationRange,
  type MissingData,
  missingDataTreatments,
} from '../../../local/alarms/evaluate.ts';

/** `0` does not breach, `X` breaches, `-` is missing; the newest comes last. */
function state(points: string, m: number, n: number, treatment: MissingData, before: AlarmState = 'OK') {
  const datapoints = points.split(' ').map(point => (point === '-' ? undefined : Number(point === 'X')));
  return evaluateAlarm(
    {
      evaluationPeriods: n,
      datapointsToAlarm: m,
      treatMissingData: treatment,
      breaches: value => value === 1,
    },
    datapoints,
    before,
  );
}

const RETAIN = 'retain';
const NO_DATA = 'INSUFFICIENT_DATA';

/** A row of the documentation: datapoints, then the state for `missing`, `ignore`, `breaching` and `notBreaching`. */
type Row = readonly [
  points: string,
  missing: string,
  ignore: string,
  breaching: string,
  notBreaching: string,
];

const threeOfThree: readonly Row[] = [
  ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'OK', 'OK'],
  ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', NO_DATA, RETAIN, 'ALARM', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - X - -', 'ALARM', RETAIN, 'ALARM', 'OK'],
];

const twoOfThree: readonly Row[] = [
  ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - X -', 'ALARM', RETAIN, 'ALARM', 'OK'],
];

/** Real datapoints are looked for as far back as the range goes: one suffices here. */
const oneOfOne: readonly Row[] = [
  ['- - -', NO_DATA, RETAIN, 'ALARM', 'OK'],
  ['X - -', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - -', 'OK', 'OK', 'OK', 'OK'],
  ['0 - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['X 0 -', 'OK', 'OK', 'OK', 'OK'],
];

/** Sparse: a metric that has a datapoint in every third period or so. */
const threeOfFive: readonly Row[] = [
  ['X - - X - - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - - X - - X', 'OK', 'OK', 'ALARM', 'OK'],
  ['X - - X - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - - - -', NO_DATA, RETAIN, 'ALARM', 'OK'],
];

function expectRow(row: Row, m: number, n: number): void {
  const [points, missing, ignore, breaching, notBreaching] = row;
  for (const before of alarmStates) {
    const documented = { missing, ignore, breaching, notBreaching };
    for (const treatment of missingDataTreatments) {
      const expected = documented[treatment] === RETAIN ? before : documented[treatment];
      expect({ treatment, before, state: state(points, m, n, treatment, before) }).toEqual({
        treatment,
        before,
        state: expected,
      });
    }
  }
}

describe('3 out of 3 datapoints', () => {
  test.each(threeOfThree.map(row => [row[0], row] as const))('%s', (_, row) => expectRow(row, 3, 3));
});

describe('2 out of 3 datapoints', () => {
  test.each(twoOfThree.map(row => [row[0], row] as const))('%s', (_, row) => expectRow(row, 2, 3));
});

describe('1 out of 1 datapoint', () => {
  test.each(oneOfOne.map(row => [row[0], row] as const))('%s', (_, row) => expectRow(row, 1, 1));
});

describe('3 out of 5 datapoints', () => {
  test.each(threeOfFive.map(row => [row[0], row] as const))('%s', (_, row) => expectRow(row, 3, 5));
});

describe('a lone breach between missing datapoints', () => {
  test.each([
    ['- - - - X', 3, 'OK'],
    ['- - - X -', 3, 'OK'],
    ['- - - X 0', 3, 'OK'],
    ['- - X - 0', 3, 'OK'],
    ['- - X - -', 3, 'ALARM'],
    ['X - - - -', 3, 'ALARM'],
    ['- - - - X', 2, 'OK'],
    ['- - - X -', 2, 'ALARM'],
  ] as const)('%s with %i out of 3 is %s when missing data is treated as missing', (points, m, expected) => {
    expect(state(points, m, 3, 'missing')).toBe(expected);
  });
});

describe('sparse and late data', () => {
  test('retrieves two periods more than it judges', () => {
    expect(evaluationRange({ evaluationPeriods: 3 })).toBe(5);
    expect(evaluationRange({ evaluationPeriods: 1 })).toBe(3);
  });

  test('judges real datapoints from further back rather than make any up', () => {
    expect(state('X X 0 - -', 3, 3, 'breaching')).toBe('OK');
    expect(state('0 X X X - -', 3, 3, 'notBreaching')).toBe('ALARM');
  });

  test('looks no further back than the evaluation range', () => {
    expect(state('0 - - - - -', 3, 3, 'breaching')).toBe('ALARM');
    expect(state('X X X - - - - -', 3, 3, 'missing')).toBe(NO_DATA);
  });

  test('a source that dies breaches only when its last datapoint has left the range', () => {
    const timeline = ['0 0 0', '0 0 0 -', '0 0 0 - -', '0 0 0 - - -', '0 0 0 - - - -', '0 0 0 - - - - -'];
    expect(timeline.map(points => state(points, 3, 3, 'breaching'))).toEqual([
      'OK',
      'OK',
      'OK',
      'OK',
      'OK',
      'ALARM',
    ]);
    expect(timeline.map(points => state(points, 2, 3, 'breaching'))).toEqual([
      'OK',
      'OK',
      'OK',
      'OK',
      'ALARM',
      'ALARM',
    ]);
  });

  test('a datapoint that comes late takes back what was made up for it', () => {
    expect(state('0 - - - -', 2, 3, 'breaching')).toBe('ALARM');
    expect(state('0 0 - - -', 2, 3, 'breaching')).toBe('OK');
  });

  test('an alarm of one datapoint waits three periods before it makes one up', () => {
    expect(state('0 - -', 1, 1, 'breaching')).toBe('OK');
    expect(state('0 - - -', 1, 1, 'breaching')).toBe('ALARM');
  });
});
