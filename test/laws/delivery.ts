/** Brings a stream's records to the roll-up as event source mappings do: in batches, again after failures, by several workers at once. */
import type { KinesisStreamEvent } from 'aws-lambda';
import { calendarOf } from '../../runtime/markets/calendar.ts';
import { Windows } from '../../runtime/markets/window.ts';
import { BlockCache } from '../../runtime/rollup/block-cache.ts';
import { Rollup } from '../../runtime/rollup/rollup.ts';
import { ChunkLog } from '../../runtime/tables/chunks/chunk-log.ts';
import { Quarantine } from '../../runtime/tables/quarantine/quarantine.ts';
import type { Random } from '../support/random.ts';
import { streamRecord } from '../support/rollup-on-twins.ts';
import { TwinDynamoDb } from '../support/twin-dynamodb.ts';
import { TwinKinesis } from '../support/twin-kinesis.ts';
import type { Evidence } from './evidence.ts';
import type { StreamRecord } from './history.ts';
import { Invocation } from './invocation.ts';
import type { Plan } from './plan.ts';
import { Scheduler } from './scheduler.ts';

export const tables = { state: 'state', quarantine: 'quarantine' } as const;
const NOW = Date.parse('2025-12-01T00:00:00Z');
/** Room for a few blocks, or for none. */
const CACHE_BYTES = [64 * 1024 * 1024, 40_000, 0];

/** A place where a worker runs; the worker in it may be replaced. */
interface Seat {
  rollup: Rollup;
  invocation: Invocation | undefined;
  readonly newWorker: () => Rollup;
}

export interface DeliveryCounts {
  conflicts: number;
  invocations: number;
  failures: number;
}

export class Delivery {
  readonly counts: DeliveryCounts = { conflicts: 0, invocations: 0, failures: 0 };
  readonly dynamoDb: TwinDynamoDb;
  readonly scheduler: Scheduler;
  readonly #plan: Plan;
  readonly #random: Random;
  readonly #evidence: Evidence;
  readonly #kinesis: TwinKinesis;
  readonly #seats: Seat[] = [];
  readonly #windows: Windows;

  constructor(plan: Plan, random: Random, evidence: Evidence) {
    this.#plan = plan;
    this.#random = random;
    this.#evidence = evidence;
    this.dynamoDb = new TwinDynamoDb({ itemsPerPage: plan.delivery.itemsPerPage });
    this.#windows = new Windows(calendarOf(plan.scenario.market), plan.scenario.alignment);
    this.scheduler = new Scheduler(random, plan.delivery.faults);
    this.#kinesis = new TwinKinesis(({ explicitHashKey = '', data }) => {
      try {
        evidence.put(Number(BigInt(explicitHashKey) >> 122n), data);
      } catch (error) {
        this.scheduler.abandon(error);
      }
    });
  }

  /** Gives a batch to some worker. @returns whether it was finished; if not, its records must come again */
  async invoke(batch: readonly StreamRecord[], { calm = false } = {}): Promise<boolean> {
    const seat = this.#freeSeat();
    const { forgetting } = this.#plan.delivery;
    if (!calm && forgetting && this.#random.chance(0.1)) seat.rollup = seat.newWorker();
    const invocation = new Invocation({ calm });
    seat.invocation = invocation;
    this.counts.invocations++;
    this.#evidence.delivered(batch);
    seat.rollup.process(eventOf(batch), invocation.deadline.signal).then(
      ({ conflicts }) => {
        this.counts.conflicts += conflicts;
        invocation.end('done');
      },
      () => invocation.end('failed'),
    );
    const outcome = await invocation.outcome;
    seat.invocation = undefined;
    if (outcome === 'killed') seat.rollup = seat.newWorker();
    if (outcome !== 'done') this.counts.failures++;
    return outcome === 'done';
  }

  /** Forgets every worker. */
  startCold(): void {
    this.#seats.length = 0;
  }

  #freeSeat(): Seat {
    const free = this.#seats.filter(({ invocation }) => invocation === undefined);
    if (free.length > 0 && (this.#seats.length >= 4 || this.#random.chance(0.7)))
      return this.#random.pick(free);
    const seat = this.#newSeat();
    this.#seats.push(seat);
    return seat;
  }

  #newSeat(): Seat {
    const { scenario, delivery } = this.#plan;
    const gate = {
      pass: <T>(call: string, effect: () => T) => {
        if (!seat.invocation) throw new Error(`${call} after the invocation has ended`);
        return this.scheduler.pass(seat.invocation, call, effect);
      },
    };
    const dynamoDb = this.dynamoDb.client(gate);
    const kinesis = this.#kinesis.client(gate, () => this.scheduler.entryRefusal());
    const newWorker = () =>
      new Rollup({
        market: scenario.market,
        windows: this.#windows,
        barsStream: 'bars',
        log: new ChunkLog(dynamoDb, tables.state),
        cache: new BlockCache(delivery.forgetting ? this.#random.pick(CACHE_BYTES) : 64 * 1024 * 1024),
        quarantine: new Quarantine(dynamoDb, tables.quarantine, 'rollup'),
        wallClock: () => NOW,
        provisional: delivery.provisional,
        kinesis,
        backoff: { first: 0, longest: 0 },
      });
    const seat: Seat = { rollup: newWorker(), invocation: undefined, newWorker };
    return seat;
  }
}

/** The event of a batch. The roll-up must not care about shards, so all records bear the same one. */
function eventOf(batch: readonly StreamRecord[]): KinesisStreamEvent {
  return {
    Records: batch.map(({ sequence, text, arrival }) => streamRecord(Buffer.from(text), sequence, arrival)),
  };
}
