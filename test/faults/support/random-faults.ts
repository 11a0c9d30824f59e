/** One round of random faults, one after another, judged like a fault test. */

import { eventually } from '../../runtime/ingester/support/eventually.ts';
import { Random } from '../../support/random.ts';
import { breakOff, passOn, serverError } from './faulty-endpoint.ts';
import { refuseThree, silentlyStored, throttleAll } from './kinesis-faults.ts';
import { MINUTE, Rig } from './rig.ts';

const moments = ['connect', 'auth', 'authenticated', 'subscribe', 'subscribed', 'burst'] as const;
const restFaults = ['429', '500', 'truncated', 'unordered', 'pages-reversed', 'duplicates'] as const;
/** Answers with status 200 that prove nothing. */
const lies = ['other-ticker', 'error', 'nothing', 'miscounted'] as const;
const contents = ['several in a frame', 'several in two frames'] as const;
/** How far (ms) the ingester's clock may be behind, and ahead: less than the grace leaves after the last bars of a burst. */
const [SLOWEST, FASTEST] = [8_000, 1_000];

/** What can happen in a burst. Those that nobody notices at once let their minute's watermark out too early. */
const faults: Readonly<Record<string, (rig: Rig, random: Random) => void>> = {
  drop: rig => rig.vendor.faults.drop(),
  close: (rig, random) => rig.vendor.faults.drop(random.pick([1000, 1001, 1008, 1011])),
  mute: rig => rig.vendor.faults.mute(),
  'half open': rig => rig.vendor.faults.halfOpen(),
  'planned drops': (rig, random) => {
    rig.vendor.faults.dropAt(random.pick(moments), { times: random.between(1, 3) });
    rig.vendor.faults.drop();
  },
  history: (rig, random) => {
    rig.vendor.restFaults.plan(random.pick(restFaults), { times: random.between(1, 30) });
    rig.vendor.faults.drop();
  },
  'wrong tickers': (rig, random) => {
    rig.vendor.restFaults.plan(random.pick(lies), { times: random.between(1, 60), path: '/v2/aggs/' });
    rig.vendor.faults.drop();
  },
  'REST lags': (rig, random) => {
    rig.vendor.restFaults.lag = random.between(20, 90) * 1_000;
    rig.vendor.faults.drop();
  },
  stream: (rig, random) => {
    rig.kinesis.fault = random.pick([breakOff, serverError, throttleAll, refuseThree(5), silentlyStored(2)]);
  },
};

export interface Round {
  /** Names of the faults, in the order in which they happened. */
  readonly happened: readonly string[];
  readonly violations: readonly string[];
}

export async function randomFaults(seed: number): Promise<Round> {
  const random = new Random(seed);
  await using rig = await Rig.start({ symbols: random.between(2, 40), corrected: 0.05 });
  const ingester = await rig.assembled({ ownClock: true }, 500);
  const cut: number[] = [];
  const happened: string[] = [];
  /** Connections that there had been by the start of the minute before. */
  let before = rig.vendor.seen.connections;
  for (let minutes = random.between(10, 60); minutes > 0; minutes--) {
    if (random.chance(0.1)) {
      ingester.ahead = random.chance(0.5) ? 0 : random.between(-SLOWEST, FASTEST);
      happened.push(`clock ${ingester.ahead} ms ahead`);
    }
    if (random.chance(0.2)) {
      rig.vendor.faults.contents = random.pick(contents);
      happened.push(rig.vendor.faults.contents);
    }
    if (random.chance(0.2)) rig.vendor.restFaults.lag = 0;
    const { minute, vendor } = rig;
    const { connections } = vendor.seen;
    const name = random.chance(0.3) ? random.pick(Object.keys(faults)) : undefined;
    if (name === undefined) await rig.play();
    else {
      happened.push(name);
      cut.push(rig.minute);
      await rig.playWith(() => faults[name]?.(rig, random));
    }
    // By a slow clock a minute of which nothing came to whoever has just connected is still to come whole: later bars tell that it did not.
    if (ingester.ahead < 0 && vendor.seen.connections > before) cut.push(minute, minute + MINUTE);
    before = connections;
    if (random.chance(0.4)) rig.kinesis.fault = passOn;
    rig.vendor.faults.contents = 'one';
  }
  ingester.ahead = 0;
  rig.kinesis.fault = passOn;
  rig.vendor.restFaults.clear();
  rig.vendor.faults.drop();
  await rig.recover(ingester);
  await eventually(async () => {
    ingester.retry();
    const { backfill, held } = await ingester.stats();
    return backfill.missingMinutes + backfill.suspects.waiting + held.records === 0;
  });
  return { happened, violations: await rig.violations({ repeats: true, cut }) };
}
