/** The vendor's bars for the comparison, from a REST that lies: whatever proves nothing is no answer, and no mismatch. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RestClient } from '../../../../runtime/vendor/rest/client.ts';
import { type BarsWanted, vendorBars } from '../../../../runtime/vendor/rest/plain-bars.ts';
import { HostileRest, type Lie, lies } from '../../../support/hostile-rest.ts';

const MINUTE = 60_000;
const OPEN = Date.parse('2025-11-20T14:30:00Z');
const EVENING = Date.parse('2025-11-21T01:30:00Z');

const never = new AbortController().signal;

let rest: HostileRest;
let client: RestClient;
beforeEach(async () => {
  rest = await HostileRest.start(() => EVENING);
  client = new RestClient({
    ...{ url: rest.url, apiKey: 'top-secret', budget: { perSecond: 1_000, atOnce: 1 } },
    failed: { attempts: 2, backoff: { first: 1, longest: 1 } },
  });
});
afterEach(async () => {
  client[Symbol.dispose]();
  await rest[Symbol.asyncDispose]();
});

function bars(changes: Partial<BarsWanted> = {}) {
  const wanted = {
    market: 'stocks',
    symbol: 'AAPL',
    minutes: 1,
    from: OPEN,
    to: OPEN + 10 * MINUTE,
  } as const;
  return vendorBars(client, { ...wanted, at: EVENING, ...changes }, never);
}

describe('bars of the vendor’s', () => {
  test.each(Object.keys(lies) as Lie[])('are not had from %s, which is asked again', async lie => {
    rest.trade('AAPL', [OPEN]);
    rest.liesAbout.set('/AAPL/', lie);
    await expect(bars()).rejects.toThrow(/answers nonsense: .*; see what the vendor changed$/);
    expect(rest.asked).toHaveLength(2);
    rest.liesAbout.clear();
    expect(await bars()).toHaveLength(1);
  });

  test('may come from a delayed plan, for they are asked for long after the close', async () => {
    rest.status = 'DELAYED';
    rest.trade('AAPL', [OPEN]);
    expect(await bars()).toHaveLength(1);
    await expect(bars({ at: OPEN + 11 * MINUTE })).rejects.toThrow('status is DELAYED');
  });

  test.each([
    [1, '1min'],
    [5, '5min'],
    [60, '1hour'],
  ])('of futures of %i minutes are asked for by the futures’ own path', async (minutes, resolution) => {
    rest.trade('ESZ5', [OPEN], { volume: 7 });
    expect(await bars({ market: 'futures', symbol: 'ESZ5', minutes })).toEqual([
      { start: OPEN, open: 10, high: 12, low: 9, close: 11, volume: 7 },
    ]);
    expect(rest.asked).toEqual([expect.stringMatching(`^/futures/v1/aggs/ESZ5\\?resolution=${resolution}&`)]);
  });

  test('may have volumes of so many digits that they are kept as text', async () => {
    rest.trade('AAPL', [OPEN], { volume: 0.1 + 0.2 });
    expect(await bars()).toMatchObject([{ volume: 0.1 + 0.2 }]);
  });
});
