/** The kit: what a consumer of Barflow's streams imports. `barflow-kit/stream` follows a stream, `barflow-kit/cdk` subscribes a function. */
export type { RolledTimeframe, Timeframe } from '../runtime/markets/timeframe.ts';
export type { Coverage, Source, Watermark } from '../runtime/records/bar.ts';
export { slotOf } from '../runtime/records/slot.ts';
export { type Bar, barText, type LongerBar, type OneMinuteBar, type StreamRecord } from './bar.ts';
export {
  type KinesisEvent,
  type KinesisEventRecord,
  type Records,
  type Refused,
  readRecords,
  type Skipped,
} from './event.ts';
export { eventsIn, type PassedOnEvent } from './events.ts';
export type { BarFilter, EventFilter } from './filter.ts';
export { type HandleBars, handleBars } from './handle-bars.ts';
export { type HandleEvents, handleEvents } from './handle-events.ts';
export type {
  BatchResponse,
  BatchResponse as BarsResponse,
  Handler,
  Handling,
  LambdaContext,
} from './handling.ts';
export { barsIn, HighestVersions, highestVersions, identityOf, isNewer } from './highest.ts';
export { type Found, type Reading, readData, readText, type SkippedAs } from './read.ts';
