/** The variables of an ingester that stands alone that are a number or a choice each. */
import { markets } from '../../markets/names.ts';
import { amount, choice, type Limits } from '../../platform/setting.ts';
import { logLevel } from '../../platform/settings.ts';
import { aloneEnv as name } from './names.ts';

const DAY = 86_400;
const MANY = 10_000_000;

export const cluster = choice({
  variable: name.cluster,
  purpose: 'is the market',
  allowed: markets,
  fallback: 'stocks',
});

const levels = choice({ ...logLevel, variable: name.logLevel });
/** In small letters, too. */
export const level = { ...levels, read: (text: string) => levels.read(text.toUpperCase()) };

export const amounts = {
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
};

function whole(variable: string, purpose: string, min: number, max: number, fallback: number) {
  const limits: Limits = { min, max, whole: true };
  return amount({ variable, purpose, ...limits, fallback });
}

function seconds(variable: string, purpose: string, fallback: number, min: number, max: number) {
  return amount({ variable, purpose, min, max, unit: 'seconds', fallback });
}
