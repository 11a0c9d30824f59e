/** How fast event time runs, from one look to the next: as fast as the clock in the cloud, up to thousands of times on a laptop. */

/** Looks that are closer to each other (ms of wall time) tell nothing. */
const APART = 500;

export class EventRate {
  #seen: { readonly at: number; readonly wall: number } | undefined;
  #rate = 1;

  /** @param at now, epoch ms of event time. @param wall the same by the wall clock. @returns event time over wall time; 1 until two looks have told */
  take(at: number, wall: number): number {
    const { at: before = at, wall: wallBefore = wall } = this.#seen ?? {};
    if (wall - wallBefore >= APART) this.#rate = (at - before) / (wall - wallBefore);
    if (this.#seen === undefined || wall - wallBefore >= APART) this.#seen = { at, wall };
    return this.#rate;
  }
}
