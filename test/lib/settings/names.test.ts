/** What a feed may be called, and that two of one market differ in it. */
import { describe, expect, test } from '@jest/globals';
import { Duration } from 'aws-cdk-lib/core';
import type { Feed } from '../../../lib/settings/environment.ts';
import { feedId } from '../../../lib/settings/names.ts';
import { faultsOf, faultsOfFeed, feed } from '../support/faults.ts';

describe('a feed', () => {
  describe('of a market that has one already', () => {
    const delayed = { host: 'delayed.massive.com', delay: Duration.minutes(15) };

    test('is refused with the same host and key: the vendor would throw one of them out', () => {
      const second: Feed = { ...feed, name: 'stocks-second' };
      const said =
        'feeds[1] has market, host and key of feeds[0]: use another host or key, for the vendor allows one connection to each, or one feed for both';
      expect(faultsOf({ feeds: [feed, second] })).toEqual([said]);
      expect(faultsOf({ feeds: [feed, { ...second, host: 'socket.massive.com' }] })).toEqual([said]);
    });

    test('is refused without a name of its own, and told what to do', () => {
      expect(faultsOf({ feeds: [feed, { ...feed, ...delayed }] })).toEqual([
        "feeds[1].name is missing: use a name that no other feed has, such as 'stocks-second', for feeds[0] is 'stocks' already",
      ]);
      const twice: Feed = { ...feed, ...delayed, name: 'late' };
      expect(faultsOf({ feeds: [twice, { ...twice, apiKeySecret: 'keys/other' }] })).toEqual([
        "feeds[1].name is 'late': use a name that no other feed has, such as 'stocks-second', for feeds[0] is 'late' already",
      ]);
    });

    test('is accepted with another name and another host or key', () => {
      const second: Feed = { ...feed, name: 'stocks-delayed' };
      expect(faultsOf({ feeds: [feed, { ...second, ...delayed }] })).toEqual([]);
      expect(faultsOf({ feeds: [feed, { ...second, apiKeySecret: 'keys/other' }] })).toEqual([]);
    });
  });

  test.each(['api', 'api-queries', 'topics', 'dashboard', 'network'])(
    'may not be called %p, as a part of the stacks is',
    name => {
      expect(faultsOf({ feeds: [{ ...feed, name }] })).toEqual([
        `feeds[0].name is '${name}': use another name, such as 'stocks-second': a part of the stacks is called so`,
      ]);
    },
  );

  test.each(['Stocks', 'stocks_2', '2nd', 'stocks--late', 'stocks-2', 'late-', '', 'x'.repeat(32), 5])(
    'may not be called %p',
    name => {
      const use =
        'at most 31 lower-case letters and digits, in words with a letter first and hyphens between';
      const got = typeof name === 'string' ? `'${name}'` : name;
      expect(faultsOfFeed({ name })).toEqual([`feeds[0].name is ${got}: use ${use}`]);
    },
  );

  test('may be called anything else, and no two names make one of what they name', () => {
    const names = [
      's',
      'stocks',
      'stocks-delayed',
      'stocksdelayed',
      'stocks2',
      'a1-b2',
      'a1b2',
      'x'.repeat(31),
    ];
    for (const name of names) expect(faultsOfFeed({ name })).toEqual([]);
    const ids = names.map(name => feedId({ market: 'stocks', name }));
    expect(new Set(ids).size).toBe(names.length);
    expect(ids.filter(id => !/^[A-Za-z0-9]+$/.test(id))).toEqual([]);
    expect(feedId({ market: 'stocks' })).toBe('Stocks');
  });
});
