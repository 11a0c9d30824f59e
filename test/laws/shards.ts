/** Reads the shards of a trial to their ends: bisects, rewinds, gives up and redrives, while rivals get some of the same records. */
import type { Random } from '../support/random.ts';
import type { Delivery } from './delivery.ts';
import type { StreamRecord } from './history.ts';
import type { Plan } from './plan.ts';

type Records = readonly StreamRecord[];

/** Delivers everything at least once; what was given up is redriven. */
export async function readShards(
  history: Records,
  plan: Plan,
  random: Random,
  delivery: Delivery,
): Promise<void> {
  const { parents, children } = shardsOf(history, plan, random);
  const reader = new ShardReader(plan, random, delivery);
  const parentsRead = Promise.all(parents.map(records => reader.read(records)));
  if (!plan.delivery.overlap) await parentsRead;
  await Promise.all([parentsRead, ...children.map(records => reader.read(records))]);
  await reader.finish();
}

/** A slot lies wholly in one shard, before and after a split or merge. */
function shardsOf(history: Records, plan: Plan, random: Random): { parents: Records[]; children: Records[] } {
  const { shards } = plan.delivery;
  const apart = (records: Records) => [...Map.groupBy(records, ({ slot }) => slot).values()];
  if (shards === 'one') return { parents: [history], children: [] };
  if (shards === 'two') return { parents: apart(history), children: [] };
  const cut = random.below(history.length);
  const [before, after] = [history.slice(0, cut), history.slice(cut)];
  return shards === 'split'
    ? { parents: [before], children: apart(after) }
    : { parents: apart(before), children: [after] };
}

class ShardReader {
  readonly #plan: Plan;
  readonly #random: Random;
  readonly #delivery: Delivery;
  readonly #rivals: Promise<boolean>[] = [];
  readonly #givenUp: Records[] = [];

  constructor(plan: Plan, random: Random, delivery: Delivery) {
    this.#plan = plan;
    this.#random = random;
    this.#delivery = delivery;
  }

  async read(shard: Records): Promise<void> {
    const { largestBatch, rewinds, drops } = this.#plan.delivery;
    for (let at = 0; at < shard.length; ) {
      const batch = shard.slice(at, at + this.#random.between(1, largestBatch));
      this.#maybeRival(shard, at, batch.length);
      if (await this.#delivery.invoke(batch)) {
        at =
          rewinds && this.#random.chance(0.08) ? Math.max(0, at - this.#random.below(10)) : at + batch.length;
      } else if (drops && this.#random.chance(0.25)) {
        this.#givenUp.push(batch);
        at += batch.length;
      } else if (this.#random.chance(0.5)) {
        const half = batch.slice(0, Math.ceil(batch.length / 2));
        if (await this.#delivery.invoke(half)) at += half.length;
      }
      if (this.#random.chance(0.05)) await this.#redriveOne();
    }
  }

  /** Redrives what was given up and waits for the rivals. */
  async finish(): Promise<void> {
    while (this.#givenUp.length > 0) await this.#redriveOne();
    await Promise.all(this.#rivals);
  }

  /** A batch that was given up comes again as it was, with its own sequence numbers. */
  async #redriveOne(): Promise<void> {
    const [batch] = this.#givenUp.splice(this.#random.below(this.#givenUp.length), 1);
    if (batch && !(await this.#delivery.invoke(batch))) this.#givenUp.push(batch);
  }

  /** Another worker gets records of the shard again, none of them newer than the current batch. */
  #maybeRival(shard: Records, at: number, length: number): void {
    if (!this.#plan.delivery.rivals || !this.#random.chance(0.12)) return;
    const from = Math.min(at, this.#random.below(shard.length));
    const to = Math.min(at + length, from + 1 + this.#random.below(8));
    this.#rivals.push(this.#delivery.invoke(shard.slice(from, to)));
  }
}
