/** One run of the roll-up over one batch: how it goes, and how it ends. */

/** One run of the roll-up over one batch, as the service that started it sees it. */
export class Invocation {
  /** Aborted at the invocation's deadline. */
  readonly deadline = new AbortController();
  /** Whether it finished, failed (its records will come again) or was killed with its worker. */
  readonly outcome: Promise<'done' | 'failed' | 'killed'>;
  /** Its sandbox is gone: nothing that it awaits ever arrives. */
  isKilled = false;
  /** It has answered, so nothing of it may still be at work. */
  hasEnded = false;
  /** It pauses before another attempt, so there is nothing to schedule for it yet. */
  isPausing = false;
  /** No request of it fails. */
  readonly isCalm: boolean;
  #settle: (outcome: 'done' | 'failed' | 'killed') => void = () => {};

  constructor({ calm }: { calm: boolean }) {
    this.isCalm = calm;
    this.outcome = new Promise(resolve => {
      this.#settle = resolve;
    });
  }

  end(outcome: 'done' | 'failed' | 'killed'): void {
    this.isPausing = false;
    this.isKilled ||= outcome === 'killed';
    this.hasEnded = true;
    this.#settle(outcome);
  }
}
