/** The variables of the daily ranking. */
import { expect, test } from '@jest/globals';
import { readEnvironment } from '../../../runtime/platform/env.ts';
import { universeConfigIn } from '../../../runtime/universe/config.ts';

const required = { UNIVERSE_LIST: 's3://lists/stocks.txt', MEMORY_TABLE: 'm', API_KEY_SECRET: 'k' };
const config = (variables: Readonly<Record<string, string>>) =>
  readEnvironment({ ...required, ...variables }, universeConfigIn);

test('a place of the list, a table and a key are all that it needs', () => {
  expect(config({})).toMatchObject({
    place: { bucket: 'lists', key: 'stocks.txt' },
    rules: { size: 500, hysteresis: 0.2, changesPerDay: 50 },
    sessions: 5,
  });
  expect(config({ UNIVERSE_LIST: 'ssm:/lists/stocks' }).place).toEqual({ parameter: '/lists/stocks' });
});

test.each([
  ['', 'UNIVERSE_LIST is missing: it is where the list stands that the feed follows'],
  [
    'redis:list',
    "UNIVERSE_LIST: 'redis:list' is no place of a list: use ssm:<parameter> or s3://<bucket>/<key>",
  ],
])('a list at %j is refused in one line', (UNIVERSE_LIST, problem) => {
  expect(() => config({ UNIVERSE_LIST })).toThrow(problem);
  expect(() => config({ UNIVERSE_LIST })).toThrow(/^the environment is not usable:\n {2}.*$/);
});
