/** A Lambda handler for a stream of bars: what fails is asked for again, what cannot be read is handed over, and no deadline is missed. */
import type { Bar } from './bar.ts';
import { dataOf, type KinesisEventRecord, readEventRecord } from './event.ts';
import { type BarFilter, wanted } from './filter.ts';
import { type Handler, type Handling, handlerOf } from './handling.ts';
import type { Found } from './read.ts';

export interface HandleBars extends Handling {
  /** @default all bars */
  readonly filter?: BarFilter | ((bar: Bar) => boolean);
  /**
   * Takes bars in the order of the stream, which is not that of their versions: keep the highest. It may be given the same again.
   * @param signal aborts before the deadline: whatever has not resolved by then is asked for again
   */
  readonly onBars: (bars: readonly Bar[], signal: AbortSignal) => unknown;
}

/** The mapping must report batch item failures, as `BarsConsumer` sees to. */
export function handleBars({ filter = {}, onBars, ...handling }: HandleBars): Handler {
  const wants = typeof filter === 'function' ? filter : wanted(filter);
  return handlerOf({ name: 'bars', find: record => barsOf(record, wants), take: onBars }, handling);
}

function* barsOf(record: KinesisEventRecord, wants: (bar: Bar) => boolean): Generator<Found<Bar>> {
  const reading = readEventRecord(record);
  if (reading.kind === 'skipped') yield reading;
  else if (reading.kind === 'refused') yield { ...reading, data: dataOf(record) };
  else if (reading.record.type === 'bar' && wants(reading.record))
    yield { kind: 'item', item: reading.record };
}
