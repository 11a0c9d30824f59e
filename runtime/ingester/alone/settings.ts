/** The variables of an ingester that stands alone that are a number, a choice or a flag each. */
import { markets } from '../../markets/names.ts';
import { amount, choice, flag, type Kind, type Limits, list } from '../../platform/setting.ts';
import { logLevel } from '../../platform/settings.ts';
import { aloneEnv as name, type SinkName, sinkNames } from './names.ts';

const DAY = 86_400;
const MANY = 10_000_000;

const sinkKind: Kind<SinkName> = choice({
  variable: name.sink,
  purpose: 'says where events go',
  allowed: sinkNames,
  fallback: 'stdout',
});

export const cluster = choice({
  variable: name.cluster,
  purpose: 'is the market',
  allowed: markets,
  fallback: 'stocks',
});

export const sinks = list<
  SinkName,
  { variable: string; purpose: string; fallback: readonly SinkName[]; of: Kind<SinkName>; otherwise: string }
>({
  variable: name.sink,
  purpose: 'says where events go',
  of: sinkKind,
  fallback: [],
  otherwise: '`stdout`; `ndjson` where `EMIT_NDJSON` is true',
});

const levels = choice({ ...logLevel, variable: name.logLevel });
/** In small letters, too. */
export const level = { ...levels, read: (text: string) => levels.read(text.toUpperCase()) };

export const flags = {
  emitNdjson: flag({
    variable: name.emitNdjson,
    purpose: 'chooses the sink `ndjson` where `SINK` is not set',
    fallback: false,
  }),
  gzip: flag({
    variable: name.ndjsonGzip,
    purpose: 'compresses files that are moved aside',
    fallback: false,
  }),
  noReopen: flag({
    variable: name.ndjsonNoReopen,
    purpose: 'lets SIGHUP change nothing, which otherwise opens the files anew',
    fallback: false,
  }),
  zmqBind: flag({
    variable: name.zmqBind,
    purpose: 'lets subscribers connect to the endpoint, which otherwise is theirs',
    fallback: false,
  }),
  splitPerType: flag({
    variable: name.ndjsonSplitPerType,
    purpose: 'makes a file for each kind of events, such as `f.T.ndjson`',
    fallback: false,
  }),
};

export const amounts = {
  channelCap: whole(name.channelCap, 'is how many events a sink holds at most', 1, MANY, 2_048),
  backoffInitial: seconds(name.backoffInitial, 'is the wait before a second connection', 1, 1, 3_600),
  backoffMax: seconds(name.backoffMax, 'is the longest wait between connections', 60, 1, 3_600),
  readTimeout: seconds(name.readTimeout, 'ends a connection on which nothing came for so long', 60, 1, DAY),
  heartbeat: seconds(name.heartbeatInterval, 'is the time between pings, 0 for none', 30, 0, DAY),
  statsInterval: seconds(
    name.statsInterval,
    'is the time between lines `polygon_stats`, 0 for none',
    60,
    0,
    DAY,
  ),
  readyMinMessages: whole(name.readyMinMessages, 'is how many messages make it ready', 0, MANY, 1),
  readyDelay: whole(
    name.readyDelay,
    'is how many ms after its start it can be ready at the earliest',
    0,
    MANY,
    0,
  ),
  ndjsonCap: whole(
    name.ndjsonChannelCap,
    'is how many events the sink `ndjson` holds at most',
    1,
    MANY,
    2_048,
  ),
  warnInterval: seconds(name.ndjsonWarnInterval, 'is how often drops and failures are said', 5, 1, DAY),
  flushEvery: whole(
    name.ndjsonFlushEvery,
    'is how many events are written without waiting for more',
    1,
    100_000,
    100,
  ),
  flushInterval: whole(
    name.ndjsonFlushInterval,
    'is how many ms the first of fewer waits',
    1,
    3_600_000,
    1_000,
  ),
  zmqCap: whole(name.zmqChannelCap, 'is how many events the sink `zmq` holds at most', 1, MANY, 4_096),
  zmqWarnInterval: seconds(
    name.zmqWarnInterval,
    'is how often drops and failures of the sink `zmq` are said',
    5,
    1,
    DAY,
  ),
  redisCap: whole(name.redisCap, 'is how many events the sink `redis` holds at most', 1, MANY, 65_536),
  sampleQuotes: whole(name.ndjsonSampleQuotes, 'takes one in so many quotes of a symbol', 1, MANY, 1),
};

/** What ZeroMQ itself holds for each subscriber. */
export const sendHighWaterMark = {
  ...whole(name.zmqSendHighWaterMark, 'is how many events ZeroMQ holds for a subscriber', 0, MANY, 0),
  otherwise: 'that of ZeroMQ, 1000',
};

/** Whatever is 0 or not set is off. */
export const limits = {
  maxBytes: off(whole(name.ndjsonMaxBytes, 'moves a file aside that has so many bytes', 0, 1e15, 0)),
  rotate: off(seconds(name.ndjsonRotate, 'moves a file aside that was begun so long ago', 0, 0, 30 * DAY)),
};

function off<Row>(row: Row) {
  return { ...row, otherwise: '0: never' };
}

function whole(variable: string, purpose: string, min: number, max: number, fallback: number) {
  const limits: Limits = { min, max, whole: true };
  return amount({ variable, purpose, ...limits, fallback });
}

function seconds(variable: string, purpose: string, fallback: number, min: number, max: number) {
  return amount({ variable, purpose, min, max, unit: 'seconds', fallback });
}
