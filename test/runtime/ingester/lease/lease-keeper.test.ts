/** Keepers of one lease in a real table: who holds it, who stands by, and what passes from one to the next. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LeaseKeeper, type Term } from '../../../../runtime/ingester/lease/lease-keeper.ts';
import { version } from '../../../../runtime/platform/release-names.ts';
import { LeaseItems } from '../../../../runtime/tables/lease/lease-items.ts';
import { type Facts, LeaseTable } from '../../../../runtime/tables/lease/lease-table.ts';
import { LEASES, LocalAws } from '../support/aws.ts';
import { LeaseClock } from '../support/lease-clock.ts';
import { MemoryLogger } from '../support/log.ts';

const SECOND = 1_000;
const watched = { since: undefined, slots: [3, 34], catchingUp: undefined };

/** A keeper at work, with a clock of its own. */
class Candidate {
  readonly clock: LeaseClock;
  readonly keeper: LeaseKeeper;
  readonly logger = new MemoryLogger();
  readonly terms: Term[] = [];
  readonly written: Facts[] = [];
  facts: Facts = { lastVersion: 100, through: undefined, ...watched };
  /** While set, the table does not answer. */
  isCutOff = false;
  /** Renewals wait until it resolves. */
  mayRenew = Promise.resolve();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(aws: LocalAws, owner: string) {
    this.clock = new LeaseClock(aws.dynamoDb);
    const table = new LeaseTable(new LeaseItems(aws.dynamoDb, LEASES, 'stocks'));
    const reached = async <T>(call: () => Promise<T>): Promise<T> => {
      if (this.isCutOff) throw new Error('cut off');
      return call();
    };
    this.keeper = new LeaseKeeper({
      table: {
        read: () => reached(() => table.read()),
        take: (...parts) => reached(() => table.take(...parts)),
        renew: (...parts) =>
          reached(async () => {
            await this.mayRenew;
            return table.renew(...parts);
          }),
      },
      owner,
      facts: () => this.facts,
      lastFacts: () => ({ ...this.facts, lastVersion: 55 }),
      onWritten: facts => this.written.push(facts),
      logger: this.logger,
      time: this.clock,
    });
    this.#running = this.#run();
  }

  get isOver(): boolean {
    return this.terms.at(-1)?.signal.aborted ?? true;
  }

  stop(): Promise<void> {
    this.#stop.abort();
    return this.#running;
  }

  async #run(): Promise<void> {
    for await (const term of this.keeper.terms(this.#stop.signal)) {
      this.terms.push(term);
      await new Promise(resolve => term.signal.addEventListener('abort', resolve, { once: true }));
    }
  }
}

