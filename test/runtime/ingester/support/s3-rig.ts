/** A bucket of this machine and a sink that writes there, whose requests a test lets fail, and whose process it ends. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { LocalBucket } from '../../../../local/engine/buckets.ts';
import { ObjectServer } from '../../../../local/engine/object-server.ts';
import type { NumberedEvent } from '../../../../runtime/ingester/sinks/passed-on/event.ts';
import { EventBucket, uploadClient } from '../../../../runtime/ingester/sinks/s3/bucket.ts';
import { S3Objects } from '../../../../runtime/ingester/sinks/s3/s3.ts';
import { Spool } from '../../../../runtime/ingester/sinks/s3/spool.ts';
import { Upload } from '../../../../runtime/ingester/sinks/s3/upload.ts';
import { Uploader } from '../../../../runtime/ingester/sinks/s3/uploader.ts';
import { Seldom } from '../../../../runtime/platform/seldom.ts';
import { eventually } from './eventually.ts';
import { MemoryLogger } from './log.ts';
import { atOnce, timeWith } from './test-time.ts';

/** What becomes of a request: `lost` is its answer alone, `end` is the process with it, before or behind it. */
export type Fate = 'well' | 'fails' | 'lost' | 'end before' | 'end behind';

const settings = {
  name: 'events',
  prefix: 'raw/',
  hostname: 'host',
  usesMarker: false,
  windowMinutes: 15,
  maxObjectBytes: 1e9,
  partBytes: 1_000,
  limit: 1e9,
};
export type Settings = typeof settings;

export class S3Rig implements AsyncDisposable {
  readonly bucket: LocalBucket;
  readonly folder: string;
  readonly logger = new MemoryLogger();
  /** Of the next requests; all others go well. */
  fates: Fate[] = [];
  /** Commands sent, by name. */
  readonly sent: string[] = [];
  now = Date.UTC(2025, 10, 20, 14, 31);
  #end = Promise.withResolvers<void>();
  #kill: () => Promise<void> = async () => undefined;
  readonly #server: ObjectServer;

  private constructor(server: ObjectServer, folder: string) {
    this.#server = server;
    this.folder = join(folder, 'spool');
    this.bucket = new LocalBucket('Storage/Events', 'events', folder);
    this.bucket.uploads.leastPart = settings.partBytes;
    server.buckets = [this.bucket];
  }

  static async start(): Promise<S3Rig> {
    return new S3Rig(await ObjectServer.start(), await mkdtemp(join(tmpdir(), 'barflow-s3-')));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.#server.stop();
    await rm(join(this.folder, '..'), { recursive: true, force: true });
  }

  /** Resolves when a request has ended the process. */
  get ended(): Promise<void> {
    return this.#end.promise;
  }

  /** The process ends here and now: what it has asked for is done, and it does not hear of it. */
  async kill(): Promise<void> {
    await this.#kill();
  }

  /** A process starts, when the one before it has ended. */
  async open(changed: Partial<Settings> = {}) {
    await this.kill();
    this.#end = Promise.withResolvers();
    const { logger, folder } = this;
    const options = { ...settings, ...changed };
    const time = timeWith({ retry: atOnce });
    const spool = await Spool.open({ ...options, folder, logger });
    const { client, kill } = this.#client();
    const upload = new Upload({ ...options, bucket: new EventBucket(client), spool, logger });
    const uploader = new Uploader({ spool, upload, time, seldom: new Seldom(time, 0), logger });
    const outlet = await S3Objects.open({ ...options, spool, uploader, lineOf, now: () => this.now });
    this.#kill = async () => {
      await kill();
      await uploader.finish(AbortSignal.abort());
      client.destroy();
      for (const object of spool.objects) await object.seal();
    };
    const rested = () => eventually(() => !spool.objects.some(object => upload.isDue(object)));
    return { outlet, spool, rested };
  }

  /** The objects of the bucket by key, without what is none of events. */
  async objects(): Promise<Map<string, string>> {
    const keys = (await this.bucket.keys('')).filter(key => key.endsWith('.ndjson'));
    const texts = keys.map(async key => [key, (await this.bucket.read(key)).toString()] as const);
    return new Map(await Promise.all(texts));
  }

  /** Numbers of the events in all objects, key by key. @throws SyntaxError for what is no NDJSON */
  async seqs(): Promise<number[]> {
    return [...(await this.objects()).values()].flatMap(seqsIn);
  }

  #client() {
    const client: S3Client = uploadClient({
      region: 'us-east-1',
      endpoint: this.#server.endpoint,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    let hasEnded = false;
    const gone = Promise.withResolvers<never>();
    gone.promise.catch(() => undefined);
    const underWay = new Set<Promise<unknown>>();
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async args => {
          if (hasEnded) return await gone.promise;
          const fate = this.fates.shift() ?? 'well';
          this.sent.push(commandName.replace(/Command$/, ''));
          if (fate === 'fails') throw new Error('a fault of the network');
          if (fate === 'end before') hasEnded = true;
          else {
            const asked = next(args);
            underWay.add(asked);
            const result = await asked.finally(() => underWay.delete(asked));
            if (fate === 'end behind') hasEnded = true;
            if (!hasEnded && fate === 'lost') throw new Error('the answer is lost');
            if (!hasEnded) return result;
          }
          this.#end.resolve();
          return await gone.promise;
        },
      { step: 'initialize' },
    );
    const kill = async () => {
      hasEnded = true;
      await Promise.allSettled(underWay);
      gone.reject(new Error('the process has ended'));
    };
    return { client, kill };
  }
}

export function lineOf({ seq, text }: NumberedEvent): string {
  return `{"seq":${seq},"payload":${text}}`;
}

export function seqsIn(text: string): number[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new SyntaxError('the last line has no end');
  return lines.map(line => {
    const { seq }: { seq: number } = JSON.parse(line);
    return seq;
  });
}
