/** What one trial is made of. Shrinking turns hazards off one by one and makes histories short. */
import fc from 'fast-check';
import { type Scenario, scenarios } from './scenarios.ts';

/** How many trials make a normal run. */
export const TRIALS = 400;

export interface Plan {
  readonly scenario: Scenario;
  /** Seed of everything that the other fields leave open. */
  readonly seed: number;
  /** How many blocks the history runs through. */
  readonly blocks: number;
  /** How many minutes of trading before and after each edge of a block. */
  readonly minutesAtEdge: number;
  readonly symbols: number;
  /** Hazards of the feed. */
  readonly feed: {
    /** Minutes re-sent with other values or the same ones, or late. */
    readonly corrections: boolean;
    readonly duplicates: boolean;
    /** Coverage marks of slots and symbols, some of them taken back. */
    readonly marks: boolean;
    /** Blocks without any record, filled after later ones have closed. */
    readonly lateBlocks: boolean;
    readonly lostWatermarks: boolean;
    /** Watermarks repeated or going back, as a second ingester with an older epoch sends them. */
    readonly secondIngester: boolean;
    /** Records that are none of ours. */
    readonly rubbish: boolean;
    /** Bars after the last watermark. */
    readonly tail: boolean;
  };
  /** Hazards of the delivery. */
  readonly delivery: {
    /** How many requests in a thousand fail in one way or another. */
    readonly faults: number;
    /** Other workers that get records of the shard again, at the same time. */
    readonly rivals: boolean;
    readonly rewinds: boolean;
    /** Workers that start cold or forget. */
    readonly forgetting: boolean;
    /** Batches that are given up and redriven later. */
    readonly drops: boolean;
    readonly shards: 'one' | 'two' | 'split' | 'merge';
    /** Whether a child shard is read before its parents are read to the end. */
    readonly overlap: boolean;
    readonly largestBatch: number;
    readonly itemsPerPage: number;
    /** Whether open windows are put too. */
    readonly provisional: boolean;
  };
}

/** On four times out of five. */
const hazard = fc.integer({ min: 0, max: 4 }).map(draw => draw > 0);

export const plans: fc.Arbitrary<Plan> = fc.record({
  scenario: fc.constantFrom(...scenarios),
  seed: fc.integer({ min: 1, max: 0x7fffffff }),
  blocks: fc.integer({ min: 1, max: 3 }),
  minutesAtEdge: fc.integer({ min: 1, max: 6 }),
  symbols: fc.integer({ min: 1, max: 4 }),
  feed: fc.record({
    corrections: hazard,
    duplicates: hazard,
    marks: hazard,
    lateBlocks: fc.boolean(),
    lostWatermarks: hazard,
    secondIngester: hazard,
    rubbish: fc.boolean(),
    tail: hazard,
  }),
  delivery: fc.record({
    faults: fc.constantFrom(0, 10, 25, 60),
    rivals: hazard,
    rewinds: hazard,
    forgetting: hazard,
    drops: hazard,
    shards: fc.constantFrom('one', 'two', 'split', 'merge'),
    overlap: fc.boolean(),
    largestBatch: fc.integer({ min: 1, max: 16 }),
    itemsPerPage: fc.constantFrom(1_000, 3, 1),
    provisional: fc.integer({ min: 0, max: 4 }).map(draw => draw === 4),
  }),
});
