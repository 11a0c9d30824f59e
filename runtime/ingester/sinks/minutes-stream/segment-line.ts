/** A record that waits on disk, as a line of text. */
import type { MinuteRecord } from '../../../records/bar.ts';
import { type Item, itemOf } from './slot-queue.ts';

const kinds: readonly MinuteRecord['type'][] = ['bar', 'coverage', 'watermark'];

/** Neither keys nor JSON hold tabs or line ends. */
export function lineOf({ kind, epoch, slot, order, partitionKey, data }: Item): string {
  return `${kind}\t${epoch ?? ''}\t${slot}\t${order}\t${partitionKey}\t${Buffer.from(data).toString()}`;
}

/** @throws when the line is none that `lineOf` wrote */
export function itemFrom(line: string): Item {
  const [kindText, epochText, slotText, order, partitionKey, text] = line.split('\t');
  const kind = kinds.find(each => each === kindText);
  if (kind === undefined || order === undefined || partitionKey === undefined || text === undefined)
    throw new Error(`a line of a segment is damaged: ${JSON.stringify(line.slice(0, 80))}`);
  const epoch = epochText === '' ? undefined : Number(epochText);
  return itemOf({ kind, epoch, slot: Number(slotText), order, partitionKey }, Buffer.from(text));
}
