/** Bars over the API: exactly the highest versions of the streams, whatever is asked and page by page; open windows and minutes as an independent fold has them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeRolledBar } from '../../../runtime/records/decode.ts';
import { slotOf } from '../../../runtime/records/slot.ts';
import { Random } from '../../support/random.ts';
import {
  blindMinutes,
  type Fact,
  foldedByHand,
  identity,
  lengths,
  MINUTE,
  OPEN,
  type RolledMarket,
  rolledMarket,
  SYMBOLS,
  THROUGH,
} from '../../support/rolled-market.ts';
import { AskedApi } from './support/asked.ts';

const random = new Random(20_251_120);
const NOW = THROUGH + 10_000;
/** Where blocks and windows of the day begin. */
const BLOCKS = ['13:00', '17:00'].map(time => Date.parse(`2025-11-20T${time}:00Z`));
let api: AskedApi;
let market: RolledMarket;

beforeAll(async () => {
  market = await rolledMarket(random);
  api = await AskedApi.start();
  api.at = NOW;
  await api.put('state', market.rollup.log());
  const bars = market.rollup.texts().map(text => {
    const bar = decodeRolledBar(text);
    if ('type' in bar) throw new Error(bar.reason);
    return bar;
  });
  await api.store(random.shuffled(bars));
});

afterAll(() => api[Symbol.asyncDispose]());

interface Asked {
  readonly symbols: readonly string[];
  readonly timeframe: string;
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
  readonly order?: 'asc' | 'desc';
  readonly open?: boolean;
}

const addressOf = ({ symbols, ...rest }: Asked) =>
  `/v1/bars?${new URLSearchParams([
    ['symbols', symbols.join(',')],
    ...Object.entries(rest).map(([name, value]) => [name, String(value)] as [string, string]),
  ])}`;

interface Answer {
  readonly bars: Readonly<Record<string, readonly Fact[]>>;
  readonly gaps: Readonly<Record<string, readonly { start: number; end: number }[]>>;
  readonly through: number;
  readonly nextCursor?: string;
}

async function pagesOf(asked: Asked): Promise<Answer[]> {
  const pages: Answer[] = [];
  let cursor = '';
  do {
    const page: Answer = await api.json(`${addressOf(asked)}&cursor=${cursor}`);
    pages.push(page);
    cursor = page.nextCursor ?? '';
  } while (cursor !== '');
  return pages;
}

/** Closed windows as the stream has them; those that are still open folded by hand. */
function windowsOf(symbol: string, timeframe: string, open: boolean): Fact[] {
  const bars: Fact[] = [];
  const length = (lengths[timeframe] ?? 1) * MINUTE;
  for (const block of BLOCKS)
    for (let start = block; start < block + 240 * MINUTE; start += length) {
      const text = market.texts.get(identity({ symbol, timeframe, start }));
      const folded = text === undefined && open ? foldedByHand(market, symbol, timeframe, start) : undefined;
      if (text !== undefined) bars.push(JSON.parse(text));
      else if (folded) bars.push(JSON.parse(JSON.stringify({ ...folded, final: false })));
    }
  return bars;
}

function minutesOf(symbol: string): Fact[] {
  return market.minutes
    .filter(bar => bar.symbol === symbol)
    .sort((a, b) => a.start - b.start)
    .map(({ source: _, volume, ...bar }) => ({
      ...{ schema: 1, timeframe: '1m', end: bar.start + MINUTE, minutes: 1, uncovered: 0, final: true },
      ...bar,
      volume: Number(volume),
    }));
}

function expected({ symbols, timeframe, from = 0, to = 9e12, order, open = false }: Asked) {
  return symbols.map(symbol => {
    const all = timeframe === '1m' ? minutesOf(symbol) : windowsOf(symbol, timeframe, open);
    const bars = all.filter(({ start }) => start >= from && start < to);
    return [symbol, order === 'desc' ? bars.reverse() : bars] as const;
  });
}

const anInstant = () => OPEN - 40 * MINUTE + random.below(260) * MINUTE + random.below(2) * 7_000;

function anyQuestion(): Asked {
  const [from = 0, to = 0] = [anInstant(), anInstant()].sort((a, b) => a - b);
  return {
    symbols: random.shuffled(SYMBOLS).slice(0, random.between(1, SYMBOLS.length)),
    timeframe: random.pick(['1m', ...Object.keys(lengths)]),
    ...(random.chance(0.5) && { from }),
    ...(random.chance(0.5) && { to: to + MINUTE }),
    ...(random.chance(0.7) && { limit: random.pick([9, 40, 1_000]) }),
    ...(random.chance(0.7) && { order: random.pick(['asc', 'desc'] as const) }),
    ...(random.chance(0.5) && { open: true }),
  };
}

test('the market has what it is to be asked for', () => {
  expect(slotOf('SYM34')).not.toBe(slotOf('BRK.B'));
  expect(market.texts.size).toBeGreaterThan(300);
  expect(market.rollup.quarantined()).toEqual([]);
});

test('random questions are answered by the highest versions and by nothing else, in order, page by page', async () => {
  for (let round = 0; round < 30; round++) {
    const asked = anyQuestion();
    const pages = await pagesOf(asked);
    for (const [symbol, bars] of expected(asked)) {
      const got = pages.flatMap(page => page.bars[symbol] ?? []);
      expect({ asked, symbol, bars: got }).toEqual({ asked, symbol, bars });
    }
    for (const page of pages) {
      expect(Object.keys(page.bars).sort()).toEqual(asked.symbols.toSorted());
      for (const bars of Object.values(page.bars))
        expect(bars.length).toBeLessThanOrEqual(asked.limit ?? 1_000);
      expect(page.through).toBe(THROUGH);
    }
  }
});

