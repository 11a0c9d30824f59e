/** What the browser keeps for the page, where it may. */

/** It throws where a person forbids it. */
export type Keeper = Pick<Storage, 'getItem' | 'setItem'>;

/** What a store that is full, forbidden or damaged cannot give is not worth failing for. */
export function attempt<T>(what: () => T): T | undefined {
  try {
    return what();
  } catch {
    return undefined;
  }
}
