/** Which bars have been published already. */
import { describe, expect, test } from '@jest/globals';
import { Resends } from '../../../../../runtime/ingester/channels/minutes/published-minutes.ts';
import { bar, MINUTE, OPEN } from '../../support/records.ts';

describe('a minute sent again', () => {
  test('is known when it says the same, whatever its version', () => {
    const resends = new Resends();
    resends.remember(bar());
    expect(resends.isKnown(bar({ version: OPEN + 9 }))).toBe(true);
  });

  test.each([
    { close: 10 },
    { volume: '100.5' },
    { vwap: 10.1 },
    { dayVolume: '1' },
    { trades: 1 },
    { symbol: 'MSFT' },
    { start: OPEN + MINUTE },
  ])('is new when it differs: %j', changes => {
    const resends = new Resends();
    resends.remember(bar());
    expect(resends.isKnown(bar(changes))).toBe(false);
  });

  test('is compared with what was published last', () => {
    const resends = new Resends();
    resends.remember(bar());
    resends.remember(bar({ close: 10 }));
    expect(resends.isKnown(bar())).toBe(false);
    expect(resends.size).toBe(1);
  });

  test('is forgotten oldest minute first, so that memory is bounded', () => {
    const resends = new Resends(3);
    for (const minute of [2, 0, 1, 3]) resends.remember(bar({ start: OPEN + minute * MINUTE }));
    expect(resends.size).toBe(3);
    expect(resends.isKnown(bar())).toBe(false);
    expect(resends.isKnown(bar({ start: OPEN + MINUTE }))).toBe(true);
  });

  test('has a highest version so far, also once it is forgotten', () => {
    const resends = new Resends(2);
    const old = bar({ version: OPEN + 7 });
    expect(resends.lastVersionOf(old)).toBeLessThan(1);
    resends.remember(old);
    expect(resends.lastVersionOf(old)).toBe(OPEN + 7);
    for (const minute of [1, 2]) resends.remember(bar({ start: OPEN + minute * MINUTE, version: OPEN }));
    expect(resends.isKnown(old)).toBe(false);
    expect(resends.lastVersionOf(old)).toBe(OPEN + 7);
  });

  test('is not known to a history that has not come as far as the socket had when it was heard', () => {
    const resends = new Resends();
    resends.remember(bar(), OPEN + 7 * MINUTE);
    expect(resends.isHeardAfter(bar(), OPEN + 6 * MINUTE)).toBe(true);
    expect(resends.isHeardAfter(bar(), OPEN + 7 * MINUTE)).toBe(false);
    resends.remember(bar({ close: 10, source: 'backfill' }));
    expect(resends.isHeardAfter(bar(), OPEN)).toBe(false);
    expect(resends.isHeardAfter(bar({ symbol: 'MSFT' }), OPEN)).toBe(false);
  });

  test('costs no stack, however many minutes one symbol has', () => {
    const resends = new Resends(130_000);
    for (let minute = 0; minute <= 130_000; minute++)
      resends.remember(bar({ start: OPEN + minute * MINUTE }));
    expect(resends.size).toBeLessThanOrEqual(130_000);
    expect(resends.isKnown(bar())).toBe(false);
    expect(resends.isKnown(bar({ start: OPEN + 130_000 * MINUTE }))).toBe(true);
  });

  test('is known from the history when its values are the same, for the history tells fewer details', () => {
    const resends = new Resends();
    resends.remember(bar({ dayVolume: '1000' }));
    expect(resends.isKnown(bar({ source: 'backfill', trades: 7, version: OPEN + 9 }))).toBe(true);
    expect(resends.isKnown(bar({ source: 'backfill', close: 10, version: OPEN + 9 }))).toBe(false);
  });

  test('is old news when something newer of its minute was published meanwhile', () => {
    const resends = new Resends();
    resends.remember(bar({ close: 10, version: OPEN + 9 }));
    expect(resends.isKnown(bar({ source: 'backfill', version: OPEN + 8 }))).toBe(true);
  });

  test('is not known any more when others may have published since', () => {
    const resends = new Resends();
    resends.remember(bar());
    resends.forget();
    expect([resends.isKnown(bar()), resends.size]).toEqual([false, 0]);
  });
});
