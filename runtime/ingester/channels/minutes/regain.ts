/** Fetches what had to be let go because memory and disk were full, once there is room again. */

import { MINUTE } from '../../../markets/timeframe.ts';
import { Channel } from '../../../platform/channel.ts';
import type { MinutesStream } from '../../sinks/minutes-stream/minutes-stream.ts';
import type { Recovery } from './gaps.ts';

export interface RegainOptions {
  readonly stream: Pick<MinutesStream, 'takeLost' | 'regained'>;
  readonly recovery: Pick<Recovery, 'fill'>;
  /** Resolves when more may come. @throws the signal's reason */
  readonly room: (signal: AbortSignal) => Promise<void>;
  /** Told how many minutes had to be declared uncovered after all. */
  readonly onUncovered: (minutes: number) => void;
}

export class Regain {
  readonly #options: RegainOptions;
  #losses = new Channel<'lost'>();

  constructor(options: RegainOptions) {
    this.#options = options;
  }

  /** Bars have begun to be let go. */
  lost(): void {
    this.#losses.send('lost');
  }

  /** Works until the signal aborts; what is lost then was never promised, so that it is a gap for whoever goes on. */
  async run(signal: AbortSignal): Promise<void> {
    this.#losses = new Channel();
    this.#losses.closeOn(signal);
    try {
      for await (const _ of this.#losses) await this.#fetch(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #fetch(signal: AbortSignal): Promise<void> {
    const { stream, recovery, room, onUncovered } = this.#options;
    await room(signal);
    for (const { minutes, slots } of stream.takeLost()) {
      const [from = 0, last = 0] = [minutes.at(0), minutes.at(-1)];
      onUncovered(await recovery.fill({ from, to: last + MINUTE, minutes, slots }, signal));
      stream.regained(slots);
    }
  }
}
