/** The record of sessions, held to what the stream, the quarantine and the simulated vendor know, through all that can happen to a feed. */
import { afterEach, expect, test } from '@jest/globals';
import { CLOSED } from '../../../../runtime/markets/calendar.ts';
import { version } from '../../../../runtime/platform/release-names.ts';
import { type SessionRecord, sessionEvents } from '../../../../runtime/tables/sessions/session-record.ts';
import { SessionTable } from '../../../../runtime/tables/sessions/session-table.ts';
import { SESSIONS } from '../support/aws.ts';
import { eventually } from '../support/eventually.ts';
import { am, MINUTE } from '../support/records.ts';
import { Station, type Unit } from '../support/station.ts';

const SECOND = 1_000;
const LOST = 'closed by the server (1011)';
/** A 4h block begins; until the end of it nobody looks. */
const BLOCK = Date.parse('2025-11-26T17:00:00Z');
/** Wednesday before Thanksgiving, three minutes before the close; Friday, three minutes before its early one. */
const WEDNESDAY = Date.parse('2025-11-26T20:57:00Z');
const FRIDAY = Date.parse('2025-11-28T17:57:00Z');

let station: Station;
afterEach(() => station[Symbol.asyncDispose]());

async function records(): Promise<Map<string, SessionRecord>> {
  const table = new SessionTable(station.aws.dynamoDb, SESSIONS, 'local/stocks');
  const { sessions } = await table.range({ limit: 100 });
  return new Map(sessions.map(each => [`${each.date} ${each.session}`, each]));
}

/** Waits until the table tells so of a session. */
function told(session: string, so: (record: SessionRecord) => boolean): Promise<SessionRecord> {
  return eventually(async () => {
    const record = (await records()).get(session);
    return record && so(record) && record;
  });
}

/** What the stream itself says of a session. */
async function ofStream({ start, end }: Pick<SessionRecord, 'start' | 'end'>) {
  const bars = (await station.bars()).filter(bar => bar.start >= start && bar.start < end);
  const starts = bars.map(bar => bar.start);
  const marks = new Map(
    (await station.marks()).map(mark => [`${mark.slot} ${mark.symbol} ${mark.minute}`, mark]),
  );
  const blind = [...marks.values()].filter(({ covered }) => !covered).map(({ minute }) => minute);
  return {
    firstMinute: Math.min(...starts),
    lastMinute: Math.max(...starts),
    published: bars.length,
    backfilled: bars.filter(({ source }) => source === 'backfill').length,
    uncovered: new Set(blind.filter(minute => minute >= start && minute < end)).size,
    symbols: new Set(bars.map(({ symbol }) => symbol)).size,
  };
}

/** Plays on until the unit knows that the stream has all before `through`, and the minute after that in which it says so. */
async function settled(unit: Unit, through: number): Promise<void> {
  await eventually(() => JSON.stringify(unit.answer('/stats')).includes(`"acknowledged":${through},`));
  await station.play(through);
}

const eventsOf = ({ events }: SessionRecord) =>
  events.map(({ event, cause }) => [
    event.replace('intraday_session_', ''),
    ...(cause === undefined ? [] : [cause]),
  ]);

const hasEnded = ({ events }: SessionRecord) => events.some(({ event }) => event === sessionEvents.end);

/** One stands by until the lease is given back to nobody. */
async function standby(variables: Readonly<Record<string, string>>): Promise<Unit> {
  const unit = station.start(variables);
  await eventually(() => unit.says('standing by: the lease is held by'));
  return unit;
}

test('open, correction, repetition, refusal, reconnection, close, hand-over, crash, holiday, half day: each stands in its session as it was', async () => {
  station = await Station.start({ now: WEDNESDAY, from: BLOCK });
  const two = station.symbols.slice(0, 2);
  const [symbol = ''] = two;
  const variables = { SYMBOLS: two.join(','), BACKFILL_ON_START: 'none' };
  const first = await station.ready(variables);
  await station.play(WEDNESDAY, 1);
  // A correction, the same once more, and nonsense.
  const corrected = JSON.stringify(am(symbol, WEDNESDAY));
  station.vendor.faults.send([corrected]);
  station.vendor.faults.send([corrected, JSON.stringify(am(symbol, WEDNESDAY, { o: -1 }))]);
  await station.vendor.settled();
  station.vendor.faults.drop(1011);
  await eventually(() => station.vendor.seen.connections === 2 && first.isReady);
  await station.play(WEDNESDAY + MINUTE, 2);
  const close = WEDNESDAY + 3 * MINUTE;
  await settled(first, close);

  const regular = await told('2025-11-26 regular', hasEnded);
  expect(regular).toMatchObject({
    ...(await ofStream(regular)),
    ...{ end: close, lastMinute: close - MINUTE },
    received: 3 * two.length + 2,
    // What the history says takes the place of the correction that nobody else knows.
    ...{ repeated: 1, corrected: 2, uncovered: (WEDNESDAY - MINUTE - BLOCK) / MINUTE, quarantined: 1 },
    ...{ reconnections: { [LOST]: 1 }, handOvers: 0, takeOvers: 0, releases: [version] },
  });
  expect(eventsOf(regular)).toEqual([['start'], ['reconnect', LOST], ['end']]);
  expect(await station.aws.quarantined()).toHaveLength(1);

  // Between two bursts one gives the lease back, and a second later another has it.
  const second = await standby(variables);
  await station.to(close + 90 * SECOND);
  await first.stop();
  await second.leaseClock.pass(SECOND);
  await eventually(() => second.isReady);
  await station.play(close + MINUTE, 2);

  // It freezes, and its lease runs out.
  const third = await standby(variables);
  await station.to(close + 3 * MINUTE + 30 * SECOND);
  second.leaseClock.freeze(20 * SECOND);
  await third.leaseClock.pass(13 * SECOND);
  await eventually(() => third.isReady);
  await station.play(close + 3 * MINUTE, 2);
  await third.stop();
  await second.stop();
  const post = await told('2025-11-26 post', ({ published }) => published > 0);
  expect(post).toMatchObject({
    ...(await ofStream(post)),
    ...{ received: 5 * two.length, handOvers: 1, takeOvers: 1 },
  });
  expect(eventsOf(post)).toEqual([['start'], ['handover', 'given back'], ['handover', 'ran out']]);

  // Nobody is there until Friday: what was missed comes from the history.
  await station.to(FRIDAY);
  const fourth = await station.ready(variables);
  await station.play(FRIDAY, 3);
  await settled(fourth, FRIDAY + 3 * MINUTE);
  const half = await told('2025-11-28 regular', hasEnded);
  expect(half).toMatchObject({
    ...(await ofStream(half)),
    // That of the minute before it was there, too: it connected in time.
    ...{ end: FRIDAY + 3 * MINUTE, received: 4 * two.length },
  });
  await fourth.stop();
  const all = await records();
  expect([...all.keys()]).toEqual([
    '2025-11-26 regular',
    '2025-11-26 post',
    '2025-11-27 closed',
    '2025-11-28 pre',
    '2025-11-28 regular',
    '2025-11-28 post',
  ]);
  for (const record of all.values())
    if (record.session !== CLOSED) expect(record).toMatchObject(await ofStream(record));
  const holiday = all.get('2025-11-27 closed');
  expect(holiday && eventsOf(holiday)).toEqual([['skipped']]);
});
