/** Which of the events that were sent have come somewhere, each by its number, and how long they took. */

/** So fine (parts of a ms), and so far (ms), waits are told apart. */
const [FINE, FAR] = [10, 60_000];

export class Arrivals {
  readonly #sentAt: (seq: number) => number;
  #seen = new Uint8Array(1 << 16);
  #waits = new Uint32Array(FINE * FAR + 1);
  #measured = 0;
  /** How many have come, whichever they are. */
  all = 0;
  /** Since the beginning. */
  readonly counts = { events: 0, doubled: 0 };
  #first = 1;

  /** @param sentAt when the event of that number was sent, ms */
  constructor(sentAt: (seq: number) => number) {
    this.#sentAt = sentAt;
  }

  /** From now on waits are kept, and only events from that number on are looked at. */
  begin(first: number): void {
    this.#first = first;
    this.#measured = 0;
    this.#waits.fill(0);
    Object.assign(this.counts, { events: 0, doubled: 0 });
  }

  /** @param at when it came, ms; undefined where nobody can tell */
  take(seq: number, at?: number): void {
    this.all++;
    if (seq < this.#first) return;
    const [byte, bit] = [seq >>> 3, 1 << (seq & 7)];
    if (byte >= this.#seen.length) this.#grow(byte);
    const before = this.#seen[byte] ?? 0;
    if (before & bit) {
      this.counts.doubled++;
      return;
    }
    this.#seen[byte] = before | bit;
    this.counts.events++;
    if (at !== undefined) this.wait(seq, at);
  }

  /** Keeps how long the event of that number took. */
  wait(seq: number, at: number): void {
    const bin = Math.min(FINE * FAR, Math.max(0, Math.round(FINE * (at - this.#sentAt(seq)))));
    this.#waits[bin] = (this.#waits[bin] ?? 0) + 1;
    this.#measured++;
  }

  /** Ms within which this share of them came; NaN where none was measured. */
  within(share: number): number {
    let left = Math.ceil(share * this.#measured);
    if (left === 0) return Number.NaN;
    const bin = this.#waits.findIndex(count => {
      left -= count;
      return left <= 0;
    });
    return bin / FINE;
  }

  /** Numbers up to the last that never came, from the first that is looked at. */
  missing(last: number): number {
    return last - this.#first + 1 - this.counts.events;
  }

  #grow(byte: number): void {
    const more = new Uint8Array(2 * (byte + 1));
    more.set(this.#seen);
    this.#seen = more;
  }
}

const SEQ = /"seq":(\d+)\}$/gm;

/** Numbers of the envelopes in a text of lines, in their order. */
export function* seqsIn(lines: string): Generator<number, void, void> {
  for (const [, seq] of lines.matchAll(SEQ)) yield Number(seq);
}
