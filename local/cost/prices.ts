/** List prices, and what they add up to. */

/** Dollars a month by what they are for. */
export type Bill = Readonly<Record<string, number>>;

/** List prices in us-east-1, November 2026, US dollars, before any free tier. */
export const prices = {
  /** A shard for an hour. */
  shardHour: 0.015,
  /** A shard for an hour with records kept beyond 24 hours, up to 7 days, on top. */
  longRetentionHour: 0.02,
  /** A shard's records pushed to one consumer for an hour, and what is pushed. */
  pushedShardHour: 0.015,
  pushedGigabyte: 0.013,
  /** A million records put, each up to 25 KB. */
  millionPuts: 0.014,
  /** arm64, for an hour. */
  vcpuHour: 0.03238,
  gigabyteHour: 0.00356,
  /** Of both, on Spot: it changes from day to day, and is up to 70 % off. */
  spotShare: 0.3,
  publicIpHour: 0.005,
  /** A million units of DynamoDB on demand: writes of 1 KB, reads of 4 KB (half a unit when eventually consistent). */
  millionWrites: 0.625,
  millionReads: 0.125,
  /** Stored, for a month. */
  tableGigabyte: 0.25,
  /** The same, for being restored to any second. */
  restorableGigabyte: 0.2,
  /** arm64, memory times duration. */
  lambdaGigabyteSecond: 0.0000133334,
  millionInvocations: 0.2,
  millionSchedules: 1,
  /** A million questions to an HTTP API, each up to 512 KB. */
  millionQuestions: 1,
  metric: 0.3,
  /** A thousand metrics asked for by GetMetricData. */
  thousandMetricsAsked: 0.01,
  alarm: 0.1,
  composite: 0.5,
  dashboard: 3,
  /** Taken, and kept for a month at about a seventh of its size. */
  logGigabyte: 0.5 + 0.03 / 7,
  millionEmails: 20,
  millionObjectPuts: 5,
  millionObjectGets: 0.4,
  /** Kept for a month. */
  objectGigabyte: 0.023,
  imageGigabyte: 0.1,
  /** Out to the internet; within a region, and in, it is free. */
  trafficGigabyte: 0.09,
  secret: 0.4,
  /** A key of the account's own; a renewed one costs as much again for its first and its second renewal. */
  key: 1,
  millionKeyUses: 3,
} as const;
