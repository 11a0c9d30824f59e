/** The writes a second that a table on demand takes which nobody has warmed; those beyond them are refused as the service refuses them. */
import { createHash } from 'node:crypto';

/** Of the table, and of one of its partitions. */
export const TABLE_WRITES = 4_000;
const PARTITION_WRITES = 1_000;

/** A bucket of writes, full for a second at the most. */
class Room {
  #left: number;
  #at = performance.now();
  readonly #perSecond: number;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
  }

  get isEmpty(): boolean {
    const now = performance.now();
    this.#left = Math.min(this.#perSecond, this.#left + ((now - this.#at) / 1_000) * this.#perSecond);
    this.#at = now;
    return this.#left < 1;
  }

  take(): void {
    this.#left--;
  }
}

/** The room of the table, and of each of its partitions. */
export class WriteLimits {
  readonly #table: Room;
  readonly #partitions: readonly Room[];

  constructor(share: number) {
    this.#table = new Room(TABLE_WRITES * share);
    const count = TABLE_WRITES / PARTITION_WRITES;
    this.#partitions = Array.from({ length: count }, () => new Room(PARTITION_WRITES * share));
  }

  /** @throws as the service does where a write finds no room */
  take(key: string): void {
    const partition = this.#partitions[placeOf(key) % this.#partitions.length];
    const rooms = [this.#table, ...(partition ? [partition] : [])];
    if (rooms.some(({ isEmpty }) => isEmpty))
      throw Object.assign(new Error('Throughput exceeds the current capacity'), {
        name: 'ThrottlingException',
      });
    for (const room of rooms) room.take();
  }
}

function placeOf(key: string): number {
  return createHash('md5').update(key).digest().readUInt32BE(0);
}
