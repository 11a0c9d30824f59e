/** What an operator can make the simulated vendor do, by name: to rehearse what the runbook says. */

import { MINUTE, minuteOf } from '../../runtime/markets/timeframe.ts';
import { slotOf } from '../../runtime/records/slot.ts';
import { badBars } from './bad-bars.ts';
import { haltEvent } from './other-events.ts';
import { once, type Rehearsal, standing } from './rehearsal.ts';
import { restRehearsals } from './rest-rehearsals.ts';
import type { Framing } from './session.ts';
import type { Refusal } from './socket-faults.ts';

const WINDOW = 5 * MINUTE;
/** Between two bars that drip, event ms. */
const DRIP = 1_000;

/** The vendor answers every authentication like this, also of those who were let in before. */
function refuses(refusal: Refusal, what: string, key?: string): Rehearsal {
  return standing(
    what,
    ({ vendor: { faults } }, isOn) => {
      faults.refusal = isOn ? refusal : undefined;
      if (isOn) faults.drop(1001);
    },
    key,
  );
}

function frames(framing: Framing, what: string): Rehearsal {
  return standing(what, ({ vendor }, isOn) => {
    vendor.faults.framing = isOn ? framing : 'usual';
  });
}

/** By name, what breaks most first. */
export const rehearsals = {
  down: standing(
    'refuses every connection',
    ({ vendor: { faults } }, isOn) => {
      faults.isDown = isOn;
      if (isOn) faults.drop(1001);
    },
    'd',
  ),
  silent: standing(
    'keeps connections open, answers pings and sends no bars',
    ({ vendor: { faults } }, isOn) => {
      faults.isSilent = isOn;
    },
    's',
  ),
  drop: once('ends every connection without a word', ({ vendor }) => vendor.faults.drop(), 'x'),
  'half-open': once(
    'answers nothing on the connections of now, not even pings',
    ({ vendor }) => vendor.faults.halfOpen(),
    'h',
  ),
  'cut-frame': once('stops in the middle of a frame on the connections of now', ({ vendor }) =>
    vendor.faults.stopMidFrame(),
  ),
  drip: once('sends bars one by one on the connections of now, later and later', ({ vendor }) =>
    vendor.faults.drip(DRIP),
  ),
  'refused-key': refuses('key', 'refuses our key', 'k'),
  'no-websocket': refuses('plan', 'says that our plan has no WebSocket'),
  'no-real-time': refuses('real-time', 'lets us in and says that our plan has no real-time data'),
  'max-connections': refuses('max-connections', 'says that our key has too many connections', 'm'),
  'auth-timeout': refuses('timeout', 'says that it hears no key from us'),
  corrections: standing(
    'sends every minute again, changed, seven minutes later',
    ({ market, clock }, isOn) =>
      isOn ? market.correct(minuteOf(clock.now())) : market.settle(minuteOf(clock.now())),
    'c',
  ),
  'held-back': standing(
    'keeps the last minute of each 5m window of half the symbols from the socket, though REST has it',
    ({ vendor: { faults } }, isOn) => {
      const isLast = (start: number) => start % WINDOW === WINDOW - MINUTE;
      faults.holdsBack = isOn ? ({ symbol, start }) => isLast(start) && slotOf(symbol) % 2 === 0 : undefined;
    },
    'b',
  ),
  halt: standing(
    'has no trades in three of four symbols',
    ({ market, clock }, isOn) => {
      const now = minuteOf(clock.now());
      if (!isOn) market.resume(now);
      else
        market.halt(
          now,
          market.symbols.filter((_, n) => n % 4 !== 0),
        );
    },
    't',
  ),
  'announced-halt': standing(
    'halts every eighth symbol, and says so where its price bands are asked for',
    ({ vendor, market }, isOn) => {
      const { market: name, shown } = vendor;
      const halted = market.symbols.filter((_, n) => n % 8 === 4);
      // A minute is traded in up to the halt, and from the resumption on.
      if (isOn) market.halt(minuteOf(shown) + MINUTE, halted);
      else market.resume(minuteOf(shown));
      vendor.send(halted.flatMap(symbol => haltEvent(name, symbol, shown, isOn) ?? []));
    },
  ),
  'several-contents': standing(
    'sends every third bar with other contents first, in one frame',
    ({ vendor: { faults } }, isOn) => {
      faults.contents = isOn ? 'several in a frame' : 'one';
    },
  ),
  'bad-bars': once('sends twenty bars that cannot be', badBars(20), 'i'),
  'bad-flood': once('sends a thousand bars that cannot be', badBars(1_000)),
  'frames-one': frames('one-frame', 'sends each minute in one frame'),
  'frames-mixed': frames('status-between-bars', 'puts a status between any two bars'),
  'frames-many': frames('ack-per-frame', 'acknowledges each symbol in a frame of its own'),
  ...restRehearsals,
} as const satisfies Readonly<Record<string, Rehearsal>>;

export type Fault = keyof typeof rehearsals;

/** Every name. */
export const faults = Object.keys(rehearsals).filter(isFault);

/** Whether there is a rehearsal of that name. */
export function isFault(name: string): name is Fault {
  return Object.hasOwn(rehearsals, name);
}
