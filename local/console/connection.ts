/** How the ingester is, in a few words: it is asked twice a second, and what does not answer is frozen or gone. */
import * as v from 'valibot';

/** Between two questions (wall ms). */
const ASK = 500;
const PATIENCE = 3_000;

/** What of `/stats` is looked at. An ingester without minutes has nothing to catch up, and one without sinks passes nothing on. */
const statsSchema = v.object({
  degraded: v.optional(v.boolean(), false),
  lease: v.object({ holds: v.boolean() }),
  feed: v.object({ state: v.string(), reason: v.optional(v.string()) }),
  backfill: v.optional(v.object({ gapsOpen: v.number(), symbolsLeft: v.number() }), {
    gapsOpen: 0,
    symbolsLeft: 0,
  }),
  passedOn: v.optional(v.object({ messages: v.number() }), { messages: 0 }),
  sinks: v.optional(v.array(v.object({ dropped: v.number() })), []),
});

/** What it has passed on. */
export interface PassedOn {
  /** Events. */
  readonly passedOn: number;
  /** Of those so many that a sink dropped, each as often as one did. */
  readonly dropped: number;
}

/** What was found of an ingester. */
export interface Found extends Partial<PassedOn> {
  /** How it is, in a few words. */
  readonly state: string;
}

export interface ConnectionProps {
  /** Where the ingester answers, once it does. */
  readonly url: () => string | undefined;
  /** Whether its process is there. */
  readonly isRunning: () => boolean;
  /** Who has not answered after so long is frozen (wall ms). @default 3 s */
  readonly patience?: number;
  /** Is told what was found. */
  readonly found: (found: Found) => void;
}

/** What the ingester's answer means to a person. */
export function connectionOf(answer: unknown): Found {
  const stats = v.safeParse(statsSchema, answer);
  if (!stats.success) return { state: 'frozen: the ingester answers nonsense' };
  const { passedOn, sinks } = stats.output;
  const dropped = sinks.reduce((sum, sink) => sum + sink.dropped, 0);
  return {
    state: stateOf(stats.output),
    ...(sinks.length > 0 && { passedOn: passedOn.messages, dropped }),
  };
}

function stateOf({ degraded, lease, feed, backfill }: v.InferOutput<typeof statsSchema>): string {
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
    await this.ask();
    if (!this.#stop.signal.aborted) this.#next();
  }

  /** Asks it now. */
  async ask(): Promise<void> {
    const found = await this.#found();
    if (found !== undefined && !this.#stop.signal.aborted) this.#props.found(found);
  }

  async #found(): Promise<Found | undefined> {
    const { url, isRunning, patience = PATIENCE } = this.#props;
    const address = url();
    if (address === undefined) return undefined;
    if (!isRunning()) return { state: 'down: the ingester has ended and is started again' };
    const late = AbortSignal.timeout(patience);
    try {
      const reply = await fetch(`${address}/stats`, { signal: AbortSignal.any([late, this.#stop.signal]) });
      return connectionOf(await reply.json());
    } catch {
      return {
        state: late.aborted ? 'frozen: the ingester does not answer' : 'down: the ingester does not listen',
      };
    }
  }
}
