/** The variables of an ingester that stands alone. */
import { describe, expect, test } from '@jest/globals';
import { aloneConfig } from '../../../../runtime/ingester/alone/config.ts';
import { usage } from '../../../../runtime/ingester/alone/usage.ts';

const key = { POLYGON_API_KEY: 'a-key' };

describe('an ingester that stands alone', () => {
  test('needs nothing but a key', () => {
    expect(aloneConfig(key)).toMatchObject({
      market: 'stocks',
      feedUrl: 'wss://socket.massive.com/stocks',
      wanted: { patterns: [{ kind: 'AM', symbols: '*' }] },
      backoff: { first: 1_000, longest: 60_000 },
      times: { deadAfter: 60_000, pingEvery: 30_000 },
      metrics: { host: '127.0.0.1', port: 9_898 },
      statsEvery: 60_000,
      ready: { messages: 1, after: 0 },
      logLevel: 'INFO',
    });
  });

  test('has for each sink the defaults of those before it', () => {
    const shown = (SINK: string) =>
      aloneConfig({ ...key, SINK, REDIS_URL: 'redis://u:p@h:1/2', EVENTS_STREAM: 'e' }).sinks[0]?.shown;
    const taking = { warnInterval: 5_000, include: undefined, sampleQuotes: 1, withoutConditions: [] };
    expect(aloneConfig(key).sinks).toMatchObject([
      { kind: 'stdout', shown: { taking: { ...taking, cap: 2_048 } } },
    ]);
    expect(shown('ndjson')).toEqual({
      ...{ dest: 'stdout', flushEvery: 100, flushInterval: 1_000, taking: { ...taking, cap: 2_048 } },
      ...{ maxBytes: undefined, rotateAfter: undefined, gzip: false, reopens: true, splitPerType: false },
    });
    expect(shown('zmq')).toEqual({
      ...{ endpoint: 'tcp://127.0.0.1:5556', bind: false, taking: { ...taking, cap: 4_096 } },
      ...{ sendHighWaterMark: 0, topicPrefix: '' },
    });
    expect(shown('redis')).toEqual({
      ...{ url: 'redis://h:1/2', taking: { ...taking, cap: 65_536 } },
      closes: { time: undefined, ttl: 604_800 },
    });
    expect(shown('events')).toEqual({ stream: 'e', taking: { ...taking, cap: 50_000 } });
  });

  test('tells every sink apart what it takes', () => {
    const [zmq, stdout] = aloneConfig({
      ...{ ...key, SINK: 'zmq,stdout', ZMQ_INCLUDE: 'T:ES*', ZMQ_SAMPLE_QUOTES: '10' },
      ...{ STDOUT_WITHOUT_CONDITIONS: '2, 41', CHANNEL_CAP: '7' },
    }).sinks;
    expect(zmq?.shown).toMatchObject({
      taking: { include: [{ kind: 'T', symbols: 'ES*' }], sampleQuotes: 10, withoutConditions: [] },
    });
    expect(stdout?.shown).toMatchObject({
      taking: { cap: 7, include: undefined, withoutConditions: [2, 41] },
    });
  });

  test('compares fair values with a close of its own, of which a part may be set', () => {
    const time = (variables: object) => {
      const { sinks } = aloneConfig({ ...key, SINK: 'redis', REDIS_URL: 'redis://h', ...variables });
      return sinks[0]?.shown;
    };
    expect(time({ QUOTE_PL_MARKET_CLOSE_HOUR: '15', QUOTE_PL_MARKET_CLOSE_MINUTE: '30' })).toMatchObject({
      closes: { time: { timeZone: 'America/New_York', hour: 15, minute: 30 } },
    });
    expect(time({ QUOTE_PL_TIMEZONE: 'Europe/Berlin', QUOTE_PREV_CLOSE_TTL_SEC: '86400' })).toMatchObject({
      closes: { time: { timeZone: 'Europe/Berlin', hour: 16, minute: 0 }, ttl: 86_400 },
    });
  });

  test('goes to the market it is told, and to the address before that', () => {
    expect(aloneConfig({ ...key, POLYGON_CLUSTER: 'crypto' })).toMatchObject({
      feedUrl: 'wss://socket.massive.com/crypto',
      wanted: { patterns: [{ kind: 'XA', symbols: '*' }] },
    });
    expect(aloneConfig({ ...key, FEED_URL: 'ws://127.0.0.1:7/stocks' }).feedUrl).toBe(
      'ws://127.0.0.1:7/stocks',
    );
  });

  test('asks for symbols by name, and for all where a pattern is none that the vendor knows', () => {
    const { wanted } = aloneConfig({ ...key, SUBSCRIPTION: 'T:AAPL,T.AAPL,Q:ES*,Q:AAPL,AM.*' });
    expect(Object.fromEntries(wanted.byKind)).toEqual({ T: ['AAPL'], Q: '*', AM: '*' });
  });

  test.each([
    ['options', 'Q:O:SPY251219C00650000', { Q: ['O:SPY251219C00650000'] }],
    ['forex', 'C.EUR/USD,CA.*', { C: ['EUR/USD'], CA: '*' }],
    ['indices', 'V.I:SPX', { V: ['I:SPX'] }],
  ])('knows the kinds and the spelling of %s: %s', (POLYGON_CLUSTER, SUBSCRIPTION, byKind) => {
    const { wanted } = aloneConfig({ ...key, POLYGON_CLUSTER, SUBSCRIPTION });
    expect(Object.fromEntries(wanted.byKind)).toEqual(byKind);
  });

  test('asks for no more contracts of options than the vendor sends quotes and fair values of', () => {
    const subscribed = (SUBSCRIPTION: string) => () =>
      aloneConfig({ ...key, POLYGON_CLUSTER: 'options', SUBSCRIPTION });
    const contracts = (kind: string, count: number) =>
      Array.from({ length: count }, (_, n) => `${kind}.O:SPY251219C${`${n}`.padStart(8, '0')}`).join();
    for (const kind of ['Q', 'FMV']) {
      expect(subscribed(contracts(kind, 1_000))).not.toThrow();
      expect(subscribed(contracts(kind, 1_001))).toThrow(
        `SUBSCRIPTION: ${kind} of 1001 options: the vendor sends it of 1000 at the most`,
      );
      expect(subscribed(`${kind}:O:SPY*`)).toThrow(`SUBSCRIPTION: ${kind} of all options`);
    }
    expect(subscribed('T.*,AM.*')).not.toThrow();
  });

  test('takes EMIT_NDJSON where SINK is not set, and not where it is', () => {
    const chosen = (variables: Readonly<Record<string, string>>) =>
      aloneConfig({ ...key, ...variables }).sinks.map(({ kind }) => kind);
    expect(chosen({ EMIT_NDJSON: 'true' })).toEqual(['ndjson']);
    expect(chosen({ EMIT_NDJSON: 'true', SINK: 'stdout' })).toEqual(['stdout']);
    expect(chosen({ SINK: 'stdout,ndjson', NDJSON_DEST: 'f' })).toEqual(['stdout', 'ndjson']);
  });

  test.each<[Readonly<Record<string, string>>, string]>([
    [{ POLYGON_API_KEY: '' }, 'POLYGON_API_KEY is missing: it is the key that opens the vendor feed'],
    [{ POLYGON_CLUSTER: 'bonds' }, "POLYGON_CLUSTER: 'bonds' is not allowed: use one of stocks"],
    [{ SUBSCRIPTION: 'T' }, "SUBSCRIPTION: 'T' is not allowed: use kinds and symbols"],
    [{ SUBSCRIPTION: 'XT.*' }, "SUBSCRIPTION: 'XT' is no kind of events of stocks: use AM, A, T, Q"],
    [{ FEED_URL: 'ws://example.com/stocks' }, 'would send the key in plain text'],
    [{ SINK: 'kafka' }, "SINK: 'kafka' is not allowed: use one of stdout, ndjson, zmq"],
    [{ SINK: 'ndjson,ndjson' }, "SINK: 'ndjson,ndjson' is not allowed: use a list"],
    [{ SINK: 'stdout,ndjson' }, 'NDJSON_DEST: both sinks would write to standard output: name a path'],
    [{ EMIT_NDJSON: 'yes' }, "EMIT_NDJSON: 'yes' is not allowed: use true or false"],
    [{ CHANNEL_CAP: '0' }, "CHANNEL_CAP: '0' is not allowed: use a whole number from 1"],
    [{ BACKOFF_INITIAL_SECS: '61' }, 'BACKOFF_INITIAL_SECS: 61 is longer than BACKOFF_MAX_SECS (60)'],
    [{ READ_TIMEOUT_SECS: '0' }, "READ_TIMEOUT_SECS: '0' is not allowed"],
    [{ HEARTBEAT_INTERVAL_SECS: '-1' }, "HEARTBEAT_INTERVAL_SECS: '-1' is not allowed"],
    [{ ZMQ_ENDPOINT: 'nonsense' }, "ZMQ_ENDPOINT: 'nonsense' is no endpoint: use tcp://127.0.0.1:5556"],
    [
      { ZMQ_ENDPOINT: 'tcp://h:65536' },
      "ZMQ_ENDPOINT: 'tcp://h:65536' is no endpoint: use tcp://127.0.0.1:5556",
    ],
    [{ ZMQ_ENDPOINT: 'tcp://h:0' }, "ZMQ_ENDPOINT: 'tcp://h:0' is no endpoint: use tcp://127.0.0.1:5556"],
    [{ METRICS_ADDR: 'localhost:9898' }, "METRICS_ADDR: 'localhost:9898' is no IP address with a port"],
    [{ METRICS_ADDR: '127.0.0.1:99999' }, "METRICS_ADDR: '127.0.0.1:99999' is no IP address with a port"],
    [{ LOG_LEVEL: 'LOUD' }, "LOG_LEVEL: 'LOUD' is not allowed: use one of DEBUG"],
    [{ NDJSON_INCLUDE: 'ES*' }, "NDJSON_INCLUDE: 'ES*' is not allowed: use kinds and symbols"],
    [{ NDJSON_MAX_BYTES: '1.5' }, "NDJSON_MAX_BYTES: '1.5' is not allowed: use a whole number"],
    [{ ZMQ_WITHOUT_CONDITIONS: '2,x' }, "ZMQ_WITHOUT_CONDITIONS: 'x' is not allowed: use a whole number"],
    [{ QUOTE_PL_TIMEZONE: 'New York' }, "QUOTE_PL_TIMEZONE: 'New York' is no time zone: use a name"],
    [{ QUOTE_PL_MARKET_CLOSE_HOUR: '24' }, "QUOTE_PL_MARKET_CLOSE_HOUR: '24' is not allowed: use a whole"],
    [{ SINK: 'redis', REDIS_URL: 'https://h' }, 'REDIS_TOKEN is missing: an address that begins with https'],
    [{ REDIS_URL: 'https://h', REDIS_TOKEN: 'a b' }, 'REDIS_TOKEN: it holds a blank'],
    [{ SINK: 'redis' }, 'REDIS_URL is missing: the sink redis needs it'],
    [{ SINK: 'events' }, 'EVENTS_STREAM is missing: the sink events writes there'],
    [{ NDJSON_SAMPLE_QUOTES: '0' }, "NDJSON_SAMPLE_QUOTES: '0' is not allowed"],
    [
      { SINK: 'ndjson', NDJSON_MAX_BYTES: '9' },
      'NDJSON_DEST: standard output can be neither rotated nor split',
    ],
  ])('refuses %j in one line', (variables, problem) => {
    const read = () => aloneConfig({ ...key, ...variables });
    expect(read).toThrow(problem);
    expect(read).toThrow(/^the environment is not usable:\n {2}.*$/);
  });

  test('takes an address of the sixth version, and levels of the log in small letters', () => {
    expect(aloneConfig({ ...key, METRICS_ADDR: '[::1]:0', LOG_LEVEL: 'debug' })).toMatchObject({
      metrics: { host: '::1', port: 0 },
      logLevel: 'DEBUG',
    });
  });

  test('explains every variable', () => {
    for (const name of ['POLYGON_API_KEY', 'SUBSCRIPTION', 'NDJSON_SPLIT_PER_TYPE', 'METRICS_ADDR'])
      expect(usage()).toContain(`\n  ${name}\n      it `);
  });
});
