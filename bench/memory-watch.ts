/** Looks at the memory of an ingester under load, and tells whether it stays as it is. */
import type { Row } from './harness.ts';
import type { PassingRig } from './passing-rig.ts';

/** How often (s) it is looked at, and how often it is told. */
const [LOOK, TELL] = [5, 300];
const [MB, MINUTE] = [1e6, 60];
/** How much more there may be in the last quarter of the time than in the second. */
const FLAT = 1.15;

export class MemoryWatch {
  readonly #bytes: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(rig: PassingRig, say: (text: string) => void) {
    this.#timer = setInterval(() => {
      const { memory } = rig.process.usage();
      this.#bytes.push(memory);
      if ((this.#bytes.length * LOOK) % TELL === 0)
        say(
          `${(this.#bytes.length * LOOK) / MINUTE} minutes, ${rig.load.events} events, ${Math.round(memory / MB)} MB`,
        );
    }, LOOK * 1e3);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The most of its last quarter, beside that of its second. */
  row(row: (what: string, unit: string, value: number) => Row): Row {
    const quarter = Math.floor(this.#bytes.length / 4);
    const most = (from: number) => Math.max(...this.#bytes.slice(from, from + quarter)) / MB;
    return {
      ...row('memory, the most in its last quarter', 'MB', most(this.#bytes.length - quarter)),
      limit: { name: 'in its second quarter', median: most(quarter) },
      target: { kind: 'at most', value: FLAT, of: 'ratio' },
    };
  }
}
