/** The API beside all that a random market has rolled up. */
import { decodeRolledBar } from '../../../../runtime/records/decode.ts';
import type { Random } from '../../../support/random.ts';
import { type RolledMarket, rolledMarket, THROUGH } from '../../../support/rolled-market.ts';
import { AskedApi } from './asked.ts';

export async function rolledApi(
  random: Random,
): Promise<{ readonly api: AskedApi; readonly market: RolledMarket }> {
  const market = await rolledMarket(random);
  const api = await AskedApi.start();
  api.at = THROUGH + 10_000;
  await api.put('state', market.rollup.log());
  await api.store(
    market.rollup.texts().flatMap(text => {
      const bar = decodeRolledBar(text);
      return 'type' in bar ? [] : [bar];
    }),
  );
  return { api, market };
}
