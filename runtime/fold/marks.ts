/** Coverage marks of one block: which minutes the feed was blind for, for a slot or for one symbol. */
import type { Merged } from './minutes.ts';

export class Marks {
  /** Version of each minute's mark; 0 where there is none. */
  readonly versions: Float64Array;
  readonly #uncovered: Uint8Array;

  /** @param minutes how many minutes the block has */
  constructor(minutes: number) {
    this.versions = new Float64Array(minutes);
    this.#uncovered = new Uint8Array(minutes);
  }

  /** Keeps the mark at that offset from the block's start if its version is the highest so far. */
  merge(offset: number, mark: { readonly covered: boolean; readonly version: number }): Merged {
    const kept = this.versionAt(offset);
    if (mark.version < kept) return 'older';
    if (mark.version === kept) return 'same version';
    this.versions[offset] = mark.version;
    this.#uncovered[offset] = mark.covered ? 0 : 1;
    return 'newer';
  }

  versionAt(offset: number): number {
    return this.versions[offset] ?? 0;
  }

  isUncovered(offset: number): boolean {
    return this.#uncovered[offset] === 1;
  }
}

/** Whether a minute is uncovered for a symbol: of its own mark and its slot's the newer one tells, its own when both are equally new. */
export function isUncovered(
  offset: number,
  slotMarks: Marks | undefined,
  ownMarks: Marks | undefined,
): boolean {
  const slotVersion = slotMarks?.versionAt(offset) ?? 0;
  const ownVersion = ownMarks?.versionAt(offset) ?? 0;
  const telling = ownVersion > 0 && ownVersion >= slotVersion ? ownMarks : slotMarks;
  return telling?.isUncovered(offset) ?? false;
}
