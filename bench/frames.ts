/** How fast the vendor's frames become encoded records, on one core; against JSON.parse of the same frames. */
import { Logger } from '@aws-lambda-powertools/logger';
import { encodeBar } from '../local/feed/events.ts';
import { encodeMinuteBar } from '../runtime/bars/encode.ts';
import { MINUTE } from '../runtime/bars/timeframe.ts';
import { BarReader } from '../runtime/ingester/polygon/bar-reader.ts';
import { readFrame } from '../runtime/ingester/polygon/frame.ts';
import { Tally } from '../runtime/ingester/polygon/tally.ts';
import { Subscription } from '../runtime/ingester/subscription.ts';
import { Versions } from '../runtime/ingester/versions.ts';
import { EventClock } from '../runtime/platform/clock.ts';
import { type Benchmark, figures, inTurns, median } from './harness.ts';
import { BLOCK_START, sampleBar, sampleSymbols } from './sample.ts';

const SYMBOLS = 11_000;
const MINUTES = 10;
const BARS_PER_FRAME = 1_000;
const RUNS = 9;

export const framesBenchmark: Benchmark = {
  name: 'frames',
  async run(say) {
    say(`making ${MINUTES} bursts of ${SYMBOLS} minute bars`);
    const frames = framesOf(sampleSymbols(SYMBOLS));
    const bars = SYMBOLS * MINUTES;
    const taken = await inTurns(
      {
        ours: {
          run: () => {
            const records = encodedFrom(frames);
            if (records !== bars) throw new Error(`${records} of ${bars} bars came out`);
          },
        },
        parse: {
          run: () => {
            for (const frame of frames) JSON.parse(frame);
          },
        },
      },
      RUNS,
      say,
    );
    const rates = (name: 'ours' | 'parse') =>
      (taken.get(name) ?? []).map(({ processor }) => bars / processor / 1e3);
    const limit = { name: 'JSON.parse of the frames', median: median(rates('parse')) };
    const row = { unit: 'k minutes/s', ...figures(rates('ours')), limit };
    return [
      { what: 'vendor frame to encoded record', ...row, target: { kind: 'at least', value: 400 } },
      {
        what: 'the same, as a share of the limit',
        ...row,
        target: { kind: 'at least', value: 1 / 3, of: 'ratio' },
      },
      {
        what: 'processor time per million bars, frame to record',
        unit: 's',
        ...figures((taken.get('ours') ?? []).map(({ processor }) => (processor / bars) * 1e6)),
      },
    ];
  },
};

function framesOf(symbols: readonly string[]): string[] {
  const frames: string[] = [];
  for (let minute = 0; minute < MINUTES; minute++) {
    const start = BLOCK_START + minute * MINUTE;
    const events = symbols.map((symbol, index) => {
      const bar = sampleBar(symbol, index, start);
      const day = { volume: bar.dayVolume ?? '0', vwap: bar.dayVwap ?? bar.close, open: bar.open };
      return encodeBar('stocks', bar, day);
    });
    for (let at = 0; at < events.length; at += BARS_PER_FRAME)
      frames.push(`[${events.slice(at, at + BARS_PER_FRAME).join(',')}]`);
  }
  return frames;
}

/** @returns how many records came out */
function encodedFrom(frames: readonly string[]): number {
  const clock = new EventClock({ now: BLOCK_START + MINUTES * MINUTE, speed: 0 });
  const reader = new BarReader({
    market: 'stocks',
    subscription: new Subscription('*'),
    clock,
    versions: new Versions(() => clock.now(), 0),
    tally: new Tally(new Logger({ serviceName: 'bench' }), text => text),
  });
  let records = 0;
  for (const text of frames)
    for (const bar of reader.read(readFrame(text, 'AM'), text, undefined)?.bars ?? [])
      if (Buffer.from(encodeMinuteBar(bar)).byteLength > 0) records++;
  return records;
}
