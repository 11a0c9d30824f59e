/** How much an environment asks of an account, whatever its feeds bring. */
import { expect, test } from '@jest/globals';
import type { Feed } from '../../../lib/settings/environment.ts';
import { withFeedDefaults } from '../../../lib/settings/feed-defaults.ts';
import { neededShards } from '../../../local/deploy/quotas.ts';

const feed: Feed = { market: 'stocks', symbols: '*', apiKeySecret: 'keys/vendor' };
const trades: Feed = { ...feed, channels: ['trades'] };

test('shards are those of minutes and bars where a feed has minutes, and of its events stream', () => {
  const needed = (...feeds: Feed[]) => neededShards(feeds.map(withFeedDefaults));
  expect(needed(feed, { ...feed, shards: { minutes: 4, bars: 2 } })).toBe(2 + 6);
  expect(needed({ ...trades, sinks: [{ kind: 's3' }] })).toBe(0);
  expect(needed({ ...trades, sinks: [{ kind: 'events' }] })).toBe(1);
  expect(needed({ ...feed, channels: ['minutes', 'trades'], sinks: [{ kind: 'events', shards: 8 }] })).toBe(
    10,
  );
});
