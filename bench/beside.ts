/** How much later minutes and their watermarks are published by an ingester that passes 10,000 events a second on beside them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ingesterEnv } from '../runtime/ingester/names.ts';
import { toldSettings } from '../runtime/platform/settings.ts';
import { passedOnEnv, sinkEnv } from '../runtime/platform/sink-names.ts';
import { SLOTS } from '../runtime/records/slot.ts';
import { Arrivals } from './arrivals.ts';
import { heldOrNot, limitCpu } from './cpu-limit.ts';
import { EventLoad } from './event-load.ts';
import { FrameServer } from './frame-server.ts';
import type { Benchmark, Row } from './harness.ts';
import { IngesterProcess } from './ingester-process.ts';
import { LocalAws, names } from './local-aws.ts';
import { PER_SECOND } from './passing-rig.ts';
import { receivers } from './receivers.ts';
import { BLOCK_START, sampleSymbols } from './sample.ts';
import { TakingKinesis } from './taking-kinesis.ts';
import { VendorFrames } from './vendor-frames.ts';

const SYMBOLS = 2_500;
/** As many as keep the pace of shards out of it. */
const SHARDS = 8;
/** Minutes that are measured, after some that are not. */
const [WARMING, MINUTES] = [3, 15];
/** Ms after a minute's end at which its bars come. */
const LATE = 1_000;
/** How long (ms) Kinesis takes to answer. */
const ANSWER = 20;
/** How much longer the lag of watermarks may be for it. */
const TARGET = 1.05;
const SHARES = [0.5];
/** What an ingester in AWS may have; ZeroMQ it has not. */
const SINKS = ['events', 'ndjson', 's3'] as const;

export const besideBenchmark: Benchmark = {
  name: 'beside',
  async run(say, { shares = SHARES }) {
    const rows: Row[] = [];
    for (const share of shares)
      rows.push(...(await heldOrNot(`beside, ${share} of a processor`, () => rowsOf(share, say))));
    return rows;
  },
};

async function rowsOf(share: number, say: (text: string) => void): Promise<Row[]> {
  say(`${share} of a processor, minutes alone`);
  const alone = await measured(share, []);
  say(`${share} of a processor, minutes beside events`);
  const beside = await measured(share, SINKS);
  const row = (what: string, of: 'watermarks' | 'bars', within: number): Row => {
    const [value, limit] = [beside[of].within(within), alone[of].within(within)];
    return {
      what: `${SYMBOLS} symbols beside ${PER_SECOND} events/s to ${SINKS.length} sinks, ${share} of a processor: ${what}`,
      ...{ unit: 'ms', median: value, range: [value, value] },
      limit: { name: 'without events', median: limit },
      ...(of === 'watermarks' && { target: { kind: 'at most', value: TARGET, of: 'ratio' } as const }),
    };
  };
  return [
    row('watermarks acknowledged after their minute, half', 'watermarks', 0.5),
    row('the same, 99 %', 'watermarks', 0.99),
    row('bars, from frame to acknowledgement, half', 'bars', 0.5),
    row('the same, 99 %', 'bars', 0.99),
  ];
}

/** When records of a minute were acknowledged. */
class Watch {
  /** Ms after the minute's end, and after its frames. */
  readonly watermarks: Arrivals;
  readonly bars: Arrivals;
  /** Ms of `performance.now()` at which the frames came. */
  #framesAt = 0;
  #left = { bars: 0, watermarks: 0 };
  #isMeasured = false;

  constructor() {
    this.watermarks = new Arrivals(() => this.#framesAt - LATE);
    this.bars = new Arrivals(() => this.#framesAt);
  }

  begin(isMeasured: boolean): void {
    this.#framesAt = performance.now();
    this.#isMeasured = isMeasured;
    this.#left = { bars: SYMBOLS, watermarks: SLOTS };
  }

  acknowledged(put: string): void {
    const at = performance.now();
    if (!put.includes(`"StreamName":"${names.minutes}"`)) return;
    for (const [, data = ''] of put.matchAll(/"Data":"([^"]*)"/g)) {
      const kind = Buffer.from(data.slice(0, 40), 'base64').includes('"bar"') ? 'bars' : 'watermarks';
      this.#left[kind]--;
      if (this.#isMeasured) this[kind].wait(0, at);
    }
  }

  async complete(): Promise<void> {
    while (this.#left.bars > 0 || this.#left.watermarks > 0) await sleep(20);
  }
}

async function measured(share: number, sinks: readonly (typeof SINKS)[number][]): Promise<Watch> {
  await using open = new AsyncDisposableStack();
  const watch = new Watch();
  const aws = open.adopt(await LocalAws.start(), each => each.stop());
  const server = open.adopt(await FrameServer.start(), each => each.stop());
  const unwatched = new Arrivals(() => 0);
  const behind = await Promise.all(sinks.map(name => receivers[name](unwatched)));
  for (const each of behind) open.use(each);
  const kinesis = open.adopt(
    await TakingKinesis.start(SHARDS, { delay: ANSWER, onAcknowledged: put => watch.acknowledged(put) }),
    each => each.stop(),
  );
  const ingester = open.adopt(
    await IngesterProcess.start(
      {
        ...aws.environment,
        ...{ [ingesterEnv.apiKey]: 'key', [ingesterEnv.feedUrl]: server.url },
        ...{ [ingesterEnv.restUrl]: 'http://127.0.0.1:9', [toldSettings.backfillOnStart.variable]: 'none' },
        ...Object.assign({}, ...behind.map(({ env }) => env)),
        ...(sinks.length > 0 && {
          [passedOnEnv.channels]: 'minutes,trades,quotes,seconds',
          [sinkEnv.sink]: sinks.join(','),
        }),
        AWS_ENDPOINT_URL_KINESIS: kinesis.endpoint,
      },
      BLOCK_START,
    ),
    each => each.stop(),
  );
  const socket = await server.subscribed();
  const limit = limitCpu(ingester.pid, share);
  open.defer(() => limit.release());
  const market = new VendorFrames(sampleSymbols(SYMBOLS), BLOCK_START);
  const load = new EventLoad(socket, sampleSymbols(SYMBOLS));
  const playing = new AbortController();
  const played =
    sinks.length > 0 ? load.play(Number.POSITIVE_INFINITY, PER_SECOND, playing.signal) : undefined;
  for (let minute = 0; minute < WARMING + MINUTES; minute++) {
    const frames = market.minutes(1);
    await ingester.setClock(market.next + LATE, 1);
    watch.begin(minute >= WARMING);
    for (const frame of frames) socket.send(frame);
    await watch.complete();
  }
  playing.abort();
  await played;
  return watch;
}
