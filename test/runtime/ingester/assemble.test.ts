/** The whole ingester: from a scripted vendor's socket to a real stream and quarantine table, on a clock that stands still. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { assemble } from '../../../runtime/ingester/assemble.ts';
import type { Assembled } from '../../../runtime/ingester/assembled.ts';
import { ingesterConfig } from '../../../runtime/ingester/config.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import type { Coverage, MinuteBar, Watermark } from '../../../runtime/records/bar.ts';
import { slotOf } from '../../../runtime/records/slot.ts';
import { LEASES, LocalAws, STREAM, TABLE } from './support/aws.ts';
import { eventually } from './support/eventually.ts';
import { MemoryLogger } from './support/log.ts';
import { am, MINUTE, OPEN } from './support/records.ts';
import { atOnce, timeWith } from './support/test-time.ts';
import { type Client, ScriptedVendor } from './support/vendor.ts';

/** The 4h block of 08:00 to 12:00 New York. */
const BLOCK = OPEN - 90 * MINUTE;
const SECOND = 1_000;

/** An ingester at work, and what is needed to look at it. */
class Rig {
  readonly clock: EventClock;
  readonly logger = new MemoryLogger();
  readonly #aws: LocalAws;
  readonly #stop = new AbortController();
  readonly #assembled: Assembled;
  readonly #run: Promise<number>;
  subscribed = 0;

