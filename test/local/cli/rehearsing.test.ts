/** Faults of the simulated vendor: what `--fault` plans, and how they begin and end. */
import { describe, expect, test } from '@jest/globals';
import { faultPlanOf } from '../../../local/cli/fault-plan.ts';
import { keyLines, Rehearsing } from '../../../local/cli/rehearsing.ts';
import { SimulatedMarket } from '../../../local/simulator/market.ts';
import { TroubledMarket } from '../../../local/simulator/troubled-market.ts';
import { Vendor } from '../../../local/simulator/vendor.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';

const MINUTE = 60_000;
const OPEN = Date.parse('2025-11-20T14:30:00Z');

describe('a plan', () => {
  test('names faults with their start and length, a quarter of an hour in and to the end unless told', () => {
    expect(faultPlanOf('down@10m+90s,silent+2h,drop,rest-500@0s')).toEqual([
      { fault: 'down', after: 10 * MINUTE, lasts: 90_000 },
      { fault: 'silent', after: 15 * MINUTE, lasts: 120 * MINUTE },
      { fault: 'drop', after: 15 * MINUTE },
      { fault: 'rest-500', after: 0 },
    ]);
  });

  test.each([
    ['mute', /^--fault 'mute' is unknown: use some of down, silent, drop, .*rest-500/],
    ['', /^--fault '' is unknown: use some of down/],
    [
      'down@noon',
      /^--fault 'down@noon' is not understood: use NAME, NAME@START, NAME\+LENGTH or NAME@START\+LENGTH/,
    ],
    ['down@5', /is not understood/],
    ['down@10m+0m', /^--fault 'down@10m\+0m' would end as it begins: give it a length above 0/],
    ['drop+5m', /^--fault 'drop\+5m': drop happens once and takes no length: use drop@START/],
    ['toString', /is unknown/],
  ])('%j is refused', (list, answer) => {
    expect(() => faultPlanOf(list)).toThrow(answer);
  });
});

describe('a rehearsal', () => {
  async function rehearsing() {
    const market = new TroubledMarket(new SimulatedMarket({ market: 'stocks', symbols: 3 }));
    const clock = new EventClock({ now: OPEN, speed: 0 });
    const vendor = await Vendor.start({ market: 'stocks', source: market, clock });
    const said: string[] = [];
    const rehearsal = new Rehearsing({ vendor, market, clock }, line => said.push(line));
    return { rehearsal, clock, vendor, said, [Symbol.asyncDispose]: () => vendor.close() };
  }

  test('begins and ends faults at their times of event time, and says so', async () => {
    await using stage = await rehearsing();
    const { rehearsal, clock, vendor, said } = stage;
    const followed = rehearsal.follow(
      faultPlanOf('silent@2m+3m,drop@4m'),
      OPEN,
      new AbortController().signal,
    );
    const at = async (minute: number) => {
      clock.set({ now: OPEN + minute * MINUTE });
      await new Promise(setImmediate);
      return [vendor.faults.isSilent, [...rehearsal.standing.keys()]];
    };
    expect(await at(1)).toEqual([false, []]);
    expect(await at(2)).toEqual([true, ['silent']]);
    expect(rehearsal.standing.get('silent')).toBe(OPEN + 2 * MINUTE);
    expect(await at(4)).toEqual([true, ['silent']]);
    expect(await at(5)).toEqual([false, []]);
    await followed;
    expect(said).toEqual([
      'fault silent begins: the vendor keeps connections open, answers pings and sends no bars',
      'fault drop: the vendor ends every connection without a word',
      'fault silent ends',
    ]);
  });

  test('is over with the run that it belongs to', async () => {
    await using stage = await rehearsing();
    const stop = new AbortController();
    const followed = stage.rehearsal.follow(faultPlanOf('down@2m'), OPEN, stop.signal);
    stop.abort();
    await followed;
    expect(stage.vendor.faults.isDown).toBe(false);
  });

  test('begins with a key and ends with the same key; other keys are not its', async () => {
    await using stage = await rehearsing();
    const { rehearsal, vendor } = stage;
    expect([rehearsal.press('d'), vendor.faults.isDown]).toEqual([true, true]);
    expect([rehearsal.press('d'), vendor.faults.isDown]).toEqual([true, false]);
    expect([rehearsal.press('x'), rehearsal.press('x')]).toEqual([true, true]);
    expect(stage.said.at(-1)).toBe('fault drop: the vendor ends every connection without a word');
    expect(rehearsal.press('!')).toBe(false);
    expect(keyLines()).toContain('  d  down: the vendor refuses every connection');
  });
});
