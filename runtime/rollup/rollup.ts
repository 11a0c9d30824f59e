/** One invocation of the roll-up: sort the batch, append and fold per slot, put every due bar, and only then be done. */
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { KinesisStreamEvent } from 'aws-lambda';
import type { Market } from '../markets/market.ts';
import type { Spans } from '../platform/metrics.ts';
import { type Entry, putAll } from '../platform/put-records.ts';
import { awsBackoff, type Backoff } from '../platform/retry.ts';
import { rolledBarData } from '../records/fast/encode.ts';
import { explicitHashKey } from '../records/slot.ts';
import type { Quarantine, SetAside } from '../tables/quarantine/quarantine.ts';
import type { Refused } from '../tables/quarantine/quarantine-item.ts';
import { sortEvent } from './batch.ts';
import type { Due } from './due.ts';
import { FinalLatencies } from './latency.ts';
import { SlotRollup } from './slot-rollup.ts';
import type { SlotWorkProps } from './slot-work.ts';

export interface RollupProps extends SlotWorkProps {
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
  /** How late the bars were that finished a window for the first time, s by the name of the metric. */
  readonly latencies: Spans;
}

/** What is counted while an invocation lasts. */
interface Counting {
  bars: number;
  revised: number;
  quarantined: number;
  conflicts: number;
  readonly latencies: FinalLatencies;
}

/** Bars that are made and put at once: ten requests. */
const PART = 5_000;

export class Rollup {
  readonly #props: RollupProps;
  readonly #slots: SlotRollup;

  constructor(props: RollupProps) {
    this.#props = props;
    this.#slots = new SlotRollup(props);
  }

  /**
   * @param now the time that arrivals are told in, epoch ms. @default the wall clock
   * @throws when AWS does not take everything before the signal aborts; the same records must then come again
   */
  async process(
    { Records }: KinesisStreamEvent,
    signal: AbortSignal,
    now: () => number = this.#props.wallClock,
  ): Promise<RollupCounts> {
    const { market, windows, quarantine, cache } = this.#props;
    const { slots, refused } = sortEvent(Records, market, windows);
    const latencies = new FinalLatencies();
    const counts: Counting = { bars: 0, revised: 0, quarantined: 0, conflicts: 0, latencies };
    const setAside: SetAside[] = [];
    const refuse = async (pieces: readonly Refused[]) => {
      counts.quarantined += pieces.length;
      for (const piece of await quarantine.put(pieces, signal)) setAside.push(piece);
    };
    await refuse(refused);
    // Every round all slots go on by one group of blocks, which share the room that there is for them.
    const room = cache.limit / Math.max(1, slots.size);
    let work = [...slots.values()].map(batch => this.#slots.process(batch, room, signal));
    while (work.length > 0) {
      cache.nextRound();
      const steps = await allOf(work.map(slot => slot.next()));
      const groups = steps.flatMap(({ value }) => value ?? []);
      await refuse(groups.flatMap(group => group.refused));
      for (const { conflicts } of groups) counts.conflicts += conflicts;
      await this.#put(
        groups.map(({ due }) => due),
        counts,
        { signal, now },
      );
      work = work.filter((_, index) => !steps[index]?.done);
    }
    for (const batch of slots.values()) this.#slots.acknowledge(batch);
    cache.endInvocation();
    return { ...counts, latencies: latencies.spans, setAside };
  }

  /** Part by part, for what closes at once can be many times what the batch brought. */
  async #put(
    groups: readonly Iterable<Due>[],
    counts: Counting,
    { signal, now }: { readonly signal: AbortSignal; readonly now: () => number },
  ): Promise<void> {
    const { kinesis, barsStream, backoff = awsBackoff, delay = 0 } = this.#props;
    let part: Due[] = [];
    const putPart = async () => {
      await putAll(kinesis, barsStream, part.map(entryOf), { signal, backoff });
      const at = now();
      counts.bars += part.length;
      for (const { final, state, symbol, windowIndex, window, folded, closing } of part) {
        if (closing && state.acknowledged(symbol, windowIndex) === 0)
          counts.latencies.add(closing, window.end + delay, at);
        if (final && state.acknowledge(symbol, windowIndex, folded)) counts.revised++;
      }
      part = [];
    };
    for (const group of groups) {
      for (const due of group) {
        if (isNews(due)) part.push(due);
        if (part.length === PART) await putPart();
      }
    }
    await putPart();
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
