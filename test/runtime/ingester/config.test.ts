/** The ingester's environment. */
import { describe, expect, test } from '@jest/globals';
import { ingesterConfig } from '../../../runtime/ingester/config.ts';

const required = { POLYGON_API_KEY: 'k', MINUTES_STREAM: 'm', LEASE_TABLE: 'l', QUARANTINE_TABLE: 'q' };

describe('the configuration', () => {
  test('has defaults for all but the key and the names', () => {
    const config = ingesterConfig(required);
    expect(config).toMatchObject({
      feedUrl: 'wss://socket.massive.com/stocks',
      market: 'stocks',
      alignment: 'clock',
      restUrl: 'https://api.massive.com',
      rest: { perSecond: 50, atOnce: 10 },
      backfillOnStart: 'block',
      feedDelay: 0,
      grace: 5_000,
      status: { host: '127.0.0.1', port: 8080 },
    });
    expect(config.subscription.symbols).toBe('*');
    expect(config.subscription.slots).toHaveLength(64);
    expect(config).not.toHaveProperty('eventClock');
  });

  test('reads every variable', () => {
    const config = ingesterConfig({
      ...required,
      FEED_URL: 'ws://127.0.0.1:9/crypto',
      MARKET: 'crypto',
      SYMBOLS: ' BTC-USD, ETH-USD,BTC-USD',
      FEED_DELAY_SECONDS: '900',
      WATERMARK_GRACE_SECONDS: '2.5',
      STATUS_PORT: '0',
      STATUS_HOST: '0.0.0.0',
      REST_URL: 'http://127.0.0.1:9',
      REST_REQUESTS_PER_SECOND: '0.08',
      REST_CONCURRENCY: '1',
      BACKFILL_ON_START: 'none',
      SENTINEL: 'SOL-USD',
      COMPRESSION: 'true',
      ALIGNMENT: 'session',
      EVENT_CLOCK: '2025-11-20T14:30:00Z@600',
    });
    expect(config).toMatchObject({ feedDelay: 900_000, grace: 2_500, market: 'crypto' });
    expect(config.status).toEqual({ host: '0.0.0.0', port: 0 });
    expect(config).toMatchObject({
      restUrl: 'http://127.0.0.1:9',
      rest: { perSecond: 0.08, atOnce: 1 },
      backfillOnStart: 'none',
    });
    expect(config).toMatchObject({ sentinel: 'SOL-USD', alignment: 'session', compression: true });
    expect(config.subscription.symbols).toEqual(['BTC-USD', 'ETH-USD']);
    expect(config.eventClock).toEqual({ now: Date.parse('2025-11-20T14:30:00Z'), speed: 600 });
  });

  test('needs the server of a list that is a Redis Stream', () => {
    const SYMBOLS_SOURCE = 'redis:stream:scanner:filtered';
    expect(() => ingesterConfig({ ...required, SYMBOLS_SOURCE })).toThrow(
      'REDIS_URL is missing: SYMBOLS_SOURCE needs it',
    );
    expect(
      ingesterConfig({ ...required, SYMBOLS_SOURCE, REDIS_URL: 'https://h', REDIS_TOKEN: 't' }),
    ).toMatchObject({
      symbolSource: { redisStream: 'stream:scanner:filtered' },
      symbolServer: { url: 'https://h', token: 't' },
    });
  });

  test('is refused with special days that its market cannot live with, before anything runs', () => {
    const days = (month: string) =>
      Array.from({ length: 16 }, (_, n) => `"2027-${month}-${`${n + 1}`.padStart(2, '0')}":"closed"`);
    const SPECIAL_DAYS = `{${days('03').join()},"2027-05-03":"00:00","2027-05-08":"13:00"}`;
    expect(() => ingesterConfig({ ...required, SPECIAL_DAYS })).toThrow(
      new Error(
        [
          'the environment is not usable:',
          '  SPECIAL_DAYS let the market rest for 18 days from 2027-02-27 on: use at most 15 on end, weekends and holidays among them',
          "  SPECIAL_DAYS['2027-05-03'] is '00:00': use 'closed', 'as usual' or a time after 09:30 and before 16:00, when the regular session is on",
          "  SPECIAL_DAYS['2027-05-08'] is '13:00': leave it out, for the market does not open on that weekend",
        ].join('\n'),
      ),
    );
  });

  test.each([
    ['wss://delayed.massive.com/stocks', 'stocks', 900_000],
    ['wss://delayed-business.massive.com/futures', 'futures', 600_000],
    ['wss://socket.massive.com/stocks', 'stocks', 0],
  ])('takes %s for %s to be %d ms late unless it is told otherwise', (FEED_URL, MARKET, delay) => {
    expect(ingesterConfig({ ...required, FEED_URL, MARKET }).feedDelay).toBe(delay);
    expect(ingesterConfig({ ...required, FEED_URL, MARKET, FEED_DELAY_SECONDS: '7' }).feedDelay).toBe(7_000);
  });

  test.each([
    ['FEED_URL', 'ws://socket.massive.com/stocks', 'use wss://socket.massive.com'],
    ['REST_URL', 'http://api.massive.com', 'use https://api.massive.com'],
  ])('sends the key in plain text nowhere but to this machine: %s %s', (name, url, remedy) => {
    expect(() => ingesterConfig({ ...required, [name]: url })).toThrow(
      `would send the key in plain text: ${remedy}`,
    );
    const here = url.replace(/\/\/[^/]+/, '//localhost:9');
    expect(() => ingesterConfig({ ...required, [name]: here })).not.toThrow();
  });

  test('spells symbols as the feed does, and takes none that cannot be of its market', () => {
    const crypto = { ...required, MARKET: 'crypto' };
    const { subscription, sentinel } = ingesterConfig({
      ...crypto,
      SYMBOLS: 'X:BTCUSD,BTC-USD',
      SENTINEL: 'X:ETH-USD',
    });
    expect([subscription.symbols, sentinel]).toEqual([['BTC-USD'], 'ETH-USD']);
    expect(() => ingesterConfig({ ...crypto, SYMBOLS: 'BTCUSD' })).toThrow(
      "SYMBOLS: 'BTCUSD' is not a list of symbols: symbol is \"BTCUSD\": use 'BTC-USD', as the feed of crypto spells it",
    );
    const played = { ...crypto, SYMBOLS: 'BTCUSD', EVENT_CLOCK: '2025-11-20T14:30:00Z@60' };
    expect(ingesterConfig(played).subscription.symbols).toEqual(['BTCUSD']);
  });

  test.each(['AAPL,MSFT', 'AAPL MSFT', ' AAPL\r\nMSFT\n', 'AAPL, MSFT,', 'AAPL;MSFT'.replace(';', '\t')])(
    'takes %j for two symbols',
    SYMBOLS => {
      expect(ingesterConfig({ ...required, SYMBOLS }).subscription.symbols).toEqual(['AAPL', 'MSFT']);
    },
  );

  test.each(['', '  ', '\n', ','])('takes %j for no list: everything is asked for by name', SYMBOLS => {
    expect(() => ingesterConfig({ ...required, SYMBOLS })).toThrow(
      'is not a list of symbols: it is empty; use * or AAPL,BRK.B (it lists what to subscribe to)',
    );
  });

  test.each(['', '  ', '\n'])('takes %j for no key', POLYGON_API_KEY => {
    expect(() => ingesterConfig({ ...required, POLYGON_API_KEY })).toThrow('POLYGON_API_KEY is missing');
  });

  test.each(['top-secret\n', 'top\r\nsecret', ' top-secret', 'töp-secret'])(
    'refuses the key %j, which it does not show',
    POLYGON_API_KEY => {
      expect(() => ingesterConfig({ ...required, POLYGON_API_KEY })).toThrow(
        'the environment is not usable:\n' +
          '  POLYGON_API_KEY: it holds a blank, a line end or another character that no key has: give the key alone',
      );
    },
  );

  test.each(['STATUS_PORT', 'REST_CONCURRENCY', 'BACKLOG_MEBIBYTES', 'SYMBOLS_LIMIT'])(
    'refuses half of a %s',
    name => {
      expect(() => ingesterConfig({ ...required, [name]: '80.5' })).toThrow(
        new RegExp(`${name}: '80.5' is not allowed: use a whole number from`),
      );
    },
  );

  test('names all that is wrong at once, with what is allowed', () => {
    const wrong = {
      MARKET: 'bonds',
      FEED_URL: 'http://x',
      SYMBOLS: 'A,B*',
      STATUS_PORT: '-1',
      STATUS_HOST: 'here',
      REST_URL: 'api.example',
      BACKFILL_ON_START: 'all',
      EVENT_CLOCK: 'noon@2',
    };
    const problems = [
      "MARKET: 'bonds' is not allowed: use one of stocks, crypto, futures, options, forex, indices",
      "EVENT_CLOCK: 'noon@2' is not a clock: use <UTC instant>@<speed>, say 2025-11-20T14:30:00Z@60",
      'POLYGON_API_KEY is missing: it is the key that opens the vendor feed',
      "FEED_URL: 'http://x' is not the address of a WebSocket: use wss://<host>/<market>",
      'SYMBOLS: \'A,B*\' is not a list of symbols: symbol is "B*": * stands alone; use * or AAPL,BRK.B',
      "REST_URL: 'api.example' is not the address of a REST service: use https://<host>",
      "BACKFILL_ON_START: 'all' is not allowed: use one of session, block, none",
      "STATUS_HOST: 'here' is not an address: use 127.0.0.1 for this machine, 0.0.0.0 for everybody",
      'LEASE_TABLE is missing: it names the table that says who may connect',
      "STATUS_PORT: '-1' is not allowed: use a whole number from 0 to 65535",
    ];
    for (const problem of problems) expect(() => ingesterConfig(wrong)).toThrow(problem);
  });
});
