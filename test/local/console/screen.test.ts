/** What a terminal of any size shows: what is true, whole numbers, and no line too many. */
import { describe, expect, test } from '@jest/globals';
import { ExchangeTime } from '../../../local/console/exchange-time.ts';
import type { Snapshot } from '../../../local/console/progress.ts';
import { screenLines } from '../../../local/console/screen.ts';
import type { RolledBar } from '../../../runtime/records/bar.ts';

const START = Date.parse('2025-11-20T14:30:00Z');
const NEW_YORK = new ExchangeTime('America/New_York');

function bar(symbol: string, price: number, more: Partial<RolledBar> = {}): RolledBar {
  return {
    ...{ symbol, timeframe: '5m', start: START, end: START + 300_000 },
    ...{ open: price, high: price, low: price, close: price, volume: '12345678.12345' },
    ...{ minutes: 5, uncovered: 0, session: 'regular', final: true, version: 1 },
    ...more,
  };
}

/** A whole market's afternoon, and something wrong with it. */
const busy: Snapshot = {
  title: 'stocks, simulated, 60×',
  state: 'reconnecting, minutes come over REST: closed by the server (1001)',
  eventTime: '2025-11-20T18:45:12.000Z',
  minutes: 4_290_000,
  bars: { '5m': 858_000, '15m': 286_000, '30m': 143_000, '1h': 71_500, '4h': 22_000 },
  uncovered: 12_345,
  lastBars: [
    bar('BRK.A', 758_391.34),
    bar('SPY', 664.12),
    ...Array.from({ length: 8 }, (_, n) => bar(`Z${n}`, 1)),
  ],
  alarms: [
    { name: 'barflow-local-Stocks-FeedDown', severity: 'page', since: '2025-11-20T18:41:00.000Z' },
    { name: 'barflow-local-Stocks-NotConnected', severity: 'ticket', since: '2025-11-20T18:42:00.000Z' },
  ],
  faults: ['down'],
};
const show = (columns: number, rows: number, snapshot = busy, time = NEW_YORK) =>
  screenLines(snapshot, time, { columns, rows });

describe('a screen', () => {
  test('says what runs and how it is, with the time of the exchange beside UTC', () => {
    expect(show(200, 24).slice(0, 3)).toEqual([
      '',
      'stocks, simulated, 60×   reconnecting, minutes come over REST: closed by the server (1001)   2025-11-20 13:45:12 EST   18:45:12 UTC',
      '4290000 minutes in   858000 × 5m   286000 × 15m   143000 × 30m   71500 × 1h   22000 × 4h   12345 uncovered',
    ]);
  });

  test('names the alarms that stand, since when, and what the vendor does wrong', () => {
    expect(show(80, 24)).toEqual(
      expect.arrayContaining([
        'PAGE FeedDown since 13:41 EST, 18:41 UTC',
        'TICKET NotConnected since 13:42 EST, 18:42 UTC',
        'fault down',
      ]),
    );
  });

  test('says what pace a machine takes that cannot follow, and from when on alarms are judged', () => {
    const slow: Snapshot = { ...busy, alarms: [], pace: 7.26, alarmsFrom: '2025-11-20T18:55:00.000Z' };
    const text = show(200, 24, slow).join('\n');
    expect(text).toContain('   7.3× is what this machine takes   ');
    expect(text).toContain('\nalarms are judged from 18:55 UTC on\n');
  });

  test('of 80 columns shows every count whole', () => {
    const text = show(80, 24).join('\n');
    for (const count of ['4290000 minutes in', '858000 × 5m', '22000 × 4h', '12345 uncovered'])
      expect(text).toContain(count);
  });

  test.each([
    [80, 10],
    [80, 24],
    [200, 50],
    [40, 6],
    [20, 2],
  ])('of %i columns and %i rows keeps to them', (columns, rows) => {
    const lines = show(columns, rows);
    expect(lines.length).toBeLessThan(rows);
    expect(lines.filter(({ length }) => length > columns)).toEqual([]);
    expect(lines.join()).toContain('simulated');
  });

  test('of 10 rows has room for the counts, the alarms and a bar', () => {
    const calm = { ...busy, state: 'connected', alarms: [], faults: [] };
    expect(show(80, 10, calm).at(-1)).toMatch(/^11-20 09:30 14:30 5m Z\d /);
  });

  test('shows of bars what there is room for, the close and the volume always', () => {
    const table = (columns: number) => show(columns, 40).slice(-11);
    expect(table(100)[0]).toBe(
      'start (EST)   UTC    symbol      open      high       low     close         volume',
    );
    expect(table(100)[1]).toBe(
      '11-20 09:30 14:30 5m BRK.A  758391.34 758391.34 758391.34 758391.34 12345678.12345',
    );
    expect(table(80)[1]).toBe('11-20 09:30 14:30 5m BRK.A  758391.34 758391.34 758391.34 12345678.12345');
    expect(table(60)[1]).toBe('11-20 09:30 14:30 5m BRK.A  758391.34 12345678.12345');
  });

  test('says how many minutes of a bar are uncovered, where there are any', () => {
    const lastBars = [bar('SPY', 664, { uncovered: 2 }), bar('T', 25)];
    const lines = show(120, 40, { ...busy, lastBars }).slice(-3);
    expect(lines[0]).toMatch(/ uncovered$/);
    expect(lines[1]).toMatch(/ 2$/);
    expect(lines[2]).toMatch(/12345678\.12345$/);
  });

  test('of a market whose time is UTC says it once', () => {
    const lines = show(200, 24, busy, new ExchangeTime('UTC'));
    expect(lines[1]).toMatch(/ {3}2025-11-20 18:45:12 UTC$/);
    expect(lines).toContain('PAGE FeedDown since 18:41 UTC');
  });
});

