/** A fault of the simulated vendor that an operator can begin, and end unless it happens once. */
import type { Clock } from '../../runtime/platform/clock.ts';
import type { TroubledMarket } from './troubled-market.ts';
import type { Vendor } from './vendor.ts';

/** What a fault happens to. */
export interface Stage {
  readonly vendor: Vendor;
  readonly market: TroubledMarket;
  /** Event time. */
  readonly clock: Clock;
}

export interface Rehearsal {
  /** Completes "the vendor …". */
  readonly what: string;
  /** The key that begins and ends it in a terminal. @default none */
  readonly key?: string;
  /** Whether it happens once, and has no end. */
  readonly isOnce: boolean;
  /** @param isOn whether it begins or ends */
  readonly set: (stage: Stage, isOn: boolean) => void;
}

export function once(what: string, act: (stage: Stage) => void, key?: string): Rehearsal {
  return { what, isOnce: true, set: act, ...(key === undefined ? {} : { key }) };
}

export function standing(what: string, set: Rehearsal['set'], key?: string): Rehearsal {
  return { what, isOnce: false, set, ...(key === undefined ? {} : { key }) };
}
