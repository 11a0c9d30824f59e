/** Whatever the vendor sends: nothing of it ends the feed, and every event of it is accounted for. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Bars, FeedEvent } from '../../../../runtime/vendor/feed-events.ts';
import { eventually } from '../../ingester/support/eventually.ts';
import { FeedReader } from '../../ingester/support/feed-reader.ts';
import { eventsIn, hostileFrame } from '../../ingester/support/hostile-frames.ts';
import { HostileVendor } from '../../ingester/support/hostile-vendor.ts';
import { am, MINUTE, OPEN } from '../../ingester/support/records.ts';

/** Counted besides the bar itself. */
const UNNAMED = 'bar of a name that no symbol has';

describe('a hostile vendor', () => {
  let vendor: HostileVendor;
  let reader: FeedReader;

  beforeEach(async () => {
    vendor = await HostileVendor.start();
  });

  afterEach(async () => {
    await reader.stop();
    await vendor[Symbol.asyncDispose]();
  });

  async function live(symbols = 'AAPL'): Promise<void> {
    reader = new FeedReader(vendor.url, symbols);
    expect(await reader.event()).toEqual({ type: 'subscribed' });
    reader.clock.set({ now: OPEN + MINUTE });
  }

  /** Sends the frame and waits until it was read. */
  async function say(frame: string | Buffer): Promise<void> {
    const before = reader.feed.status().frames;
    await vendor.say(frame);
    await eventually(() => reader.failure !== undefined || reader.feed.status().frames > before);
    expect(reader.failure).toBeUndefined();
  }

  async function bars(): Promise<Bars> {
    const event: FeedEvent = await reader.event();
    if (event.type !== 'bars') throw new Error(`got ${event.type}`);
    return event;
  }

  const events = () => reader.feed.status().events;
  const counted = () =>
    Object.entries(events()).reduce((sum, [kind, count]) => sum + (kind === UNNAMED ? 0 : count), 0);

  test.each([
    '{"ev":"status","status":{"toString":1}}',
    '{"ev":"status","status":"error","message":{"toString":1}}',
    '{"ev":"status","status":"success","message":["subscribed to: AM.AAPL"]}',
    '{"ev":{"toString":1}}',
    '{"ev":["AM"]}',
    '{"__proto__":{"ev":"AM"}}',
    '{"ev":"__proto__"}',
    '{"ev":"\\ud800\\u001b"}',
  ])('ends nothing with %s', async event => {
    await live();
    const before = counted();
    await say(`[${event},${JSON.stringify(am('AAPL', OPEN))}]`);
    expect(await bars()).toMatchObject({ bars: [{ symbol: 'AAPL' }], refused: [] });
    expect(counted() - before).toBe(2);
    expect(reader.feed.status().state).toBe('live');
  });

  test.each([
    ['sym', '{"toString":1}', 'symbol is '],
    ['sym', `"${'x'.repeat(250_000)}"`, 'symbol is "xxx'],
    ['sym', '"a\\u0007b"', 'symbol is '],
    ['o', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, ''],
    ['c', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, ''],
    ['h', '{"valueOf":1}', 'h is '],
    ['l', '1e999', 'l is Infinity: '],
    ['v', '9'.repeat(10_000), 'v is "999'],
    ['dv', `"${'9'.repeat(10_000)}"`, 'dv is "999'],
    ['s', '"NaN"', 's is "NaN": '],
    ['n', '-1', 'n is -1: '],
  ])('gets a bar refused whose %s is wrong, and no other', async (field, value, reason) => {
    await live();
    const exact = field === 'v' ? {} : { dv: '1' };
    const odd = JSON.stringify(am('AAPL', OPEN, { n: 1, ...exact })).replace(
      new RegExp(`"${field}":("[^"]*"|[^,}]*)`),
      () => `"${field}":${value}`,
    );
    await say(`[${odd}, ${JSON.stringify(am('AAPL', OPEN))}]`);
    const { bars: good, refused } = await bars();
    expect(good).toHaveLength(1);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.raw).toBe(odd);
    expect(refused[0]?.reason.startsWith(reason)).toBe(true);
    expect(refused[0]?.reason.length).toBeLessThan(500);
  });

  test('proves no life by bars that are all refused, nor by statuses', async () => {
    await live();
    reader.clock.set({ now: OPEN + 2 * MINUTE });
    await say(JSON.stringify([am('AAPL', OPEN, { h: 1 }), { ev: 'status', status: 'odd', message: 'x' }]));
    expect((await bars()).refused).toHaveLength(1);
    expect(await reader.event()).toMatchObject({
      type: 'lost',
      cause: 'no data for 120 s in the regular session',
      lastHeard: OPEN,
    });
    expect(reader.feed.status()).not.toHaveProperty('lastData');
  });

  test('fills no memory by a frame of refused bars: beyond a thousand they are kept together', async () => {
    await live();
    const frame = `[${'{"ev":"AM"},'.repeat(20_000)}${JSON.stringify(am('AAPL', OPEN))}]`;
    await say(frame);
    const { bars: good, refused } = await bars();
    expect([good.length, refused.length, events()['AM']]).toEqual([1, 1_001, 20_001]);
    expect(refused.at(-1)).toEqual({
      raw: frame,
      reason: '19000 more events of this frame are refused',
      where: 'stocks feed',
      count: 19_000,
    });
  });

  test('fills no log by saying the same again, or ever something else', async () => {
    await live();
    for (let n = 0; n < 200; n++)
      await say(`[{"ev":"status","status":"odd","message":"${n % 2 ? n : 0}"},{"ev":"E${n}"},${n},"${n}"]`);
    expect(reader.logger.lines.filter(line => line.includes('reports'))).toHaveLength(50);
    expect(reader.logger.lines.length).toBeLessThan(150);
    expect(Object.keys(events()).length).toBeLessThan(60);
    await say(JSON.stringify([am('AAPL', OPEN)]));
    expect(events()).toMatchObject({ AM: 1 });
  });

  test('cannot end the feed with any frame, and what is read of it adds up', async () => {
    await live('*');
    // Kinds are told apart up to a number: this one must be among them before nonsense has taken all places.
    await say(JSON.stringify([am('A B', OPEN)]));
    expect(events()[UNNAMED]).toBe(1);
    await fc.assert(
      fc.asyncProperty(fc.array(hostileFrame, { minLength: 1, maxLength: 5 }), async frames => {
        const named = () => (events()['AM'] ?? 0) - (events()[UNNAMED] ?? 0);
        const [before, frameCount, barCount] = [counted(), reader.feed.status().frames, named()];
        for (const frame of frames) await vendor.say(frame);
        await vendor.say('[]');
        const isRead = () => reader.feed.status().frames === frameCount + frames.length + 1;
        await eventually(() => reader.failure !== undefined || isRead());
        expect(reader.failure).toBeUndefined();
        expect(counted() - before).toBe(frames.reduce((sum, frame) => sum + eventsIn(frame), 0));
        for (let left = named() - barCount; left > 0; ) {
          const { bars: good, refused } = await bars();
          left -= good.length + refused.length;
          for (const { raw } of refused) JSON.parse(raw);
          expect(left).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 150 },
    );
  });
});
