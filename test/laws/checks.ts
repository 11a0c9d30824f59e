/** The laws that are checked once records have been delivered; the others are checked at every put. */
import type { Coverage, MinuteBar } from '../../runtime/records/bar.ts';
import { slotOf } from '../../runtime/records/slot.ts';
import type { Item } from '../support/twin-dynamodb.ts';
import { LawBroken, type PutBar } from './evidence.ts';
import type { StreamRecord } from './history.ts';
import { type ExpectedBar, type Oracle, sumOfVolumes, timeframes } from './oracle.ts';

const MINUTE = 60_000;

type Bars<B = PutBar> = ReadonlyMap<string, B>;

/** The final set of minutes and marks. */
export function newest(history: readonly StreamRecord[]): { minutes: MinuteBar[]; marks: Coverage[] } {
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

/** Law 6, and the given one for every field but the two that law 6 names. */
export function checkConvergence(expected: Bars<ExpectedBar>, highest: Bars, law: number): void {
  for (const [key, bar] of highest) {
    const wanted = expected.get(key);
    if (!wanted) throw new LawBroken(law, `${key} was put although it should not be there`);
    for (const field of new Set([...Object.keys(wanted), ...Object.keys(bar)])) {
      const [is, shouldBe] = [bar[field], field === 'final' ? true : wanted[field]];
      if (String(is) === String(shouldBe)) continue;
      const broken = field === 'minutes' || field === 'uncovered' ? 6 : law;
      throw new LawBroken(broken, `${key} has ${field} ${is} instead of ${shouldBe}`);
    }
  }
  for (const key of expected.keys()) if (!highest.has(key)) throw new LawBroken(law, `${key} was never put`);
}

/** Law 4, to the minute: where nothing fails, what has been read closes certain windows, and just these are final at once. */
export function checkTimely(read: readonly StreamRecord[], oracle: Oracle, highest: Bars): void {
  const { minutes, marks } = newest(read);
  const present = new Set(minutes.map(({ symbol, start }) => `${symbol} ${start}`));
  const through = new Map<number, number>();
  for (const { content } of read)
    if (content?.type === 'watermark')
      through.set(content.slot, Math.max(content.through, through.get(content.slot) ?? 0));
  const isClosed = ({ symbol, end }: ExpectedBar) => {
    const reached = through.get(slotOf(String(symbol))) ?? 0;
    const last = Number(end) - MINUTE;
    return reached >= Number(end) || (reached >= last && present.has(`${symbol} ${last}`));
  };
  const closed = [...oracle.bars(minutes, marks, slotOf)].filter(([, bar]) => isClosed(bar));
  const final = [...highest].filter(([, bar]) => bar.final);
  checkConvergence(new Map(closed), new Map(final), 4);
}

/** Law 5. */
export function checkVolume(minutes: readonly MinuteBar[], highest: Bars): void {
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

/** Law 3: a replay of what was delivered before changes no bar. */
export function checkUnchanged(before: Bars, highest: Bars): void {
  for (const [key, bar] of highest) {
    const [was, is] = [JSON.stringify(before.get(key)), JSON.stringify(bar)];
    if (was !== is) throw new LawBroken(3, `a replay changed ${key} from ${was} to ${is}`);
  }
}

/** Nothing but rubbish is refused, and all of it is kept. */
export function checkQuarantine(history: readonly StreamRecord[], quarantine: readonly Item[]): void {
  const kept = quarantine.map(item => Buffer.from(item['raw']?.B ?? []).toString('utf8'));
  const rubbish = history.filter(({ content }) => content === undefined).map(({ text }) => text);
  const distinct = (texts: readonly string[]) => [...new Set(texts)].toSorted().join('\n');
  const [is, shouldBe] = [distinct(kept), distinct(rubbish)];
  if (is !== shouldBe) throw new Error(`the quarantine holds\n${is}\ninstead of\n${shouldBe}`);
}
