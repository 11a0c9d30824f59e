/** Which channels follow the symbols of a feed, and which have topics of their own. */
import { describe, expect, test } from '@jest/globals';
import type { Feed } from '../../../lib/settings/environment.ts';
import { followedSymbols, followers, ownTopics } from '../../../lib/settings/feed-symbols.ts';

describe('the symbols of channels', () => {
  const asked: Feed = {
    market: 'crypto',
    symbols: { quotes: ['BTC-USD'], minutes: '*', trades: '*', books: ['BTC-USD', 'ETH-USD'] },
    channels: ['quotes', 'minutes', 'trades', 'books'],
    apiKeySecret: 'key',
  };

  test('that are those of minutes follow them, and all others are topics', () => {
    expect([followedSymbols(asked), followers(asked)]).toEqual(['*', ['minutes', 'trades']]);
    expect(ownTopics(asked)).toEqual(['XQ.BTC-USD', 'XL2.BTC-USD', 'XL2.ETH-USD']);
  });

  test('are those of the first channel where there are no minutes', () => {
    const feed: Feed = {
      ...asked,
      channels: ['quotes', 'trades'],
      symbols: { quotes: ['BTC-USD'], trades: '*' },
    };
    expect([followedSymbols(feed), followers(feed), ownTopics(feed)]).toEqual([
      ['BTC-USD'],
      ['quotes'],
      ['XT.*'],
    ]);
  });

  test('are one list for all where one is said', () => {
    const feed: Feed = { ...asked, symbols: ['BTC-USD'] };
    expect(followers(feed)).toEqual(['minutes', 'trades', 'quotes', 'books']);
    expect(ownTopics(feed)).toEqual([]);
  });
});