describe('keepers of one lease', () => {
  let aws: LocalAws;
  const candidates: Candidate[] = [];

  beforeEach(async () => {
    aws = await LocalAws.start();
  });

  afterEach(async () => {
    for (const each of candidates.splice(0)) {
      await each.stop();
      await each.keeper.release();
    }
    await aws[Symbol.asyncDispose]();
  });

  async function candidate(owner: string): Promise<Candidate> {
    const started = new Candidate(aws, owner);
    candidates.push(started);
    await started.clock.idle();
    return started;
  }

  /** The same time passes for all of them. */
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) for (const each of candidates) await each.clock.pass(500);
  }

  const holders = () => candidates.filter(({ keeper }) => keeper.holds).length;

  test('the first takes it at once, the second stands by as long as the first renews', async () => {
    const first = await candidate('first');
    const second = await candidate('second');
    await pass(60 * SECOND);
    expect([first.keeper.holds, second.keeper.holds]).toEqual([true, false]);
    expect(second.keeper.holder).toBe('first');
    expect(first.terms).toMatchObject([{ epoch: 1, before: undefined }]);
    expect(first.isOver).toBe(false);
    expect(second.terms).toEqual([]);
    const line = second.logger.lines.find(text => text.includes('stands by for the lease'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ holder: 'first', ofRelease: version });
    expect((await aws.lease())?.['counter']?.N).toBe('21');
  });

  test('the one that is held tells whoever watches its slots, and what is caught up with while there is something', async () => {
    const first = await candidate('first');
    first.facts = { ...first.facts, catchingUp: { from: 60_000, symbols: 12, remaining: 7 } };
    await pass(3 * SECOND);
    expect(await aws.lease()).toMatchObject({
      release: { S: version },
      slots: { S: '3,34' },
      catchingUp: { M: { from: { N: '60000' }, symbols: { N: '12' }, remaining: { N: '7' } } },
    });
    first.facts = { ...first.facts, catchingUp: undefined, slots: Array.from({ length: 64 }, (_, n) => n) };
    await pass(3 * SECOND);
    const lease = await aws.lease();
    expect(lease).toMatchObject({ slots: { S: '*' } });
    expect(lease).not.toHaveProperty('catchingUp');
  });

  test('two that start together end up with one holder', async () => {
    candidates.push(new Candidate(aws, 'first'), new Candidate(aws, 'second'));
    for (const each of candidates) await each.clock.idle();
    await pass(3 * SECOND);
    expect(holders()).toBe(1);
  });

  test('one that is given back passes on within a second, with the exact last version and watermark', async () => {
    const first = await candidate('first');
    const second = await candidate('second');
    first.facts = { ...watched, lastVersion: 900, through: 60_000, since: 30_000 };
    await pass(3 * SECOND);
    await first.stop();
    await first.keeper.release();
    await second.clock.pass(SECOND);
    expect(second.terms).toMatchObject([
      { epoch: 2, before: { owner: 'nobody', lastVersion: 55, through: 60_000, since: 30_000 } },
    ]);
    expect([first.keeper.holds, second.keeper.holds]).toEqual([false, true]);
  });

  test('one whose process died passes on within fifteen seconds, with the versions that were reserved', async () => {
    const first = await candidate('first');
    const second = await candidate('second');
    first.facts = { ...watched, lastVersion: 900, through: 60_000, since: 30_000 };
    await pass(3 * SECOND);
    await second.clock.pass(11 * SECOND);
    expect(second.keeper.holds).toBe(false);
    await second.clock.pass(2 * SECOND);
    expect(second.terms).toMatchObject([{ epoch: 2, before: { owner: 'first', lastVersion: 900 } }]);
  });

  test('one that was stopped holds nothing when it wakes, and learns that another took over', async () => {
    const first = await candidate('first');
    const second = await candidate('second');
    await pass(6 * SECOND);
    first.clock.freeze(20 * SECOND);
    await second.clock.pass(20 * SECOND);
    expect([first.keeper.holds, second.keeper.holds]).toEqual([false, true]);
    expect(first.isOver).toBe(false);
    await first.clock.pass(2 * SECOND);
    expect(first.isOver).toBe(true);
    await pass(30 * SECOND);
    expect([first.keeper.holds, second.keeper.holds]).toEqual([false, true]);
  });

  test('a table that is down for a minute ends the term after nine seconds, and begins another when it is back', async () => {
    const first = await candidate('first');
    await pass(3 * SECOND);
    first.isCutOff = true;
    await pass(8 * SECOND);
    expect(first.isOver).toBe(false);
    await pass(2 * SECOND);
    expect(first.isOver).toBe(true);
    await pass(50 * SECOND);
    expect(first.keeper.holds).toBe(false);
    first.isCutOff = false;
    await pass(2 * SECOND);
    expect(first.terms.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(first.keeper.holds).toBe(true);
  });

  test('asked to make sure, it learns at once that another has it', async () => {
    const first = await candidate('first');
    await pass(3 * SECOND);
    const table = new LeaseTable(new LeaseItems(aws.dynamoDb, LEASES, 'stocks'));
    const seen = await table.read();
    const claim = { seen, epoch: 2, counter: 99, startedAt: 0 };
    expect(await table.take(claim, 'thief', first.facts)).toBe(true);
    expect(first.keeper.holds).toBe(true);
    await first.keeper.confirm();
    expect(first.keeper.holds).toBe(false);
    expect(first.isOver).toBe(true);
  });

  test('a refusal of an earlier term that comes late ends no later one', async () => {
    const first = await candidate('first');
    const { promise, resolve } = Promise.withResolvers<void>();
    first.mayRenew = promise;
    await pass(14 * SECOND);
    expect(first.terms.map(({ epoch }) => epoch)).toEqual([1, 2]);
    resolve();
    await pass(60 * SECOND);
    expect(first.terms.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect([first.isOver, first.keeper.holds]).toEqual([false, true]);
  });

  test('asked to make sure in a later term, it does not take an earlier one’s answer for its own', async () => {
    const first = await candidate('first');
    const { promise, resolve } = Promise.withResolvers<void>();
    first.mayRenew = promise;
    await pass(14 * SECOND);
    const table = new LeaseTable(new LeaseItems(aws.dynamoDb, LEASES, 'stocks'));
    const seen = await table.read();
    await table.take({ seen, epoch: 3, counter: 99, startedAt: 0 }, 'thief', first.facts);
    const confirmed = first.keeper.confirm();
    resolve();
    await confirmed;
    expect(first.keeper.holds).toBe(false);
  });

  test('says why the table cannot be read, as long as it cannot', async () => {
    const first = new Candidate(aws, 'first');
    candidates.push(first);
    first.isCutOff = true;
    await pass(2 * SECOND);
    expect(first.keeper.problem).toBe('Error: cut off');
    first.isCutOff = false;
    await pass(2 * SECOND);
    expect([first.keeper.problem, first.keeper.holds]).toEqual([undefined, true]);
  });
});
