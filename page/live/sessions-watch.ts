/** Follows the record of a feed's last sessions, for as long as somebody looks at it. */
import type { Api } from '../api/api.ts';
import type { Trouble } from '../api/trouble.ts';
import type { SessionRecord } from '../api/types.ts';
import { Repeat } from './repeat.ts';

/** About two weeks of a market with three sessions a day. */
const LAST = 30;

export class SessionsWatch {
  /** The latest first; absent until the first answer. */
  sessions: readonly SessionRecord[] | undefined;
  /** What keeps the newest answer from coming. */
  trouble: Trouble | undefined;
  readonly #end = new AbortController();
  readonly #repeat: Repeat;

  /** @param poll ms between two looks */
  constructor(api: Api, feed: string, poll: number, onChange: () => void) {
    const { signal } = this.#end;
    const look = async () => {
      this.sessions = await api.sessions.ask({ feed, order: 'desc', limit: LAST }, signal);
    };
    const onOutcome = (trouble: Trouble | undefined) => {
      this.trouble = trouble;
      onChange();
    };
    this.#repeat = new Repeat(look, { every: poll, onOutcome, signal });
  }

  close(): void {
    this.#end.abort();
  }

  set paused(isPaused: boolean) {
    this.#repeat.paused = isPaused;
  }
}