test('pages name every minute that nobody saw once, of windows without a bar, whatever is asked', async () => {
  for (let round = 0; round < 20; round++) {
    const asked: Asked = { ...anyQuestion(), from: anInstant(), to: THROUGH + 60 * MINUTE };
    const pages = await pagesOf(asked);
    for (const symbol of asked.symbols) {
      const length = (lengths[asked.timeframe] ?? 1) * MINUTE;
      const isAsked = (minute: number) => minute - (minute % length) >= (asked.from ?? 0);
      const got = pages.flatMap(page => (page.gaps[symbol] ?? []).flatMap(minutesIn)).sort((a, b) => a - b);
      const wanted = blindMinutes(market, symbol, asked.timeframe).filter(isAsked);
      expect({ asked, symbol, got }).toEqual({ asked, symbol, got: wanted });
    }
  }
  expect(blindMinutes(market, 'THIN', '1m').length).toBeGreaterThan(3);
});

function minutesIn({ start, end }: { readonly start: number; readonly end: number }): number[] {
  return Array.from({ length: (end - start) / MINUTE }, (_, index) => start + index * MINUTE);
}

test('a page of older bars names the gaps between its oldest and the page before', async () => {
  const asked: Asked = { symbols: ['THIN'], timeframe: '1m', order: 'desc', limit: 3 };
  const pages = await pagesOf(asked);
  expect(pages.length).toBeGreaterThan(1);
  let before = THROUGH;
  for (const page of pages) {
    const oldest = page.bars['THIN']?.at(-1)?.start ?? 0;
    const wanted = blindMinutes(market, 'THIN', '1m').filter(minute => minute >= oldest && minute < before);
    expect((page.gaps['THIN'] ?? []).flatMap(minutesIn)).toEqual(wanted);
    before = oldest;
  }
});

test('bars come byte for byte as the stream has them, however many digits their volume has', async () => {
  const { body } = await api.ask('/v1/bars?symbols=BRK.B&timeframe=15m');
  const texts = [...market.texts]
    .filter(([key]) => key.startsWith('BRK.B 15m'))
    .map(([, text]) => text)
    .sort();
  expect(body).toContain(`"bars":{"BRK.B":[${texts.join(',')}]}`);
  expect(body).toMatch(/"volume":\d{18,}\.\d+/);
});

describe('as CSV', () => {
  const question = '/v1/bars?symbols=A%22B,BRK.B&timeframe=1h&limit=2';

  test('there is a header, a row a bar in the order of the answer, and no other text', async () => {
    const asJson: Answer = await api.json(question);
    const { body, headers } = await api.ask(`${question}&format=csv`);
    const [header = '', ...rows] = body.trimEnd().split('\r\n');
    const names = header.split(',');
    const bars = Object.values(asJson.bars).flat();
    expect(rows).toHaveLength(bars.length);
    for (const [index, bar] of bars.entries()) {
      const cells = (rows[index] ?? '').replaceAll('"A""B"', 'A"B').split(',');
      const read = Object.fromEntries(names.map((name, place) => [name, cells[place]]));
      const said = Object.entries(bar).filter(([name]) => names.includes(name));
      for (const [name, value] of said)
        expect([name, name === 'volume' ? Number(read[name]) : read[name]]).toEqual([
          name,
          name === 'volume' ? value : String(value),
        ]);
    }
    expect(rows.at(-1)).toMatch(/,\d{18,}\.\d+,/);
    expect(headers['barflow-next-cursor']).toBe(asJson.nextCursor);
    expect(headers['barflow-through']).toBe(String(THROUGH));
  });

  test('it is also what an Accept header asks for that names it first', async () => {
    const asked = async (accept: string) =>
      (await api.ask(question, { headers: { accept } })).headers['content-type'];
    expect(await asked('text/csv')).toBe('text/csv; charset=utf-8');
    expect(await asked('text/csv;q=0.9, application/json')).toBe('text/csv; charset=utf-8');
    expect(await asked('application/json, text/csv')).toBe('application/json');
    expect(await asked('*/*')).toBe('application/json');
  });
});

describe('whoever has an answer', () => {
  const question = '/v1/bars?symbols=AAPL&timeframe=5m&limit=5';

  test('is told by its ETag that it still holds, and gets another where a bar was revised', async () => {
    const first = await api.ask(question);
    const { etag = '' } = first.headers;
    for (const tag of [etag, `"other", ${etag}`, etag.replace('W/', ''), '*']) {
      const again = await api.ask(question, { headers: { 'if-none-match': tag } });
      expect([again.status, again.body, again.headers['etag']]).toEqual([304, '', etag]);
    }
    const revised = decodeRolledBar(
      market.texts.get(identity({ symbol: 'AAPL', timeframe: '5m', start: OPEN })) ?? '',
    );
    if ('type' in revised) throw new Error(revised.reason);
    await api.store([{ ...revised, version: revised.version + 1 }]);
    const after = await api.ask(question, { headers: { 'if-none-match': etag } });
    expect([after.status, after.headers['cache-control']]).toEqual([200, 'no-cache']);
    expect(after.headers['etag']).not.toBe(etag);
  });

  test('gets it compressed where that is understood and worth it', async () => {
    const encodingOf = async (address: string, encoding: string) =>
      (await api.ask(address, { headers: { 'accept-encoding': encoding } })).headers['content-encoding'];
    expect(await encodingOf(question, 'br, gzip;q=0.5')).toBe('gzip');
    expect(await encodingOf(question, 'gzip;q=0')).toBeUndefined();
    expect(await encodingOf(question, 'identity')).toBeUndefined();
    expect(await encodingOf('/v1/symbols?prefix=AAPL', 'gzip')).toBeUndefined();
  });
});
