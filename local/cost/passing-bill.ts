/** What passing events on costs: what brings them, and each sink that takes them. */
import { LANES } from '../../runtime/records/slot.ts';
import { ACKNOWLEDGED, HOURS, OPEN_HOURS } from './load.ts';
import type { PassedOn } from './passed-on.ts';
import { type Bill, prices } from './prices.ts';

/** Of an event, on average: the vendor's text, its line in the log with what CloudWatch adds to each, and its envelope, as it is and packed. Measured with quotes, trades and seconds. */
const BYTES = { text: 124, logged: 179 + 26, envelope: 336, packed: 111 };
/** How often a second what has gathered is put. */
const FLUSHES = 20;
/** A record counts once for each of so many bytes. */
const UNIT = 25 * 1024;
/** Kinds of events, each with objects of its own, and requests that one takes beside its parts: it is begun, its last part comes early, it is completed. */
const [KINDS, REQUESTS] = [3, 3];
const GIGABYTE = 1e9;
const MILLION = 1e6;

/** @param perSecond events while the market is open */
export function passingBill({ sinks, objects }: PassedOn, perSecond: number): Bill {
  const seconds = OPEN_HOURS * 3_600;
  const events = perSecond * seconds;
  const gigabytes = (bytes: number) => (events * bytes) / GIGABYTE;
  const ifHas = (sink: string, dollars: () => number) => (sinks.includes(sink) ? dollars() : 0);
  return {
    'Kinesis: events passed on': ifHas('events', () => {
      const units = Math.max(Math.min(perSecond, LANES * FLUSHES), (perSecond * BYTES.packed) / UNIT);
      return ((units * seconds) / MILLION) * prices.millionPuts;
    }),
    'S3: events passed on, put': ifHas('s3', () => {
      const windows = (OPEN_HOURS * 60) / objects.minutes;
      const requests = (events * BYTES.envelope) / objects.part + KINDS * windows * REQUESTS;
      return (requests / MILLION) * prices.millionObjectPuts;
    }),
    // Without an end it is so much more every month.
    'S3: events passed on, kept': ifHas('s3', () => {
      const months = objects.days === undefined ? 1 : objects.days / (HOURS / 24);
      return gigabytes(BYTES.envelope) * months * prices.objectGigabyte;
    }),
    'CloudWatch: events in the log': ifHas('stdout', () => gigabytes(BYTES.logged) * prices.logGigabyte),
    'Traffic out: events acknowledged': gigabytes(BYTES.text) * ACKNOWLEDGED * prices.trafficGigabyte,
  };
}
