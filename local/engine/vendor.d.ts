/** Types of what the engine uses of the local Kinesis and DynamoDB servers, which ship none. */
declare module 'kinesalite' {
  import type { Server } from 'node:http';
  export default function kinesalite(options: {
    createStreamMs?: number;
    deleteStreamMs?: number;
    updateStreamMs?: number;
    shardLimit?: number;
  }): Server;
}

declare module 'kinesalite/db/index.js' {
  /** The parts of a sequence number; `seqIx` counts records and is a decimal string once parsed. */
  export interface SequenceParts {
    shardCreateTime: number;
    seqIx?: string | number | null;
    byte1?: string;
    seqTime?: number;
    shardIx?: number;
    version?: number;
  }
  const db: {
    parseSequence(sequence: string): SequenceParts;
    stringifySequence(parts: SequenceParts): string;
  };
  export default db;
}

declare module 'dynalite' {
  import type { Server } from 'node:http';
  export default function dynalite(options: {
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}
