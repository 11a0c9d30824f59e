/** How fast the vendor's frames become records, on one core: from a socket, against a bare client that only parses them. */

import { Versions } from '../runtime/ingester/lease/versions.ts';
import { Subscription } from '../runtime/ingester/symbols/subscription.ts';
import { EventClock } from '../runtime/platform/clock.ts';
import { loggerFor } from '../runtime/platform/logger.ts';
import { minuteBarData } from '../runtime/records/fast/encode.ts';
import { MinutesChannel } from '../runtime/vendor/channels/minutes.ts';
import { readFrame } from '../runtime/vendor/socket/frame.ts';
import { Tally } from '../runtime/vendor/socket/tally.ts';
import { VendorWords } from '../runtime/vendor/words.ts';
import { FrameServer } from './frame-server.ts';
import { FrameClient, type FrameClientKind } from './frames-client.ts';
import { type Benchmark, figures, inTurns, median, type Row, type Taken } from './harness.ts';
import { BLOCK_START, sampleSymbols } from './sample.ts';
import { VendorFrames } from './vendor-frames.ts';

const SYMBOLS = 11_000;
/** So many bars at once an ingester holds in memory while its stream is paced. */
const MINUTES = 5;
const RUNS = 9;
const BARS = SYMBOLS * MINUTES;

export const framesBenchmark: Benchmark = {
  name: 'frames',
  async run(say) {
    await using open = new AsyncDisposableStack();
    const clientOf = async (kind: FrameClientKind) => {
      const server = open.adopt(await FrameServer.start(), each => each.stop());
      return open.adopt(await FrameClient.start(kind, server), each => each.stop());
    };
    const [parse, encode, ingest] = [
      await clientOf('parse'),
      await clientOf('encode'),
      await clientOf('ingest'),
    ];
    const market = new VendorFrames(sampleSymbols(SYMBOLS), BLOCK_START);
    let start = BLOCK_START;
    let frames: string[] = [];
    // Every round brings other minutes: the ingester does not publish twice what says nothing new.
    const next = () => {
      start = market.next;
      frames = market.minutes(MINUTES);
      return undefined;
    };
    const sent = (client: FrameClient) => ({ run: () => client.take(frames, BARS, start) });
    const taken = await inTurns(
      {
        parse: { prepare: next, ...sent(parse) },
        encode: sent(encode),
        ingest: sent(ingest),
        parseHere: { run: () => parseAll(frames) },
        encodeHere: { run: () => encodeAll(frames, start) },
      },
      RUNS,
      say,
    );
    return rowsOf(taken);
  },
};

type Name = 'parse' | 'encode' | 'ingest' | 'parseHere' | 'encodeHere';

/** @param taken what each took, round by round */
function rowsOf(taken: ReadonlyMap<Name, readonly Taken[]>): Row[] {
  const processor = (name: Name) => (taken.get(name) ?? []).map(each => each.processor / BARS);
  const rates = (name: Name) => processor(name).map(seconds => 1e-3 / seconds);
  const bare = { name: 'bare ws client, JSON.parse', median: median(rates('parse')) };
  const row = (what: string, name: Name): Row => ({
    what,
    unit: 'k minutes/s',
    ...figures(rates(name)),
    limit: bare,
  });
  const costs = (what: string, name: Name): Row => ({
    what: `processor time per million bars, ${what}`,
    unit: 's',
    ...figures(processor(name).map(seconds => seconds * 1e6)),
  });
  return [
    {
      ...row('vendor frame from the socket to encoded record', 'encode'),
      target: { kind: 'at least', value: 400 },
    },
    {
      ...row('the same, as a share of the limit', 'encode'),
      target: { kind: 'at least', value: 1 / 3, of: 'ratio' },
    },
    row('vendor frame from the socket through the whole ingester, without AWS calls', 'ingest'),
    {
      ...row('vendor frame to encoded record, without the socket', 'encodeHere'),
      limit: { name: 'JSON.parse', median: median(rates('parseHere')) },
    },
    costs('socket to record', 'encode'),
    costs('whole ingester without AWS calls', 'ingest'),
  ];
}

function parseAll(frames: readonly string[]): void {
  for (const frame of frames) JSON.parse(frame);
}

/** Encodes the bars of all frames. @throws when one is missing */
function encodeAll(frames: readonly string[], now: number): void {
  const clock = new EventClock({ now, speed: 0 });
  const words = new VendorWords('key-of-the-bench');
  const minutes = new MinutesChannel({
    market: 'stocks',
    subscription: new Subscription('*'),
    clock,
    versions: new Versions(() => clock.now(), 0),
    counts: new Tally(loggerFor('bench'), words),
    words,
  });
  let records = 0;
  for (const text of frames)
    for (const [channel, events] of readFrame(text, [minutes], words).events)
      for (const bar of channel.read(events, text).told.bars)
        if (minuteBarData(bar).byteLength > 0) records++;
  if (records !== BARS) throw new Error(`${records} of ${BARS} bars came out`);
}
