/** Where sinks of passed-on events write to, one of each kind: with trouble at a test's wish, and read as anybody else would. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { Subscriber } from 'zeromq';
import { codeOf } from '../../../../runtime/platform/error-code.ts';
import type { SinkName } from '../../../../runtime/platform/sink-names.ts';
import { LocalKinesis } from '../../../kit/support/local-kinesis.ts';
import { Folder } from '../../../support/folder.ts';
import { eventually } from './eventually.ts';
import { RedisServer } from './redis-server.ts';
import { packsOn } from './stream-packs.ts';
import { Gate } from './test-time.ts';

/** How files end that somebody else has moved. */
const BY_OTHERS = '000000.ndjson';

/** An event as it was read. */
export interface Read {
  readonly seq: number;
  readonly symbol: string;
}

export interface Place extends AsyncDisposable {
  /** What a sink is told that writes there. */
  readonly variables: Readonly<Record<string, string>>;
  /** What stands for standard output. */
  readonly output?: Writable;
  /** Epoch ms, for names of files. @default the machine's */
  readonly now?: () => number;
  /** Lets nothing be written there, or lets it again. */
  trouble(isOn: boolean): Promise<void>;
  /** Moves away what was written so far. @default nothing can be moved */
  rotate?(): void;
  /** Lets events of that symbol be handed to the sink until one has come. @default who reads has joined already */
  joined?(symbol: string, accept: () => void): Promise<void>;
  /** All that has come, in its order. @param isAll where it is on its way for a while, tells whether nothing is missing any more */
  read(isAll: (read: readonly Read[]) => boolean): Promise<readonly Read[]>;
  /** Whether what a sink has written is still lost when it is cut off before anybody has read it. @default false */
  readonly isPerishable?: boolean;
  /** Numbers of the events that may stand there again. @default none */
  readonly again?: ReadonlySet<number>;
}

/** What all places of a kind share. */
export interface Ground extends AsyncDisposable {
  place(): Promise<Place>;
}

/** The payload of an event, whatever it is wrapped in. */
const PAYLOAD = /"sym":"(\w+)"[^}]*"q":(\d+)/g;
const readIn = (text: string): Read[] =>
  [...text.matchAll(PAYLOAD)].map(([, symbol = '', seq]) => ({ symbol, seq: Number(seq) }));
const nothing = async () => undefined;

async function stdout(): Promise<Ground> {
  const place = async (): Promise<Place> => {
    let text = '';
    let waiting: (() => void) | undefined;
    let isHung = false;
    const output = new Writable({
      write: (chunk, _, done) => {
        const take = () => {
          waiting = undefined;
          text += chunk;
          done();
        };
        if (isHung) waiting = take;
        else take();
      },
    });
    return {
      ...{ variables: {}, output, [Symbol.asyncDispose]: nothing, read: async () => readIn(text) },
      trouble: async isOn => {
        isHung = isOn;
        if (!isOn) waiting?.();
      },
    };
  };
  return { place, [Symbol.asyncDispose]: nothing };
}

