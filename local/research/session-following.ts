/** The record of a feed's sessions, asked for again and again, for a research file: what is revised comes once more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { wordsFor } from '../operate/operator-error.ts';
import type { Ask } from './api-client.ts';
import type { ResearchFile } from './research-file.ts';
import { sessionsOf } from './session-pages.ts';

/** A session that is older is not revised any more, ms: the vendor's history is asked for eight days. */
const REVISED = 9 * 86_400_000;
/** Between two looks, ms. */
const LOOK_EVERY = 10_000;

export interface SessionFollowingProps {
  /** Finds the API. */
  readonly api: () => Promise<Ask>;
  readonly feed: string;
  readonly file: Pick<ResearchFile, 'newestSession' | 'tell'>;
  readonly signal: AbortSignal;
  readonly say: (line: string) => Promise<void>;
}

export class SessionFollowing {
  /** Whether it has looked, in vain or not. */
  hasLooked = false;
  readonly #props: SessionFollowingProps;
  #ask: Ask | undefined;
  /** Start of the latest session that is known, epoch ms. */
  #newest: number | undefined;
  #told = '';
  #isTroubled = false;

  constructor(props: SessionFollowingProps) {
    this.#props = props;
  }

  /** Ends when the signal aborts. An API that does not tell of sessions keeps nobody from the bars. */
  async run(): Promise<void> {
    const { signal } = this.#props;
    while (!signal.aborted) {
      await this.look();
      await sleep(LOOK_EVERY, undefined, { signal }).catch(() => {});
    }
  }

  /** Once. */
  async look(): Promise<void> {
    const { api, feed, file, signal, say } = this.#props;
    try {
      this.#ask ??= await api();
      this.#newest ??= await file.newestSession();
      const from = this.#newest === undefined ? undefined : new Date(this.#newest - REVISED).toISOString();
      const range = { feed, from, to: undefined };
      const sessions = await sessionsOf(this.#ask, range, Number.POSITIVE_INFINITY);
      const text = JSON.stringify(sessions);
      if (text !== this.#told && sessions.length > 0) file.tell(sessions);
      this.#told = text;
      this.#newest = sessions.at(-1)?.start ?? this.#newest;
      this.#isTroubled = false;
    } catch (error) {
      if (!this.#isTroubled && !signal.aborted)
        await say(`ingestion_log lacks the record of sessions: ${wordsFor(error)}`);
      this.#isTroubled = true;
    }
    this.hasLooked = true;
  }
}
