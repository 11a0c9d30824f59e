/** Order and completeness when the stream takes less than the feed brings: from memory to a real disk and back. */
import { chmod, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Versions } from '../../../../../runtime/ingester/lease/versions.ts';
import { Acknowledged } from '../../../../../runtime/ingester/sinks/minutes-stream/acknowledged.ts';
import { Backlog } from '../../../../../runtime/ingester/sinks/minutes-stream/backlog.ts';
import { MinutesStream } from '../../../../../runtime/ingester/sinks/minutes-stream/minutes-stream.ts';
import { Publisher } from '../../../../../runtime/ingester/sinks/minutes-stream/publisher.ts';
import { Segments } from '../../../../../runtime/ingester/sinks/minutes-stream/segments.ts';
import type { Item } from '../../../../../runtime/ingester/sinks/minutes-stream/slot-queue.ts';
import { eventually } from '../../support/eventually.ts';
import { MemoryLogger } from '../../support/log.ts';
import { bar, item, OPEN } from '../../support/records.ts';

const unlimited = { room: () => ({ records: Infinity, bytes: Infinity }), spend: () => undefined };
const never = new AbortController().signal;
const textOf = ({ data }: Item) => Buffer.from(data).toString();
const turn = () => new Promise(resolve => setImmediate(resolve));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'barflow-backlog-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A backlog before a stream that is shut until it is opened, and refuses some entries then. */
async function rig({ memory = 10, limit = 1_000_000, refuses = (n: number) => n < 0 } = {}) {
  const logger = new MemoryLogger();
  const taken: Item[] = [];
  const acknowledged = new Acknowledged(() => OPEN);
  const state = { open: false, failed: 0, mostInMemory: 0, entries: 0 };
  const publisher = new Publisher({
    put: async items => {
      await turn();
      if (!state.open) throw new Error('no answer');
      const refused = items.filter(() => refuses(state.entries++));
      taken.push(...items.filter(each => !refused.includes(each)));
      return { entries: refused, codes: {} };
    },
    pacer: unlimited,
    logger,
    backoff: { first: 0, longest: 0 },
    onAcknowledged: each => {
      acknowledged.add(each);
      state.mostInMemory = Math.max(state.mostInMemory, publisher.held.records);
      backlog.onRoom();
    },
  });
  const segments = await Segments.open({ folder, limit, logger, recordsPerSegment: 4 });
  const backlog = new Backlog({
    publisher,
    segments,
    logger,
    onFailure: () => state.failed++,
    memory: { records: memory, bytes: Infinity },
  });
  return { backlog, publisher, segments, taken, acknowledged, state, logger };
}

/** The folder of the backlog in use. */
async function used(): Promise<string> {
  const [name = ''] = await readdir(folder);
  return join(folder, name);
}

