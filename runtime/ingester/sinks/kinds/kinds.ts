/** Every kind of sink of passed-on events: to add one, add its folder and its row. */

import type { Market } from '../../../markets/names.ts';
import type { Environment } from '../../../platform/env.ts';
import { Seldom } from '../../../platform/seldom.ts';
import { choice, flag, list, type Kind as SettingKind } from '../../../platform/setting.ts';
import { type SinkName, sinkEnv, sinkNames } from '../../../platform/sink-names.ts';
import { events } from '../events/kind.ts';
import { ndjson } from '../ndjson/kind.ts';
import { EventSink } from '../passed-on/event-sink.ts';
import type { Kind, Reading, SinkPlan } from '../passed-on/plan.ts';
import { selectionOf, type Taking } from '../passed-on/taking.ts';
import { redis } from '../redis/kind.ts';
import { s3 } from '../s3/kind.ts';
import { stdout } from '../stdout/kind.ts';
import { zmq } from '../zmq/kind.ts';

type Planner = (env: Environment, reading: Reading) => SinkPlan;

const planners: Readonly<Record<SinkName, Planner>> = {
  stdout: planner('stdout', stdout),
  ndjson: planner('ndjson', ndjson),
  zmq: planner('zmq', zmq),
  s3: planner('s3', s3),
  redis: planner('redis', redis),
  events: planner('events', events),
};

/** The sinks that the variables choose, in their order. @param otherwise where they choose none */
export function sinksIn(
  env: Environment,
  market: Market,
  otherwise: readonly SinkName[],
): readonly SinkPlan[] {
  const named = env.setting(sinks);
  const emits = env.setting(emitNdjson);
  const keeps = env.setting(s3Enabled);
  const enabled: readonly SinkName[] = [
    ...(emits ? (['ndjson'] as const) : []),
    ...(keeps ? (['s3'] as const) : []),
  ];
  const chosen = [named, enabled, otherwise].find(each => each.length > 0) ?? [];
  // All are read: whoever asks for help sees all variables, and a wrong one is said before its sink is chosen.
  const plans = sinkNames.map(kind => planners[kind](env, { market, chosen }));
  return chosen.flatMap(kind => plans.filter(plan => plan.kind === kind));
}

function planner<Config extends { readonly taking: Taking }>(kind: SinkName, row: Kind<Config>): Planner {
  return (env, reading) => {
    const config = row.config(env, reading);
    return {
      kind,
      shown: row.shown?.(config) ?? config,
      open: async world => {
        const { market, time, logger, onGone } = world;
        const { taking } = config;
        const seldom = new Seldom(time, taking.warnInterval);
        const { takes, reopen, ...opened } = await row.open(config, world, seldom);
        const selection = selectionOf(taking, market, takes);
        const sink = new EventSink({
          ...opened,
          ...{ name: kind, selection, cap: taking.cap, seldom, time, logger, onGone },
        });
        return { sink, ...(reopen && { reopen }) };
      },
    };
  };
}

const sinkKind: SettingKind<SinkName> = choice({
  variable: sinkEnv.sink,
  purpose: 'says where events go',
  allowed: sinkNames,
  fallback: 'stdout',
});

const sinks = list({
  variable: sinkEnv.sink,
  purpose: 'says where events go',
  of: sinkKind,
  fallback: [],
  otherwise:
    '`stdout` where it stands alone, else nowhere; `ndjson` where `EMIT_NDJSON` is true, and `s3` where `S3_ENABLED` is',
});

const emitNdjson = flag({
  variable: sinkEnv.emitNdjson,
  purpose: 'chooses the sink `ndjson` where `SINK` is not set',
  fallback: false,
});

const s3Enabled = flag({
  variable: sinkEnv.s3Enabled,
  purpose: 'chooses the sink `s3` where `SINK` is not set',
  fallback: false,
});