describe('a screen of several feeds', () => {
  const counts = { minutes: 150, bars: busy.bars, uncovered: 0 };
  const several: Snapshot = {
    ...busy,
    ...{ title: 'stocks + stocks-delayed + crypto, simulated, 60×', state: '2 of 3 feeds connected' },
    alarms: [{ name: 'barflow-local-Crypto-FeedDown', severity: 'page' }],
    faults: ['crypto:down'],
    lastBars: [
      { ...bar('SPY', 664.12), feed: 'stocks' },
      { ...bar('BTC-USD', 91_234.5), feed: 'crypto' },
    ],
    feeds: [
      { feed: 'stocks', state: 'connected', ...counts, minutes: 4_290_000, toKeep: 12 },
      { feed: 'stocks-delayed', state: 'connected', ...counts },
      { feed: 'crypto', ...counts, state: busy.state, uncovered: 30 },
    ],
  };

  test('has a line for each, with all of its counts and how it is where there is room', () => {
    expect(show(200, 24, several, new ExchangeTime('UTC')).slice(1, 8)).toEqual([
      'stocks + stocks-delayed + crypto, simulated, 60×   2 of 3 feeds connected   2025-11-20 18:45:12 UTC',
      '               minutes in     5m    15m    30m    1h    4h uncovered to keep',
      'stocks            4290000 858000 286000 143000 71500 22000         0      12 connected',
      'stocks-delayed        150 858000 286000 143000 71500 22000         0         connected',
      'crypto                150 858000 286000 143000 71500 22000        30         reconnecting, minutes come over REST: closed by the server …',
      'PAGE Crypto-FeedDown',
      'fault crypto:down',
    ]);
  });

  test('of 80 columns keeps each on its line, and leaves longer bars away where there is no room', () => {
    const lines = show(80, 24, several, new ExchangeTime('UTC'));
    expect(lines.filter(({ length }) => length > 80)).toEqual([]);
    expect(lines).toContain('crypto                150 858000        30         reconnecting, minutes c…');
    expect(lines.at(-1)).toMatch(/^crypto +11-20 14:30 14:30 5m BTC-USD /);
  });
});
