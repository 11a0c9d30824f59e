/** Child process that is one client of the vendor's socket: takes what it is sent, and tells how long so many bars took. */
import { WebSocket } from 'ws';
import { assemble } from '../runtime/ingester/assemble.ts';
import { ingesterConfig } from '../runtime/ingester/config.ts';
import { Versions } from '../runtime/ingester/lease/versions.ts';
import { Subscription } from '../runtime/ingester/symbols/subscription.ts';
import { EventClock } from '../runtime/platform/clock.ts';
import { loggerFor } from '../runtime/platform/logger.ts';
import { processTime } from '../runtime/platform/time.ts';
import { minuteBarData } from '../runtime/records/fast/encode.ts';
import { PolygonFeed } from '../runtime/vendor/socket/feed.ts';
import { obligingDynamoDb, obligingKinesis } from './obliging-aws.ts';
import { BLOCK_START } from './sample.ts';

const [kind = '', url = ''] = process.argv.slice(2);
const clock = new EventClock({ now: BLOCK_START, speed: 0 });
const logger = loggerFor('bench');
/** More shards than the pacer ever makes wait. */
const SHARDS = 64;

/** How many bars are still to come. */
let left = Number.POSITIVE_INFINITY;
let begun = { wall: 0, processor: process.cpuUsage() };

function take(bars: number): void {
  left -= bars;
  if (left > 0) return;
  if (left < 0) throw new RangeError(`${-left} bars more than were sent have come`);
  const { user, system } = process.cpuUsage(begun.processor);
  left = Number.POSITIVE_INFINITY;
  process.send?.({ wall: (performance.now() - begun.wall) / 1e3, processor: (user + system) / 1e6 });
}

/** The least that anybody does with the frames. */
function parse(): void {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.on('close', () => process.exit(1));
  socket.on('message', data => {
    const events: { ev: string; status?: string }[] = JSON.parse(data.toString());
    if (events[0]?.ev === 'AM') take(events.length);
    else if (events[0]?.status === 'connected') socket.send('{"action":"auth","params":"key"}');
    else if (events[0]?.status === 'auth_success') socket.send('{"action":"subscribe","params":"AM.*"}');
  });
}

/** The ingester's feed, and the record of every bar. */
async function encode(): Promise<void> {
  const feed = new PolygonFeed({
    ...{ url, apiKey: 'key', market: 'stocks', delay: 0, clock, logger },
    subscription: new Subscription('*'),
    versions: new Versions(() => clock.now(), 0),
  });
  for await (const event of feed.events(new AbortController().signal)) {
    if (event.type !== 'bars') continue;
    let records = 0;
    for (const bar of event.bars) if (minuteBarData(bar).byteLength > 0) records++;
    take(records);
  }
}

/** The whole ingester, with AWS clients that take everything at once. */
async function ingest(): Promise<void> {
  const config = ingesterConfig({
    ...{ POLYGON_API_KEY: 'key', FEED_URL: url, REST_URL: 'http://127.0.0.1:9', BACKFILL_ON_START: 'none' },
    ...{ MINUTES_STREAM: 'minutes', LEASE_TABLE: 'leases', QUARANTINE_TABLE: 'quarantine' },
  });
  const isBar = Buffer.from('"type":"bar"');
  const kinesis = obligingKinesis({
    shards: SHARDS,
    onPut: records => take(records.filter(({ Data }) => Data && isBar.equals(Data.subarray(1, 13))).length),
  });
  const { run } = assemble(config, {
    ...{ clock, kinesis, dynamoDb: obligingDynamoDb(), logger },
    // Nobody else wants the lease: whoever is starved by a busy machine must not give it up, and its connection with it.
    time: { ...processTime, now: () => 0 },
    onSubscribed: () => undefined,
  });
  await run(new AbortController().signal, () => AbortSignal.timeout(0));
}

process.on('message', (message: unknown) => {
  if (!isTask(message)) throw new TypeError('the parent says how many bars come, and what time it is');
  left = message.bars;
  clock.set({ now: message.now });
  begun = { wall: performance.now(), processor: process.cpuUsage() };
  process.send?.('ready');
});
process.once('disconnect', () => process.exit(0));
if (kind === 'parse') parse();
else await (kind === 'encode' ? encode() : ingest());

function isTask(message: unknown): message is { readonly bars: number; readonly now: number } {
  return typeof message === 'object' && message !== null && 'bars' in message && 'now' in message;
}
