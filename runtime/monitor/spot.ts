/** Which capacity a service that prefers Spot runs on. Spot has no fallback of its own: where AWS has none to spare, ECS waits for it. */
import * as v from 'valibot';
import { MINUTE } from '../markets/timeframe.ts';
import { ON_DEMAND, SPOT } from './names.ts';

/** A task takes a minute or two to start; without one for longer there is no capacity, as far as anybody can tell. */
const PATIENCE = 3 * MINUTE;
/** Looking for Spot again is a deployment: the old task runs on until there is one. */
const UNTIL_TRIED_AGAIN = 6 * 60 * MINUTE;

/** Epoch ms of event time. */
export const spotNote = v.object({
  /** Since when no task runs although one should. */
  missingSince: v.exactOptional(v.number()),
  /** Since when it is not on Spot. */
  onDemandSince: v.exactOptional(v.number()),
});
export type SpotNote = v.InferOutput<typeof spotNote>;

export interface Running {
  /** How many tasks there should be, and how many run. */
  readonly wanted: number;
  readonly running: number;
  readonly onSpot: boolean;
}

/** @returns what to remember, and what to change to if anything */
export function chooseCapacity(
  before: SpotNote,
  { wanted, running, onSpot }: Running,
  at: number,
): { readonly note: SpotNote; readonly change?: typeof ON_DEMAND | typeof SPOT } {
  if (!onSpot) {
    const { onDemandSince = at } = before;
    return at - onDemandSince < UNTIL_TRIED_AGAIN ? { note: { onDemandSince } } : { note: {}, change: SPOT };
  }
  if (wanted === 0 || running > 0) return { note: {} };
  const { missingSince = at } = before;
  if (at - missingSince < PATIENCE) return { note: { missingSince } };
  return { note: { onDemandSince: at }, change: ON_DEMAND };
}
