/** How far this clock is off at least, by what others say and send: no time that an answer takes is ever held against it. */
import { MINUTE } from '../markets/timeframe.ts';

/** An answer over HTTP, by the machine's clock. */
export interface DatedAnswer {
  /** What its `date` says. */
  readonly date: string | undefined;
  /** When it was asked for, and when it came, epoch ms. */
  readonly asked: number;
  readonly answered: number;
}

/** Whose time it is off against. */
export type Reference = 'aws' | 'vendor' | 'bars';

/** `date` counts whole seconds. */
const SECOND = 1_000;
/** What was heard longer ago (ms) says nothing about now. */
const LIFE = 10 * MINUTE;
/** So many minutes' first bars are looked back on, and so many of them must agree: a single bar may be from anywhere. */
const [MINUTES, AGREEING] = [5, 2];

export class ClockCheck {
  readonly #wall: () => number;
  readonly #heard = new Map<Reference, { readonly off: number; readonly at: number }>();
  /** By the end of a minute (epoch ms): how far before it, by this clock, its first bar came. */
  readonly #early = new Map<number, number>();

  /** @param wall a monotonic clock in ms. @default the process's */
  constructor(wall = () => performance.now()) {
    this.#wall = wall;
  }

  /** Ms; above 0 this clock is slow, below it is fast. Undefined while nobody has told. */
  get off(): { readonly ms: number; readonly against: Reference } | undefined {
    const known = [...this.#heard].filter(([, { at }]) => this.#wall() - at < LIFE);
    const [worst] = known.sort(([, a], [, b]) => Math.abs(b.off) - Math.abs(a.off));
    return worst && { ms: worst[1].off, against: worst[0] };
  }

  /** How slow (ms) this clock is at least, by AWS's time and by the bars that come; no more than a minute is believed. */
  get slow(): number {
    const known = (['aws', 'bars'] as const).map(reference => this.#heard.get(reference)?.off ?? 0);
    return Math.min(Math.max(0, ...known), MINUTE);
  }

  /** AWS or the vendor has answered. */
  answered(reference: 'aws' | 'vendor', { date, asked, answered }: DatedAnswer): void {
    const theirs = Date.parse(date ?? '');
    if (Number.isNaN(theirs)) return;
    const fast = Math.min(0, theirs + SECOND - asked);
    this.#hear(reference, Math.max(0, theirs - answered) || fast);
  }

  /** A bar of a minute that ends then has come: it is over. Both epoch ms of event time. */
  ended(end: number, now: number): void {
    const known = this.#early.get(end);
    this.#early.set(end, Math.max(end - now, known ?? end - now));
    const [oldest] = this.#early.keys();
    if (this.#early.size > MINUTES && oldest !== undefined) this.#early.delete(oldest);
    const agreed = [...this.#early.values()].sort((a, b) => b - a)[AGREEING - 1] ?? 0;
    this.#hear('bars', Math.max(0, agreed));
  }

  #hear(reference: Reference, off: number): void {
    this.#heard.set(reference, { off, at: this.#wall() });
  }
}
