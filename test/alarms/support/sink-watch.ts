/** What the one sink of a stage's ingester has done so far, as the process that runs tells it. */
import * as v from 'valibot';
import { until } from './patience.ts';

const counts = v.object({
  ...{ accepted: v.number(), written: v.number(), dropped: v.number() },
  ...{ held: v.number(), failures: v.number() },
});
/** What the process answers. */
const stats = v.object({ sinks: v.tuple([counts]) });

export type SinkCounts = v.InferOutput<typeof counts>;

export class SinkWatch {
  readonly #port: () => number;

  /** @param port where the process answers */
  constructor(port: () => number) {
    this.#port = port;
  }

  async counts(): Promise<SinkCounts> {
    const answer = await fetch(`http://127.0.0.1:${this.#port()}/stats`);
    return v.parse(stats, await answer.json()).sinks[0];
  }

  /** Resolves once the counts are so. */
  async counted(what: string, holds: (counts: SinkCounts) => boolean): Promise<void> {
    await until(what, async () => holds(await this.counts()));
  }
}
