/** Writes the minutes stream of one trial: what feeds, vendors and two ingesters may put on it, in a possible order. */
import type { Coverage, MinuteBar, Watermark } from '../../runtime/records/bar.ts';
import { encodeCoverage, encodeMinuteBar, encodeWatermark } from '../../runtime/records/encode.ts';
import { slotOf } from '../../runtime/records/slot.ts';
import type { Random } from '../support/random.ts';
import { minuteBarAt, rubbish } from './feed-bars.ts';
import type { Plan } from './plan.ts';
import type { Timeline } from './timeline.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Two slots, 31 and 28, with two symbols each. */
const SYMBOLS = ['NVDA', 'QQQ', 'A', 'TpC'];

/** One record of the stream. */
export interface StreamRecord {
  readonly slot: number;
  readonly sequence: bigint;
  /** When it arrived on the stream, epoch ms. */
  readonly arrival: number;
  readonly text: string;
  /** What it says; undefined for rubbish. */
  readonly content: MinuteBar | Coverage | Watermark | undefined;
}

type Arrived = Omit<StreamRecord, 'sequence'>;

interface Draft {
  readonly slot: number;
  readonly content: StreamRecord['content'];
  readonly text: string;
}

/** The sequence numbers grow by a digit on the way, so that comparing them as text would be found out. */
const FIRST_SEQUENCE = 999_300n;
const SEQUENCE_STEP = 7n;

export function historyOf(plan: Plan, timeline: Timeline, random: Random): StreamRecord[] {
  const drafts = new HistoryWriter(plan, timeline, random).write();
  return drafts.map((draft, index) => ({
    ...draft,
    sequence: FIRST_SEQUENCE + SEQUENCE_STEP * BigInt(index),
  }));
}

class HistoryWriter {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #symbols: readonly string[];
  readonly #slots: readonly number[];
  readonly #stream: Arrived[] = [];
  /** What comes later than it should, by step. */
  readonly #late: { readonly step: number; readonly make: () => Draft }[] = [];
  #version: number;
  /** Event time: no record that may be used is of a later one. */
  #now = 0;

  constructor(plan: Plan, timeline: Timeline, random: Random) {
    this.#plan = plan;
    this.#timeline = timeline;
    this.#random = random;
    this.#symbols = SYMBOLS.slice(0, plan.symbols);
    this.#slots = [...new Set(this.#symbols.map(slotOf))];
    this.#version = timeline.minutes[0] ?? 1;
  }

