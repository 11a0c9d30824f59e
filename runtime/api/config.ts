/** The API's configuration: its feeds, each described by the variables that a unit of that feed alone would have. */
import * as v from 'valibot';
import { type Environment, readEnvironment } from '../platform/env.ts';
import { feedSettings } from '../platform/feed-settings.ts';
import { slots } from '../records/slot.ts';
import { slotsIn } from '../records/slot-list.ts';
import type { FeedConfig } from './feed/feed-config.ts';
import { apiEnv, apiSettings, feedVariables } from './names.ts';

const listed = v.pipe(v.string(), v.parseJson(), v.array(v.record(v.string(), v.string())), v.minLength(1));

export function apiConfigIn(env: Environment): readonly FeedConfig[] {
  return env.parsed<readonly FeedConfig[]>(apiEnv.feeds, {
    purpose: 'describes the feeds that may be asked for',
    takes: 'a JSON list of objects, each with the variables of a unit of that feed',
    fallback: [],
    otherwise: 'no feeds, and every question is refused',
    read: text => v.parse(listed, text).map(variables => readEnvironment(variables, feedConfigIn)),
  });
}

function feedConfigIn(env: Environment): FeedConfig {
  const { delay, ...feed } = feedSettings(env, apiSettings);
  return {
    ...feed,
    delay: 1_000 * delay,
    slots: env.parsed(feedVariables.slots, {
      purpose: 'lists the slots that hold a symbol of the feed',
      takes: '`*` or numbers with commas between them',
      fallback: slots,
      otherwise: '*',
      read: slotsIn,
    }),
    stateTable: env.text(feedVariables.stateTable, { purpose: 'names the table of the slots’ logs' }),
    barsTable: env.text(feedVariables.barsTable, { purpose: 'names the table of the bars' }),
    leaseTable: env.text(feedVariables.leaseTable, { purpose: 'names the table of the lease' }),
    memoryTable: env.text(feedVariables.memoryTable, {
      purpose: 'names the table of what the monitor remembers',
    }),
    sessionsTable: env.text(feedVariables.sessionsTable, {
      purpose: 'names the table of the record of every session',
    }),
    alarmPrefix: env.text(feedVariables.alarmPrefix, {
      purpose: 'is what the names of the feed’s alarms begin with',
    }),
  };
}
