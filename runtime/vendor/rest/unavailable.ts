/** For whoever reads the log of a job that asks the vendor once a day: one line that says what failed and what to do. */
import type { RestClientOptions, Tries } from './client.ts';
import { RestFailure } from './request.ts';

/** Nobody waits for such a job, and the smallest plan allows five requests a minute. */
const PATIENT: Tries = { attempts: 6, backoff: { first: 1_000, longest: 15_000 } };
export const dailyTries: Required<Pick<RestClientOptions, 'failed' | 'busy'>> = {
  failed: PATIENT,
  busy: PATIENT,
};

/** The vendor does not answer, or refuses: nothing is known about its data. */
export class RestUnavailable extends Error {
  override readonly name = 'RestUnavailable';

  constructor(message: string) {
    super(message);
    // A line with the remedy is all that whoever reads the log needs: the fault is not in this code.
    this.stack = `RestUnavailable: ${message}`;
  }
}

/** @param path with its query, as it was asked. @throws RestUnavailable instead of a RestFailure */
export async function orUnavailable<T>(path: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof RestFailure)) throw error;
    const [name = path] = path.split('?', 1);
    throw new RestUnavailable(
      error.kind === 'unproven'
        ? `${name} answers nonsense: ${error.message}; see what the vendor changed`
        : `${name} has no answer: ${error.message}`,
    );
  }
}
