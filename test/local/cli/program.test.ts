/** When what is simulated begins and ends, by the calendars of its markets. */
import { expect, test } from '@jest/globals';
import { readOptions } from '../../../local/cli/options.ts';
import { programsOf } from '../../../local/cli/program.ts';

/** Friday, the day after Thanksgiving, before any market of stocks is open. */
const NOW = Date.parse('2026-11-27T05:40:00Z');

async function spansOf(...args: string[]): Promise<unknown[]> {
  const options = readOptions(args);
  if (options === 'help') throw new Error('no program was asked for');
  const programs = await programsOf(options, NOW);
  const text = (at?: number) => (at === undefined ? undefined : new Date(at).toISOString().slice(0, 16));
  return programs.map(({ from, to }) => [text(from), text(to)]);
}

test.each([
  ['stocks', '2026-11-25T14:30'],
  ['crypto', '2026-11-26T00:00'],
  ['forex', '2026-11-25T22:00'],
])('%s begin with their own last regular session', async (market, from) => {
  expect(await spansOf('--market', market)).toEqual([[from, undefined]]);
});

test('several markets begin when the regular session of all was on for the last time, whichever is named first', async () => {
  const open = ['2026-11-25T14:30', undefined];
  expect(await spansOf('--feeds', 'stocks,crypto,futures')).toEqual([open, open, open]);
  expect(await spansOf('--feeds', 'crypto,forex,stocks')).toEqual([open, open, open]);
});

test('where they end by themselves, they do with the first session that ends', async () => {
  const span = ['2026-11-25T14:30', '2026-11-25T21:00'];
  expect(await spansOf('--feeds', 'crypto,stocks', '--exit')).toEqual([span, span]);
});

test('what is only passed on late comes as long as the rest does; of late minutes none is missing', async () => {
  const range = ['--from', '2025-11-20T14:30:00Z', '--to', '2025-11-20T15:00:00Z'];
  expect(await spansOf('--feeds', 'stocks,stocks@delayed:trades,crypto@delayed', ...range)).toEqual([
    ['2025-11-20T14:30', '2025-11-20T15:00'],
    ['2025-11-20T14:15', '2025-11-20T14:45'],
    ['2025-11-20T14:30', '2025-11-20T15:00'],
  ]);
});
