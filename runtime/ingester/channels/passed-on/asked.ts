/** What the vendor is asked for of what is passed on: of some kinds the symbols of the feed, which may change, of others their own. */
import type { Market } from '../../../markets/names.ts';
import type { Asked } from '../../../vendor/channels/passed-on.ts';
import { passedOnRows } from '../../../vendor/channels/table.ts';
import type { PassedOnConfig } from './config.ts';

export function askedFor(
  { followed, own }: Pick<PassedOnConfig, 'followed' | 'own'>,
  market: Market,
  subscription: { readonly symbols: '*' | readonly string[] },
): readonly Asked[] {
  return [
    ...followed.map(row => ({
      row,
      get symbols() {
        return subscription.symbols;
      },
    })),
    ...passedOnRows[market].flatMap(row => {
      const symbols = own?.byKind.get(row.kind);
      return symbols === undefined ? [] : [{ row, symbols }];
    }),
  ];
}
