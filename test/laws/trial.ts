/** One trial: a random history, delivered badly, must end in the bars of the oracle; replays of it must change nothing. */
import type { Coverage, MinuteBar } from '../../runtime/bars/bar.ts';
import { slotOf } from '../../runtime/bars/slot.ts';
import { Random } from '../support/random.ts';
import { Delivery, tables } from './delivery.ts';
import { Evidence, LawBroken } from './evidence.ts';
import { historyOf, type StreamRecord } from './history.ts';
import { type ExpectedBar, Oracle, sumOfVolumes, timeframes } from './oracle.ts';
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
  const puts = evidence.puts;
  checkConvergence(expected, evidence, 1);
  checkVolume(minutes, evidence);
  checkQuarantine(history, delivery);

  const before = new Map(evidence.highest);
  if (random.chance(0.5)) delivery.startCold();
  await deliverInOrder(history.slice(random.below(history.length)), delivery, random);
  checkUnchanged(before, evidence);

  const replayed = new Evidence({ versionsMustRise: true });
  const replay = new Delivery(plan, random, replayed);
  await deliverInOrder(history, replay, random);
  checkConvergence(expected, replayed, 3);
  const { counts, scheduler } = delivery;
  return { records: history.length, bars: expected.size, puts, ...counts, faults: scheduler.counts };
}

/** The final set of minutes and marks. */
function newest(history: readonly StreamRecord[]): { minutes: MinuteBar[]; marks: Coverage[] } {
  const minutes = new Map<string, MinuteBar>();
  const marks = new Map<string, Coverage>();
  for (const { content } of history) {
    if (content?.type === 'bar') keepNewer(minutes, `${content.symbol} ${content.start}`, content);
    if (content?.type === 'coverage')
      keepNewer(marks, `${content.slot} ${content.symbol} ${content.minute}`, content);
  }
  return { minutes: [...minutes.values()], marks: [...marks.values()] };
}

function keepNewer<T extends { readonly version: number }>(kept: Map<string, T>, key: string, one: T): void {
  if (one.version > (kept.get(key)?.version ?? 0)) kept.set(key, one);
}

async function deliverInOrder(
  history: readonly StreamRecord[],
  delivery: Delivery,
  random: Random,
): Promise<void> {
  const inOrder = async () => {
    for (let at = 0; at < history.length; ) {
      const batch = history.slice(at, at + random.between(1, 60));
      if (!(await delivery.invoke(batch, { calm: true }))) throw new Error('a calm delivery failed');
      at += batch.length;
    }
  };
  await delivery.scheduler.run(inOrder());
}

/** Laws 1 and 6, and after a replay from nothing law 3. */
function checkConvergence(
  expected: ReadonlyMap<string, ExpectedBar>,
  { highest }: Evidence,
  law: number,
): void {
  for (const [key, bar] of highest) {
    const wanted = expected.get(key);
    if (!wanted) throw new LawBroken(law, `${key} was put although it has no minutes`);
    for (const field of new Set([...Object.keys(wanted), ...Object.keys(bar)])) {
      const [is, shouldBe] = [bar[field], field === 'final' ? true : wanted[field]];
      const wrongLaw = field === 'minutes' || field === 'uncovered' ? 6 : law;
      if (String(is) !== String(shouldBe))
        throw new LawBroken(wrongLaw, `${key} has ${field} ${is} instead of ${shouldBe}`);
    }
  }
  for (const key of expected.keys()) if (!highest.has(key)) throw new LawBroken(law, `${key} was never put`);
}

/** Law 5. */
function checkVolume(minutes: readonly MinuteBar[], { highest }: Evidence): void {
  const bars = [...highest.values()];
  for (const [symbol, own] of Map.groupBy(minutes, minute => minute.symbol)) {
    const shouldBe = sumOfVolumes(own.map(({ volume }) => volume));
    for (const timeframe of timeframes) {
      const same = bars.filter(bar => bar['symbol'] === symbol && bar['timeframe'] === timeframe);
      const is = sumOfVolumes(same.map(bar => String(bar['volume'])));
      if (is !== shouldBe)
        throw new LawBroken(
          5,
          `${symbol} has volume ${is} in its ${timeframe} bars and ${shouldBe} in its minutes`,
        );
    }
  }
}

/** Nothing but rubbish is refused, and all of it is kept. */
function checkQuarantine(history: readonly StreamRecord[], { dynamoDb }: Delivery): void {
  const kept = dynamoDb
    .items(tables.quarantine)
    .map(item => Buffer.from(item['raw']?.B ?? []).toString('utf8'));
  const rubbish = history.filter(({ content }) => content === undefined).map(({ text }) => text);
  const [is, shouldBe] = [kept.toSorted().join('\n'), rubbish.toSorted().join('\n')];
  if (is !== shouldBe) throw new Error(`the quarantine holds\n${is}\ninstead of\n${shouldBe}`);
}

/** Law 3: a replay of what was delivered before changes no bar. */
function checkUnchanged(before: ReadonlyMap<string, ExpectedBar>, { highest }: Evidence): void {
  for (const [key, bar] of highest) {
    if (JSON.stringify(bar) !== JSON.stringify(before.get(key)))
      throw new LawBroken(
        3,
        `a replay changed ${key} from ${JSON.stringify(before.get(key))} to ${JSON.stringify(bar)}`,
      );
  }
}
