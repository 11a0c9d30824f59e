/** The special days that the vendor announces. */
import * as v from 'valibot';
import { checked } from './answers.ts';
import type { RestClient } from './client.ts';
import { orUnavailable } from './unavailable.ts';

const PATH = '/v1/marketstatus/upcoming';
/** Longer than any status of a day, in characters. */
const STATUS = 40;

const announcements = v.array(
  v.object({
    date: v.pipe(v.string(), v.isoDate()),
    exchange: v.string(),
    name: v.string(),
    status: v.string(),
    close: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  }),
);

/** One line of the announcement: a day of one exchange. */
export type Announcement = v.InferOutput<typeof announcements>[number];

/** @throws RestUnavailable when the vendor does not answer, or answers what cannot be */
export async function announcedDays(rest: RestClient, signal: AbortSignal): Promise<Announcement[]> {
  const days = await orUnavailable(
    PATH,
    rest.answer(PATH, body => checked(body, announcements), { signal }),
  );
  return days.map(day => ({ ...day, status: rest.words.text(day.status, STATUS) }));
}
