/** Reading the environment. */
import { describe, expect, test } from '@jest/globals';
import { EnvironmentError, readEnvironment } from '../../../runtime/platform/env.ts';

const purpose = 'is for the test';

describe('the environment', () => {
  test('gives typed values, and what stands in for those not set or empty', () => {
    const config = readEnvironment({ NAME: 'x', COUNT: '3', COLOUR: 'red', EMPTY: '' }, env => ({
      name: env.text('NAME', { purpose }),
      empty: env.text('EMPTY', { purpose, fallback: 'default' }),
      count: env.number('COUNT', { purpose, min: 1, max: 5 }),
      other: env.number('OTHER', { purpose, min: 1, max: 5, fallback: 2 }),
      colour: env.oneOf('COLOUR', { purpose, allowed: ['red', 'green'] }),
      list: env.parsed('LIST', { purpose, fallback: ['a'], read: text => text.split(',') }),
    }));
    expect(config).toEqual({ name: 'x', empty: 'default', count: 3, other: 2, colour: 'red', list: ['a'] });
  });

  test('is refused with everything that is wrong in it, not only the first', () => {
    const read = () =>
      readEnvironment({ COUNT: 'six', COLOUR: 'blue', LIST: 'x' }, env => [
        env.text('NAME', { purpose }),
        env.number('COUNT', { purpose, min: 1, max: 5 }),
        env.oneOf('COLOUR', { purpose, allowed: ['red', 'green'] }),
        env.oneOf('SHADE', { purpose, allowed: ['red', 'green'] }),
        env.parsed('LIST', {
          purpose,
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
