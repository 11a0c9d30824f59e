/** What an ingester passes on beside its minutes, and where to, read from its variables. */
import type { Market } from '../../../markets/names.ts';
import type { Environment } from '../../../platform/env.ts';
import { choice, type Kind, list } from '../../../platform/setting.ts';
import { passedOnEnv, sinkEnv, takesMinutes } from '../../../platform/sink-names.ts';
import { type ChannelName, channelNames } from '../../../vendor/channel-names.ts';
import { channelTable, type PassedOnRow, passedOnRow, rowOf } from '../../../vendor/channels/table.ts';
import { sinksIn } from '../../sinks/kinds/kinds.ts';
import type { SinkPlan } from '../../sinks/passed-on/plan.ts';
import { type Pattern, patternForm } from '../../sinks/passed-on/selection.ts';
import { type Wanted, wantedIn } from './wanted.ts';

export interface PassedOnConfig {
  /** Whether the feed has minutes, which are promised. */
  readonly hasMinutes: boolean;
  /** Kinds that are asked for of the symbols of the feed. */
  readonly followed: readonly PassedOnRow[];
  /** Kinds with symbols of their own. */
  readonly own: Wanted | undefined;
  readonly sinks: readonly SinkPlan[];
}

/** @param symbols those of the feed */
export function passedOnIn(
  env: Environment,
  market: Market,
  symbols: '*' | readonly string[],
): PassedOnConfig {
  const before = env.problems.length;
  const names = env.parsed<readonly ChannelName[]>(passedOnEnv.channels, {
    ...channels,
    read: text => {
      const named = channels.read(text);
      for (const name of named) rowOf(market, name);
      return named;
    },
  });
  const followed = names.filter(name => name !== 'minutes').map(name => passedOnRow(market, name));
  const own = env.parsed<Wanted | undefined>(passedOnEnv.subscription, {
    purpose: 'lists what is passed on besides, of symbols of its own',
    takes: patternForm,
    fallback: undefined,
    otherwise: 'nothing',
    read: text => wantedIn(text, market),
  });
  const config = { hasMinutes: names.includes('minutes'), followed, own, sinks: sinksIn(env, market, []) };
  // What is wrong with them together is worth saying only once each is right.
  if (env.problems.length === before)
    env.problems.push(...clashes(config, market), ...tooMany(config, market, symbols), ...strays(config));
  return config;
}

/** What is passed on of what comes; undefined: all of it. */
export function patternsOf({ followed, own }: PassedOnConfig): readonly Pattern[] | undefined {
  return own && [...own.patterns, ...followed.map(({ kind }) => ({ kind, symbols: '*' }))];
}

/** The most symbols that a list of the feed may have: as many as the plan and every channel allow. */
export function symbolLimitOf({ followed }: PassedOnConfig, ofPlan: number): number {
  return Math.min(ofPlan, ...followed.flatMap(({ limit }) => limit ?? []));
}

/** A kind is subscribed to in one way, and minutes are promised or not had. */
function* clashes({ hasMinutes, followed, own }: PassedOnConfig, market: Market): Generator<string> {
  const minutes = channelTable.minutes[market].kind;
  for (const kind of own?.byKind.keys() ?? [])
    if (hasMinutes && kind === minutes)
      yield `${passedOnEnv.subscription}: '${kind}' are the minutes, of which the feed's symbols are asked for: leave it out`;
    else if (followed.some(row => row.kind === kind))
      yield `${passedOnEnv.subscription}: '${kind}' is among the ${passedOnEnv.channels} already: name it once`;
}

function* tooMany(
  { followed }: PassedOnConfig,
  market: Market,
  symbols: '*' | readonly string[],
): Generator<string> {
  for (const { kind, limit } of followed)
    if (symbols === '*' && limit !== undefined)
      yield `${passedOnEnv.channels}: ${kind} of all ${market}: the vendor sends it of ${limit} at the most: name those`;
}

/** What nobody takes, and who takes nothing. */
function* strays({ hasMinutes, followed, own, sinks }: PassedOnConfig): Generator<string> {
  const passesOn = followed.length > 0 || own !== undefined;
  if (passesOn && sinks.length === 0)
    yield `${sinkEnv.sink} is missing: channels besides minutes are passed on: say where to`;
  const idle = sinks.filter(({ kind }) => !passesOn && !(hasMinutes && takesMinutes(kind)));
  if (idle.length > 0)
    yield `${sinkEnv.sink}: ${idle.map(({ kind }) => kind).join(', ')} would take nothing: name channels in ${passedOnEnv.channels} or ${passedOnEnv.subscription}`;
  if (!hasMinutes && !passesOn)
    yield `${passedOnEnv.channels}: the feed has no channel: use minutes, or name what is passed on`;
}

const channel: Kind<ChannelName> = choice({
  variable: passedOnEnv.channels,
  purpose: '',
  allowed: channelNames,
  fallback: 'minutes',
});
const channels = list({
  variable: passedOnEnv.channels,
  purpose: "lists the channels that are subscribed to for the feed's symbols",
  of: channel,
  fallback: ['minutes'],
});
