/** What an ingester in AWS is told of what it passes on. */
import { describe, expect, test } from '@jest/globals';
import { ingesterConfig } from '../../../../../runtime/ingester/config.ts';

const required = { POLYGON_API_KEY: 'k', MINUTES_STREAM: 'm', LEASE_TABLE: 'l', QUARANTINE_TABLE: 'q' };
const passedOn = (variables: Readonly<Record<string, string>>) =>
  ingesterConfig({ ...required, ...variables }).passedOn;

describe('what is passed on', () => {
  test('is nothing where nothing is said', () => {
    expect(passedOn({})).toEqual({ hasMinutes: true, followed: [], own: undefined, sinks: [] });
  });

  test('is asked for by the names of channels, of the symbols of the feed', () => {
    const { hasMinutes, followed, sinks } = passedOn({ CHANNELS: 'minutes, fmv,trades', SINK: 'zmq' });
    expect(hasMinutes).toBe(true);
    expect(followed.map(({ kind }) => kind)).toEqual(['FMV', 'T']);
    expect(sinks).toMatchObject([{ kind: 'zmq' }]);
  });

  test('is asked for by patterns, of symbols of its own', () => {
    const { own } = passedOn({ SUBSCRIPTION: 'T.AAPL,T.MSFT,Q:ES*', SINK: 'stdout' });
    expect(Object.fromEntries(own?.byKind ?? [])).toEqual({ T: ['AAPL', 'MSFT'], Q: '*' });
  });

  test('needs no stream where there are no minutes', () => {
    const { minutesStream } = ingesterConfig({
      ...{ ...required, MINUTES_STREAM: '', CHANNELS: 'trades,quotes', SINK: 'stdout' },
    });
    expect(minutesStream).toBeUndefined();
  });

  test('cuts the list of the feed to what its channels allow', () => {
    const contracts = Array.from({ length: 1_200 }, (_, n) => `O:SPY251219C${`${n}`.padStart(8, '0')}`);
    const config = ingesterConfig({
      ...{ ...required, MARKET: 'options', SYMBOLS: contracts.join(), CHANNELS: 'minutes,quotes' },
      SINK: 'stdout',
    });
    expect(config.symbolLimit).toBe(1_000);
  });

  test.each<[Readonly<Record<string, string>>, string]>([
    [{ CHANNELS: 'ticks', SINK: 'stdout' }, "CHANNELS: 'ticks' is not allowed: use one of minutes, seconds"],
    [{ CHANNELS: 'minutes,books', SINK: 'stdout' }, "CHANNELS: stocks have no channel 'books'"],
    [{ CHANNELS: 'minutes,trades' }, 'SINK is missing: channels besides minutes are passed on'],
    [{ SINK: 'stdout' }, 'SINK: stdout would take nothing: name channels in CHANNELS or SUBSCRIPTION'],
    [{ SUBSCRIPTION: 'AM.AAPL', SINK: 'stdout' }, "SUBSCRIPTION: 'AM' are the minutes"],
    [
      { SUBSCRIPTION: 'T.AAPL', CHANNELS: 'minutes,trades', SINK: 'stdout' },
      "SUBSCRIPTION: 'T' is among the CHANNELS already",
    ],
    [
      { MARKET: 'options', CHANNELS: 'minutes,quotes', SINK: 'stdout' },
      'CHANNELS: Q of all options: the vendor sends it of 1000 at the most: name those',
    ],
  ])('refuses %j in one line', (variables, problem) => {
    expect(() => passedOn(variables)).toThrow(problem);
    expect(() => passedOn(variables)).toThrow(/^the environment is not usable:\n {2}.*$/);
  });

  test('may have a sink that takes minutes and nothing else', () => {
    expect(passedOn({ SINK: 'redis', REDIS_URL: 'redis://h' }).sinks).toMatchObject([{ kind: 'redis' }]);
    expect(() => passedOn({ SINK: 'redis', REDIS_URL: 'redis://h', CHANNELS: 'trades' })).not.toThrow();
  });
});
