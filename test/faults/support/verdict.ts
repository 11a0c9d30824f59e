/** Holds what an ingester published against what the vendor knows, and what the roll-up made of it against a second opinion. */
import type { VendorMinute } from '../../../local/simulator/source.ts';
import type { Coverage, MinuteBar, Watermark } from '../../../runtime/records/bar.ts';
import { slotOf } from '../../../runtime/records/slot.ts';
import { identity, Oracle } from '../../laws/oracle.ts';
import type { Scenario } from '../../laws/scenarios.ts';
import type { PutBar } from './rolled-up.ts';
import type { TappedRecord } from './stream-tap.ts';

const MINUTE = 60_000;

export interface Evidence {
  readonly records: readonly TappedRecord[];
  /** What the vendor says of the minutes up to `through`. */
  readonly truth: readonly VendorMinute[];
  /** The watermark (epoch ms) that every slot of the truth must have. */
  readonly through: number;
  /** What the roll-up put. */
  readonly bars: readonly PutBar[];
  readonly scenario: Scenario;
  /** Whether a record may be on the stream twice, because its put was not heard of. */
  readonly repeats: boolean;
  /** Minutes (starts) that the watermark may have passed before the rest of their bursts was known to be missing. */
  readonly cut: readonly number[];
}

/** Every violation, as a sentence; none when all is well. */
export function violations(evidence: Evidence): string[] {
  const { minutes, standing } = standingOf(evidence.records);
  return [
    ...unfulfilled(evidence),
    ...wronglyRolled(evidence, [...minutes.values()], [...standing.values()]),
  ];
}

/** What the records hold: the newest version of every minute, and of every mark. */
function standingOf(records: readonly TappedRecord[]) {
  const bars = records.map(({ content }) => content).filter(content => content.type === 'bar');
  const marks = records.map(({ content }) => content).filter(content => content.type === 'coverage');
  const minutes = newest(bars, ({ symbol, start }) => `${symbol} ${start}`);
  const standing = newest(marks, ({ slot, symbol, minute }) => `${symbol ?? `slot ${slot}`} ${minute}`);
  return { bars, minutes, standing };
}

/** The violations of the minutes stream alone. */
export function unfulfilled(evidence: Omit<Evidence, 'bars'>): string[] {
  const { records, truth } = evidence;
  const { bars, minutes, standing } = standingOf(records);
  return [
    ...repeated(bars, evidence.repeats),
    // The feed of futures has no VWAP.
    ...missing(truth, minutes, standing, evidence.scenario.market !== 'futures'),
    ...invented(truth, minutes),
    ...passedMinutes(
      records,
      truth.filter(({ start }) => !evidence.cut.includes(start)),
    ),
    ...unwatermarked(records, truth, evidence.through),
  ];
}

function newest<T extends { readonly version: number }>(
  all: readonly T[],
  key: (one: T) => string,
): Map<string, T> {
  const found = new Map<string, T>();
  for (const one of all) if (one.version > (found.get(key(one))?.version ?? 0)) found.set(key(one), one);
  return found;
}

function* repeated(bars: readonly MinuteBar[], repeats: boolean): Generator<string> {
  const seen = new Map<string, string>();
  for (const bar of bars) {
    const key = `${nameOf(bar)} version ${bar.version}`;
    const known = seen.get(key);
    seen.set(key, JSON.stringify(bar));
    if (known === undefined) continue;
    if (known !== JSON.stringify(bar)) yield `${key} says two things`;
    else if (!repeats) yield `${key} is there twice`;
  }
}

function* missing(
  truth: readonly VendorMinute[],
  minutes: ReadonlyMap<string, MinuteBar>,
  marks: ReadonlyMap<string, Coverage>,
  tellsVwap: boolean,
): Generator<string> {
  for (const minute of truth) {
    const bar = minutes.get(`${minute.symbol} ${minute.start}`);
    if (!bar) {
      if (!isUncovered(minute, marks)) yield `${nameOf(minute)} is neither there nor uncovered`;
    } else if (contentOf(bar) !== contentOf(minute) || (tellsVwap && bar.vwap !== minute.vwap))
      yield `${nameOf(minute)} is ${contentOf(bar)} ${bar.vwap}, not ${contentOf(minute)} ${minute.vwap}`;
  }
}

