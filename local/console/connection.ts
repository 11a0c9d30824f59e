/** How the ingester is, in a few words: it is asked twice a second, and what does not answer is frozen or gone. */
import * as v from 'valibot';

/** Between two questions (wall ms). */
const ASK = 500;
const PATIENCE = 3_000;

/** What of `/stats` is looked at. */
const statsSchema = v.object({
  degraded: v.boolean(),
  lease: v.object({ holds: v.boolean() }),
  feed: v.object({ state: v.string(), reason: v.optional(v.string()) }),
  backfill: v.object({ gapsOpen: v.number(), symbolsLeft: v.number() }),
});

export interface ConnectionProps {
  /** Where the ingester answers, once it does. */
  readonly url: () => string | undefined;
  /** Whether its process is there. */
  readonly isRunning: () => boolean;
  /** Who has not answered after so long is frozen (wall ms). @default 3 s */
  readonly patience?: number;
  /** Is told what was found. */
  readonly found: (state: string) => void;
}

/** What the ingester's answer means to a person. */
export function connectionOf(answer: unknown): string {
  const stats = v.safeParse(statsSchema, answer);
  if (!stats.success) return 'frozen: the ingester answers nonsense';
  const { degraded, lease, feed, backfill } = stats.output;
  if (!lease.holds) return 'waiting for the lease';
  const { symbolsLeft } = backfill;
  if (feed.state === 'live')
    return backfill.gapsOpen > 0 ? `connected, catching up: ${symbolsLeft} symbols to ask for` : 'connected';
  const meanwhile = degraded ? ', minutes come over REST' : '';
  // Only what was connected before has a reason.
  if (feed.reason === undefined) return `${feed.state}${meanwhile}`;
  return `reconnecting${meanwhile}: ${feed.reason}`;
}

export class ConnectionWatch {
  readonly #props: ConnectionProps;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(props: ConnectionProps) {
    this.#props = props;
    this.#next();
  }

  stop(): void {
    this.#stop.abort();
    clearTimeout(this.#timer);
  }

  #next(): void {
    this.#timer = setTimeout(() => void this.#ask(), ASK).unref();
  }

  async #ask(): Promise<void> {
    const state = await this.#state();
    if (this.#stop.signal.aborted) return;
    if (state !== undefined) this.#props.found(state);
    this.#next();
  }

  async #state(): Promise<string | undefined> {
    const { url, isRunning, patience = PATIENCE } = this.#props;
    const address = url();
    if (address === undefined) return undefined;
    if (!isRunning()) return 'down: the ingester has ended and is started again';
    const late = AbortSignal.timeout(patience);
    try {
      const reply = await fetch(`${address}/stats`, { signal: AbortSignal.any([late, this.#stop.signal]) });
      return connectionOf(await reply.json());
    } catch {
      return late.aborted ? 'frozen: the ingester does not answer' : 'down: the ingester does not listen';
    }
  }
}
