/** Features over the API: of each minute what the functions make of its session as the log has it, page by page, and never of a fragment. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { features } from '../../../runtime/fold/features/features.ts';
import { type FeatureName, featureNames } from '../../../runtime/fold/features/names.ts';
import { seriesOf } from '../../../runtime/fold/features/series.ts';
import type { MinuteBar } from '../../../runtime/records/bar.ts';
import { Random } from '../../support/random.ts';
import {
  blindMinutes,
  MINUTE,
  OPEN,
  type RolledMarket,
  rolledMarket,
  SYMBOLS,
  THROUGH,
} from '../../support/rolled-market.ts';
import { minuteBar, RollupOnTwins } from '../../support/rollup-on-twins.ts';
import { AskedApi } from './support/asked.ts';

const NOW = THROUGH + 10_000;
const DAY = 86_400_000;
let api: AskedApi;
let market: RolledMarket;

beforeAll(async () => {
  market = await rolledMarket(new Random(15));
  api = await AskedApi.start();
  api.at = NOW;
  await api.put('state', market.rollup.log());
});

afterAll(() => api[Symbol.asyncDispose]());

interface Row extends Partial<Record<FeatureName, number>> {
  readonly symbol: string;
  readonly start: number;
  readonly minutes: number;
  readonly session: string;
  readonly version: number;
}

interface Answer {
  readonly features: Readonly<Record<string, readonly Row[]>>;
  readonly gaps: object;
  readonly through: number;
  readonly nextCursor?: string;
}

async function pagesOf(question: string): Promise<Answer[]> {
  const pages: Answer[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page: Answer = await api.json(`/v1/features?${question}&cursor=${cursor}`);
    pages.push(page);
    cursor = page.nextCursor;
  }
  return pages;
}

/** Of one session's minutes. */
function wanted(
  minutes: readonly MinuteBar[],
  symbol: string,
  names: readonly FeatureName[],
  blind: readonly number[],
) {
  const bars = minutes.filter(bar => bar.symbol === symbol).sort((a, b) => a.start - b.start);
  const series = seriesOf(bars);
  const columns = names.map(name => [name, features[name].of(series)] as const);
  return bars.map(({ start, session }, i) => ({
    ...{ symbol, start, end: start + MINUTE },
    ...Object.fromEntries(
      columns.flatMap(([name, { [i]: value = Number.NaN }]) => (Number.isNaN(value) ? [] : [[name, value]])),
    ),
    ...{ minutes: i + 1, uncovered: blind.filter(minute => minute < start).length, session },
    ...{
      final: start + MINUTE <= THROUGH,
      version: Math.max(...bars.slice(0, i + 1).map(bar => bar.version)),
    },
  }));
}

test.each([
  ['all symbols, all features', SYMBOLS, featureNames, ''],
  [
    'the last ones first',
    ['AAPL', 'A"B'],
    ['intraday_volatility_20', 'intraday_volume_ratio'] as const,
    '&order=desc&limit=37',
  ],
  [
    'from the middle of the session on',
    ['BRK.B', '__proto__'],
    ['intraday_rsi_14', 'intraday_vwap'] as const,
    `&from=${OPEN + 90 * MINUTE}&to=${OPEN + 150 * MINUTE}&limit=11`,
  ],
])('are what the functions make of the session up to each minute: %s', async (_, symbols, names, rest) => {
  const question = new URLSearchParams({ symbols: symbols.join(','), names: names.join(',') });
  const pages = await pagesOf(`${question}${rest}`);
  const { from = 0, to = NOW } = Object.fromEntries(
    [...new URLSearchParams(rest)].map(([name, value]) => [name, Number(value)]),
  );
  for (const symbol of symbols) {
    const rows = wanted(
      market.minutes,
      symbol,
      featureNames.filter(name => names.some(each => each === name)),
      blindMinutes(market, symbol, '1m'),
    );
    const asked = rows.filter(({ start }) => start >= from && start < to);
    const got = pages.flatMap(page => page.features[symbol] ?? []);
    expect(got).toEqual(rest.includes('desc') ? asked.reverse() : asked);
    expect(got.length).toBeGreaterThan(symbol === 'THIN' ? 3 : 20);
  }
  for (const page of pages) expect(page.through).toBe(THROUGH);
});

test('gaps are those of the minutes', async () => {
  const question = `symbols=THIN,AAPL&from=${OPEN}&to=${THROUGH}`;
  const [page] = await pagesOf(question);
  const { gaps } = await api.json<Answer>(`/v1/bars?timeframe=1m&${question}`);
  expect(page?.gaps).toEqual(gaps);
  expect(JSON.stringify(gaps)).toContain('start');
});

test('as CSV there is a column for each feature that was asked for, empty where there is none', async () => {
  const question = '/v1/features?symbols=AAPL&names=intraday_rsi_14,intraday_vwap&limit=20';
  const asJson: Answer = await api.json(question);
  const { body, headers } = await api.ask(`${question}&format=csv`);
  const [header, ...rows] = body.trimEnd().split('\r\n');
  expect(header).toBe(
    'symbol,start,end,intraday_vwap,intraday_rsi_14,minutes,uncovered,session,final,version',
  );
  const cells = rows.map(row => row.split(',').slice(3, 5));
  const told = (asJson.features['AAPL'] ?? []).map(row =>
    [row.intraday_vwap, row.intraday_rsi_14].map(value => String(value ?? '')),
  );
  expect(cells).toEqual(told);
  expect(told.slice(13, 15).map(([, rsi]) => rsi === '')).toEqual([true, false]);
  expect(headers['barflow-next-cursor']).toBe(asJson.nextCursor);
});

