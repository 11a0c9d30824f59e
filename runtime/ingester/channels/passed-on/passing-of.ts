/** How an ingester in AWS passes on what its configuration asks for. */
import type { Market } from '../../../markets/names.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import { Seldom } from '../../../platform/seldom.ts';
import { processTime, type Time } from '../../../platform/time.ts';
import type { VendorWords } from '../../../vendor/words.ts';
import type { EventSink } from '../../sinks/passed-on/event-sink.ts';
import type { QuarantineWriter } from '../../sinks/quarantine-writer.ts';
import { type PassedOnConfig, patternsOf } from './config.ts';
import type { Halts } from './halts.ts';
import { Passing } from './passing.ts';

/** How often (ms) refused events are said. */
const SAID_EVERY = 5_000;

export interface PassingWorld {
  readonly sinks?: readonly EventSink[];
  readonly time?: Time;
  readonly logger: Logger;
}

export interface PassingNeeds {
  readonly words: VendorWords;
  /** Takes refused events. */
  readonly quarantine: Pick<QuarantineWriter, 'add'>;
  /** Event time. */
  readonly clock: Clock;
  readonly halts?: Halts | undefined;
}

export function passingOf(
  { market, passedOn }: { readonly market: Market; readonly passedOn: PassedOnConfig },
  { sinks = [], time = processTime, logger }: PassingWorld,
  { words, quarantine, clock, halts }: PassingNeeds,
): Passing {
  return new Passing({
    ...{ market, patterns: patternsOf(passedOn), words, sinks, halts, now: Date.now, logger },
    seldom: new Seldom(time, SAID_EVERY),
    onRefused: event => quarantine.add(event, clock.now()),
  });
}