/** The newest mark decides; of two equally new ones that of the symbol. */
function isUncovered({ symbol, start }: VendorMinute, marks: ReadonlyMap<string, Coverage>): boolean {
  const own = marks.get(`${symbol} ${start}`);
  const ofSlot = marks.get(`slot ${slotOf(symbol)} ${start}`);
  const decisive = own && own.version >= (ofSlot?.version ?? 0) ? own : ofSlot;
  return decisive?.covered === false;
}

function* invented(
  truth: readonly VendorMinute[],
  minutes: ReadonlyMap<string, MinuteBar>,
): Generator<string> {
  const known = new Set(truth.map(nameOf));
  const last = truth.reduce((latest, { start }) => Math.max(latest, start), 0);
  for (const bar of minutes.values())
    if (bar.start <= last && !known.has(nameOf(bar))) yield `${nameOf(bar)} never was`;
}

/** A watermark may not pass a minute that is neither there nor declared at that place of the stream. */
function* passedMinutes(records: readonly TappedRecord[], truth: readonly VendorMinute[]): Generator<string> {
  const bySlot = Map.groupBy(records, ({ content }) =>
    'slot' in content ? content.slot : slotOf(content.symbol),
  );
  for (const [slot, own] of Map.groupBy(truth, ({ symbol }) => slotOf(symbol))) {
    const waiting = own.toSorted((a, b) => a.start - b.start);
    const marks = new Map<string, Coverage>();
    const seen = new Set<string>();
    for (const { content } of bySlot.get(slot) ?? []) {
      if (content.type === 'bar') seen.add(nameOf(content));
      else if (content.type === 'coverage')
        marks.set(`${content.symbol ?? `slot ${slot}`} ${content.minute}`, content);
      else
        for (let next = waiting[0]; next && next.start + MINUTE <= content.through; next = waiting[0]) {
          waiting.shift();
          if (!seen.has(nameOf(next)) && !isUncovered(next, marks))
            yield `${nameOf(next)} is passed by the watermark ${new Date(content.through).toISOString()}`;
        }
    }
  }
}

function* unwatermarked(
  records: readonly TappedRecord[],
  truth: readonly VendorMinute[],
  through: number,
): Generator<string> {
  const watermarks = records.map(({ content }) => content).filter(content => content.type === 'watermark');
  const bySlot = Map.groupBy(watermarks, ({ slot }) => slot);
  for (const slot of new Set(truth.map(({ symbol }) => slotOf(symbol)))) {
    const highest = Math.max(0, ...(bySlot.get(slot) ?? []).map((mark: Watermark) => mark.through));
    if (highest < through) yield `slot ${slot} has its watermark only at ${new Date(highest).toISOString()}`;
  }
}

function* wronglyRolled(
  { bars, scenario, through }: Evidence,
  minutes: readonly MinuteBar[],
  marks: readonly Coverage[],
): Generator<string> {
  const highest = new Map<string, PutBar>();
  for (const bar of bars) {
    const key = identity(String(bar['symbol']), String(bar['timeframe']), Number(bar['start']));
    const known = highest.get(key);
    if (Number(bar['version']) >= Number(known?.['version'] ?? 0)) highest.set(key, bar);
  }
  for (const [key, wanted] of new Oracle(scenario).bars(minutes, marks, slotOf)) {
    if (Number(wanted['end']) > through) continue;
    const is = highest.get(key);
    if (!is) yield `${key} was never finished`;
    else
      for (const field of new Set([...Object.keys(wanted), ...Object.keys(is)])) {
        const shouldBe = field === 'final' ? true : wanted[field];
        if (String(is[field]) !== String(shouldBe)) yield `${key} has ${field} ${is[field]}, not ${shouldBe}`;
      }
  }
}

const nameOf = ({ symbol, start }: { readonly symbol: string; readonly start: number }) =>
  `${symbol} ${new Date(start).toISOString()}`;

function contentOf({ open, high, low, close, volume }: VendorMinute | MinuteBar): string {
  return `${open} ${high} ${low} ${close} ${Number(volume)}`;
}
