/** Amazon's list prices in dollars, us-east-1, November 2026 (aws.amazon.com/dynamodb/pricing/on-demand). */

/** One DynamoDB write unit, on demand: a write of up to `WRITE_UNIT_BYTES`. A refused conditional write costs as much. */
export const WRITE_UNIT = 0.625e-6;
export const WRITE_UNIT_BYTES = 1_024;

/** Trading days of a month, on average: 252 of a year. */
export const DAYS_A_MONTH = 252 / 12;
/** Minutes of a trading day, regular hours alone and with the pre and post sessions. */
export const MINUTES_A_DAY = { regular: 390, extended: 960 } as const;