  constructor(aws: LocalAws, url: string, { symbols = 'AAPL,MSFT', now = BLOCK, leases = LEASES } = {}) {
    this.#aws = aws;
    this.clock = new EventClock({ now, speed: 0 });
    const config = ingesterConfig({
      POLYGON_API_KEY: 'top-secret',
      FEED_URL: url,
      SYMBOLS: symbols,
      MINUTES_STREAM: STREAM,
      LEASE_TABLE: leases,
      QUARANTINE_TABLE: TABLE,
      REST_URL: 'http://127.0.0.1:9',
    });
    this.#assembled = assemble(config, {
      clock: this.clock,
      kinesis: aws.kinesis,
      dynamoDb: aws.dynamoDb,
      logger: this.logger,
      time: timeWith({ rest: atOnce }),
      onSubscribed: () => {
        this.subscribed++;
      },
    });
    this.#run = this.#assembled.run(this.#stop.signal, () => new AbortController().signal);
  }

  async stop(): Promise<number> {
    this.#stop.abort();
    return this.#run;
  }

  answer(path: string): unknown {
    return this.#assembled.answers[path]?.();
  }

  /** What Prometheus is told. */
  async metrics(): Promise<string> {
    const answer = this.#assembled.answers['/metrics']?.();
    return answer && 'text' in answer ? answer.text : '';
  }

  async bars(): Promise<MinuteBar[]> {
    return (await this.#aws.records()).filter(record => record.type === 'bar');
  }

  async marks(): Promise<Coverage[]> {
    return (await this.#aws.records()).filter(record => record.type === 'coverage');
  }

  async watermarks(): Promise<Watermark[]> {
    return (await this.#aws.records()).filter(record => record.type === 'watermark');
  }

  /** Goes to an instant of event time and waits until the watermarks are at `through`. */
  async watermarked(now: number, through: number, slots = 2): Promise<void> {
    this.clock.set({ now });
    await eventually(
      async () => (await this.watermarks()).filter(mark => mark.through === through).length === slots,
    );
  }
}

describe('the ingester', () => {
  let aws: LocalAws;
  let vendor: ScriptedVendor;
  let open: AsyncDisposableStack;
  const rigs: Rig[] = [];

  beforeEach(async () => {
    open = new AsyncDisposableStack();
    aws = open.use(await LocalAws.start());
    vendor = open.use(await ScriptedVendor.start());
  });

  afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.stop();
    await open.disposeAsync();
  });

  /** One whose subscription stands. */
  async function started(
    options: { symbols?: string; now?: number } = {},
  ): Promise<{ rig: Rig; client: Client; topics: string[] }> {
    const rig = new Rig(aws, vendor.url, options);
    rigs.push(rig);
    const client = await vendor.client();
    const topics = await client.welcome();
    await eventually(() => rig.subscribed === 1);
    return { rig, client, topics };
  }

  test('turns every bar of a frame into a record of the minute', async () => {
    const { rig, client, topics } = await started();
    rig.clock.set({ now: BLOCK + MINUTE + SECOND });
    const exact = { v: 4989, dv: '4989.25', av: 7_000, dav: '7000.5', a: 10.4, op: 10.1 };
    client.frame(am('AAPL', BLOCK, exact), am('MSFT', BLOCK), am('SPY', BLOCK));
    await eventually(async () => (await rig.bars()).length === 2);
    expect(topics).toEqual(['AM.AAPL', 'AM.MSFT', 'AM.SPY']);
    expect((await rig.bars()).find(({ symbol }) => symbol === 'AAPL')).toEqual({
      type: 'bar',
      symbol: 'AAPL',
      start: BLOCK,
      open: 10,
      high: 12,
      low: 9,
      close: 11,
      volume: '4989.25',
      vwap: 10.5,
      session: 'pre',
      version: BLOCK + MINUTE + SECOND,
      source: 'live',
      dayVolume: '7000.5',
      dayVwap: 10.4,
      officialOpen: 10.1,
    });
  });

  test('lets the watermark of a minute out once data of it came and the grace is over, only for slots with subscribed symbols', async () => {
    const { rig, client } = await started();
    rig.clock.set({ now: BLOCK + MINUTE + SECOND });
    client.frame(am('AAPL', BLOCK));
    await eventually(async () => (await rig.bars()).length === 1);
    expect(await rig.watermarks()).toEqual([]);
    await rig.watermarked(BLOCK + MINUTE + 5 * SECOND, BLOCK + MINUTE);
    const slots = [slotOf('AAPL'), slotOf('MSFT')].sort((a, b) => a - b);
    const marks = await rig.watermarks();
    expect(marks.map(({ slot }) => slot).sort((a, b) => a - b)).toEqual(slots);
    expect(marks.map(({ epoch }) => epoch)).toEqual([1, 1]);
    expect(await rig.marks()).toEqual([]);
  });

  test('tells how far the stream has acknowledged its watermark beside how far that has gone out', async () => {
    const { rig, client } = await started();
    const watermark = (changes: object) => ({ body: { watermark: changes } });
    await eventually(() => JSON.stringify(rig.answer('/stats')).includes('"through"'));
    const opened = Promise.withResolvers<void>();
    aws.kinesis.middlewareStack.add(
      next => async args => {
        await opened.promise;
        return next(args);
      },
      { step: 'initialize' },
    );
    rig.clock.set({ now: BLOCK + MINUTE + 6 * SECOND });
    client.frame(am('AAPL', BLOCK), am('MSFT', BLOCK));
    const through = BLOCK + MINUTE;
    await eventually(() => JSON.stringify(rig.answer('/stats')).includes(`"through":${through}`));
    expect(rig.answer('/stats')).toMatchObject(watermark({ through, lagMs: 6 * SECOND }));
    expect(JSON.stringify(rig.answer('/stats'))).not.toContain(`"acknowledged":${through}`);
    opened.resolve();
    await eventually(() => JSON.stringify(rig.answer('/stats')).includes(`"acknowledged":${through}`));
    expect(rig.answer('/stats')).toMatchObject(
      watermark({ through, acknowledged: through, acknowledgedLagMs: 6 * SECOND }),
    );
  });

  test('says why it is not ready while the table of the lease cannot be read', async () => {
    const rig = new Rig(aws, vendor.url, { leases: 'none' });
    rigs.push(rig);
    await eventually(() => JSON.stringify(rig.answer('/ready')).includes('ResourceNotFoundException'));
    expect(rig.answer('/ready')).toMatchObject({
      code: 503,
      body: { reason: expect.stringMatching(/^standing by: the lease cannot be read: ResourceNotFound/) },
    });
  });

  test('declares the minutes of a symbol that the vendor refuses, and carries on with the others', async () => {
    const rig = new Rig(aws, vendor.url);
    rigs.push(rig);
    const client = await vendor.client();
    client.status('connected');
    await client.command();
    client.status('auth_success');
    await client.command();
    for (const topic of ['AM.MSFT', 'AM.SPY']) client.status('success', `subscribed to: ${topic}`);
    client.status('error', 'not authorized');
    await eventually(() => rig.subscribed === 1);
    rig.clock.set({ now: BLOCK + MINUTE + SECOND });
    client.frame(am('MSFT', BLOCK));
    await rig.watermarked(BLOCK + MINUTE + 5 * SECOND, BLOCK + MINUTE);
    expect(await rig.marks()).toMatchObject([{ symbol: 'AAPL', minute: BLOCK, covered: false }]);
    expect((await rig.bars()).map(({ symbol }) => symbol)).toEqual(['MSFT']);
  });

  test('leaps over a hole with one watermark per slot and nothing uncovered', async () => {
    const { rig, client } = await started();
    const far = BLOCK + 27 * 60 * MINUTE;
    rig.clock.set({ now: far + MINUTE + SECOND });
    client.frame(am('AAPL', far));
    await rig.watermarked(far + MINUTE + 5 * SECOND, far + MINUTE);
    expect(await rig.marks()).toEqual([]);
    expect((await rig.watermarks()).length).toBeLessThanOrEqual(4);
  });

  test('lets the sentinel alone prove that quiet minutes were watched, and does not publish it', async () => {
    const { rig, client } = await started({ symbols: 'TPC' });
    rig.clock.set({ now: BLOCK + MINUTE + SECOND });
    client.frame(am('SPY', BLOCK));
    await rig.watermarked(BLOCK + MINUTE + 5 * SECOND, BLOCK + MINUTE, 1);
    expect(await rig.bars()).toEqual([]);
  });

  test('publishes a minute that is sent again when it changed, and only then', async () => {
    const { rig, client } = await started();
    rig.clock.set({ now: BLOCK + MINUTE + SECOND });
    client.frame(am('AAPL', BLOCK));
    client.frame(am('AAPL', BLOCK));
    client.frame(am('AAPL', BLOCK, { v: 101 }), am('AAPL', BLOCK, { v: 102 }));
    await eventually(async () => (await rig.bars()).length === 3);
    const bars = await rig.bars();
    expect(bars.map(({ volume }) => volume)).toEqual(['100', '101', '102']);
    expect(new Set(bars.map(({ version }) => version)).size).toBe(3);
    expect(bars.map(({ version }) => version)).toEqual(bars.map(({ version }) => version).sort());
    expect(rig.answer('/stats')).toMatchObject({ body: { repeated: 1 } });
  });

  test.each([
    ['three contents of a minute in a frame', [[101, 102, 103]]],
    ['a content that comes back', [[101, 102, 101, 101]]],
    [
      'frames within a millisecond',
      [
        [101, 102, 103],
        [104, 102, 105],
        [105, 101],
      ],
    ],
  ])('publishes of %s every one that is new, and the last with the highest version', async (_, frames) => {
    const { rig, client } = await started({ symbols: 'AAPL' });
    rig.clock.set({ now: BLOCK + MINUTE + SECOND });
    for (const volumes of frames) client.frame(...volumes.map(v => am('AAPL', BLOCK, { v })));
    const sent = frames.flat();
    const news = sent.filter((volume, index) => volume !== sent[index - 1]);
    await eventually(async () => (await rig.bars()).length === news.length);
    const bars = await rig.bars();
    expect(bars.map(({ volume }) => Number(volume))).toEqual(news);
    const versions = bars.map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    expect(versions[0]).toBe(BLOCK + MINUTE + SECOND);
    expect(rig.answer('/stats')).toMatchObject({ body: { repeated: sent.length - news.length } });
  });

  test('keeps a contradictory bar with its own text and reason, and uses the rest of the frame', async () => {
    const { rig, client } = await started();
    rig.clock.set({ now: BLOCK + MINUTE + SECOND });
    const bad =
      '{"ev":"AM", "sym":"AAPL","v":1,"o":10,"c":11,"h":8,"l":9,"s":1763640000000,"e":1763640060000}';
    client.socket.send(`[${bad},${JSON.stringify(am('MSFT', BLOCK))}]`);
    const [item] = await eventually(async () => {
      const items = await aws.quarantined();
      return items.length === 1 && items;
    });
    await eventually(async () => (await rig.bars()).length === 1);
    expect(item?.['pk']?.S).toBe('ingester-stocks#2025-11-20');
    expect(Buffer.from(item?.['raw']?.B ?? []).toString()).toBe(bad);
    expect(item?.['reason']?.S).toBe('high is 8: below low, 9');
    expect(item?.['where']?.S).toBe('stocks feed, AM.AAPL');
  });

  test('keeps a bar from more than an hour ahead of the clock in quarantine', async () => {
    const { client } = await started();
    client.frame(am('AAPL', BLOCK + 61 * MINUTE));
    const items = await eventually(async () => {
      const found = await aws.quarantined();
      return found.length > 0 && found;
    });
    expect(items[0]?.['reason']?.S).toContain('more than an hour ahead of the clock');
  });

  test('declares the minutes of the block before its first start uncovered, ahead of the watermark', async () => {
    const { rig, client } = await started({ symbols: 'AAPL', now: BLOCK + 10 * MINUTE + 30 * SECOND });
    rig.clock.set({ now: BLOCK + 11 * MINUTE + SECOND });
    client.frame(am('AAPL', BLOCK + 10 * MINUTE));
    await rig.watermarked(BLOCK + 11 * MINUTE + 5 * SECOND, BLOCK + 11 * MINUTE, 1);
    const records = await aws.records();
    const marks = await rig.marks();
    expect(marks.map(({ minute }) => minute)).toEqual(
      Array.from({ length: 10 }, (_, n) => BLOCK + n * MINUTE),
    );
    expect(marks.every(({ covered, slot }) => !covered && slot === slotOf('AAPL'))).toBe(true);
    expect(records.findIndex(({ type }) => type === 'watermark')).toBeGreaterThan(
      records.findLastIndex(({ type }) => type === 'coverage'),
    );
  });

  test('subscribes again after a drop and declares what nobody saw', async () => {
    const { rig, client } = await started({ symbols: 'AAPL' });
    rig.clock.set({ now: BLOCK + MINUTE + SECOND });
    client.frame(am('AAPL', BLOCK));
    await rig.watermarked(BLOCK + MINUTE + 5 * SECOND, BLOCK + MINUTE, 1);
    client.socket.close(1000);
    const again = await vendor.client();
    rig.clock.set({ now: BLOCK + 3 * MINUTE + 30 * SECOND });
    await again.welcome();
    await eventually(async () => (await rig.marks()).length === 3);
    // The burst of the first minute may not have been whole.
    expect((await rig.marks()).map(({ minute }) => minute)).toEqual([
      BLOCK,
      BLOCK + MINUTE,
      BLOCK + 2 * MINUTE,
    ]);
    await rig.watermarked(BLOCK + 3 * MINUTE + 40 * SECOND, BLOCK + 3 * MINUTE, 1);
    expect(rig.answer('/stats')).toMatchObject({
      body: { uncoveredMinutes: 3, feed: { connectionsLost: 1 } },
    });
  });

  test('publishes what it holds and a last watermark when told to stop', async () => {
    const { rig, client } = await started({ symbols: 'AAPL' });
    rig.clock.set({ now: BLOCK + MINUTE + SECOND });
    client.frame(am('AAPL', BLOCK));
    await eventually(() => JSON.stringify(rig.answer('/stats')).includes('"AM":1'));
    rig.clock.set({ now: BLOCK + MINUTE + 6 * SECOND });
    expect(await rig.stop()).toBe(0);
    expect(await rig.bars()).toHaveLength(1);
    expect((await rig.watermarks()).map(({ through }) => through)).toEqual([BLOCK + MINUTE]);
    expect(rig.answer('/ready')).toMatchObject({ code: 503 });
  });

  test('is unwell until it has read the lease and heard from the stream, and says of which it has not', async () => {
    const rig = new Rig(aws, vendor.url, { leases: 'no-such-table' });
    rigs.push(rig);
    const reason = () => Object(Object(rig.answer('/health')).body).reason;
    expect(rig.answer('/health')).toMatchObject({
      code: 503,
      body: {
        status: 'starting',
        reason: 'the lease has never been read; the minutes stream has never answered',
      },
    });
    await eventually(() => /^the lease has never been read: ResourceNotFoundException[^;]*$/.test(reason()));
    expect(rig.answer('/health')).toMatchObject({ code: 503 });
  });

  test('is ready while it is live, well whatever the vendor does, and never tells the key', async () => {
    const rig = new Rig(aws, vendor.url);
    rigs.push(rig);
    const client = await vendor.client();
    expect(rig.answer('/ready')).toEqual({ code: 503, body: { status: 'not ready', reason: 'connecting' } });
    await client.welcome();
    await eventually(() => rig.subscribed === 1);
    expect(rig.answer('/ready')).toEqual({ code: 200, body: { status: 'ready' } });
    await eventually(() => Object(rig.answer('/health')).code === 200);
    expect(rig.answer('/subscriptions')).toMatchObject({
      body: { symbols: ['AAPL', 'MSFT'], acknowledged: ['AM.AAPL', 'AM.MSFT', 'AM.SPY'], unacknowledged: [] },
    });
    client.status('error', 'no such thing for top-secret');
    client.status('top-secret', 'top-secret');
    client.frame({ ev: 'top-secret' });
    await eventually(() => rig.logger.lines.some(line => line.includes('no such thing for <the key>')));
    await eventually(() => rig.logger.lines.some(line => line.includes('not used')));
    expect(await rig.metrics()).toContain(
      'barflow_ingester_feed_endings_total{kind="too many connections"} 0',
    );
    client.socket.close(1008, 'key top-secret is not welcome');
    await eventually(() => JSON.stringify(rig.answer('/ready')).includes('key <the key> is not welcome'));
    expect(rig.answer('/health')).toMatchObject({ code: 200, body: { status: 'alive' } });
    for (const path of ['/health', '/ready', '/stats', '/subscriptions'])
      expect(JSON.stringify(rig.answer(path))).not.toContain('top-secret');
    expect(rig.logger.lines.join('\n')).not.toContain('top-secret');
  });
});
