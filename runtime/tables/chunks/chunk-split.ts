/** Splits what a batch brought so that each chunk stays well below DynamoDB's limit on items. */
import { type ChunkBody, encodeBody } from './chunk-body.ts';

/** Encoded bytes of a body; an item may have 400 KB with its keys. */
const LIMIT = 300 * 1024;

export interface EncodedBody {
  readonly body: ChunkBody;
  readonly bytes: Uint8Array;
}

/** At least one part, in order; the parts together are the body. */
export function splitBody(body: ChunkBody, blockStart: number, limit = LIMIT): EncodedBody[] {
  const bytes = encodeBody(body, blockStart);
  const { minutes, marks } = body;
  if (bytes.byteLength <= limit || minutes.length + marks.length < 2) return [{ body, bytes }];
  const [minutesHalf, marksHalf] = [Math.ceil(minutes.length / 2), Math.floor(marks.length / 2)];
  return [
    ...splitBody(
      { minutes: minutes.slice(0, minutesHalf), marks: marks.slice(0, marksHalf) },
      blockStart,
      limit,
    ),
    ...splitBody({ minutes: minutes.slice(minutesHalf), marks: marks.slice(marksHalf) }, blockStart, limit),
  ];
}
