/** Repeatable chance: every draw is a function of what it is about, so any minute can be worked out alone and in any order. */

/** Mixes two 32-bit numbers into one that looks unrelated to both (the finaliser of MurmurHash3). */
export function mix(a: number, b: number): number {
  let h = (a ^ Math.imul(b, 0x9e3779b1)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A 32-bit number from text (FNV-1a, mixed with the seed). */
export function mixText(seed: number, text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(seed, h);
}

/** A number in [0, 1) for one purpose at one place of a sequence; purposes are told apart by any integer. */
export function draw(seed: number, place: number, purpose: number): number {
  return mix(mix(seed, purpose), place) / 0x1_0000_0000;
}

/** A smooth curve in [-1, 1] through random heights at whole numbers. */
export function curve(seed: number, x: number): number {
  const left = Math.floor(x);
  const part = x - left;
  const from = mix(seed, left) / 0x8000_0000 - 1;
  const to = mix(seed, left + 1) / 0x8000_0000 - 1;
  return from + (to - from) * part * part * (3 - 2 * part);
}

/** Lengths of the swings that a walk is made of, each as strong as makes a step of 1 on the way of 1. */
const SWINGS = [6_000, 1_500, 375, 94, 23, 6, 1.5];
const STRENGTHS = SWINGS.map(length => 1.25 * Math.sqrt(length));

/** A path that looks like a random walk of one step a unit of `x`, and comes back to 0 in the long run. */
export function walk(seed: number, x: number): number {
  let sum = 0;
  for (let n = 0; n < SWINGS.length; n++) sum += (STRENGTHS[n] ?? 0) * curve(seed + n, x / (SWINGS[n] ?? 1));
  return sum;
}

/** From a number in [0, 1) to one that is normally distributed, closely enough (a logistic curve of the same width). */
export function normal(chance: number): number {
  return Math.log((chance + 1e-9) / (1 - chance + 1e-9)) / 1.7;
}
