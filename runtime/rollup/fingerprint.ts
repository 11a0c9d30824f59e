/** A bar's values in 32 bits: enough to count the bars that came to say something else, not to decide anything by. */
import type { Folded } from '../fold/fold.ts';

const numbers = new Float64Array(7);
const words = new Uint32Array(numbers.buffer);

/**
 * Of everything that a bar says but its version. Its number of trades is left out, which for stocks REST alone tells: minutes
 * that are fetched again over REST bring it where the socket had none, and that revises nothing.
 */
export function fingerprint({ open, high, low, close, volume, vwap, minutes, uncovered }: Folded): number {
  numbers[0] = open;
  numbers[1] = high;
  numbers[2] = low;
  numbers[3] = close;
  numbers[4] = vwap ?? Number.NaN;
  numbers[5] = minutes;
  numbers[6] = uncovered;
  let hash = 0;
  for (let index = 0; index < words.length; index++) hash = mixed(hash, words[index] ?? 0);
  for (let index = 0; index < volume.length; index++) hash = mixed(hash, volume.charCodeAt(index));
  return hash >>> 0;
}

/** One step of a multiplicative hash; the rotation brings what the multiplication moved up back to where it counts. */
function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1);
  return (product << 13) | (product >>> 19);
}
