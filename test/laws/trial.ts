/** One trial: a random history, delivered badly, must end in the bars of the oracle; replays of it must change nothing. */
import { slotOf } from '../../runtime/records/slot.ts';
import { Random } from '../support/random.ts';
import {
  checkConvergence,
  checkQuarantine,
  checkTimely,
  checkUnchanged,
  checkVolume,
  newest,
} from './checks.ts';
import { Delivery, tables } from './delivery.ts';
import { Evidence } from './evidence.ts';
import { historyOf, type StreamRecord } from './history.ts';
import { Oracle } from './oracle.ts';
import type { Plan } from './plan.ts';
import { readShards } from './shards.ts';
import { timelineOf } from './timeline.ts';

/** What a trial went through. */
export interface TrialCounts {
  readonly records: number;
  readonly bars: number;
  readonly puts: number;
  readonly invocations: number;
  readonly failures: number;
  readonly conflicts: number;
  readonly faults: ReadonlyMap<string, number>;
}

/** @throws LawBroken that names the law and the bar */
export async function runTrial(plan: Plan): Promise<TrialCounts> {
  const random = new Random(plan.seed);
  const oracle = new Oracle(plan.scenario);
  const history = historyOf(plan, timelineOf(plan, oracle, random), random);
  const { minutes, marks } = newest(history);
  const expected = oracle.bars(minutes, marks, slotOf);

  const evidence = new Evidence({ versionsMustRise: false });
  const delivery = new Delivery(plan, random, evidence);
  await delivery.scheduler.run(readShards(history, plan, random, delivery));
  delivery.scheduler.arriveAll();
  const { puts } = evidence;
  checkConvergence(expected, evidence.highest, 1);
  checkVolume(minutes, evidence.highest);
  checkQuarantine(history, delivery.dynamoDb.items(tables.quarantine));

  const before = new Map(evidence.highest);
  if (random.chance(0.5)) delivery.startCold();
  const suffix = history.slice(random.below(history.length));
  await deliverCalmly(suffix, delivery, random, () => checkUnchanged(before, evidence.highest));

  const replayed = new Evidence({ versionsMustRise: true });
  await deliverCalmly(history, new Delivery(plan, random, replayed), random, read =>
    checkTimely(history.slice(0, read), oracle, replayed.highest),
  );
  checkConvergence(expected, replayed.highest, 3);
  const { counts, scheduler } = delivery;
  return { records: history.length, bars: expected.size, puts, ...counts, faults: scheduler.counts };
}

/** In order and without a failure. Calls `check` with the number of records read so far, after each batch. */
async function deliverCalmly(
  history: readonly StreamRecord[],
  delivery: Delivery,
  random: Random,
  check: (read: number) => void,
): Promise<void> {
  const inOrder = async () => {
    for (let at = 0; at < history.length; ) {
      const batch = history.slice(at, at + random.between(1, 60));
      if (!(await delivery.invoke(batch, { calm: true }))) throw new Error('a calm delivery failed');
      at += batch.length;
      check(at);
    }
  };
  await delivery.scheduler.run(inOrder());
}
