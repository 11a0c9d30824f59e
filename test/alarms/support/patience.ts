/** How long a scenario waits for what must come, and no longer. */
import { jest } from '@jest/globals';

/** Longer than anything here takes on the busiest machine (ms of wall time): only a fault of the scenario waits so long. */
export const PATIENCE = 60_000;
jest.setTimeout(5 * PATIENCE);

/** Resolves once `holds` is true. @throws Error that says what was waited for in vain */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const since = performance.now();
  while (!(await holds())) {
    if (performance.now() - since > PATIENCE) throw new Error(`waited in vain for ${what}`);
    await new Promise(resolve => setTimeout(resolve, 3));
  }
}
