/** What was given up or refused finds its way back: through the real stage, with the bars equal to those of an undisturbed run. */
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Pipeline } from '../../../local/cli/pipeline.ts';
import { FeedProgress } from '../../../local/console/feed-progress.ts';
import type { FlatMinute } from '../../../local/flat-files/flat-row.ts';
import { FlatRows } from '../../../local/flat-files/flat-rows.ts';
import { importRows } from '../../../local/flat-files/import.ts';
import { localRedrive } from '../../../local/operate/local-redrive.ts';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { Windows } from '../../../runtime/markets/window.ts';
import type { MinuteBar } from '../../../runtime/records/bar.ts';
import { decodeRolledBar } from '../../../runtime/records/decode.ts';
import { encodeMinuteBar } from '../../../runtime/records/encode.ts';
import { explicitHashKey, slotOf } from '../../../runtime/records/slot.ts';

const OPEN = Date.parse('2025-11-20T14:30:00Z');
const MINUTE = 60_000;
const symbols = ['AAPL', 'MSFT', 'NVDA'];
const feed = { market: 'stocks', symbols, alignment: 'clock' } as const;

const running: Pipeline[] = [];

afterEach(async () => {
  for (const pipeline of running.splice(0)) await pipeline.stop();
});

/** Minutes `[from, to)` after the open, every symbol in each. */
function minutes(from: number, to: number): FlatRows {
  const rows: FlatMinute[] = [];
  for (let minute = from; minute < to; minute++)
    for (const [index, symbol] of symbols.entries()) {
      const price = 100 + index + ((minute * 7) % 13);
      const values = {
        open: price,
        high: price + 2,
        low: price - 1,
        close: price + 1,
        volume: `${minute + 1}`,
      } as const;
      rows.push({ symbol, start: OPEN + minute * MINUTE, ...values });
    }
  return FlatRows.of(rows);
}

async function start() {
  const bars = new Map<string, { version: number; text: string }>();
  const pipeline = await Pipeline.start({
    feeds: [{ settings: feed, progress: new FeedProgress('stocks', 'stocks') }],
    say: () => undefined,
  });
  running.push(pipeline);
  await pipeline.engine.tap('Stocks/Bars', records => {
    for (const { data } of records) {
      const bar = decodeRolledBar(data);
      if ('type' in bar) throw new Error(bar.reason);
      const identity = `${bar.symbol} ${bar.timeframe} ${bar.start}`;
      if (bar.version >= (bars.get(identity)?.version ?? 0))
        bars.set(identity, { version: bar.version, text: data });
    }
  });
  const windows = new Windows(calendarOf('stocks'), 'clock');
  const { signal } = new AbortController();
  const { engine } = pipeline;
  return {
    engine,
    /** The highest version of every bar, in order. */
    bars: () => [...bars.values()].map(({ text }) => text).sort(),
    publish: (rows: FlatRows) =>
      importRows(rows, {
        kinesis: engine.kinesis,
        stream: pipeline.engine.stream('Stocks/Minutes').name,
        market: 'stocks',
        windows,
        signal,
      }),
    redrive: (what: 'failures' | 'quarantine', act: boolean) =>
      localRedrive({ what, act }, { engine, feeds: [feed], now: OPEN + 60 * MINUTE }),
    stream: pipeline.engine.stream('Stocks/Minutes').name,
  };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 5));
}

test('batches that were given up are redriven, and the bars end as if nothing had been', async () => {
  const [broken, healthy] = await Promise.all([start(), start()]);
  const rollup = broken.engine.function('Stocks/Rollup/Function');
  const mapping = broken.engine.mapping('Stocks/Rollup/Function');
  await broken.publish(minutes(0, 20));
  await broken.engine.drained();
  rollup.fault = 'crash';
  await broken.publish(minutes(20, 40));
  await until(() => mapping.failures > 0);
  mapping.aged = 24 * 60 * MINUTE;
  await broken.engine.drained();
  rollup.fault = undefined;
  mapping.aged = 0;
  await broken.publish(minutes(40, 60));
  await broken.engine.drained();
  for (const [from, to] of [
    [0, 20],
    [20, 40],
    [40, 60],
  ] as const)
    await healthy.publish(minutes(from, to));
  await healthy.engine.drained();

  expect(mapping.givenUp).toBeGreaterThan(60);
  expect(broken.bars()).not.toEqual(healthy.bars());
  const plan = await broken.redrive('failures', false);
  expect(plan).toMatchObject({ done: 0, left: 0 });
  expect(plan.found).toBeGreaterThan(0);
  expect(plan.lines[0]).toMatch(/^\d+ records? of shardId-000000000000 from 20.*Z \(RecordAgeExceeded\)$/);
  expect(broken.bars()).not.toEqual(healthy.bars());

  const done = await broken.redrive('failures', true);
  expect(done).toMatchObject({ found: plan.found, done: plan.found, left: 0 });
  expect(broken.bars()).toEqual(healthy.bars());
  expect(healthy.bars().length).toBeGreaterThan(50);

  expect(await broken.redrive('failures', true)).toMatchObject({ found: 0, done: 0 });
  // Also what has been redriven already may come again.
  const bucket = broken.engine.bucket('Stocks/Failures');
  for (const key of await bucket.keys('redriven/')) await bucket.move(key, key.replace('redriven/', ''));
  expect(await broken.redrive('failures', true)).toMatchObject({ done: plan.found });
  expect(broken.bars()).toEqual(healthy.bars());
});

