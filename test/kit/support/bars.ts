/** Bars for the kit's tests, and the events that carry them. */

import type { LongerBar } from '../../../kit/bar.ts';
import type { KinesisEvent } from '../../../kit/event.ts';
import type { RolledTimeframe } from '../../../runtime/markets/timeframe.ts';
import { minutesIn } from '../../../runtime/markets/timeframe.ts';

export const START = 1_763_649_000_000;

export interface Given {
  readonly symbol?: string;
  readonly timeframe?: RolledTimeframe;
  readonly start?: number;
  readonly version?: number;
  readonly final?: boolean;
  readonly volume?: string;
}

export function bar({ timeframe = '5m', start = START, version = 1, ...given }: Given = {}): LongerBar {
  return {
    type: 'bar',
    symbol: 'AAPL',
    open: 212.4,
    high: 212.99,
    low: 211.1,
    // Tells which version it is.
    close: 212 + version / 1_000,
    volume: '1234567',
    minutes: 4,
    uncovered: 1,
    session: 'regular',
    final: true,
    ...given,
    timeframe,
    start,
    end: start + minutesIn[timeframe] * 60_000,
    version,
  };
}

/** The event that carries these records, whose sequence numbers count from 1. */
export function eventOf(records: readonly (string | Uint8Array)[]): KinesisEvent {
  return {
    Records: records.map((data, index) => ({
      kinesis: {
        data: Buffer.from(data).toString('base64'),
        partitionKey: `key ${index + 1}`,
        sequenceNumber: `${index + 1}`,
        approximateArrivalTimestamp: START / 1_000,
      },
      eventID: `shardId-000000000003:${index + 1}`,
      eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/bars',
    })),
  };
}
