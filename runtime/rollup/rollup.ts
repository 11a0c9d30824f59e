/** One invocation of the roll-up: sort the batch, append and fold per slot, put every due bar, and only then be done. */
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { KinesisStreamEvent } from 'aws-lambda';
import { rolledBarData } from '../bars/encode.ts';
import type { Market } from '../bars/market.ts';
import { explicitHashKey } from '../bars/slot.ts';
import { type Entry, putAll } from '../platform/put-records.ts';
import type { Quarantine, SetAside } from '../platform/quarantine.ts';
import { awsBackoff, type Backoff } from '../platform/retry.ts';
import { sortEvent } from './batch.ts';
import type { Due } from './due.ts';
import { SlotRollup, type SlotRollupProps } from './slot-rollup.ts';

export interface RollupProps extends SlotRollupProps {
  readonly market: Market;
  readonly kinesis: KinesisClient;
  readonly barsStream: string;
  readonly quarantine: Quarantine;
  /** Wait before entries that the bars stream refused are put again. @default that of every call to AWS */
  readonly backoff?: Backoff;
}

/** What one invocation did. */
export interface RollupCounts {
  /** Bars acknowledged by the bars stream. */
  readonly bars: number;
  /** Of these, bars that say something else than the same bar that this worker had put, finished, before. */
  readonly revised: number;
  /** Records put into quarantine. */
  readonly quarantined: number;
  /** Of these, records that its table refuses: nothing else keeps them. */
  readonly setAside: readonly SetAside[];
  /** Appends that found another worker's chunk in their place. */
  readonly conflicts: number;
}

export class Rollup {
  readonly #props: RollupProps;
  readonly #slots: SlotRollup;

  constructor(props: RollupProps) {
    this.#props = props;
    this.#slots = new SlotRollup(props);
  }

  /** @throws when AWS does not take everything before the signal aborts; the same records must then come again */
  async process({ Records }: KinesisStreamEvent, signal: AbortSignal): Promise<RollupCounts> {
    const { market, windows, quarantine, cache } = this.#props;
    const { slots, refused } = sortEvent(Records, market, windows);
    const outcomes = await allOf([...slots.values()].map(batch => this.#slots.process(batch, signal)));
    const quarantined = [...refused, ...outcomes.flatMap(outcome => outcome.refused)];
    const setAside = await quarantine.put(quarantined, signal);
    const due = outcomes.flatMap(outcome => outcome.due).filter(isNews);
    await this.#put(due, signal);
    for (const batch of slots.values()) this.#slots.acknowledge(batch);
    let revised = 0;
    for (const { final, state, symbol, windowIndex, folded } of due)
      if (final && state.acknowledge(symbol, windowIndex, folded)) revised++;
    cache.trim();
    const conflicts = outcomes.reduce((sum, outcome) => sum + outcome.conflicts, 0);
    return { bars: due.length, revised, quarantined: quarantined.length, setAside, conflicts };
  }

  async #put(due: readonly Due[], signal: AbortSignal): Promise<void> {
    const { kinesis, barsStream, backoff = awsBackoff } = this.#props;
    await putAll(kinesis, barsStream, due.map(entryOf), { signal, backoff });
  }
}

/** A bar whose put this worker has itself seen acknowledged need not be put again. */
function isNews({ state, symbol, windowIndex, folded }: Due): boolean {
  return state.acknowledged(symbol, windowIndex) !== folded.version;
}

function entryOf({ state, symbol, window, folded, final }: Due): Entry {
  const { timeframe, start, end, session } = window;
  const data = rolledBarData({ symbol, timeframe, start, end, session, final, ...folded });
  return { partitionKey: symbol, explicitHashKey: explicitHashKey(state.slot), data };
}

/** Waits for all, also when one fails: what still runs after an invocation has ended would meddle with the next. */
async function allOf<T>(work: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