test('a batch stays in the bucket while the function still fails, and so does what is no batch', async () => {
  const { engine, publish, redrive } = await start();
  const rollup = engine.function('Stocks/Rollup/Function');
  const mapping = engine.mapping('Stocks/Rollup/Function');
  rollup.fault = 'crash';
  mapping.aged = 24 * 60 * MINUTE;
  await publish(minutes(0, 1));
  await engine.drained();
  await engine.bucket('Stocks/Failures').put('aws/lambda/stray', '{"requestContext":{}}');
  const { found, done, left, lines } = await redrive('failures', true);
  expect({ done, left }).toEqual({ done: 0, left: found });
  expect(lines.join('\n')).toContain(
    'left, because Pipeline/Stocks/Rollup/Function failed: the process crashed',
  );
  expect(lines.join('\n')).toContain('aws/lambda/stray is left: it is not a batch that Lambda filed');
});

describe('the quarantine', () => {
  const bar: MinuteBar = {
    type: 'bar',
    symbol: 'AAPL',
    start: OPEN,
    ...{ open: 1, high: 2, low: 1, close: 2, volume: '5', session: 'regular' },
    source: 'live',
    version: OPEN + 62_000,
  };
  const weekOld = { ...bar, start: OPEN - 7 * 24 * 60 * MINUTE };
  const event = { ev: 'AM', sym: 'MSFT', v: 7, vw: 3, o: 3, h: 4, l: 2, c: 3, s: OPEN, e: OPEN + MINUTE };

  test('gives back what today’s code accepts, once, and says why the rest stays', async () => {
    const { engine, stream, redrive, bars } = await start();
    const TableName = engine.table('Stocks/Quarantine').name;
    const items = [
      ['rollup#2025-11-20', 'shard:1', encodeMinuteBar(bar), 'volume: a rule of yesterday'],
      ['rollup#2025-11-20', 'shard:2', '{"type":"bar","symbol":"AAPL"}', 'timeframe'],
      ['rollup#2025-11-20', 'shard:3', encodeMinuteBar(weekOld), 'older than the log'],
      ['ingester-stocks#2025-11-20', `${OPEN + 63_000}#a`, JSON.stringify(event), 'a rule of yesterday'],
      ['ingester-stocks#2025-11-20', `${OPEN + 63_000}#b`, JSON.stringify({ ...event, h: 1 }), 'h below l'],
    ] as const;
    const requests = items.map(([pk, sk, raw, reason]) => ({
      PutRequest: {
        Item: { pk: { S: pk }, sk: { S: sk }, raw: { B: Buffer.from(raw) }, reason: { S: reason } },
      },
    }));
    await engine.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    const puts: string[] = [];
    await engine.tap('Stocks/Minutes', records => puts.push(...records.map(({ data }) => data)));

    expect(await redrive('quarantine', false)).toMatchObject({ found: 5, accepted: 2, done: 0, left: 3 });
    expect(puts).toEqual([]);
    const { lines, ...result } = await redrive('quarantine', true);
    expect(result).toEqual({ found: 5, accepted: 2, done: 2, left: 3 });
    expect(lines.join('\n')).toContain('1 stay: older than the log: no log is left that could take them');
    expect(lines.filter(line => line.includes('still refused'))).toHaveLength(2);
    expect(puts.map(text => JSON.parse(text)).sort((a, b) => (a.symbol < b.symbol ? -1 : 1))).toMatchObject([
      { symbol: 'AAPL', high: 2, version: OPEN + 62_000 },
      { symbol: 'MSFT', high: 4, version: OPEN + 63_000 },
    ]);
    expect(await redrive('quarantine', true)).toMatchObject({ found: 3, done: 0, left: 3 });

    await engine.kinesis.send(
      new PutRecordsCommand({
        StreamName: stream,
        Records: symbols.map(symbol => ({
          PartitionKey: symbol,
          ExplicitHashKey: explicitHashKey(slotOf(symbol)),
          Data: Buffer.from(
            JSON.stringify({
              type: 'watermark',
              schema: 1,
              slot: slotOf(symbol),
              through: OPEN + 5 * MINUTE,
              epoch: 1,
            }),
          ),
        })),
      }),
    );
    await engine.drained();
    const fives = bars()
      .map(text => JSON.parse(text))
      .filter(({ timeframe }) => timeframe === '5m');
    expect(fives.map(({ symbol, high }) => [symbol, high]).sort()).toEqual([
      ['AAPL', 2],
      ['MSFT', 4],
    ]);
  });
});
