/** What it takes to pass 10,000 events a second on to the events stream: from the frame to the acknowledgement, in bytes, in processor time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { aloneEnv } from '../runtime/ingester/alone/names.ts';
import { eventsEnv, sinkEnv } from '../runtime/platform/sink-names.ts';
import { limitCpu, SHARE } from './cpu-limit.ts';
import { FrameServer } from './frame-server.ts';
import type { Benchmark, Row } from './harness.ts';
import { imageFlags } from './ingester-process.ts';
import { MixedEvents } from './mixed-events.ts';
import { usedBy } from './process-tree.ts';
import { sampleSymbols } from './sample.ts';
import { TakingKinesis } from './taking-kinesis.ts';

const SYMBOLS = 2_000;
const PER_SECOND = 10_000;
/** The vendor's frames of such a market hold about so many. */
const PER_FRAME = 50;
/** Seconds until code is warm, and seconds that are measured. */
const [WARMING, MEASURED] = [10, 30];
/** How long Kinesis takes to answer (ms): about that of its own region. */
const ANSWER = 20;
const MILLION = 1e6;

const programs = {
  ingester: fileURLToPath(new URL('../runtime/ingester/alone/main.ts', import.meta.url)),
  bare: fileURLToPath(new URL('./bare-client.ts', import.meta.url)),
};

export const eventsBenchmark: Benchmark = {
  name: 'events',
  async run(say) {
    say('a bare client');
    const bare = await measured('bare', undefined);
    const rows: Row[] = [];
    for (const share of [undefined, SHARE]) {
      const note = share === undefined ? '' : `, ${share} of a processor`;
      say(`the ingester${note}`);
      rows.push(...rowsOf(await measured('ingester', share), bare, note));
    }
    return rows;
  },
};

interface Measured {
  /** Ms from the frame to the acknowledgement of every event, ascending. */
  readonly waits: readonly number[];
  readonly events: number;
  /** Of the records' data. */
  readonly bytes: number;
  readonly records: number;
  /** How many were sent that never arrived. */
  readonly missing: number;
  /** Seconds of processor time for each event. */
  readonly processor: number;
  /** Bytes at the end, and at the beginning of what is measured. */
  readonly memory: readonly [end: number, begin: number];
}

function rowsOf(found: Measured, bare: Measured, note: string): Row[] {
  const { waits, events, bytes, records, missing, processor, memory } = found;
  const row = (what: string, unit: string, value: number): Row => ({
    ...{ what: `${what}${note}`, unit, median: value, range: [value, value] },
  });
  const at = (share: number) => waits[Math.floor(share * (waits.length - 1))] ?? Number.NaN;
  return [
    row('10,000 events/s, from frame to acknowledgement: half', 'ms', at(0.5)),
    { ...row('the same: 99 %', 'ms', at(0.99)), target: { kind: 'at most', value: 100 } },
    { ...row('events of these that never arrived', '', missing), target: { kind: 'at most', value: 0 } },
    {
      ...row('bytes an event on the stream', 'B', bytes / events),
      target: { kind: 'at most', value: MILLION / PER_SECOND },
    },
    row('records a second', '', records / MEASURED),
    {
      ...row('processor time per million events', 's', processor * MILLION),
      limit: { name: 'bare ws client, JSON.parse', median: bare.processor * MILLION },
    },
    {
      ...row('memory', 'MB', memory[0] / MILLION),
      limit: { name: `${MEASURED} s before`, median: memory[1] / MILLION },
    },
  ];
}

async function measured(kind: keyof typeof programs, share: number | undefined): Promise<Measured> {
  await using open = new AsyncDisposableStack();
  const watch = new Watch();
  const kinesis = open.adopt(
    await TakingKinesis.start(1, { delay: ANSWER, onAcknowledged: put => watch.acknowledged(put) }),
    each => each.stop(),
  );
  const server = open.adopt(await FrameServer.start(), each => each.stop());
  const child = open.adopt(started(kind, server.url, kinesis.endpoint), ended);
  const socket = await server.subscribed();
  const limit = share === undefined ? undefined : limitCpu(child.pid ?? 0, share);
  if (share !== undefined && limit === undefined) throw new Error('this machine cannot limit processor time');
  const market = new MixedEvents(sampleSymbols(SYMBOLS));
  const play = (seconds: number) => paced(seconds, now => socket.send(market.frame(PER_FRAME, now)));
  await play(WARMING);
  watch.begin();
  const [first, before] = [market.made, usedBy(child.pid ?? 0)];
  await play(MEASURED);
  const after = usedBy(child.pid ?? 0);
  const sent = market.made - first;
  if (kind === 'ingester') await watch.until(market.made);
  limit?.release();
  return {
    ...{ waits: watch.waits.toSorted((a, b) => a - b), events: watch.events },
    ...{ bytes: watch.bytes, records: watch.records },
    missing: kind === 'ingester' ? market.made - watch.all : 0,
    processor: (after.processor - before.processor) / sent,
    memory: [after.memory, before.memory],
  };
}

/** Kind and time of an envelope. */
const EVENT = /"type":"(\w+)".*?"ts":(\d+)/;

/** What was acknowledged since it began to look. */
class Watch {
  waits: number[] = [];
  events = 0;
  bytes = 0;
  records = 0;
  /** Events, from the start on. */
  all = 0;

  begin(): void {
    Object.assign(this, { waits: [], events: 0, bytes: 0, records: 0 });
  }

  acknowledged(put: string): void {
    const now = Date.now();
    for (const [, data = ''] of put.matchAll(/"Data":"([^"]*)"/g)) {
      const packed = Buffer.from(data, 'base64');
      this.records++;
      this.bytes += packed.byteLength;
      for (const line of gunzipSync(packed).toString().trimEnd().split('\n')) {
        this.all++;
        this.events++;
        const [, kind, ts] = EVENT.exec(line) ?? [];
        // Of seconds the vendor tells the start, not when it sent them.
        if (kind !== 'A') this.waits.push(now - Number(ts));
      }
    }
  }

  /** Resolves when so many have come, or nothing comes any more. */
  async until(count: number): Promise<void> {
    for (let before = -1; this.all < count && before < this.all; ) {
      before = this.all;
      await sleep(2_000);
    }
  }
}

/** Sends at the rate, and catches up with what was late. */
async function paced(seconds: number, send: (now: number) => void): Promise<void> {
  const begun = performance.now();
  for (let sent = 0; sent < seconds * PER_SECOND; ) {
    const due = Math.min(seconds, (performance.now() - begun) / 1e3) * PER_SECOND;
    for (; sent < due; sent += PER_FRAME) send(Date.now());
    await sleep(2);
  }
}

function started(kind: keyof typeof programs, url: string, kinesis: string): ChildProcess {
  const env = {
    ...process.env,
    ...{ [aloneEnv.apiKey]: 'key', [aloneEnv.feedUrl]: url, [aloneEnv.subscription]: 'T.*,Q.*,A.*' },
    ...{
      [aloneEnv.metricsAddress]: '127.0.0.1:0',
      [aloneEnv.logLevel]: 'WARN',
      [sinkEnv.sink]: 'events',
      [eventsEnv.stream]: 'events',
    },
    ...{ AWS_ENDPOINT_URL_KINESIS: kinesis, AWS_REGION: 'us-east-1' },
    ...{ AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' },
  };
  return spawn(process.execPath, [...imageFlags, programs[kind], url], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}