/** Files that others move away, and a folder that stands where the next would. */
async function ndjson(): Promise<Ground> {
  const place = async (): Promise<Place> => {
    const folder = new Folder();
    const path = join(folder.path, 'f.ndjson');
    let at = Date.UTC(2025, 10, 20);
    const now = () => (at += 1_000);
    let isBlocked = false;
    const rotate = () => {
      const time = new Date(now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
      if (!isBlocked && existsSync(path)) renameSync(path, join(folder.path, `f.${time}-${BY_OTHERS}`));
    };
    const names = () => readdirSync(folder.path).sort();
    return {
      variables: {
        ...{ NDJSON_DEST: path, NDJSON_MAX_BYTES: '1500', NDJSON_GZIP: 'true' },
        ...{ NDJSON_FLUSH_EVERY: '4', NDJSON_FLUSH_INTERVAL_MS: '1' },
      },
      now,
      rotate,
      trouble: async isOn => {
        if (isOn === isBlocked) return;
        if (!isOn) rmdirSync(path);
        else {
          // The sink may open its next file just then.
          do rotate();
          while (!hasMade(path));
        }
        isBlocked = isOn;
      },
      read: async () => {
        const isWhole = (name: string) => /\.gz$|^f\.ndjson$/.test(name) || name.endsWith(BY_OTHERS);
        await eventually(() => names().every(isWhole));
        const texts = names().map(name => {
          const bytes = readFileSync(join(folder.path, name));
          return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
        });
        return texts.flatMap(text => linesOf(text).flatMap(readIn));
      },
      [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
    };
  };
  return { place, [Symbol.asyncDispose]: nothing };
}

/** A subscriber that pauses. */
async function zmq(): Promise<Ground> {
  const place = async (): Promise<Place> => {
    const subscriber = new Subscriber({ receiveHighWaterMark: 0 });
    await subscriber.bind('tcp://127.0.0.1:*');
    subscriber.subscribe();
    const got: Read[] = [];
    const gate = new Gate();
    gate.open();
    const receiving = (async () => {
      for await (const [, envelope] of subscriber) {
        await gate.wait(0, forever());
        got.push(...readIn(`${envelope}`));
      }
    })();
    return {
      variables: { ZMQ_ENDPOINT: subscriber.lastEndpoint ?? '', ZMQ_SND_HWM: '100000' },
      isPerishable: true,
      trouble: async isOn => (isOn ? gate.shut() : gate.open()),
      joined: (symbol, accept) =>
        eventually(() => {
          accept();
          return got.some(each => each.symbol === symbol);
        }).then(nothing),
      read: async isAll => {
        await eventually(() => isAll(got));
        return got;
      },
      [Symbol.asyncDispose]: async () => {
        gate.open();
        subscriber.close();
        await receiving;
      },
    };
  };
  return { place, [Symbol.asyncDispose]: nothing };
}

/** A server that has no memory left now and then. */
async function redis(): Promise<Ground> {
  const server = await RedisServer.start();
  let isFull = false;
  const place = async (): Promise<Place> => {
    await server.ask('FLUSHALL');
    return {
      variables: { REDIS_URL: server.url },
      trouble: async isOn => {
        if (isOn !== isFull) await server.ask('CONFIG', 'SET', 'maxmemory', isOn ? '1' : '0');
        isFull = isOn;
      },
      read: async () => {
        const entries = await server.ask('XRANGE', 'stream:realtime:trades', '-', '+');
        if (!Array.isArray(entries)) throw new Error('no entries');
        return entries.map(([, fields]: [string, string[]]) => ({
          symbol: fields[1] ?? '',
          seq: Number(fields[fields.indexOf('trade_id') + 1]),
        }));
      },
      [Symbol.asyncDispose]: nothing,
    };
  };
  return { place, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** A stream that takes some records of a request, does not answer, or hears nothing of it. */
async function events(): Promise<Ground> {
  const local = await LocalKinesis.start();
  const faults = ['InternalFailure', 'lose the answer', undefined, 'hang up', undefined] as const;
  let streams = 0;
  const place = async (): Promise<Place> => {
    const stream = `events-${++streams}`;
    await local.create(stream, 1);
    Object.assign(process.env, {
      ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
      AWS_ENDPOINT_URL_KINESIS: local.url,
    });
    const again = new Set<number>();
    local.onUnanswered = all => {
      for (const data of all) for (const { seq } of readIn(gunzipSync(data).toString())) again.add(seq);
    };
    let [isOn, puts] = [false, 0];
    local.trouble = operation =>
      isOn && operation === 'PutRecords' ? faults[puts++ % faults.length] : undefined;
    local.refusal = index => (isOn && (index + puts) % 2 === 0 ? 'InternalFailure' : undefined);
    return {
      variables: { EVENTS_STREAM: stream },
      again,
      trouble: async is => {
        isOn = is;
      },
      read: async () =>
        (await packsOn(local.client, stream)).flatMap(({ text }) => linesOf(text).flatMap(readIn)),
      [Symbol.asyncDispose]: nothing,
    };
  };
  return { place, [Symbol.asyncDispose]: () => local[Symbol.asyncDispose]() };
}

/** Whether it has made a folder, where nothing may stand yet. */
function hasMade(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

const linesOf = (text: string) => text.split('\n').slice(0, -1);
const forever = () => new AbortController().signal;

/** By kind. */
export const grounds: readonly (readonly [SinkName, () => Promise<Ground>])[] = [
  ['stdout', stdout],
  ['ndjson', ndjson],
  ['zmq', zmq],
  ['redis', redis],
  ['events', events],
];
