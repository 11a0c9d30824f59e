/** What cannot be read, as the quarantine keeps it and as the log tells of it. */
import type { Refused } from '../../kit/index.ts';
import { printable } from '../records/show.ts';
import type { SetAside } from '../tables/quarantine/quarantine.ts';
import type { Refused as Piece } from '../tables/quarantine/quarantine-item.ts';

/** As much of a record as a line of the log holds, in characters: ten times a whole one. */
const LOGGED = 4_000;

/** The same record refused again takes the same place. */
export function pieceOf({ arrived, shardId, sequenceNumber, data, reason, stream }: Refused): Piece {
  const place = `${shardId}:${sequenceNumber}`;
  return { at: arrived ?? Number.NaN, place, raw: data, reason, where: `${stream} ${place}` };
}

/** A line of the log about a piece that the quarantine does not take: nothing else keeps it. */
export function toldOf({ refused, cause }: SetAside): [message: string, details: Record<string, string>] {
  return [
    'a refused record finds no place in the quarantine',
    {
      cause,
      where: refused.where,
      reason: printable(refused.reason, 300),
      raw: printable(Buffer.from(refused.raw).toString(), LOGGED),
    },
  ];
}
