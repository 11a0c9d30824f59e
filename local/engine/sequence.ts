/** Sequence numbers of the local Kinesis, converted with BigInt: its own conversion is most of what a record costs there. */

/** The parts of a sequence number. Times are epoch ms, of which it keeps seconds; `seqIx` counts records. */
export interface SequenceParts {
  readonly shardCreateTime: number;
  readonly seqIx?: string | number | null;
  readonly byte1?: string;
  readonly seqTime?: number;
  readonly shardIx?: number;
  readonly version?: number;
}

/** The codec that is replaced; only the current layout (version 2) is converted here, the rest stays with it. */
export interface SequenceCodec {
  parseSequence(sequence: string): SequenceParts;
  stringifySequence(parts: SequenceParts): string;
}

/** Hex digits of a version 2 sequence number: 2, shard creation (9), shard (1), index (16), byte (2), time (9), shard (8), 2. */
const HEX_DIGITS = 47;

/** `slow` with the conversions of version 2 sequence numbers done by BigInt. */
export function fastSequences(slow: SequenceCodec): SequenceCodec {
  return {
    parseSequence(sequence) {
      const hex = /^\d+$/.test(sequence) ? BigInt(sequence).toString(16) : '';
      const indexHex = hex.slice(11, 27);
      const shardHex = hex.slice(38, 46);
      const current = hex.length === HEX_DIGITS && hex.startsWith('2') && hex.endsWith('2');
      if (!current || indexHex > '7fffffffffffffff' || shardHex > '7fffffff')
        return slow.parseSequence(sequence);
      return {
        shardCreateTime: Number.parseInt(hex.slice(1, 10), 16) * 1000,
        seqIx: BigInt(`0x${indexHex}`).toString(),
        byte1: hex.slice(27, 29),
        seqTime: Number.parseInt(hex.slice(29, 38), 16) * 1000,
        shardIx: Number.parseInt(shardHex, 16),
        version: 2,
      };
    },
    stringifySequence(parts) {
      if ((parts.version ?? 2) !== 2) return slow.stringifySequence(parts);
      const shard = parts.shardIx ?? 0;
      const hex = [
        '2',
        seconds(parts.shardCreateTime),
        shard.toString(16).slice(-1),
        BigInt(parts.seqIx ?? 0)
          .toString(16)
          .padStart(16, '0'),
        parts.byte1 ?? '00',
        seconds(parts.seqTime ?? parts.shardCreateTime),
        shard.toString(16).padStart(8, '0'),
        '2',
      ].join('');
      return BigInt(`0x${hex}`).toString();
    },
  };
}

function seconds(ms: number): string {
  return Math.floor(ms / 1000)
    .toString(16)
    .padStart(9, '0');
}
