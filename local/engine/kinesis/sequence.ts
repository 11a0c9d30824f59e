/** Sequence numbers as Kinesis writes them: decimal numbers that rise within a shard and from a shard to its children. */

/**
 * In hex: 2, seconds at which the shard was created (9 digits), the shard's last digit, the record's index in its shard (16),
 * 00, seconds of the put (9), the shard's number (8), 2.
 */
const DIGITS = 47;
const INDEX_BITS = 80n;
/** The index that closes a shard: no record reaches it. */
export const LAST_INDEX = 2n ** 63n - 1n;

/** The shard that a sequence number belongs to. */
export interface SequenceBase {
  /** The shard's number. */
  readonly shard: number;
  /** Epoch seconds. */
  readonly created: number;
}

/** What all sequence numbers of a shard and second have in common. @param seconds of the put, epoch */
export function sequenceBase({ shard, created }: SequenceBase, seconds: number): bigint {
  const number = shard.toString(16);
  const digits = [
    '2',
    nineDigits(created),
    number.slice(-1),
    '0'.repeat(16 + 2),
    nineDigits(seconds),
    number.padStart(8, '0'),
    '2',
  ];
  return BigInt(`0x${digits.join('')}`);
}

/** The sequence number of one record. */
export function sequenceNumber(base: bigint, index: number | bigint): string {
  return (base + (BigInt(index) << INDEX_BITS)).toString();
}

const nineDigits = (seconds: number) => seconds.toString(16).padStart(9, '0');

/** The parts of a sequence number; undefined when it is none. */
export function parseSequence(text: string): (SequenceBase & { readonly index: number }) | undefined {
  const hex = /^\d{1,80}$/.test(text) ? BigInt(text).toString(16) : '';
  if (hex.length !== DIGITS || !hex.startsWith('2') || !hex.endsWith('2')) return undefined;
  return {
    created: Number.parseInt(hex.slice(1, 10), 16),
    index: Number.parseInt(hex.slice(11, 27), 16),
    shard: Number.parseInt(hex.slice(38, 46), 16),
  };
}
