/** What is subscribed to, and which symbol stands guard. */
import { describe, expect, test } from '@jest/globals';
import { Subscription } from '../../../../runtime/ingester/symbols/subscription.ts';
import { minuteTopics } from '../../../../runtime/vendor/channels/minute-topics.ts';
import { frontQuarter } from '../../../../runtime/vendor/liquid.ts';
import { OPEN } from '../../ingester/support/records.ts';

describe('topics', () => {
  test('add the first liquid symbol that is not in the list', () => {
    expect(minuteTopics('stocks', new Subscription(['TPC']), OPEN)).toMatchObject({
      all: ['AM.TPC', 'AM.SPY'],
      sentinel: 'SPY',
    });
    expect(minuteTopics('stocks', new Subscription(['SPY']), OPEN).sentinel).toBe('QQQ');
    expect(minuteTopics('crypto', new Subscription(['BTC-USD']), OPEN).all).toEqual([
      'XA.BTC-USD',
      'XA.ETH-USD',
    ]);
    expect(minuteTopics('futures', new Subscription(['CLZ5']), OPEN).all).toEqual(['AM.CLZ5', 'AM.ESZ5']);
  });

  test('take the sentinel that was asked for, unless it is in the list', () => {
    expect(minuteTopics('stocks', new Subscription(['TPC']), OPEN, 'QQQ').sentinel).toBe('QQQ');
    expect(minuteTopics('stocks', new Subscription(['QQQ']), OPEN, 'QQQ').sentinel).toBe('SPY');
  });

  test('add none where everything or every liquid symbol is subscribed to', () => {
    expect(minuteTopics('stocks', new Subscription('*'), OPEN)).toMatchObject({
      all: ['AM.*'],
      sentinel: undefined,
    });
    expect(minuteTopics('stocks', new Subscription(['SPY', 'QQQ', 'AAPL']), OPEN).sentinel).toBeUndefined();
  });

  test('are liquid when a liquid one was acknowledged', () => {
    const topics = minuteTopics('stocks', new Subscription(['TPC']), OPEN);
    expect(topics.hasLiquid(new Set(['AM.TPC', 'AM.SPY']))).toBe(true);
    expect(topics.hasLiquid(new Set(['AM.TPC']))).toBe(false);
  });

  test.each([
    ['2025-11-20', 'Z5'],
    ['2025-12-15', 'Z5'],
    ['2025-12-17', 'H6'],
    ['2026-03-01', 'H6'],
    ['2029-12-31', 'H0'],
  ])('name the futures contract in front on %s: %s', (day, code) => {
    expect(frontQuarter(Date.parse(day))).toBe(code);
  });
});
