/** Channels that an ingester in AWS passes on: beside its minutes over one connection, or alone. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { rehearsals } from '../../../../../local/simulator/rehearsals.ts';
import { eventually } from '../../support/eventually.ts';
import { MemorySink } from '../../support/memory-sink.ts';
import { MINUTE } from '../../support/records.ts';
import { NOON, Station, type Unit } from '../../support/station.ts';

let station: Station;
let sink: MemorySink;

beforeEach(async () => {
  station = await Station.start();
  sink = new MemorySink();
});
afterEach(async () => {
  await station[Symbol.asyncDispose]();
  await sink.sink.close(AbortSignal.abort());
});

const both = { CHANNELS: 'minutes,trades,quotes', SINK: 'stdout' };
const tradesAlone = { CHANNELS: 'trades', SINK: 'stdout' };
const body = (unit: Unit, path: string) => JSON.parse(JSON.stringify(Object(unit.answer(path)).body));

describe('channels beside minutes', () => {
  test('come to the sinks numbered and in the order of the frame, and change no minute', async () => {
    const unit = await station.ready(both, { sinks: [sink.sink] });
    await station.play(NOON, 2);
    await station.watermarked(NOON + 2 * MINUTE);
    await eventually(() => sink.events.length === 4 * station.symbols.length);
    expect(sink.events.map(({ seq }) => seq)).toEqual(sink.events.map((_, index) => index + 1));
    const wanted = station.symbols.flatMap(symbol => [`T.${symbol}`, `Q.${symbol}`]);
    expect([...new Set(sink.topics)].toSorted()).toEqual(wanted.toSorted());
    expect(await station.bars()).toHaveLength(2 * station.symbols.length);
    expect(await station.marks()).toEqual([]);
    expect(body(unit, '/stats')).toMatchObject({
      passedOn: { messages: sink.events.length, trades: sink.events.length / 2, refused: 0 },
      sinks: [{ name: 'memory', accepted: sink.events.length, written: sink.events.length, held: 0 }],
    });
    const metrics = await unit.text('/metrics');
    expect(metrics).toContain(`polygon_sink_written_total{sink="memory"} ${sink.events.length}`);
    expect(metrics).toContain(`barflow_ingester_passed_on_messages_total ${sink.events.length}`);
  });

  test('follow the list of symbols with the minutes, in one change', async () => {
    const [first = '', second = ''] = station.symbols;
    let list = first;
    const unit = await station.ready(
      { ...both, SYMBOLS: first },
      { sinks: [sink.sink], readSymbols: async () => list },
    );
    await station.play(NOON);
    list = second;
    unit.look();
    const topics = ['AM', 'Q', 'T'].map(kind => `${kind}.${second}`);
    const acknowledged = () => body(unit, '/subscriptions').acknowledged.toSorted();
    await eventually(() => topics.every(topic => acknowledged().includes(topic)));
    expect(acknowledged()).not.toContain(`T.${first}`);
    await station.play(NOON + MINUTE);
    await eventually(() => sink.topics.includes(`Q.${second}`));
  });

  test('that the plan refuses are named by /ready, and the others go on', async () => {
    station.vendor.faults.forbiddenTopics.add('Q');
    const unit = await station.ready(both, { sinks: [sink.sink] });
    const missing = station.symbols.map(symbol => `Q.${symbol}`);
    await eventually(() => body(unit, '/ready').missing !== undefined);
    expect(body(unit, '/ready')).toMatchObject({ status: 'ready' });
    expect(body(unit, '/ready').missing.toSorted()).toEqual(missing.toSorted());
    await station.play(NOON);
    await station.watermarked(NOON + MINUTE);
    await eventually(() => sink.events.length === station.symbols.length);
    expect(sink.topics.every(topic => topic.startsWith('T.'))).toBe(true);
    expect(await station.bars()).toHaveLength(station.symbols.length);
  });

  test('go on to one sink while another hangs, and the minutes and the hand-over wait for neither', async () => {
    const hanging = new MemorySink({ hangs: true, cap: 4 });
    const unit = await station.ready(both, { sinks: [hanging.sink, sink.sink] });
    await station.play(NOON);
    await station.watermarked(NOON + MINUTE);
    await eventually(() => sink.events.length === 2 * station.symbols.length);
    const { accepted, written, dropped, held } = hanging.sink.stats;
    expect(written + dropped + held).toBe(accepted);
    const next = station.start(both, { sinks: [new MemorySink().sink] });
    await eventually(() => next.says('standing by: the lease is held by'));
    const ended = unit.stop();
    await eventually(async () => {
      await next.leaseClock.pass(1_000);
      return !next.says('standing by');
    });
    unit.giveUp();
    expect(await ended).toBeGreaterThan(0);
    expect(hanging.sink.stats.held).toBe(0);
  });
});

describe('sinks that hang, fail and are full', () => {
  const troubled = () => [
    new MemorySink({ name: 'hanging', hangs: true }),
    new MemorySink({ name: 'failing', fails: true }),
    new MemorySink({ name: 'full', hangs: true, cap: 1 }),
  ];

  /** What comes of two minutes, of which some are sent again, slot by slot and in the sink beside those. */
  async function comesOf(others: readonly MemorySink[]) {
    await using own = await Station.start({ corrected: 0.5 });
    const beside = new MemorySink();
    const unit = await own.ready(both, { sinks: [...others, beside].map(each => each.sink) });
    await own.play(NOON, 2);
    await own.watermarked(NOON + 2 * MINUTE);
    await eventually(() => beside.events.length === 4 * own.symbols.length);
    const records = Map.groupBy(await own.aws.texts(), ({ key }) => key);
    // Otherwise its end would wait for those that hang.
    unit.giveUp();
    return {
      records: Object.fromEntries([...records].map(([key, those]) => [key, those.map(({ text }) => text)])),
      events: beside.events.map(({ seq, text }) => [seq, text]),
    };
  }

  test('change no byte of the minutes, and nothing in the sink beside them', async () => {
    const sinks = troubled();
    const without = await comesOf([]);
    const bars = Object.values(without.records)
      .flat()
      .filter(text => text.startsWith('{"type":"bar"'));
    expect(bars.length).toBeGreaterThan(2 * station.symbols.length);
    expect(await comesOf(sinks)).toEqual(without);
    const written = sinks.map(({ sink: { stats } }) => [stats.written, stats.held > 0 || stats.dropped > 0]);
    expect(written).toEqual(sinks.map(() => [0, true]));
  });
});

