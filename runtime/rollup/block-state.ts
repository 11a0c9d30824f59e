/** What a worker remembers of one slot's block: the fold of its log, and which bars it has itself seen acknowledged. */
import type { Folded } from '../fold/fold.ts';
import { Digest } from '../records/digest.ts';
import { LoggedBlock } from '../tables/chunks/logged-block.ts';

/** What was acknowledged of one symbol. */
interface Acknowledged {
  /** For each window the version whose put was acknowledged; 0 for none. */
  readonly versions: Float64Array;
  /** For each window what that bar said. */
  readonly said: Uint32Array;
}

/** Of a window of a symbol. */
const ACKNOWLEDGED_BYTES = Float64Array.BYTES_PER_ELEMENT + Uint32Array.BYTES_PER_ELEMENT;

export class BlockState extends LoggedBlock {
  readonly #acknowledged = new Map<string, Acknowledged>();

  /** Memory in bytes, nearly: what bars will be acknowledged of is counted before they are. */
  override get bytes(): number {
    return super.bytes + this.size * this.block.windows.length * ACKNOWLEDGED_BYTES;
  }

  /** Version of the window's bar whose put this worker has seen acknowledged; 0 for none. */
  acknowledged(symbol: string, windowIndex: number): number {
    return this.#acknowledged.get(symbol)?.versions[windowIndex] ?? 0;
  }

  /**
   * Remembers that the put of the window's finished bar was acknowledged.
   * @returns whether it revises the one before: says something else, and not only the same with a newer version
   */
  acknowledge(symbol: string, windowIndex: number, bar: Folded): boolean {
    const { versions, said } = this.#of(symbol);
    const says = saidBy(bar);
    const revises = (versions[windowIndex] ?? 0) > 0 && said[windowIndex] !== says;
    versions[windowIndex] = bar.version;
    said[windowIndex] = says;
    return revises;
  }

  #of(symbol: string): Acknowledged {
    const known = this.#acknowledged.get(symbol);
    if (known) return known;
    const { length } = this.block.windows;
    const none = { versions: new Float64Array(length), said: new Uint32Array(length) };
    this.#acknowledged.set(symbol, none);
    return none;
  }
}

const digest = new Digest();

/**
 * Of everything that a bar says but its version; half a digest is enough to count revised bars. Its number of trades is left
 * out, which for stocks REST alone tells: minutes that are fetched again bring it where the socket had none, and that revises nothing.
 */
function saidBy(bar: Folded): number {
  digest.values(bar);
  digest.number(bar.minutes);
  digest.number(bar.uncovered);
  return digest.take() >>> 0;
}
