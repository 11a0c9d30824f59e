/** Where the events of a sink go: what it has to know, and what it answers. */
import type { NumberedEvent } from './event.ts';

export interface Outlet {
  /** Takes what it can. @returns what it did not take, in the order given, and why */
  write(events: readonly NumberedEvent[]): Promise<Untaken>;
  /** Tells at this moment which events it would take: others wait, and hold up none of these. @default all */
  taking?(): (event: NumberedEvent) => boolean;
  /** Called now and then while nothing is to be written. */
  idle?(): Promise<void>;
  /** Called once, when all is written or the time for it is over. @throws when something is not where it belongs when the signal aborts */
  close?(signal: AbortSignal): Promise<void>;
  /** How it is, in a word, if there is anything to say. */
  readonly state?: string | undefined;
}

export interface Untaken {
  readonly left: readonly NumberedEvent[];
  /** What it will never take, and has said why: none of them is left. @default none */
  readonly unfit?: readonly NumberedEvent[];
  readonly error?: Error;
  /** It will never take anything again, as when the reader of a pipe is gone. */
  readonly isGone?: boolean;
}
