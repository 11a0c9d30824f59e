/** The configuration of the daily ranking, read from its environment variables. */
import type { Environment } from '../platform/env.ts';
import { type FeedSettings, feedSettings } from '../platform/feed-settings.ts';
import { placeForm, type TextPlace, textPlaceOf } from '../platform/kept-text.ts';
import { amount } from '../platform/setting.ts';
import { REST_URL } from '../vendor/address-names.ts';
import { universeEnv as name, universeSettings } from './names.ts';
import type { Rules } from './rank.ts';

export interface UniverseConfig extends FeedSettings {
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly rules: Rules;
  readonly sessions: number;
  readonly place: TextPlace;
  readonly memoryTable: string;
  readonly restUrl: string;
  /** How many questions a second the plan allows. */
  readonly perSecond: number;
  readonly apiKeySecret: string;
}

export function universeConfigIn(env: Environment): UniverseConfig {
  const { delay, restRequestsPerSecond: perSecond, ...feed } = feedSettings(env, universeSettings);
  return {
    ...feed,
    delay: 1_000 * delay,
    perSecond,
    rules: {
      size: env.setting(size),
      hysteresis: env.setting(hysteresis),
      changesPerDay: env.setting(changesPerDay),
    },
    sessions: env.setting(sessions),
    place: placeIn(env),
    memoryTable: env.text(name.memoryTable, { purpose: 'names the table of what is remembered' }),
    restUrl: env.text(name.restUrl, { purpose: 'is where the vendor answers', fallback: REST_URL }),
    apiKeySecret: env.text(name.apiKeySecret, { purpose: 'names the secret with the vendor key' }),
  };
}

function placeIn(env: Environment): TextPlace {
  const text = env.text(name.list, {
    purpose: `is where the list stands that the feed follows: ${placeForm}`,
  });
  const place = textPlaceOf(text);
  if (text !== '' && !place)
    env.problems.push(`${name.list}: '${text}' is no place of a list: use ${placeForm}`);
  return place ?? { parameter: text };
}

const size = amount({
  variable: name.size,
  purpose: 'is how many symbols are followed',
  ...{ min: 1, max: 20_000, whole: true, fallback: 500 },
});
const hysteresis = amount({
  variable: name.hysteresis,
  purpose: 'is how far beyond the edge, as a part of the size, a symbol may rank before it leaves',
  ...{ min: 0, max: 0.9, fallback: 0.2 },
});
const changesPerDay = amount({
  variable: name.changesPerDay,
  purpose: 'is how many symbols come in on one day at most',
  ...{ min: 1, max: 20_000, whole: true, fallback: 50 },
});
const sessions = amount({
  variable: name.sessions,
  purpose: 'is of how many trading days the mean is taken',
  ...{ min: 1, max: 60, whole: true, fallback: 5 },
});
