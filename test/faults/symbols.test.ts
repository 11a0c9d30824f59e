/** A list of symbols that changes while the feed runs. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { symbolNames } from '../../local/simulator/universe.ts';
import { eventually } from '../runtime/ingester/support/eventually.ts';
import { MINUTE, NOON, Rig } from './support/rig.ts';

let rig: Rig;
afterEach(() => rig[Symbol.asyncDispose]());

describe('a list of symbols that', () => {
  test('grows and shrinks owes its symbols no minute', async () => {
    const all = symbolNames('stocks', 12);
    let list = all.slice(0, 6);
    rig = await Rig.start({ subscription: 'IGNORED' });
    const ingester = await rig.assembled({ readSymbols: async () => JSON.stringify(list) });
    await rig.play(2);
    list = all;
    await eventually(async () => (await ingester.stats()).feed.acknowledged >= all.length);
    await rig.play(2);
    await rig.watermarked();
    const early = [NOON - MINUTE, NOON, NOON + MINUTE];
    await eventually(
      async () => (await rig.violations({ cut: early })).length === 0 && rig.uncovered() === 0,
    );
    list = all.slice(3);
    await eventually(async () => (await ingester.stats()).feed.acknowledged < all.length);
    await rig.play(2);
    // The slots of what was removed have watermarks like all others.
    await rig.watermarked();
    const bars = rig.tap.records.map(({ content }) => content).filter(content => content.type === 'bar');
    const last = Math.max(...bars.map(({ start }) => start));
    expect(new Set(bars.filter(({ start }) => start === last).map(({ symbol }) => symbol))).toEqual(
      new Set(list),
    );
  });

  test('becomes the whole market owes the block of every symbol that it did not hold', async () => {
    const all = symbolNames('stocks', 12);
    let list = JSON.stringify(all.slice(0, 6));
    rig = await Rig.start({ subscription: 'IGNORED' });
    const ingester = await rig.assembled({ readSymbols: async () => list });
    await rig.play(2);
    list = '*';
    await eventually(() => ingester.tells('/subscriptions').includes('"symbols":"*"'));
    await rig.play(2);
    await rig.watermarked();
    await eventually(async () => (await rig.violations()).length === 0 && rig.uncovered() === 0);
    expect(await rig.violations()).toEqual([]);
  });

  test('is broken or gone leaves the one before in use, and says so', async () => {
    let list = 'SPY\nAAPL';
    rig = await Rig.start({ symbols: 2, subscription: 'IGNORED' });
    const ingester = await rig.assembled({
      readSymbols: async () => {
        if (list === '') throw new Error('no such parameter');
        return list;
      },
    });
    await rig.play(1);
    list = 'SPY\nA*A';
    await eventually(() => ingester.tells('/subscriptions').includes('holds \\"A*A\\"'));
    await rig.play(1);
    list = '';
    await eventually(() => ingester.tells('/subscriptions').includes('no such parameter'));
    await rig.recover(ingester);
    expect(await rig.violations()).toEqual([]);
    expect(rig.uncovered()).toBe(0);
  });
});
