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
export type { BarFilter } from './filter.ts';
export {
  type BarsResponse,
  type HandleBars,
  handleBars,
  type LambdaContext,
} from './handle-bars.ts';
export { barsIn, HighestVersions, highestVersions, identityOf, isNewer } from './highest.ts';
export { type Reading, readData, readText, type SkippedAs } from './read.ts';
