/** Asks a query API, of this machine or of an environment, as the kit does: what has no room now is asked again, what is refused is told. */
import { ApiError, type ApiOptions, answered } from '../../kit/api/index.ts';
import { OperatorError } from '../operate/operator-error.ts';
import type { Asked } from '../operate/where.ts';
import type { Upstream } from '../page-server/sign.ts';

/** Resolves to the text of an answer. @throws OperatorError with the API's own words where it refuses */
export type Ask = (path: string, query: Readonly<Record<string, string>>) => Promise<string>;

/**
 * @param asked may name an address of the API with `--api`
 * @param signal ends what is asked, by its reason. @default nothing does
 * @throws OperatorError where there is none, or the address is no such
 */
export async function apiAt(
  { where, text }: Pick<Asked, 'where' | 'text'>,
  signal?: AbortSignal,
): Promise<Ask> {
  const options = { ...(await optionsFor(where, text('api'))), ...(signal && { signal }) };
  return async (path, query) => {
    try {
      return await answered(path, query, options);
    } catch (error) {
      throw error instanceof ApiError ? new OperatorError(error.message) : error;
    }
  };
}

async function optionsFor(where: Asked['where'], own: string | undefined): Promise<ApiOptions> {
  if (where.kind === 'local') return { endpoint: `http://127.0.0.1:${where.port}` };
  // Brings the whole CDK along, which nobody waits for who asks this machine.
  const [{ Deployed }, { apiAddressOf, deployedApi }, { signed }] = await Promise.all([
    import('../operate/deployed.ts'),
    import('../operate/deployed-api.ts'),
    import('../page-server/sign.ts'),
  ]);
  const upstream: Upstream = await deployedApi(new Deployed(where.environment), apiAddressOf(own));
  return {
    endpoint: upstream.endpoint,
    fetch: async (address, init) => {
      const { url, headers } = await signed(upstream, new URL(address), {});
      return fetch(url, { ...init, headers });
    },
  };
}
