/** The event of a function that runs by schedule: it says for which instant it was meant, so that a late start measures no lateness. */
import * as v from 'valibot';

const event = v.object({ at: v.pipe(v.string(), v.isoTimestamp()) });

/** The instant (epoch ms) that the schedule meant. @throws RangeError when the event does not say so */
export function scheduledInstant(received: unknown): number {
  const parsed = v.safeParse(event, received);
  if (parsed.success) return Date.parse(parsed.output.at);
  throw new RangeError(
    `the event is ${JSON.stringify(received)}: send { "at": "<the instant in ISO 8601, UTC>" }, as the schedule does`,
  );
}
