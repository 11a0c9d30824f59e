/** How long the burst of a whole market takes from the socket to the stream's last acknowledgement, and what it costs the ingester. */
import type { PutRecord } from '../local/engine/server-messages.ts';
import { ingesterEnv } from '../runtime/ingester/names.ts';
import { type Entry, putOnce } from '../runtime/platform/put-records.ts';
import { toldSettings } from '../runtime/platform/settings.ts';
import { heldOrNot, limitCpu, SHARE } from './cpu-limit.ts';
import { FrameServer } from './frame-server.ts';
import { type Benchmark, figures, median, type Row } from './harness.ts';
import { IngesterProcess } from './ingester-process.ts';
import { LocalAws, names } from './local-aws.ts';
import { PutWatch, type Taken } from './put-watch.ts';
import { BLOCK_START, sampleSymbols } from './sample.ts';
import { VendorFrames } from './vendor-frames.ts';

const SYMBOLS = 11_000;
/** The first is not counted: nothing is compiled yet. */
const BURSTS = 8;
/** Ms after a minute's end at which its burst comes. */
const LATE = 2_000;
const AT_ONCE = 4;
/** Seconds of processor time that a million bars may take. */
const PER_MILLION = 9;
const PER_REQUEST = 500;

interface Setting {
  readonly shards: number;
  readonly note: string;
  /** Share of a processor. @default all of one */
  readonly share?: number;
  /** In how many seconds it is to be done. @default none */
  readonly target?: number;
}

const settings: readonly Setting[] = [
  { shards: 32, note: '32 shards, whose pace bounds nothing', target: 1 },
  { shards: 4, note: 'paced for 4 shards' },
  { shards: 32, note: '32 shards, a quarter of a processor', share: SHARE, target: 0.8 },
];

/** Of one burst, seconds. */
interface Burst {
  readonly p50: number;
  readonly p99: number;
  readonly last: number;
  readonly processor: number;
  /** The same records with bare requests. */
  readonly bare: Pick<Burst, 'p50' | 'p99' | 'last'>;
}

export const burstBenchmark: Benchmark = {
  name: 'burst',
  async run(say) {
    const rows: Row[] = [];
    for (const setting of settings) {
      say(setting.note);
      rows.push(...(await heldOrNot(setting.note, () => rowsOf(setting, say))));
    }
    return rows;
  },
};

async function rowsOf(setting: Setting, say: (text: string) => void): Promise<Row[]> {
  await using open = new AsyncDisposableStack();
  const aws = open.adopt(await LocalAws.start({ minuteShards: setting.shards }), each => each.stop());
  const server = open.adopt(await FrameServer.start(), each => each.stop());
  const market = new VendorFrames(sampleSymbols(SYMBOLS), BLOCK_START);
  const ingester = open.adopt(
    await IngesterProcess.start(
      {
        ...aws.environment,
        [ingesterEnv.apiKey]: 'key',
        [ingesterEnv.feedUrl]: server.url,
        [ingesterEnv.restUrl]: 'http://127.0.0.1:9',
        [toldSettings.backfillOnStart.variable]: 'none',
      },
      BLOCK_START,
    ),
    each => each.stop(),
  );
  await server.subscribed();
  const watch = await PutWatch.of(aws.kinesisServer, names.minutes);
  const limit = setting.share === undefined ? undefined : limitCpu(ingester.pid, setting.share);
  if (limit) open.defer(() => limit.release());
  const what = `burst of ${SYMBOLS} bars, ${setting.note}${limit ? ` (${limit.means})` : ''}`;
  const bursts: Burst[] = [];
  for (let n = 0; n < BURSTS; n++) {
    say(`${setting.note}: burst ${n} of ${BURSTS - 1}`);
    const burst = await measure({ aws, ingester, server, watch, market });
    if (n > 0) bursts.push(burst);
  }
  const row = (part: 'p50' | 'p99' | 'last', name: string): Row => ({
    what: `${what}: ${name}`,
    unit: 's',
    ...figures(bursts.map(burst => burst[part])),
    limit: { name: 'bare PutRecords of 500', median: median(bursts.map(({ bare }) => bare[part])) },
  });
  return [
    row('p50', 'half of the bars acknowledged'),
    row('p99', '99 % acknowledged'),
    {
      ...row('last', 'all acknowledged'),
      ...(setting.target && { target: { kind: 'at most', value: setting.target } as const }),
    },
    {
      what: `${what}: processor time per million bars`,
      unit: 's',
      ...figures(bursts.map(({ processor }) => (processor / SYMBOLS) * 1e6)),
      ...(setting.target && { target: { kind: 'at most', value: PER_MILLION } as const }),
    },
  ];
}

interface Parts {
  readonly aws: LocalAws;
  readonly ingester: IngesterProcess;
  readonly server: FrameServer;
  readonly watch: PutWatch;
  readonly market: VendorFrames;
}

async function measure({ aws, ingester, server, watch, market }: Parts): Promise<Burst> {
  const frames = market.minutes(1);
  await ingester.setClock(market.next + LATE, 0);
  const before = await ingester.rests();
  const complete = watch.next(SYMBOLS);
  const socket = await server.subscribed();
  const start = performance.now();
  for (const frame of frames) socket.send(frame);
  const spread = spreadOf(await complete, start);
  const entries = watch.records.map(entryOf);
  const after = await ingester.rests();
  return { ...spread, processor: after.processor - before.processor, bare: await putBare(aws, entries) };
}

/** When half, nearly all and all of the bars were taken, seconds after `start`. */
function spreadOf(taken: readonly Taken[], start: number): Pick<Burst, 'p50' | 'p99' | 'last'> {
  const times = taken.flatMap(({ at, bars }) => Array<number>(bars).fill((at - start) / 1e3));
  const at = (share: number) => times[Math.ceil(share * times.length) - 1] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), last: at(1) };
}

function entryOf({ partitionKey, explicitHashKey = '0', data }: PutRecord): Entry {
  return { partitionKey, explicitHashKey, data: Buffer.from(data) };
}

/** The least that has to be done: as many requests at once as the ingester makes, full ones. */
async function putBare(aws: LocalAws, entries: readonly Entry[]): Promise<Burst['bare']> {
  const taken: Taken[] = [];
  const start = performance.now();
  let next = 0;
  const put = async () => {
    while (next < entries.length) {
      const request = entries.slice(next, next + PER_REQUEST);
      next += PER_REQUEST;
      await putOnce(aws.kinesis, names.bars, request);
      taken.push({ at: performance.now(), bars: request.length });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, put));
  return spreadOf(taken, start);
}
