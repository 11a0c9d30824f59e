/** `npm run soak -- [rounds] [seed]`: random faults one after another, each round judged like a fault test. Ends with 1 at the first violation. */
import { Random } from '../support/random.ts';
import { breakOff, passOn, serverError } from './support/faulty-endpoint.ts';
import { refuseThree, silentlyStored, throttleAll } from './support/kinesis-faults.ts';
import { Rig } from './support/rig.ts';

const [rounds = 20, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
const moments = ['connect', 'auth', 'authenticated', 'subscribe', 'subscribed', 'burst'] as const;
const restFaults = ['429', '500', 'truncated', 'unordered', 'pages-reversed', 'duplicates'] as const;

/** What can happen in a burst. Those that nobody notices at once leave their minute to be promised too early. */
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
  stream: (rig, random) => {
    rig.kinesis.fault = random.pick([breakOff, serverError, throttleAll, refuseThree(5), silentlyStored(2)]);
  },
};

for (let round = 0; round < rounds; round++) {
  const random = new Random(seed + round);
  await using rig = await Rig.start({ symbols: random.between(2, 40), corrected: 0.05 });
  const ingester = await rig.assembled();
  const cut: number[] = [];
  const happened: string[] = [];
  for (let minutes = random.between(10, 60); minutes > 0; minutes--) {
    const name = random.chance(0.3) ? random.pick(Object.keys(faults)) : undefined;
    if (name === undefined) await rig.play();
    else {
      happened.push(name);
      cut.push(rig.minute);
      await rig.playWith(() => faults[name]?.(rig, random));
    }
    if (random.chance(0.4)) rig.kinesis.fault = passOn;
  }
  rig.kinesis.fault = passOn;
  rig.vendor.restFaults.clear();
  rig.vendor.faults.drop();
  await rig.recover(ingester);
  const wrong = await rig.violations({ repeats: true, cut });
  console.log(
    `round ${round} (seed ${seed + round}): ${happened.join(', ') || 'nothing'}; ${wrong.length} violations`,
  );
  for (const violation of wrong.slice(0, 20)) console.log(`  ${violation}`);
  if (wrong.length > 0) process.exit(1);
}
process.exit(0);
