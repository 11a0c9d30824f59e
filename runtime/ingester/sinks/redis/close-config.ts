/** Which close fair values are compared with, as variables set it. */
import type { CloseTime } from '../../../markets/closings.ts';
import type { Environment } from '../../../platform/env.ts';
import { amount } from '../../../platform/setting.ts';
import { redisEnv as name } from '../../../platform/sink-names.ts';

/** The close where only a part of it is set. */
const CLOSE = { timeZone: 'America/New_York', hour: 16, minute: 0 } as const;
const UNSET = -1;
const WEEK = 604_800;

export interface CloseConfig {
  /** Undefined for that of the market's calendar. */
  readonly time: CloseTime | undefined;
  /** Seconds for which a close is kept. */
  readonly ttl: number;
}

export function closeConfigIn(env: Environment): CloseConfig {
  const timeZone = env.parsed<string | undefined>(name.closeTimeZone, {
    purpose: 'is the time zone of the close that fair values are compared with',
    takes: 'a name such as `America/New_York`',
    fallback: undefined,
    otherwise: 'the close of the market’s calendar',
    read: timeZoneNamed,
  });
  const hour = env.setting(
    part(name.closeHour, 'is the hour of that close', 23, `${CLOSE.hour}, once one of the three is set`),
  );
  const minute = env.setting(part(name.closeMinute, 'is the minute of that close', 59, `${CLOSE.minute}`));
  const ttl = env.setting(
    amount({
      variable: name.closeTtl,
      purpose: 'is how long the sink `redis` keeps a close',
      ...{ min: 86_400, max: 366 * 86_400, whole: true, unit: 'seconds', fallback: WEEK },
    }),
  );
  const isSet = timeZone !== undefined || hour !== UNSET || minute !== UNSET;
  const time = {
    timeZone: timeZone ?? CLOSE.timeZone,
    hour: hour === UNSET ? CLOSE.hour : hour,
    minute: minute === UNSET ? CLOSE.minute : minute,
  };
  return { time: isSet ? time : undefined, ttl };
}

function part(variable: string, purpose: string, max: number, otherwise: string) {
  return { ...amount({ variable, purpose, min: 0, max, whole: true, fallback: UNSET }), otherwise };
}

/** @throws RangeError for what is none */
function timeZoneNamed(text: string): string {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: text.trim() }).resolvedOptions().timeZone;
  } catch {
    throw new RangeError(`'${text}' is no time zone: use a name such as America/New_York`);
  }
}