test('a revised minute makes another answer, with other values of the rows that depend on it and a higher version', async () => {
  const question = '/v1/features?symbols=SYM34&names=intraday_price_to_open,intraday_vwap';
  const first = await api.ask(question);
  const { etag = '' } = first.headers;
  expect((await api.ask(question, { headers: { 'if-none-match': etag } })).status).toBe(304);
  const before: Answer = JSON.parse(first.body);
  const bars = market.minutes.filter(({ symbol }) => symbol === 'SYM34').sort((a, b) => a.start - b.start);
  const revised = bars[60];
  if (!revised) throw new Error('SYM34 has too few minutes');
  const logged = new Set(market.rollup.log().map(({ pk, sk }) => `${pk?.S} ${sk?.S}`));
  const version = THROUGH + 60 * MINUTE;
  await market.rollup.deliver({
    ...revised,
    close: revised.high + 1,
    high: revised.high + 1,
    volume: '640',
    vwap: 200,
    version,
  });
  await api.put(
    'state',
    market.rollup.log().filter(({ pk, sk }) => !logged.has(`${pk?.S} ${sk?.S}`)),
  );
  const after: Answer = await api.json(question, { headers: { 'if-none-match': etag } });
  const changed = (name: 'intraday_price_to_open' | 'intraday_vwap' | 'version') =>
    (after.features['SYM34'] ?? []).flatMap((row, i) =>
      row[name] === before.features['SYM34']?.[i]?.[name] ? [] : i,
    );
  expect(changed('version')).toEqual(bars.map((_, i) => i).slice(60));
  expect(changed('intraday_price_to_open')[0]).toBe(60);
  expect(after.features['SYM34']?.at(-1)?.version).toBe(version);
});

test('an unknown symbol asked for alone is a problem, and a known one without minutes an empty list', async () => {
  expect((await api.ask('/v1/features?symbols=NOBODY')).status).toBe(404);
  expect((await api.json<Answer>('/v1/features?symbols=AAPL,NOBODY&limit=1')).features['NOBODY']).toEqual([]);
});

describe('a session whose start the log no longer has', () => {
  const PRE = Date.parse('2025-11-20T14:28:00Z');
  const SECOND = Date.parse('2025-11-20T17:00:00Z');
  const LATER = SECOND + 8.1 * DAY;
  let old: AskedApi;

  beforeAll(async () => {
    const rollup = new RollupOnTwins();
    // Each block's log begins, and so expires, by the time of its first minutes.
    for (const start of [PRE, OPEN, SECOND, Date.parse('2025-11-20T21:00:00Z')]) {
      rollup.now = start;
      await rollup.deliver(
        minuteBar(start),
        minuteBar(start + MINUTE),
        new Date(start + 2 * MINUTE).toISOString(),
      );
    }
    old = await AskedApi.start();
    old.at = Date.parse('2025-11-20T21:10:00Z');
    old.wall = old.at;
    await old.put('state', rollup.log());
  });

  afterAll(() => old[Symbol.asyncDispose]());

  const rowsOf = async (rest = '') =>
    (await old.json<Answer>(`/v1/features?symbols=AAPL${rest}`)).features['AAPL']?.map(
      ({ session, minutes }) => [session, minutes],
    );
  const whole = [
    ['pre', 1],
    ['pre', 2],
    ['regular', 1],
    ['regular', 2],
    ['regular', 3],
    ['regular', 4],
    ['post', 1],
    ['post', 2],
  ];

  test('is whole as long as it has', async () => {
    expect(await rowsOf()).toEqual(whole);
  });

  test('has no rows, and the first whole one begins the answer', async () => {
    [old.at, old.wall] = [LATER - 0.2 * DAY + 3_600_000, SECOND + 8 * DAY - 3_600_000];
    old.startCold();
    expect(await rowsOf()).toEqual([
      ['post', 1],
      ['post', 2],
    ]);
    expect(await rowsOf('&order=desc')).toEqual([
      ['post', 2],
      ['post', 1],
    ]);
  });

  test('is refused where it is asked for, with where whole ones begin', async () => {
    const { status, body } = await old.ask(`/v1/features?symbols=AAPL&from=${SECOND}`);
    expect([status, JSON.parse(body)]).toMatchObject([
      400,
      {
        parameter: 'from',
        detail: expect.stringMatching(
          /need their session from its start, which the log has since 2025-11-20T21:00:00.000Z/,
        ),
      },
    ]);
  });

  test('is whole where the log began in it within its life: the feed did so too', async () => {
    const rollup = new RollupOnTwins();
    rollup.now = SECOND;
    await rollup.deliver(minuteBar(SECOND), new Date(SECOND + MINUTE).toISOString());
    await using young = await AskedApi.start();
    [young.at, young.wall] = [SECOND + 3 * DAY, SECOND + 3 * DAY];
    await young.put('state', rollup.log());
    const { features: rows } = await young.json<Answer>('/v1/features?symbols=AAPL');
    expect(rows['AAPL']).toMatchObject([{ start: SECOND, minutes: 1, session: 'regular' }]);
  });

  test('is whole where the log is young, however old its minutes are: they were imported', async () => {
    [old.at, old.wall] = [LATER + 100 * DAY, PRE + 3_600_000];
    old.startCold();
    expect(await rowsOf()).toEqual(whole);
  });
});
