/** A slot that took a watermark from the future is repaired: bars flow again, and are those of a slot that never had one. */
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterEach, expect, test } from '@jest/globals';
import { Pipeline } from '../../../local/cli/pipeline.ts';
import { FeedProgress } from '../../../local/console/feed-progress.ts';
import { Deployed } from '../../../local/operate/deployed.ts';
import { localRedrive } from '../../../local/operate/local-redrive.ts';
import { localRepair } from '../../../local/operate/local-repair.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { encodeMinuteBar, encodeWatermark } from '../../../runtime/records/encode.ts';
import { explicitHashKey, slotOf } from '../../../runtime/records/slot.ts';
import { kept } from '../../support/command.ts';
import { createTable, LocalServers } from '../../support/local-servers.ts';
import { operate } from '../../support/operate.ts';
import { minuteBar, RollupOnTwins } from '../../support/rollup-on-twins.ts';
import { FakeAws } from './support/fake-aws.ts';

const OPEN = Date.parse('2025-11-20T14:30:00Z');
const MINUTE = 60_000;
const SLOT = slotOf('AAPL');
const FAR = Date.parse('2099-12-31T00:00:00Z');
const feed = { market: 'stocks', symbols: ['AAPL'], alignment: 'clock' } as const;

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
});

const watermark = (through: number) => encodeWatermark({ type: 'watermark', slot: SLOT, through, epoch: 1 });

/** Minutes `[from, to)` after the open, each with its watermark. */
function minutes(from: number, to: number): string[] {
  const starts = Array.from({ length: to - from }, (_, minute) => OPEN + (from + minute) * MINUTE);
  return starts.flatMap(start => [
    encodeMinuteBar(minuteBar(start, { high: 12 + ((start / MINUTE) % 7) })),
    watermark(start + MINUTE),
  ]);
}

async function start() {
  const clock = new EventClock({ now: OPEN, speed: 0 });
  const puts: string[] = [];
  const pipeline = await Pipeline.start({
    feeds: [{ settings: feed, progress: new FeedProgress('stocks', 'stocks') }],
    clock,
    say: () => undefined,
  });
  running.push(pipeline);
  const { engine } = pipeline;
  await engine.tap('Stocks/Bars', records => {
    puts.push(...records.map(({ data }) => data));
  });
  return {
    bars: () => kept(puts),
    /** Puts records on the stream while event time is `now`, and waits until they are worked through. */
    publish: async (texts: readonly string[], now: number) => {
      clock.set({ now });
      const Records = texts.map(text => ({
        PartitionKey: 'AAPL',
        ExplicitHashKey: explicitHashKey(SLOT),
        Data: Buffer.from(text),
      }));
      await engine.kinesis.send(
        new PutRecordsCommand({ StreamName: pipeline.engine.stream('Stocks/Minutes').name, Records }),
      );
      await engine.drained();
    },
    repair: (act: boolean) => localRepair({ act }, { engine, feeds: [feed], now: clock.now() }),
    redrive: () =>
      localRedrive({ what: 'quarantine', act: true }, { engine, feeds: [feed], now: clock.now() }),
    quarantined: () => pipeline.first.quarantined(),
    drained: () => engine.drained(),
  };
}

test('a pipeline on this machine takes minutes again, and its bars are right', async () => {
  const { bars, publish, repair, redrive, quarantined, drained } = await start();
  await publish(minutes(0, 7), OPEN + 7 * MINUTE);
  // As if the roll-up had believed it: in the time of its arrival it is not from the future.
  await publish([watermark(FAR)], FAR);
  const later = OPEN + 5 * 60 * MINUTE;
  await publish(minutes(7, 9), OPEN + 9 * MINUTE);
  await publish(minutes(240, 300), later);
  expect(await quarantined()).toBeGreaterThan(0);

  const plan = await repair(false);
  expect(plan).toMatchObject({ done: 0, left: plan.found });
  expect(plan.lines).toEqual([
    expect.stringMatching(
      /^slot 34: \d+ chunks speak of the future, \d+ of them in blocks that have not come: through 2099-12-31T00:00:00.000Z; it is 2025-11-20T19:30:00.000Z$/,
    ),
  ]);
  expect(await repair(true)).toMatchObject({ found: plan.found, done: plan.found, left: 0 });
  expect(await repair(true)).toMatchObject({ found: 0, done: 0, left: 0 });
  expect(await redrive()).toMatchObject({ left: 0 });
  await drained();
  await publish(minutes(300, 320), later + 20 * MINUTE);

  const healthy = new RollupOnTwins();
  for (const [from, to] of [
    [0, 9],
    [240, 320],
  ] as const)
    await healthy.deliver(...minutes(from, to).map(text => Buffer.from(text)));
  expect(bars()).toEqual(kept(healthy.texts()));
});

test('an environment’s table is repaired, and its function starts with new workers', async () => {
  const [aws, servers] = [await FakeAws.start(), await LocalServers.start()];
  running.push(aws, { stop: () => servers[Symbol.asyncDispose]() });
  const [table = ''] = new Deployed('dev')
    .logicalIds('barflow-dev-Storage')
    .filter(id => /^StocksState/.test(id));
  const client = new DynamoDBClient({});
  await createTable(client, table.toLowerCase(), 'S');
  const rollup = new RollupOnTwins();
  await rollup.deliver(...minutes(0, 7).map(text => Buffer.from(text)));
  await rollup.deliver(Buffer.from(watermark(FAR)));
  await rollup.deliver(...minutes(7, 9).map(text => Buffer.from(text)));
  for (const Item of rollup.log())
    await client.send(new PutItemCommand({ TableName: table.toLowerCase(), Item }));
  const run = (...args: string[]) =>
    operate('repair', ['--env', 'dev', ...args], { ...aws.variables, ...servers.variables });

  const plan = await run();
  expect(plan).toMatchObject({ code: 1, errors: '' });
  expect(plan.out).toMatch(
    /^slot 34: 3 chunks speak of the future, 1 of them .*; it is 2025-11-20T14:39:00.000Z\n/,
  );
  expect(plan.out).toContain('3 found, 0 repaired; give --yes to repair them');
  expect(aws.descriptions).toEqual(['Rolls up']);

  const done = await run('--yes');
  expect(done).toMatchObject({ code: 0, errors: '' });
  expect(done.out).toContain('3 found, 3 repaired; minutes that were refused meanwhile: npm run redrive');
  expect(aws.descriptions).toEqual(['Rolls up', 'Rolls up ', 'Rolls up']);
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table.toLowerCase() }));
  expect(Items.map(item => [item['through']?.N, item['slotThrough']?.N].map(Number))).toEqual([
    [OPEN + 7 * MINUTE, OPEN + 7 * MINUTE],
    [Number.NaN, OPEN + 9 * MINUTE],
    [OPEN + 9 * MINUTE, OPEN + 9 * MINUTE],
  ]);
  expect(await run('--yes')).toMatchObject({ code: 0, out: '0 found, 0 repaired\n' });
});
