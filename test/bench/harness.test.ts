/** What is measured is what was asked for. */
import { expect, test } from '@jest/globals';
import { take } from '../../bench/harness.ts';

test('what another process took is not measured again in this one', async () => {
  const elsewhere = { wall: 7, processor: 5 };
  expect(await take({ run: () => elsewhere })).toBe(elsewhere);
  expect((await take({ run: () => 'done' })).processor).toBeLessThan(5);
});
