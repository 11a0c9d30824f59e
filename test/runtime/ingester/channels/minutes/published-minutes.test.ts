/** Which bars have been published already. */
import { describe, expect, test } from '@jest/globals';
import { PublishedMinutes } from '../../../../../runtime/ingester/channels/minutes/published-minutes.ts';
import { bar, MINUTE, OPEN } from '../../support/records.ts';

describe('a minute sent again', () => {
  test('is known when it says the same, whatever its version', () => {
    const published = new PublishedMinutes();
    published.remember(bar());
    expect(published.isKnown(bar({ version: OPEN + 9 }))).toBe(true);
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
    const published = new PublishedMinutes();
    published.remember(bar());
    expect(published.isKnown(bar(changes))).toBe(false);
  });

  test('is compared with what was published last', () => {
    const published = new PublishedMinutes();
    published.remember(bar());
    published.remember(bar({ close: 10 }));
    expect(published.isKnown(bar())).toBe(false);
    expect(published.size).toBe(1);
  });

  test('is forgotten oldest minute first, so that memory is bounded', () => {
    const published = new PublishedMinutes(3);
    for (const minute of [2, 0, 1, 3]) published.remember(bar({ start: OPEN + minute * MINUTE }));
    expect(published.size).toBe(3);
    expect(published.isKnown(bar())).toBe(false);
    expect(published.isKnown(bar({ start: OPEN + MINUTE }))).toBe(true);
  });

  test('has a highest version so far, also once it is forgotten', () => {
    const published = new PublishedMinutes(2);
    const old = bar({ version: OPEN + 7 });
    expect(published.lastVersionOf(old)).toBeLessThan(1);
    published.remember(old);
    expect(published.lastVersionOf(old)).toBe(OPEN + 7);
    for (const minute of [1, 2]) published.remember(bar({ start: OPEN + minute * MINUTE, version: OPEN }));
    expect(published.isKnown(old)).toBe(false);
    expect(published.lastVersionOf(old)).toBe(OPEN + 7);
  });

  test('is not known to a history that has not come as far as the socket had when it was heard', () => {
    const published = new PublishedMinutes();
    published.remember(bar(), OPEN + 7 * MINUTE);
    expect(published.isHeardAfter(bar(), OPEN + 6 * MINUTE)).toBe(true);
    expect(published.isHeardAfter(bar(), OPEN + 7 * MINUTE)).toBe(false);
    published.remember(bar({ close: 10, source: 'backfill' }));
    expect(published.isHeardAfter(bar(), OPEN)).toBe(false);
    expect(published.isHeardAfter(bar({ symbol: 'MSFT' }), OPEN)).toBe(false);
  });

  test('costs no stack, however many minutes one symbol has', () => {
    const published = new PublishedMinutes(130_000);
    for (let minute = 0; minute <= 130_000; minute++)
      published.remember(bar({ start: OPEN + minute * MINUTE }));
    expect(published.size).toBeLessThanOrEqual(130_000);
    expect(published.isKnown(bar())).toBe(false);
    expect(published.isKnown(bar({ start: OPEN + 130_000 * MINUTE }))).toBe(true);
  });

  test('is known from the history when its values are the same, for the history tells fewer details', () => {
    const published = new PublishedMinutes();
    published.remember(bar({ dayVolume: '1000' }));
    expect(published.isKnown(bar({ source: 'backfill', trades: 7, version: OPEN + 9 }))).toBe(true);
    expect(published.isKnown(bar({ source: 'backfill', close: 10, version: OPEN + 9 }))).toBe(false);
  });

  test('is old news when something newer of its minute was published meanwhile', () => {
    const published = new PublishedMinutes();
    published.remember(bar({ close: 10, version: OPEN + 9 }));
    expect(published.isKnown(bar({ source: 'backfill', version: OPEN + 8 }))).toBe(true);
  });

  test('is not known any more when others may have published since', () => {
    const published = new PublishedMinutes();
    published.remember(bar());
    published.forget();
    expect([published.isKnown(bar()), published.size]).toEqual([false, 0]);
  });
});