describe('the backlog', () => {
  test('keeps order per symbol and watermarks behind their bars, however long the stream takes nothing', async () => {
    const plan = fc.array(
      fc.record({
        kind: fc.constantFrom('bar', 'bar', 'bar', 'coverage', 'watermark'),
        slot: fc.integer({ min: 0, max: 3 }),
        symbol: fc.integer({ min: 0, max: 2 }),
        open: fc.constantFrom(true, false, undefined, undefined, undefined),
        turns: fc.integer({ min: 0, max: 3 }),
      }),
      { maxLength: 120 },
    );
    await fc.assert(
      fc.asyncProperty(plan, fc.array(fc.boolean(), { maxLength: 40 }), async (steps, refusals) => {
        const { backlog, taken, state } = await rig({ refuses: n => refusals[n] === true });
        const added: Item[] = [];
        for (const [index, { kind, slot, symbol, open, turns }] of steps.entries()) {
          state.open = open ?? state.open;
          const each = item(
            kind,
            slot,
            kind === 'watermark' ? '' : `${kind}${slot}.${symbol}`,
            String(index),
          );
          added.push(each);
          backlog.add(each);
          for (let n = 0; n < turns; n++) await turn();
        }
        state.open = true;
        await backlog.close(never);
        expect(backlog.held).toEqual({ records: 0, bars: 0, bytes: 0, onDisk: 0 });
        const places = new Map(taken.map((each, place) => [textOf(each), place]));
        expect(places.size).toBe(taken.length);
        for (const slot of [0, 1, 2, 3]) {
          const ofSlot = added.filter(each => each.slot === slot);
          for (const [index, each] of ofSlot.entries()) {
            const place = places.get(textOf(each));
            if (place === undefined) {
              expect(each.kind).toBe('watermark');
              expect(ofSlot[index + 1]?.kind).toBe('watermark');
              continue;
            }
            for (const before of ofSlot.slice(0, index))
              if (each.kind === 'watermark' || before.order === each.order)
                expect(places.get(textOf(before)) ?? -1).toBeLessThan(place);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('accounts for every bar, however long the stream takes nothing: accepted are those written, dropped and held', async () => {
    const plan = fc.array(fc.constantFrom('bar', 'bar', 'bar', 'mark', 'open', 'shut', 'turn'), {
      maxLength: 80,
    });
    await fc.assert(
      fc.asyncProperty(plan, fc.array(fc.boolean(), { maxLength: 20 }), async (steps, refusals) => {
        const { backlog, acknowledged, state } = await rig({
          ...{ memory: 6, limit: 600, refuses: n => refusals[n] === true },
        });
        const options = { backlog, acknowledged, versions: new Versions(() => OPEN, 0), epoch: () => 1 };
        const stream = new MinutesStream({ ...options, logger: new MemoryLogger() });
        for (const [index, step] of steps.entries()) {
          if (step === 'bar') stream.accept(bar({ symbol: `S${index % 3}` }));
          if (step === 'mark')
            stream.declare({ minutes: [OPEN], slots: [1], symbols: ['S1'], covered: false });
          if (step === 'turn') await turn();
          else state.open = step === 'open' || (state.open && step !== 'shut');
          const { accepted, written, dropped, held } = stream.stats;
          expect(accepted).toBe(written + dropped + held);
        }
        state.open = true;
        await stream.close(never);
        expect(stream.stats).toMatchObject({
          accepted: steps.filter(step => step === 'bar').length,
          held: 0,
        });
      }),
      { numRuns: 40 },
    );
  });

  test('gives back from disk exactly what was added', async () => {
    const { backlog, taken, state } = await rig();
    const odd = item('bar', 7, 'TpC', '{"symbol":"TpC","text":"\\t\\n \\"é\\""}');
    for (let n = 0; n < 30; n++) backlog.add(item('bar', n % 5, `S${n}`));
    backlog.add(odd);
    await eventually(async () => (await readdir(await used())).length === 5);
    expect(backlog.held.onDisk).toBe(21);
    state.open = true;
    await backlog.close(never);
    expect(taken.find(({ order }) => order === 'TpC')).toEqual(odd);
    expect(await readdir(await used())).toEqual([]);
  });

  test('never holds more in memory than its limit and one segment, and is full only when the disk is', async () => {
    const { backlog, publisher, state } = await rig({ limit: 4_000 });
    let added = 0;
    while (backlog.filled < 1) backlog.add(item('bar', added % 64, `S${added++}`));
    expect(publisher.held.records).toBe(10);
    expect(added).toBeGreaterThan(100);
    state.open = true;
    await backlog.close(never);
    expect(state.mostInMemory).toBeLessThanOrEqual(14);
  });

  test('keeps what cannot be written in memory, and says so', async () => {
    const { backlog, taken, state, logger } = await rig();
    await rm(await used(), { recursive: true });
    for (let n = 0; n < 40; n++) backlog.add(item('bar', n % 5, `S${n}`));
    await eventually(() => logger.lines.some(line => line.includes('cannot be written')));
    state.open = true;
    await backlog.close(never);
    expect(new Set(taken.map(({ order }) => order)).size).toBe(40);
  });

  test('leaves no part on the disk of what could not be written whole', async () => {
    const { backlog, logger } = await rig();
    await symlink('/dev/full', join(await used(), '0.segment'));
    for (let n = 0; n < 18; n++) backlog.add(item('bar', n % 5, `S${n}`));
    await eventually(() => logger.lines.some(line => line.includes('cannot be written')));
    await eventually(async () => (await readdir(await used())).join() === '1.segment');
    await backlog.close(AbortSignal.abort());
  });

  test('leaves nothing behind when it is over, whatever still waited', async () => {
    const { backlog, segments } = await rig();
    for (let n = 0; n < 40; n++) backlog.add(item('bar', n % 5, `S${n}`));
    await backlog.close(AbortSignal.abort());
    await segments[Symbol.asyncDispose]();
    expect(await readdir(folder)).toEqual([]);
  });

  test('publishes nothing behind what the disk has lost', async () => {
    const { backlog, taken, state } = await rig();
    for (let n = 0; n < 40; n++) backlog.add(item('bar', n % 5, `S${n}`));
    await eventually(async () => (await readdir(await used())).length === 7);
    await writeFile(join(await used(), '1.segment'), 'bar\t1\tS1');
    state.open = true;
    await expect(backlog.close(never)).rejects.toThrow('records that waited on disk are lost');
    expect(state.failed).toBe(1);
    expect(taken).toHaveLength(14);
    expect(backlog.held.onDisk).toBe(26);
  });

  test('makes who can wait wait while much is on its way, and no longer than the signal lasts', async () => {
    const { backlog, state } = await rig({ memory: 20_000 });
    for (let n = 0; n < 10_001; n++) backlog.add(item('bar', n % 64, `S${n}`));
    const stop = new AbortController();
    const stopped = backlog.untilCalm(stop.signal);
    stop.abort(new Error('told to stop'));
    await expect(stopped).rejects.toThrow('aborted');
    let isCalm = false;
    const calm = backlog.untilCalm(never).then(() => {
      isCalm = true;
    });
    await turn();
    expect(isCalm).toBe(false);
    state.open = true;
    await calm;
    expect(backlog.held.records).toBeLessThanOrEqual(10_000);
    await backlog.close(never);
  });

  test('gives up when its time is over and says what is left', async () => {
    const { backlog } = await rig();
    for (let n = 0; n < 40; n++) backlog.add(item('bar', n % 5, `S${n}`));
    await backlog.close(AbortSignal.abort());
    expect(backlog.held.records).toBe(40);
  });

  test('refuses a folder that it cannot write to', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await chmod(file, 0o400);
    const options = { folder: join(file, 'below'), limit: 1, logger: new MemoryLogger() };
    await expect(Segments.open(options)).rejects.toThrow('ENOTDIR');
  });
});