describe('trading halts', () => {
  const rehearse = async (isOn: boolean) => {
    rehearsals['announced-halt'].set(station, isOn);
    await station.to(station.clock.now());
  };
  const halted = (unit: Unit) => body(unit, '/stats').halted;

  test.each([
    ['for the symbols of the feed', { CHANNELS: 'minutes,luld', SINK: 'stdout' }],
    ['of all symbols, though few of them are passed on', { SUBSCRIPTION: 'LULD:A*', SINK: 'stdout' }],
  ])(
    'are known where price bands come %s, also to the next ingester, until the resumption',
    async (_, variables) => {
      const symbol = station.symbols[4] ?? '';
      const first = await station.ready(variables, { sinks: [sink.sink] });
      await station.play(NOON);
      await rehearse(true);
      const known = { symbols: 1, latest: [{ symbol, since: station.clock.now() }] };
      await eventually(() => halted(first).symbols === 1);
      await station.play(NOON + MINUTE, 2);
      await station.watermarked(NOON + 3 * MINUTE);
      expect(halted(first)).toEqual(known);
      const barsOf = async (of: string) => (await station.bars()).filter(bar => bar.symbol === of).length;
      expect([await barsOf(symbol), await barsOf(station.symbols[0] ?? '')]).toEqual([2, 3]);
      await first.stop();
      const second = station.start(variables, { sinks: [sink.sink] });
      await second.leaseClock.pass(1_000);
      await eventually(() => second.isReady);
      expect(halted(second)).toEqual(known);
      await rehearse(false);
      await eventually(() => halted(second).symbols === 0);
    },
  );

  test('are nothing that a feed without price bands speaks of', async () => {
    expect(halted(await station.ready(both, { sinks: [sink.sink] }))).toBeUndefined();
  });
});

describe('a feed without minutes', () => {
  test('passes on what comes, and needs no stream', async () => {
    const unit = await station.ready({ ...tradesAlone, MINUTES_STREAM: '' }, { sinks: [sink.sink] });
    await station.play(NOON, 2);
    await eventually(() => sink.events.length === 2 * station.symbols.length);
    expect(new Set(sink.topics)).toEqual(new Set(station.symbols.map(symbol => `T.${symbol}`)));
    expect(await station.aws.records()).toEqual([]);
    expect(body(unit, '/health')).toMatchObject({ status: 'alive' });
    expect(body(unit, '/stats')).toMatchObject({
      passedOn: { trades: sink.events.length },
      sinks: [{ written: sink.events.length }],
    });
  });

  test('is handed over from one ingester to the next', async () => {
    const first = await station.ready(tradesAlone, { sinks: [sink.sink] });
    const other = new MemorySink();
    const second = station.start(tradesAlone, { sinks: [other.sink] });
    await eventually(() => second.says('standing by: the lease is held by'));
    await station.play(NOON);
    expect(await first.stop()).toBe(0);
    expect(sink.events).toHaveLength(station.symbols.length);
    await second.leaseClock.pass(1_000);
    await eventually(() => second.isReady);
    await station.play(NOON + MINUTE);
    await eventually(() => other.events.length === station.symbols.length);
    expect(sink.events).toHaveLength(station.symbols.length);
  });

  test('follows a list of symbols', async () => {
    const [first = '', second = ''] = station.symbols;
    let list = first;
    const unit = await station.ready(
      { ...tradesAlone, SYMBOLS: first },
      { sinks: [sink.sink], readSymbols: async () => list },
    );
    list = second;
    unit.look();
    await eventually(() => body(unit, '/subscriptions').acknowledged.join() === `T.${second}`);
    await station.play(NOON);
    await eventually(() => sink.topics.length === 1);
    expect(sink.topics).toEqual([`T.${second}`]);
  });
});
