/** What an ingester that stands alone says of itself, and to whoever gives it options, of which it has none. */
import { expect, test } from '@jest/globals';
import { usage } from '../../../../runtime/ingester/alone/usage.ts';
import { sinkNames } from '../../../../runtime/platform/sink-names.ts';
import { AloneRig } from '../support/alone.ts';

test('its help names every sink that it can pass on to', () => {
  const [, , purpose] = usage().split('\n');
  expect(sinkNames.filter(name => !purpose?.includes(name))).toEqual([]);
});

test('an option is refused in one line, for whoever gives one means something by it', async () => {
  await using rig = await AloneRig.start('T.*');
  const alone = rig.started({}, { after: '--sink=stdout' });
  await alone.exited;
  expect({ code: alone.child.exitCode, out: alone.out, log: alone.log }).toEqual({
    ...{ code: 2, out: '' },
    log: "'--sink=stdout' is not allowed: all is told by variables (--help lists them)\n",
  });
});
