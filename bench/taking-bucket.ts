/** A bucket that takes every object, whole or in parts, and keeps none: a server of objects that does not grow. */
import { crc32 } from 'node:zlib';
import { LocalBucket } from '../local/engine/buckets.ts';
import { ObjectServer } from '../local/engine/object-server.ts';
import { type Part, type Upload, Uploads } from '../local/engine/uploads.ts';

const NAME = 'events';

type Look = (body: Buffer) => Promise<void>;

class TakingUploads extends Uploads {
  readonly #look: Look;
  readonly #sizes: Map<string, number>;
  #begun = 0;

  constructor(sizes: Map<string, number>, look: Look) {
    super(NAME);
    this.#sizes = sizes;
    this.#look = look;
  }

  override async create(key: string, hasChecksums: boolean): Promise<Upload> {
    return { id: `${++this.#begun}`, key, hasChecksums };
  }

  override async put(key: string, id: string, number: number, body: Buffer): Promise<Part> {
    await this.#look(body);
    this.#sizes.set(key, (this.#sizes.get(key) ?? 0) + body.length);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(body));
    const etag = `${id}-${number}`;
    return { number, etag, crc32: checksum.toString('base64'), size: body.length, path: '' };
  }

  override async complete(_key: string, id: string): Promise<string> {
    return id;
  }
}

export class TakingBucket extends LocalBucket {
  readonly #sizes = new Map<string, number>();
  readonly #look: Look;
  readonly #server: ObjectServer;
  override readonly uploads: Uploads;

  private constructor(server: ObjectServer, look: Look) {
    super(NAME, NAME, '');
    this.#server = server;
    this.#look = look;
    this.uploads = new TakingUploads(this.#sizes, look);
    server.buckets = [this];
  }

  /** @param look is given what is put, of whole lines */
  static async start(look: Look): Promise<TakingBucket> {
    return new TakingBucket(await ObjectServer.start(), look);
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  /** Bytes of all objects. */
  get bytes(): number {
    return [...this.#sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  override async put(key: string, body: Buffer): Promise<void> {
    await this.#look(body);
    this.#sizes.set(key, body.length);
  }

  override async keysFrom(prefix: string): Promise<string[]> {
    return [...this.#sizes.keys()].filter(key => key.startsWith(prefix)).sort();
  }

  override async sizeOf(key: string): Promise<number> {
    return this.#sizes.get(key) ?? 0;
  }

  override async remove(key: string): Promise<void> {
    this.#sizes.delete(key);
  }
}
