/** Reading the environment. */
import { describe, expect, test } from '@jest/globals';
import {
  type Environment,
  EnvironmentError,
  readEnvironment,
  variablesOf,
} from '../../../runtime/platform/env.ts';
import { amount, choice, flag } from '../../../runtime/platform/setting.ts';

const purpose = 'is for the test';

describe('the environment', () => {
  test('gives typed values, and what stands in for those not set or empty', () => {
    const config = readEnvironment({ NAME: 'x', COUNT: '3', COLOUR: 'red', EMPTY: '' }, env => ({
      name: env.text('NAME', { purpose }),
      empty: env.text('EMPTY', { purpose, fallback: 'default' }),
      count: env.setting(amount({ variable: 'COUNT', purpose, min: 1, max: 5, fallback: 1 })),
      other: env.setting(amount({ variable: 'OTHER', purpose, min: 1, max: 5, fallback: 2 })),
      colour: env.setting(
        choice({ variable: 'COLOUR', purpose, allowed: ['red', 'green'], fallback: 'green' }),
      ),
      list: env.parsed('LIST', { purpose, takes: 'a list', fallback: ['a'], read: text => text.split(',') }),
    }));
    expect(config).toEqual({ name: 'x', empty: 'default', count: 3, other: 2, colour: 'red', list: ['a'] });
  });

  const settings = (env: Environment) => ({
    side: env.setting(choice({ variable: 'SIDE', purpose, allowed: ['left', 'right'], fallback: 'left' })),
    count: env.setting(amount({ variable: 'COUNT', purpose, min: 1, max: 5, whole: true, fallback: 2 })),
    loud: env.setting(flag({ variable: 'LOUD', purpose, fallback: false })),
  });

  test('gives settings of a feed by their own description', () => {
    expect(readEnvironment({}, settings)).toEqual({ side: 'left', count: 2, loud: false });
    const set = { SIDE: 'right', COUNT: '5', LOUD: 'true' };
    expect(readEnvironment(set, settings)).toEqual({ side: 'right', count: 5, loud: true });
    expect(() => readEnvironment({ SIDE: 'up', COUNT: '2.5', LOUD: 'yes' }, settings)).toThrow(
      'the environment is not usable:\n' +
        "  SIDE: 'up' is not allowed: use one of left, right\n" +
        "  COUNT: '2.5' is not allowed: use a whole number from 1 to 5\n" +
        "  LOUD: 'yes' is not allowed: use true or false",
    );
  });

  test('tells of every variable that is read what it takes and what holds without it', () => {
    const read = variablesOf(env => [
      env.text('NAME', { purpose }),
      env.parsed('LIST', { purpose, takes: 'a list', fallback: undefined, read: text => text }),
      env.setting(amount({ variable: 'PORT', purpose, min: 0, max: 9, fallback: 4, otherwise: 'four' })),
      settings(env),
    ]);
    expect(read).toEqual([
      { name: 'NAME', purpose, takes: 'a text' },
      { name: 'LIST', purpose, takes: 'a list', fallback: 'none' },
      { name: 'PORT', purpose, takes: 'a number from 0 to 9', fallback: 'four' },
      { name: 'SIDE', purpose, takes: 'one of left, right', fallback: 'left' },
      { name: 'COUNT', purpose, takes: 'a whole number from 1 to 5', fallback: '2' },
      { name: 'LOUD', purpose, takes: 'true or false', fallback: 'false' },
    ]);
  });

  test('is refused with everything that is wrong in it, not only the first', () => {
    const read = () =>
      readEnvironment({ COUNT: 'six', COLOUR: 'blue', LIST: 'x' }, env => [
        env.text('NAME', { purpose }),
        env.setting(amount({ variable: 'COUNT', purpose, min: 1, max: 5, fallback: 1 })),
        env.setting(choice({ variable: 'COLOUR', purpose, allowed: ['red', 'green'], fallback: 'green' })),
        env.secret('SHADE', { purpose }),
        env.parsed('LIST', {
          purpose,
          takes: 'a list',
          fallback: 0,
          read: text => {
            throw new RangeError(`'${text}' is no list`);
          },
        }),
      ]);
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(
      'the environment is not usable:\n' +
        '  NAME is missing: it is for the test\n' +
        "  COUNT: 'six' is not allowed: use a number from 1 to 5\n" +
        "  COLOUR: 'blue' is not allowed: use one of red, green\n" +
        '  SHADE is missing: it is for the test\n' +
        "  LIST: 'x' is no list (it is for the test)",
    );
  });
});
