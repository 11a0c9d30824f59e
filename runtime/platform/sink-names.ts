/** Names of the sinks of what is passed on, and of their variables, shared by the container and the infrastructure that sets them. */

/** Where events can go. */
export const sinkNames = ['stdout', 'ndjson', 'zmq', 's3', 'redis', 'events'] as const;
export type SinkName = (typeof sinkNames)[number];

/** Whether a sink has a use for minutes that are published, too. */
export function takesMinutes(sink: string): boolean {
  return sink === 'redis';
}

/** What stands for standard output where a path may stand. */
export const STDOUT = 'stdout';

/** What is passed on. */
export const passedOnEnv = {
  /** Channels that are subscribed to for the feed's symbols. */
  channels: 'CHANNELS',
  /** What is passed on besides, of symbols of its own. */
  subscription: 'SUBSCRIPTION',
} as const;

/** How a sink is chosen. */
export const sinkEnv = { sink: 'SINK', emitNdjson: 'EMIT_NDJSON', s3Enabled: 'S3_ENABLED' } as const;

/** What every sink is told of what it takes. */
export interface TakingNames {
  /** Events that it holds at most. */
  readonly cap: string;
  readonly warnInterval: string;
  readonly include: string;
  readonly sampleQuotes: string;
  readonly withoutConditions: string;
}

/** By sink. */
export const takingEnv: Readonly<Record<SinkName, TakingNames>> = {
  stdout: { ...taking('STDOUT'), cap: 'CHANNEL_CAP' },
  ndjson: taking('NDJSON'),
  zmq: taking('ZMQ'),
  s3: taking('S3'),
  redis: taking('REDIS'),
  events: taking('EVENTS'),
};

function taking(prefix: string): TakingNames {
  return {
    cap: `${prefix}_CHANNEL_CAP`,
    warnInterval: `${prefix}_WARN_INTERVAL_SECS`,
    include: `${prefix}_INCLUDE`,
    sampleQuotes: `${prefix}_SAMPLE_QUOTES`,
    withoutConditions: `${prefix}_WITHOUT_CONDITIONS`,
  };
}

export const ndjsonEnv = {
  dest: 'NDJSON_DEST',
  flushEvery: 'NDJSON_FLUSH_EVERY',
  flushInterval: 'NDJSON_FLUSH_INTERVAL_MS',
  maxBytes: 'NDJSON_MAX_BYTES',
  rotate: 'NDJSON_ROTATE_SECS',
  gzip: 'NDJSON_GZIP',
  noReopen: 'NDJSON_NO_REOPEN',
  splitPerType: 'NDJSON_SPLIT_PER_TYPE',
} as const;

export const zmqEnv = {
  endpoint: 'ZMQ_ENDPOINT',
  bind: 'ZMQ_BIND',
  sendHighWaterMark: 'ZMQ_SND_HWM',
  topicPrefix: 'ZMQ_TOPIC_PREFIX',
} as const;

export const s3Env = {
  bucket: 'S3_BUCKET',
  prefix: 'S3_PREFIX',
  windowMinutes: 'S3_WINDOW_MINUTES',
  maxObjectBytes: 'S3_MAX_OBJECT_BYTES',
  partSizeBytes: 'S3_PART_SIZE_BYTES',
  useMarker: 'S3_USE_MARKER',
  folder: 'S3_FOLDER',
  folderMaxBytes: 'S3_FOLDER_MAX_BYTES',
} as const;

export const redisEnv = {
  url: 'REDIS_URL',
  token: 'REDIS_TOKEN',
  closeTimeZone: 'QUOTE_PL_TIMEZONE',
  closeHour: 'QUOTE_PL_MARKET_CLOSE_HOUR',
  closeMinute: 'QUOTE_PL_MARKET_CLOSE_MINUTE',
  closeTtl: 'QUOTE_PREV_CLOSE_TTL_SEC',
} as const;

export const eventsEnv = { stream: 'EVENTS_STREAM' } as const;
