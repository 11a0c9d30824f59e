/** How the options of `npm start` are read, and what is answered to those that cannot be followed. */
import { describe, expect, test } from '@jest/globals';
import { readOptions } from '../../../local/cli/options.ts';

const stocks = { name: 'stocks', market: 'stocks', isDelayed: false, channels: ['minutes'] };

const read = (line: string) => readOptions(line.split(' ').filter(word => word !== ''));

describe('options', () => {
  test('without any, a simulated stock market of seed 1 runs at 60 times the speed of the clock', () => {
    expect(read('')).toEqual({
      feed: { kind: 'simulation', seed: 1 },
      market: 'stocks',
      feeds: [stocks],
      alignment: 'clock',
      speed: 60,
      exit: false,
      port: 8080,
    });
  });

  test('choose a file, a range, symbols and where records are written', () => {
    const line =
      '--replay a.csv --from 2013-10-08T13:30:00Z --to 2013-10-08T16:00:00-04:00 --symbols SPY,BRK.B,SPY --speed 600 --out o --exit --port 0 --alignment session';
    expect(read(line)).toEqual({
      feed: { kind: 'replay', file: 'a.csv' },
      market: 'stocks',
      feeds: [stocks],
      alignment: 'session',
      from: Date.UTC(2013, 9, 8, 13, 30),
      to: Date.UTC(2013, 9, 8, 20),
      symbols: ['SPY', 'BRK.B'],
      speed: 600,
      out: 'o',
      exit: true,
      port: 0,
    });
  });

  test('with a Redis server let a feed bring whatever has keys there, and show no password of it', () => {
    const url = 'redis://user:hunter2@127.0.0.1:6379/1';
    expect(read(`--redis ${url}`)).toMatchObject({
      redis: url,
      feeds: [{ channels: ['minutes', 'trades', 'quotes', 'fmv'] }],
    });
    expect(read(`--redis ${url} --market futures`)).toMatchObject({
      feeds: [{ channels: ['minutes', 'trades', 'quotes'] }],
    });
    for (const [address, problem] of [
      ['127.0.0.1:6379', 'begins with no scheme'],
      ['https://us1.example.io', 'use redis:// or rediss://'],
      ['redis://:hunter2@h/x', 'the database is no number'],
    ]) {
      expect(() => read(`--redis ${address}`)).toThrow(problem);
      expect(() => read(`--redis ${address}`)).not.toThrow('hunter2');
    }
  });

  test('take several imports in their order', () => {
    expect(read('--import a.csv --import b.csv --authoritative')).toMatchObject({
      feed: { kind: 'import', files: ['a.csv', 'b.csv'], authoritative: true },
    });
  });

  test('spell symbols as the feed does, however the vendor spells them elsewhere', () => {
    const line = '--live --market crypto --symbols X:BTC-USD,X:ETHUSD,BTC-USD';
    expect(read(line)).toMatchObject({ symbols: ['BTC-USD', 'ETH-USD'] });
    expect(read('--import a.csv --market crypto --symbols ADAUSDT')).toMatchObject({ symbols: ['ADAUSDT'] });
  });

  test('plan faults of the simulated vendor, also of one that plays a file', () => {
    const faults = [
      { fault: 'down', after: 600_000, lasts: 300_000 },
      { fault: 'drop', after: 900_000 },
      { fault: 'rest-500', after: 900_000 },
    ];
    expect(read('--fault down@10m+5m,drop --fault rest-500')).toMatchObject({ faults });
    expect(read('--replay a --fault drop')).toMatchObject({ faults: [faults[1]] });
  });

  test('take everything of the live feed with a star', () => {
    const all = read('--live --symbols * --host delayed.massive.com');
    expect(all).not.toHaveProperty('symbols');
    expect(all).toMatchObject({
      feed: { kind: 'live', live: { host: 'delayed.massive.com', delaySeconds: 900 } },
    });
  });

  test('take the whole of a simulated market with a star', () => {
    expect(read('--symbols *')).toMatchObject({ symbols: 11_000 });
  });

  test('choose feeds of several markets and hosts, with their channels', () => {
    const line =
      '--feeds stocks:minutes+fmv,stocks@delayed:trades+quotes,crypto,futures --symbols 20 --fault stocks-delayed:down@10m';
    expect(read(line)).toMatchObject({
      market: 'stocks',
      feeds: [
        { ...stocks, channels: ['minutes', 'fmv'] },
        { ...stocks, name: 'stocks-delayed', isDelayed: true, channels: ['trades', 'quotes'] },
        { ...stocks, name: 'crypto', market: 'crypto' },
        { ...stocks, name: 'futures', market: 'futures' },
      ],
      symbols: 20,
      faults: [{ feed: 'stocks-delayed', fault: 'down', after: 600_000 }],
    });
  });

  test.each(['--help', '-h'])('%s asks for help whatever stands beside it', help => {
    expect(read(`${help} --speed fast`)).toBe('help');
  });

  test.each([
    ['--sped 5', "Unknown option '--sped': use --replay --import"],
    ['file.csv', "Unexpected argument 'file.csv'"],
    ['--speed fast', "--speed 'fast' is not allowed: use a number from 0.1 to 6000"],
    ['--speed 0', "--speed '0' is not allowed: use a number from 0.1 to 6000"],
    ['--port 70000', "--port '70000' is not allowed: use a number from 0 to 65535"],
    ['--port 1.5', "--port '1.5' is not allowed: use a whole number from 0 to 65535"],
    [
      '--market bonds',
      "--market 'bonds' is unknown: use one of stocks, crypto, futures, options, forex, indices",
    ],
    ['--feeds stocks,bonds', "--feeds 'bonds' names no market: use one of stocks, crypto, futures"],
    ['--feeds stocks,', "--feeds '' is not understood: use MARKET, MARKET@delayed, or either with channels"],
    ['--feeds stocks@late', "--feeds 'stocks@late' is not understood"],
    ['--feeds stocks:', "--feeds 'stocks:' is not understood"],
    [
      '--feeds forex:minutes+trades',
      "--feeds 'forex:minutes+trades': forex have no channel 'trades': use some of minutes, seconds, quotes, fmv",
    ],
    ['--feeds stocks:ticks', "stocks have no channel 'ticks': use some of minutes, seconds, trades"],
    ['--feeds stocks:trades+trades', "--feeds 'stocks:trades+trades' has channel trades twice"],
    ['--feeds stocks:trades,stocks', 'has stocks twice: the vendor allows one connection to each host'],
    ['--feeds crypto@delayed,crypto@delayed', 'has crypto@delayed twice'],
    [
      '--feeds stocks,crypto --sinks events',
      '--sinks events would take nothing: name channels besides minutes',
    ],
    ['--feeds stocks:trades --sinks s4', "--sinks 's4' is unknown: use one of events, s3, stdout"],
    [
      '--feeds crypto,stocks,stocks@delayed:quotes+minutes --redis redis://h',
      '--redis: stocks and stocks-delayed would write minutes under the same keys: let one of them bring other',
    ],
    ['--feeds stocks --market crypto', '--market crypto does not go with --feeds'],
    ['--feeds stocks,crypto --live', '--feeds does not go with --live: it is for the simulation'],
    ['--feeds stocks,crypto --replay a', '--feeds does not go with --replay'],
    ['--feeds stocks,crypto --symbols AAPL', "--symbols 'AAPL' does not go with several feeds: say how many"],
    ['--feeds stocks,crypto --symbols *', "--symbols '*' does not go with several feeds"],
    ['--feeds stocks,crypto --fault gold:down', '--fault gold:… names no feed: use one of stocks, crypto'],
    ['--alignment day', "--alignment 'day' is unknown: use one of clock, session"],
    ['--from 2013-10-08', "--from '2013-10-08' is not an instant: use ISO 8601 with a zone"],
    ['--from 2013-10-08T13:30:30Z', "--from '2013-10-08T13:30:30Z' is not on a full minute"],
    ['--from 2025-02-30T00:00:00Z', "--from '2025-02-30T00:00:00Z' is not an instant"],
    ['--to 2025-04-31T00:00:00Z', "--to '2025-04-31T00:00:00Z' is not an instant"],
    ['--to 2025-02-29T00:00:00Z', "--to '2025-02-29T00:00:00Z' is not an instant"],
    ['--from 2025-02-20T14:30:00', "--from '2025-02-20T14:30:00' is not an instant"],
    ['--seed 1 --seed 2', '--seed is there twice: give it once'],
    ['--from 2013-10-08T14:00:00Z --to 2013-10-08T14:00:00Z', 'the range [from, to) is empty'],
    ['--replay a --import b', '--replay and --import exclude each other: give one of them'],
    ['--import a --speed 60', '--speed does not go with --import'],
    ['--replay a --symbols 50', '--symbols 50 is for the simulation: name the symbols'],
    [
      '--replay a --symbols A,,B',
      "--symbols 'A,,B' holds '': separate symbols of 1 to 64 characters by single commas",
    ],
    ['--replay a --seed 3', '--seed does not go with --replay'],
    ['--replay a --replay b', '--replay a and --replay b: give one file, or import both'],
    ['--import a --symbols *', "--symbols '*' is for --live and the simulation"],
    ['--market crypto --symbols BTCUSD', "holds 'BTCUSD': use 'BTC-USD', as the feed of crypto spells it"],
    ['--live --symbols AM.AAPL', "holds 'AM.AAPL': use 'AAPL', as the feed of stocks spells it"],
    ['--replay a --symbols A*', "--symbols 'A*' holds 'A*'"],
    ['--from 2150-01-04T14:30:00Z', "--from '2150-01-04T14:30:00Z' is outside the years 1970 to 2099"],
    ['--authoritative', '--authoritative goes with --import alone'],
    ['--fault sleep', "--fault 'sleep' is unknown: use some of down, silent"],
    ['--live --fault down', '--fault does not go with --live: it is for the simulated vendor'],
    ['--import a --fault down', '--fault does not go with --import'],
    ['--host delayed.massive.com', '--host and --delay go with --live alone'],
    ['--replay a --delay 3', '--host and --delay go with --live alone'],
    ['--live --host https://x', "--host 'https://x' is no host"],
    ['--live --exit', '--exit does not go with --live: that feed has no end'],
    ['--live --from 2013-10-08T14:00:00Z', '--from and --to do not go with --live'],
  ])('refuse %s', (line, answer) => {
    expect(() => read(line)).toThrow(answer);
  });
});
