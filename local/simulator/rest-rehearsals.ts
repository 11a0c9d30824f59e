/** What an operator can make the simulated vendor's REST do, by name. */
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { type Rehearsal, standing } from './rehearsal.ts';
import type { RestFault } from './rest-faults.ts';

/** Longer than any rehearsal, event ms. */
const LONG = 1_000 * 24 * 60 * MINUTE;
/** As far as REST was ever seen behind the socket, event ms. */
const LAG = 90_000;
/** How far the vendor's clock seems to be ahead, ms. */
const CLOCK_OFF = -30_000;

/** Every answer is like this, as long as it stands. */
function rest(fault: RestFault, what: string, key?: string): Rehearsal {
  return standing(
    what,
    ({ vendor: { restFaults } }, isOn) =>
      isOn ? restFaults.plan(fault, { forMs: LONG }) : restFaults.end(fault),
    key,
  );
}

export const restRehearsals: Readonly<Record<`rest-${RestFault | 'lag' | 'clock-off'}`, Rehearsal>> = {
  'rest-500': rest('500', 'fails over REST', 'r'),
  'rest-401': rest('401', 'knows our key no more over REST'),
  'rest-403': rest('403', 'says that our plan does not cover REST'),
  'rest-429': rest('429', 'says that we ask REST too often'),
  'rest-hang': rest('hang', 'never answers over REST'),
  'rest-truncated': rest('truncated', 'breaks every answer of REST off'),
  'rest-error': rest('error', 'answers over REST with 200 and an error'),
  'rest-nothing': rest('nothing', 'answers over REST with 200 and nothing'),
  'rest-other-ticker': rest('other-ticker', 'answers over REST with bars of another ticker'),
  'rest-last-refused': rest('last-refused', 'sends a last row over REST that has to be refused'),
  'rest-lacks-last': rest('lacks-last', 'does not know the last row of an answer of REST yet'),
  'rest-miscounted': rest('miscounted', 'leaves a row out of every answer of REST'),
  'rest-lag': standing('knows over REST only what is older than 90 seconds', ({ vendor }, isOn) => {
    vendor.restFaults.lag = isOn ? LAG : 0;
  }),
  'rest-clock-off': standing('dates its answers over REST half a minute back', ({ vendor }, isOn) => {
    vendor.restFaults.datedAhead = isOn ? CLOCK_OFF : 0;
  }),
  'rest-unordered': rest('unordered', 'sends bars over REST in no order'),
  'rest-pages-reversed': rest('pages-reversed', 'serves the last page of REST first'),
  'rest-duplicates': rest('duplicates', 'sends every bar over REST twice'),
  'rest-empty': rest('empty', 'lists no symbols over REST'),
  'rest-other-highs': rest('other-highs', 'has other highs over REST than on the socket'),
  'rest-surprise-closure': rest('surprise-closure', 'announces a closed day that no rule knows'),
};
