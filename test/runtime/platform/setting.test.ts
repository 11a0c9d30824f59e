/** Settings of every kind: what is written into a variable is read back, and what may not be said is refused with what may. */
import { describe, expect, test } from '@jest/globals';
import { readEnvironment, variablesOf } from '../../../runtime/platform/env.ts';
import { feedSettings } from '../../../runtime/platform/feed-settings.ts';
import { amount, choice, flag, list, type Setting, word } from '../../../runtime/platform/setting.ts';

const variable = 'WHAT';
const purpose = 'is for the test';

const colour = choice({ variable, purpose, allowed: ['red', 'green'], fallback: 'red' });
const count = amount({ variable, purpose, min: 1, max: 5, whole: true, fallback: 2 });
const share = amount({ variable, purpose, min: 0, max: 1, fallback: 0.5 });
const loud = flag({ variable, purpose, fallback: true });
const name = word({ variable, purpose, form: /^[a-z]+$/, takes: 'lower-case letters', fallback: 'x' });
const colours = list({ variable, purpose, of: colour, fallback: ['red'] });
const counts = list({ variable, purpose, of: count, fallback: [1] });

const allowed: readonly [Setting<unknown>, unknown, string][] = [
  [colour, 'green', 'green'],
  [count, 5, '5'],
  [share, 0.25, '0.25'],
  [loud, false, 'false'],
  [name, 'abc', 'abc'],
  [colours, ['green', 'red'], 'green,red'],
  [counts, [3, 1], '3,1'],
];

test.each(allowed.map(([setting, value, text]) => ({ setting, value, text })))(
  '$value is written and read as $text',
  ({ setting, value, text }) => {
    expect([...setting.faults('it', value)]).toEqual([]);
    expect(setting.write(value)).toBe(text);
    expect(readEnvironment({ [variable]: text }, env => env.setting(setting))).toEqual(value);
    expect(readEnvironment({ [variable]: ' ' }, env => env.setting(setting))).toBe(setting.fallback);
  },
);

test('a list is read with blanks between its parts', () => {
  expect(readEnvironment({ WHAT: ' green , red ' }, env => env.setting(colours))).toEqual(['green', 'red']);
});

const refused: readonly [Setting<unknown>, unknown, string][] = [
  [colour, 'blue', "it is 'blue': use one of red, green"],
  [colour, undefined, 'it is missing: use one of red, green'],
  [count, '5', "it is '5': use a whole number from 1 to 5"],
  [count, 2.5, 'it is 2.5: use a whole number from 1 to 5'],
  [count, Number.NaN, 'it is NaN: use a whole number from 1 to 5'],
  [share, 2, 'it is 2: use a number from 0 to 1'],
  [loud, 'true', "it is 'true': use true or false"],
  [name, 'ABC', "it is 'ABC': use lower-case letters"],
  [colours, 'red', "it is 'red': use a list: of each one of red, green, and nothing twice"],
  [colours, [], 'it is []: use a list: of each one of red, green, and nothing twice'],
  [
    colours,
    ['red', 'red'],
    "it is [ 'red', 'red' ]: use a list: of each one of red, green, and nothing twice",
  ],
  [colours, ['red', 'blue'], "it is 'blue': use one of red, green"],
];

test.each(refused.map(([setting, got, said]) => ({ setting, got, said })))(
  'is refused in settings: $said',
  ({ setting, got, said }) => expect([...setting.faults('it', got)]).toEqual([said]),
);

test.each([
  [colour, 'blue', "'blue' is not allowed: use one of red, green"],
  [count, '6', "'6' is not allowed: use a whole number from 1 to 5"],
  [loud, 'yes', "'yes' is not allowed: use true or false"],
  [name, 'ABC', "'ABC' is not allowed: use lower-case letters"],
  [colours, 'red,blue', "'blue' is not allowed: use one of red, green"],
  [colours, 'red,red', "'red,red' is not allowed: use a list: of each one of red, green, and nothing twice"],
] satisfies [Setting<unknown>, string, string][])('is refused in a variable: %#', (setting, text, said) => {
  expect(() => readEnvironment({ WHAT: text }, env => env.setting<unknown>(setting))).toThrow(
    `WHAT: ${said}`,
  );
});

describe('what a unit is told of its feed', () => {
  const told = (variables: NodeJS.ProcessEnv) =>
    readEnvironment(variables, env => feedSettings(env, ['alignment', 'restRequestsPerSecond']));

  test('is what every unit needs and what this one asks for', () => {
    expect(told({})).toEqual({
      ...{ environment: 'local', feed: 'stocks', market: 'stocks', confirmedDays: {} },
      ...{ alignment: 'clock', restRequestsPerSecond: 50 },
    });
    const variables = variablesOf(env => feedSettings(env, ['alignment']));
    expect(variables.map(each => each.name)).toEqual([
      'ENVIRONMENT',
      'MARKET',
      'FEED',
      'SPECIAL_DAYS',
      'ALIGNMENT',
    ]);
  });

  test('names the feed by its market unless it has a name', () => {
    expect(told({ MARKET: 'crypto' })).toMatchObject({ feed: 'crypto', market: 'crypto' });
    expect(told({ MARKET: 'crypto', FEED: 'coins' })).toMatchObject({ feed: 'coins', market: 'crypto' });
    expect(() => told({ FEED: 'Coins 2' })).toThrow(
      "FEED: 'Coins 2' is not allowed: use at most 31 lower-case",
    );
  });
});
