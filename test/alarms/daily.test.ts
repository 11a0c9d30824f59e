/** Alarms of the jobs that ask the vendor's REST once a day: on four evenings and three mornings, each with another answer. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { withFeedDefaults } from '../../lib/settings/feed-defaults.ts';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { calendarMetrics, metricNamespace, reconcileMetrics } from '../../runtime/platform/metric-names.ts';
import { encodeMinuteBar } from '../../runtime/records/encode.ts';
import { until } from './support/patience.ts';
import { Rig } from './support/rig.ts';

const THURSDAY = Date.parse('2025-11-20T17:00:00Z');
const DAY = 24 * 60 * MINUTE;
/** Minutes that are traded on a day, from noon in New York on. */
const TRADED = 10;

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start({
    from: '2025-11-21T01:00:00Z',
    tradesFrom: new Date(THURSDAY).toISOString(),
    ingester: false,
  });
  for (const day of [THURSDAY, THURSDAY + DAY])
    rig.market.halt(day + TRADED * MINUTE, rig.symbols, day + DAY);
  rig.market.halt(THURSDAY + 2 * DAY, rig.symbols);
  await rig.untilRaised(8, 'IngesterNotRunning');
});

afterAll(async () => rig[Symbol.asyncDispose]());

/** What is raised beside the ingester that does not run here. */
const raised = () => rig.raised.filter(id => id !== 'IngesterNotRunning');

/** Puts the minutes of the compared symbols on the stream as the socket would have sent them. */
async function publish(day: number): Promise<void> {
  const { reconcile } = withFeedDefaults(rig.feed);
  // What comes from the future is refused.
  rig.clock.set({ now: Math.max(rig.clock.now(), day + TRADED * MINUTE) });
  for (const symbol of reconcile) {
    const bars = rig.market.history(symbol, day, day + DAY, day + DAY);
    expect(bars).toHaveLength(TRADED);
    const rest = { type: 'bar', session: 'regular', source: 'live' } as const;
    await rig.put(
      bars.map(bar => encodeMinuteBar({ ...bar, ...rest, version: bar.start + MINUTE })),
      symbol,
    );
  }
}

const metricOf = { Calendar: calendarMetrics.differences, Reconcile: reconcileMetrics.mismatches };

/** Sets the clock to just before a job is due and lets it run. @returns what it found to differ, if it came to an end */
async function run(job: keyof typeof metricOf, iso: string): Promise<number | undefined> {
  const due = Date.parse(iso);
  const schedule = rig.engine.schedule(`Daily/${job}/Schedule`);
  const before = schedule.succeeded + schedule.failures;
  rig.clock.set({ now: due - 2 * MINUTE });
  await rig.minutes(2);
  await until(`the end of ${job}`, () => schedule.succeeded + schedule.failures > before);
  await rig.minutes(1);
  return printed(metricOf[job], due);
}

/** The report of a day. */
async function report(date: string) {
  const report = await rig.engine.bucket('Stocks/Reports').read(`reconcile/stocks/${date}.json`);
  return JSON.parse(report.toString());
}

/** What was printed around the instant at which the job was due. */
function printed(name: string, due: number): number | undefined {
  const dimensions = { Environment: 'test', Feed: 'stocks' };
  return rig.watch.store.statistic(
    { namespace: metricNamespace, name, dimensions },
    'Sum',
    due - MINUTE,
    due + 2 * MINUTE,
  );
}

test('bars that are the vendor’s own raise nothing', async () => {
  await publish(THURSDAY);
  expect(await run('Reconcile', '2025-11-21T01:30:00Z')).toBe(0);
  expect(await report('2025-11-20')).toMatchObject({ compared: 5 * (TRADED + 2 + 1), mismatches: [] });
  expect(raised()).toEqual([]);
});

test('a day that has ended is in the archive within the hour, with every bar', async () => {
  const schedule = rig.engine.schedule('Archive/Function/Schedule');
  const before = schedule.succeeded;
  rig.clock.set({ now: rig.clock.now() + 60 * MINUTE });
  await rig.minutes(1);
  await until('the end of the archive', () => schedule.succeeded > before);
  const archive = rig.engine.bucket('Stocks/Archive');
  const folder = 'feed=stocks/timeframe=1m/date=2025-11-20/';
  expect(await archive.keys(folder)).toEqual([`${folder}_manifest.json`, `${folder}bars.parquet`]);
  expect(JSON.parse(String(await archive.read(`${folder}_manifest.json`)))).toMatchObject({
    rows: 5 * TRADED,
    symbols: 5,
    uncovered: 0,
  });
  expect(raised()).not.toContain('JobFailing');
});

test('days that the vendor announces as the calendar has them raise nothing', async () => {
  expect(await run('Calendar', '2025-11-21T08:00:00Z')).toBe(0);
  expect(raised()).toEqual([]);
});

test('bars that differ from the vendor’s are a ticket', async () => {
  await publish(THURSDAY + DAY);
  rig.rehearse('rest-other-highs');
  expect(await run('Reconcile', '2025-11-22T01:30:00Z')).toBe(5 * (TRADED + 2 + 1));
  await rig.untilRaised(1, 'ReconcileMismatch');
  expect(raised()).toEqual(['ReconcileMismatch']);
  expect(rig.pages('ReconcileMismatch')).toBe(false);
  const found = await report('2025-11-21');
  expect(found).toMatchObject({ date: '2025-11-21', compared: 5 * (TRADED + 2 + 1), uncovered: 0 });
  expect(found.mismatches).toHaveLength(5 * (TRADED + 2 + 1));
  expect(found.mismatches[0]).toMatchObject({
    symbol: rig.symbols[0],
    minutes: 1,
    start: '2025-11-21T17:00:00.000Z',
    what: expect.stringMatching(/^high: ours [\d.]+, theirs [\d.]+$/),
  });
  rig.recover('rest-other-highs');
});

test('an announced day that no rule knows is a ticket', async () => {
  rig.rehearse('rest-surprise-closure');
  expect(await run('Calendar', '2025-11-22T08:00:00Z')).toBe(1);
  await rig.untilRaised(1, 'CalendarDiffers');
  expect(raised()).toEqual(['CalendarDiffers']);
  expect(rig.pages('CalendarDiffers')).toBe(false);
  rig.recover('rest-surprise-closure');
});

test('a vendor that refuses to answer differs in nothing: only the job fails', async () => {
  rig.rehearse('rest-401');
  for (const [job, due] of [
    ['Calendar', '2025-11-23T08:00:00Z'],
    ['Reconcile', '2025-11-25T01:30:00Z'],
  ] as const) {
    expect(await run(job, due)).toBeUndefined();
    await rig.untilRaised(2, 'JobFailing');
    expect(raised()).toEqual(['JobFailing']);
    expect(rig.pages('JobFailing')).toBe(false);
  }
});

test('a comparison that failed is made an hour later, and then not again', async () => {
  expect(await run('Reconcile', '2025-11-25T02:30:00Z')).toBeUndefined();
  rig.recover('rest-401');
  expect(await run('Reconcile', '2025-11-25T03:30:00Z')).toBe(0);
  expect(await rig.engine.bucket('Stocks/Reports').keys('reconcile/stocks/')).toContain(
    'reconcile/stocks/2025-11-24.json',
  );
  expect(await run('Reconcile', '2025-11-25T04:30:00Z')).toBeUndefined();
});