  write(): Arrived[] {
    const { minutes, blocks } = this.#timeline;
    const quiet = blocks.filter(() => this.#plan.feed.lateBlocks && this.#random.chance(0.3));
    for (const [step, minute] of minutes.entries()) {
      this.#now = Math.max(this.#now, minute + MINUTE);
      const isQuiet = quiet.some(({ start, end }) => minute >= start && minute < end);
      const drafts = isQuiet ? [] : this.#minute(minute, step);
      if (isQuiet) this.#recoverLater(minute, step);
      for (const late of this.#late.filter(each => each.step === step))
        drafts.push(...this.#repeated(late.make()));
      for (const draft of this.#random.shuffled(drafts)) this.#put(draft);
      if (this.#plan.feed.rubbish && this.#random.chance(0.1)) this.#fromTheFuture();
      if (!isQuiet)
        this.#watermarks(minute + MINUTE, minutes[step + 1], 2 + Math.floor((3 * step) / minutes.length));
    }
    this.#end();
    return this.#stream;
  }

  #minute(minute: number, step: number): Draft[] {
    const { corrections, marks, rubbish: hasRubbish } = this.#plan.feed;
    const random = this.#random;
    const drafts: Draft[] = [];
    for (const symbol of this.#symbols) {
      if (random.chance(0.35)) continue;
      if (corrections && random.chance(0.12)) {
        this.#later(step, 14, () => this.#bar(symbol, minute));
        continue;
      }
      const bar = this.#bar(symbol, minute);
      drafts.push(...this.#repeated(bar));
      if (corrections && random.chance(0.2)) drafts.push(this.#sameAgain(bar));
      if (corrections && random.chance(0.15)) drafts.push(this.#bar(symbol, minute));
      if (corrections && random.chance(0.15)) this.#later(step, 14, () => this.#bar(symbol, minute));
      if (corrections && random.chance(0.1)) {
        const overtaken = this.#bar(symbol, minute);
        drafts.push(this.#bar(symbol, minute));
        this.#later(step, 5, () => overtaken);
      }
    }
    if (marks) drafts.push(...this.#marks(minute, step));
    if (hasRubbish && random.chance(0.1))
      drafts.push({ slot: random.pick(this.#slots), content: undefined, text: rubbish(random, minute) });
    return drafts;
  }

  #marks(minute: number, step: number): Draft[] {
    const drafts: Draft[] = [];
    for (const slot of this.#slots) {
      if (!this.#random.chance(0.12)) continue;
      drafts.push(this.#mark({ slot, minute, covered: false }));
      if (this.#random.chance(0.5)) this.#later(step, 14, () => this.#mark({ slot, minute, covered: true }));
    }
    for (const symbol of this.#symbols) {
      if (!this.#random.chance(0.08)) continue;
      const mark = { slot: slotOf(symbol), symbol, minute };
      drafts.push(this.#mark({ ...mark, covered: this.#random.chance(0.3) }));
      if (this.#random.chance(0.5))
        this.#later(step, 14, () => this.#mark({ ...mark, covered: this.#random.chance(0.7) }));
    }
    return drafts;
  }

  #recoverLater(minute: number, step: number): void {
    for (const symbol of this.#symbols)
      if (this.#random.chance(0.4)) this.#later(step + 4, 25, () => this.#bar(symbol, minute));
  }

  #watermarks(through: number, nextMinute: number | undefined, epoch: number): void {
    const { lostWatermarks, secondIngester } = this.#plan.feed;
    const random = this.#random;
    for (const slot of this.#slots) {
      if (!lostWatermarks || random.chance(0.7)) this.#watermark(slot, through, epoch);
      if (nextMinute !== undefined && nextMinute > through && random.chance(0.5))
        this.#watermark(slot, nextMinute, epoch);
      if (secondIngester && random.chance(0.2))
        this.#watermark(slot, through - random.below(6) * MINUTE, epoch - 1);
      if (secondIngester && random.chance(0.1))
        this.#watermark(slot, through - random.below(4) * MINUTE, epoch);
    }
  }

  /** What is late still comes; then the last watermark, beyond every block; then, sometimes, more bars. */
  #end(): void {
    const { blocks, minutes } = this.#timeline;
    for (const late of this.#late.filter(each => each.step >= minutes.length))
      for (const draft of this.#repeated(late.make())) this.#put(draft);
    const end = (blocks.at(-1)?.end ?? 0) + this.#random.below(3) * MINUTE;
    for (const slot of this.#slots) this.#watermark(slot, end, 5);
    if (!this.#plan.feed.tail) return;
    for (const symbol of this.#symbols)
      for (const minute of this.#random.shuffled(minutes).slice(0, this.#random.below(3)))
        this.#put(this.#bar(symbol, minute));
  }

  #later(step: number, atMost: number, make: () => Draft): void {
    this.#late.push({ step: step + 1 + this.#random.below(atMost), make });
  }

  #repeated(draft: Draft): Draft[] {
    return this.#plan.feed.duplicates && this.#random.chance(0.25) ? [draft, draft] : [draft];
  }

  #bar(symbol: string, minute: number): Draft {
    return this.#draftOf(
      minuteBarAt(symbol, minute, this.#nextVersion(), this.#plan.scenario.market, this.#random),
    );
  }

  /** The same values under a newer version. */
  #sameAgain({ content }: Draft): Draft {
    if (content?.type !== 'bar') throw new TypeError('only a bar is sent again');
    return this.#draftOf({ ...content, version: this.#nextVersion() });
  }

  #draftOf(bar: MinuteBar): Draft {
    return { slot: slotOf(bar.symbol), content: bar, text: encodeMinuteBar(bar) };
  }

  #mark(mark: Omit<Coverage, 'type' | 'version'>): Draft {
    const content: Coverage = { ...mark, type: 'coverage', version: this.#nextVersion() };
    return { slot: mark.slot, content, text: encodeCoverage(content) };
  }

  #watermark(slot: number, through: number, epoch: number): void {
    const content: Watermark = { type: 'watermark', slot, through, epoch };
    this.#now = Math.max(this.#now, through);
    this.#put({ slot, content, text: encodeWatermark(content) });
  }

  /** Clocks differ: a record may arrive up to an hour before the time that it is of. */
  #put(draft: Draft): void {
    this.#stream.push({ ...draft, arrival: this.#now - this.#random.below(61) * MINUTE });
  }

  /** A record that must not be used, for it is of a time more than an hour after its arrival. */
  #fromTheFuture(): void {
    const at = this.#now + HOUR + MINUTE * this.#random.pick([1, 2, 200, 14_400, 25_000_000]);
    const slot = this.#random.pick(this.#slots);
    const symbol = this.#random.pick(this.#symbols);
    const texts = [
      encodeWatermark({ type: 'watermark', slot, through: at, epoch: 9 }),
      encodeCoverage({ type: 'coverage', slot, minute: at, covered: false, version: this.#nextVersion() }),
      this.#bar(symbol, at).text,
    ];
    this.#stream.push({ slot, content: undefined, text: this.#random.pick(texts), arrival: this.#now });
  }

  #nextVersion(): number {
    this.#version += this.#random.between(1, 50);
    return this.#version;
  }
}
