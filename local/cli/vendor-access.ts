/** How what runs here reaches the vendor: the ingester by its own variables, the daily jobs by the same key and address. */
import type { Feed } from '../../lib/settings/environment.ts';
import { bringsMinutes } from '../../lib/settings/feed-symbols.ts';
import { feedId } from '../../lib/settings/names.ts';
import { ingesterEnv } from '../../runtime/ingester/names.ts';
import { apiKeyVariable } from '../../runtime/platform/secret.ts';
import type { Overrides } from '../engine/settings.ts';

/** Variables by unit. There is no Secrets Manager on this machine, so the jobs get the key itself. */
export function vendorAccess(
  feed: Pick<Feed, 'market' | 'name' | 'symbols' | 'channels'>,
  ingester: NonNullable<Overrides[string]>,
  apiKey: string,
): Overrides {
  const id = feedId(feed);
  const own = { [`${id}/Ingester/Service`]: ingester };
  if (!bringsMinutes(feed)) return own;
  const restUrl = ingester[ingesterEnv.restUrl];
  const job = { [apiKeyVariable]: apiKey, ...(restUrl && { [ingesterEnv.restUrl]: restUrl }) };
  return {
    ...own,
    ...(feed.market === 'stocks' && { [`${id}/Daily/Calendar`]: job }),
    // Unless told which symbols to compare, a feed of everything compares none.
    ...(feed.symbols !== '*' && { [`${id}/Daily/Reconcile`]: job }),
  };
}
