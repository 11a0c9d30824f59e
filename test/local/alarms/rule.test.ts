/** Rules of composite alarms. */
import { describe, expect, test } from '@jest/globals';
import type { AlarmState } from '../../../local/alarms/evaluate.ts';
import { parseRule } from '../../../local/alarms/rule.ts';

const states: Readonly<Record<string, AlarmState>> = {
  red: 'ALARM',
  green: 'OK',
  'no data': 'INSUFFICIENT_DATA',
};
const holds = (text: string) => parseRule(text).holds(name => states[name] ?? 'INSUFFICIENT_DATA');

describe('a rule', () => {
  test.each([
    ['ALARM("red")', true],
    ['ALARM(red)', true],
    ['ALARM("arn:aws:cloudwatch:us-east-1:000000000000:alarm:red")', true],
    ['ALARM("green")', false],
    ['ALARM("no data") OR ALARM("green")', false],
    ['NOT ALARM("green")', true],
    ['NOT NOT ALARM("red")', true],
    ['ALARM("red") AND ALARM("green")', false],
    ['ALARM("red") OR ALARM("green")', true],
    ['ALARM("red") OR ALARM("red") AND ALARM("green")', true],
    ['(ALARM("red") OR ALARM("red")) AND ALARM("green")', false],
    ['NOT ALARM("green") AND ALARM("green")', false],
    ['(((ALARM("red")) AND (NOT (ALARM("green")))))', true],
    ['OK("green") AND NOT OK("no data")', true],
    ['INSUFFICIENT_DATA("no data") AND NOT INSUFFICIENT_DATA("red")', true],
  ])('%s is %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  test('names the alarms that it looks at, by name', () => {
    const rule = parseRule('ALARM("arn:aws:cloudwatch:us-east-1:000000000000:alarm:a") AND NOT ALARM(b)');
    expect(rule.alarms).toEqual(['a', 'b']);
  });

  test.each([
    ['ALARM("a") AND', 'has its end where NOT, ( or one of OK, ALARM, INSUFFICIENT_DATA is expected'],
    ['ALARM("a") ALARM("b")', "has 'ALARM' where AND, OR or the end is expected"],
    ['(ALARM("a")', "has its end where ')' is expected"],
    ['AT_LEAST(1, ALARM, (a))', "has 'AT_LEAST' where NOT"],
    ['RED("a")', "has 'RED' where NOT, ( or one of OK, ALARM, INSUFFICIENT_DATA is expected"],
    ['TRUE', "has 'TRUE' where NOT"],
    ['ALARM("a") AND FALSE', "has 'FALSE' where NOT"],
  ])('refuses %s', (text, message) => {
    expect(() => parseRule(text)).toThrow(message);
  });
});
