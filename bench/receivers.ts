/** What is on the other side of each sink: it takes what comes, counts it by its numbers, and keeps nothing. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { Subscriber } from 'zeromq';
import { eventsEnv, ndjsonEnv, s3Env, takingEnv, zmqEnv } from '../runtime/platform/sink-names.ts';
import { type Arrivals, seqsIn } from './arrivals.ts';
import { LineReader } from './line-reader.ts';
import { TakingBucket } from './taking-bucket.ts';
import { TakingKinesis } from './taking-kinesis.ts';

/** Sinks that are measured, each by another way of reading. */
export const measuredSinks = ['events', 'ndjson', 's3', 'zmq'] as const;
export type MeasuredSink = (typeof measuredSinks)[number];

export interface Receiver extends AsyncDisposable {
  /** How the sink finds it. */
  readonly env: Readonly<Record<string, string>>;
  /** Bytes that have come. */
  bytes(): number;
}

/** Five seconds of 10,000 events, as the sink `events` holds by default. */
const CAP = '50000';
/** How long Kinesis takes to answer (ms): about that of its own region. */
const ANSWER = 20;
/** A file of so many bytes is moved aside. */
const FILE = 64e6;
/** Characters that are looked through before anything else gets its turn. */
const SLICE = 256 * 1024;

type Open = (arrivals: Arrivals) => Promise<Receiver>;

export const receivers: Readonly<Record<MeasuredSink, Open>> = {
  async events(arrivals) {
    let bytes = 0;
    const kinesis = await TakingKinesis.start(1, {
      delay: ANSWER,
      onAcknowledged: put => {
        const at = performance.now();
        for (const [, data = ''] of put.matchAll(/"Data":"([^"]*)"/g)) {
          const packed = Buffer.from(data, 'base64');
          bytes += packed.byteLength;
          for (const seq of seqsIn(gunzipSync(packed).toString('latin1'))) arrivals.take(seq, at);
        }
      },
    });
    return {
      env: { [eventsEnv.stream]: 'events', AWS_ENDPOINT_URL_KINESIS: kinesis.endpoint },
      bytes: () => bytes,
      [Symbol.asyncDispose]: () => kinesis.stop(),
    };
  },

  async ndjson(arrivals) {
    const folder = await mkdtemp(join(tmpdir(), 'barflow-bench-'));
    const name = 'events.ndjson';
    const reader = new LineReader(folder, name, lines => {
      const at = performance.now();
      for (const seq of seqsIn(lines)) arrivals.take(seq, at);
    });
    return {
      env: {
        [ndjsonEnv.dest]: join(folder, name),
        [ndjsonEnv.maxBytes]: `${FILE}`,
        [takingEnv.ndjson.cap]: CAP,
      },
      bytes: () => reader.bytes,
      [Symbol.asyncDispose]: async () => {
        await reader.stop();
        await rm(folder, { recursive: true });
      },
    };
  },

  async s3(arrivals) {
    const folder = await mkdtemp(join(tmpdir(), 'barflow-bench-'));
    const bucket = await TakingBucket.start(async body => {
      const text = body.toString('latin1');
      for (let from = 0; from < text.length; ) {
        const to = 1 + text.indexOf('\n', Math.min(text.length - 1, from + SLICE));
        for (const seq of seqsIn(text.slice(from, to))) arrivals.take(seq);
        from = to;
        await turn();
      }
    });
    return {
      env: {
        [s3Env.bucket]: bucket.name,
        [s3Env.folder]: folder,
        [takingEnv.s3.cap]: CAP,
        AWS_ENDPOINT_URL_S3: bucket.endpoint,
      },
      bytes: () => bucket.bytes,
      [Symbol.asyncDispose]: async () => {
        await bucket.stop();
        await rm(folder, { recursive: true });
      },
    };
  },

  async zmq(arrivals) {
    let bytes = 0;
    // What it drops by itself is counted apart: it is given room for what the sink holds.
    const subscriber = new Subscriber({ receiveHighWaterMark: 0, linger: 0 });
    await subscriber.bind('tcp://127.0.0.1:*');
    subscriber.subscribe('');
    const reading = (async () => {
      for await (const [, line] of subscriber) {
        const at = performance.now();
        bytes += line?.length ?? 0;
        for (const seq of seqsIn(line?.toString('latin1') ?? '')) arrivals.take(seq, at);
      }
    })();
    return {
      env: {
        [zmqEnv.endpoint]: subscriber.lastEndpoint ?? '',
        [zmqEnv.sendHighWaterMark]: CAP,
        [takingEnv.zmq.cap]: CAP,
      },
      bytes: () => bytes,
      [Symbol.asyncDispose]: async () => {
        subscriber.close();
        await reading;
      },
    };
  },
};
