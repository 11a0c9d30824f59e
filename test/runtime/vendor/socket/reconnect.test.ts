/** How long is waited between connections. */
import { expect, test } from '@jest/globals';
import { ReconnectPolicy } from '../../../../runtime/vendor/socket/reconnect.ts';

const lost = { kind: 'lost', cause: 'closed' } as const;

test('the wait doubles up to the longest, as it is told, and begins anew after a connection that lived', () => {
  const policy = new ReconnectPolicy(() => 1, { first: 2_000, longest: 5_000 });
  expect([0, 0, 0, 10_000].map(lived => policy.waitAfter(lost, lived))).toEqual([2_000, 4_000, 5_000, 2_000]);
});
