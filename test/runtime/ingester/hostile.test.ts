/** The whole ingester before a vendor that means harm: what it lets through to logs, status, quarantine and stream. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { LEASES, LocalAws, STREAM, TABLE } from './support/aws.ts';
import { eventually } from './support/eventually.ts';
import { HostileVendor } from './support/hostile-vendor.ts';
import { am, MINUTE, OPEN } from './support/records.ts';
import { Unit } from './support/station.ts';

const KEY = 'pQ7k3xZ9aAtop-secret';
const CONTROLS = '\u001b[2J\u0007\u009b31m\u202e';
/** A control that JSON has escaped; not one that somebody wrote out, whose backslash is escaped itself. */
const ESCAPED = /(?<!\\)(?:\\\\)*\\u00[01]/;
const BLOCK = OPEN - 90 * MINUTE;
const frameOf = (...events: unknown[]) => JSON.stringify(events);
const status = (name: string, message: string) => ({ ev: 'status', status: name, message });

describe('an ingester before a hostile vendor', () => {
  let open: AsyncDisposableStack;
  let aws: LocalAws;
  let vendor: HostileVendor;
  let unit: Unit;
  const clock = new EventClock({ now: BLOCK, speed: 0 });

  beforeEach(async () => {
    open = new AsyncDisposableStack();
    aws = open.use(await LocalAws.start());
    vendor = open.use(await HostileVendor.start());
    clock.set({ now: BLOCK });
  });

  afterEach(async () => {
    await unit.stop();
    await open.disposeAsync();
  });

  async function live(SYMBOLS = '*'): Promise<void> {
    unit = new Unit(
      {
        ...{ POLYGON_API_KEY: KEY, FEED_URL: vendor.url, REST_URL: 'http://127.0.0.1:9', SYMBOLS },
        ...{ MINUTES_STREAM: STREAM, LEASE_TABLE: LEASES, QUARANTINE_TABLE: TABLE },
      },
      { clock, kinesis: aws.kinesis },
    );
    await vendor.standing();
    clock.set({ now: BLOCK + MINUTE });
  }

  /** Everything that leaves it but the records of the stream. */
  async function told(): Promise<string> {
    const paths = ['/health', '/ready', '/stats', '/subscriptions'];
    const answers = paths.map(path => JSON.stringify(unit.answer(path)));
    const kept = (await aws.quarantined()).map(item => [
      Buffer.from(item['raw']?.B ?? []).toString(),
      JSON.stringify(item),
    ]);
    return [...unit.logger.lines, ...answers, await unit.text('/metrics'), ...kept.flat()].join('\n');
  }

  async function quarantined(count: number) {
    return eventually(async () => {
      const items = await aws.quarantined();
      return items.length === count && items;
    });
  }

  test('never shows the key, in whatever the vendor quotes it', async () => {
    vendor.acknowledgement = topics =>
      frameOf(status('success', `subscribed to: ${topics},AM.${KEY}`), status(KEY, `is ${KEY}`));
    await live();
    const escaped = Array.from(KEY, char => `\\u00${char.charCodeAt(0).toString(16)}`).join('');
    await vendor.say(`[{"ev":"${KEY}"},{"ev":"AM","sym":"${escaped}\\u0007"},{"ev":"AM","s":"${KEY}"}]`);
    await vendor.say(frameOf(am(KEY, BLOCK), am('AAPL', BLOCK), am(`${KEY}x`, BLOCK, { h: 1 })));
    await vendor.say(frameOf(status('error', `not authorized: ${KEY}`)));
    await quarantined(4);
    await eventually(async () => (await aws.records()).some(({ type }) => type === 'bar'));
    unit.holdOff();
    (await vendor.standing()).close(1008, KEY);
    await eventually(() => unit.says('<the key>'));
    const text = await told();
    expect(text).not.toContain(KEY);
    expect(text).not.toContain(escaped);
    expect(text).toContain('AM.<the key>');
    expect(JSON.stringify(await aws.records())).not.toContain(KEY);
  });

  test('tells little of a long text, and nothing that moves a cursor', async () => {
    await live();
    const long = `${CONTROLS}${'x'.repeat(300_000)}`;
    await vendor.say(frameOf({ ev: long }, status(long, long), am(long, BLOCK), am(CONTROLS, BLOCK)));
    await quarantined(2);
    unit.holdOff();
    await vendor.say(frameOf(status('auth_failed', long)));
    await eventually(() => unit.says('the vendor refuses the key'));
    const everything = [
      ...unit.logger.lines,
      await unit.text('/metrics'),
      JSON.stringify(unit.answer('/stats')),
    ];
    for (const text of everything) {
      expect(text.length).toBeLessThan(20_000);
      expect(text).not.toMatch(ESCAPED);
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
    for (const { reason, where } of await aws.quarantined())
      expect(`${reason?.S}${where?.S}`).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('keeps what follows a bar that is too long for an item', async () => {
    await live();
    await vendor.say(frameOf(am('x'.repeat(250_000), BLOCK), am('BRK.B', BLOCK, { h: 1 })));
    await vendor.say(frameOf(am('BRK.C', BLOCK, { h: 1 })));
    const items = await quarantined(3);
    expect(items.map(({ where }) => where?.S?.slice(0, 21))).toEqual(
      expect.arrayContaining(['stocks feed, AM.BRK.B', 'stocks feed, AM.BRK.C', 'stocks feed, AM.xxxxx']),
    );
    expect(unit.answer('/stats')).toMatchObject({ body: { quarantined: 3 } });
  });
});
