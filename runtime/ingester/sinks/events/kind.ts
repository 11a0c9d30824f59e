/** The sink `events`: a Kinesis stream of all that is passed on, packed. */
import { eventsEnv as name, sinkEnv } from '../../../platform/sink-names.ts';
import type { Kind } from '../passed-on/plan.ts';
import { type Taking, takingIn } from '../passed-on/taking.ts';

export interface EventsConfig {
  readonly taking: Taking;
  /** Name of the stream; empty where no sink is `events`. */
  readonly stream: string;
}

/** Events are gathered for so long (ms). */
const GATHERED = 50;

export const events: Kind<EventsConfig> = {
  config(env, { chosen }) {
    // Five seconds of 10,000 events.
    const taking = takingIn(env, 'events', 50_000);
    const stream = env.text(name.stream, {
      purpose: 'is the name of the Kinesis stream that the sink `events` writes to',
      fallback: '',
      otherwise: 'none',
    });
    if (chosen.includes('events') && stream === '')
      env.problems.push(
        `${name.stream} is missing: the sink events writes there: name a Kinesis stream, or take events out of ${sinkEnv.sink}`,
      );
    return { taking, stream };
  },
  async open({ taking, stream }, { envelopeOf: lineOf, time, logger }, seldom) {
    // Whoever has no use for AWS need not load its client.
    const { openEventsStream } = await import('./open.ts');
    const outlet = openEventsStream({ stream, lineOf, time, seldom, logger });
    return { outlet, flushEvery: taking.cap, flushInterval: GATHERED };
  },
};
