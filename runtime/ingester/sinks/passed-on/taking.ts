/** What every sink of passed-on events is told of what it takes, whatever it writes to. */
import type { Market } from '../../../markets/names.ts';
import type { Environment } from '../../../platform/env.ts';
import { amount, type Kind, list } from '../../../platform/setting.ts';
import { type SinkName, takingEnv } from '../../../platform/sink-names.ts';
import { passedOnRows } from '../../../vendor/channels/table.ts';
import { type Pattern, patternForm, patternsIn, Selection } from './selection.ts';

const MANY = 10_000_000;
const DAY = 86_400;

export interface Taking {
  /** Events that it holds at most. */
  readonly cap: number;
  /** How often (ms) drops and failures are said. */
  readonly warnInterval: number;
  readonly include: readonly Pattern[] | undefined;
  /** One in so many quotes of a symbol is taken. */
  readonly sampleQuotes: number;
  /** Conditions of trades that are left out. */
  readonly withoutConditions: readonly number[];
}

/** @param cap the default of what it holds at most */
export function takingIn(env: Environment, sink: SinkName, cap: number): Taking {
  const names = takingEnv[sink];
  const whole = (variable: string, purpose: string, fallback: number) =>
    env.setting(amount({ variable, purpose, min: 1, max: MANY, whole: true, fallback }));
  return {
    cap: whole(names.cap, `is how many events the sink \`${sink}\` holds at most`, cap),
    warnInterval:
      1_000 *
      env.setting(
        amount({
          variable: names.warnInterval,
          purpose: `is how often drops and failures of the sink \`${sink}\` are said`,
          ...{ min: 1, max: DAY, unit: 'seconds', fallback: 5 },
        }),
      ),
    include: env.parsed<readonly Pattern[] | undefined>(names.include, {
      purpose: `lists what the sink \`${sink}\` takes of what is passed on`,
      takes: patternForm,
      fallback: undefined,
      otherwise: 'all',
      read: patternsIn,
    }),
    sampleQuotes: whole(
      names.sampleQuotes,
      `lets the sink \`${sink}\` take one in so many quotes of a symbol`,
      1,
    ),
    withoutConditions: env.setting(conditions(names.withoutConditions, sink)),
  };
}

/** @param own all that the sink has a use for. @default everything */
export function selectionOf(taking: Taking, market: Market, own?: readonly Pattern[]): Selection {
  const counted = (what: 'trades' | 'quotes') =>
    new Set(passedOnRows[market].filter(row => row.counts === what).map(row => row.kind));
  const kinds = { trades: counted('trades'), quotes: counted('quotes') };
  return new Selection({ ...taking, ...kinds, own });
}

const condition: Kind<number> = amount({
  variable: '',
  purpose: '',
  min: 0,
  max: 10_000,
  whole: true,
  fallback: 0,
});

function conditions(variable: string, sink: SinkName) {
  return list({
    variable,
    purpose: `lists conditions of trades, as the vendor numbers them, that the sink \`${sink}\` leaves out`,
    of: condition,
    fallback: [],
    otherwise: 'none',
  });
}
