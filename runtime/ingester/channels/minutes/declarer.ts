/** Declares minutes in portions: a week of minutes of thousands of symbols must not be held all at once. */
import type { Declaration } from '../../sinks/minutes-stream/minutes-stream.ts';

/** Marks that are made at once. */
const PORTION = 5_000;

export interface DeclarerOptions {
  readonly declare: (declaration: Declaration) => void;
  /** Resolves when more may be declared. @throws the signal's reason */
  readonly room: (signal: AbortSignal) => Promise<void>;
}

export class Declarer {
  readonly #options: DeclarerOptions;

  constructor(options: DeclarerOptions) {
    this.#options = options;
  }

  /** Resolves when all of it is on its way. @throws the signal's reason */
  async tell({ minutes, ...of }: Declaration, signal: AbortSignal): Promise<void> {
    const { declare, room } = this.#options;
    const portion = Math.max(1, Math.floor(PORTION / (of.slots.length + of.symbols.length)));
    for (let start = 0; start < minutes.length; start += portion) {
      await room(signal);
      declare({ minutes: minutes.slice(start, start + portion), ...of });
    }
  }
}
