/** Where the query API of an environment answers, and whose signature its questions carry. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { Upstream } from '../page-server/sign.ts';
import type { Deployed } from './deployed.ts';
import { OperatorError } from './operator-error.ts';

const TYPE = 'AWS::ApiGatewayV2::Api';

/**
 * @param own an address of its own, such as that of a custom domain
 * @throws OperatorError when the environment has no API, or it is not deployed
 */
export async function deployedApi(deployed: Deployed, own: string | undefined): Promise<Upstream> {
  const [path] = deployed.pathsOf(TYPE);
  if (path === undefined)
    throw new OperatorError(`environment '${deployed.name}' has no query API, which the page asks`);
  const { config } = new CloudFormationClient(deployed.client);
  const id = (await deployed.physicalNames([path])).get(path);
  const region = await config.region();
  const endpoint = own ?? `https://${id}.execute-api.${region}.amazonaws.com`;
  return { endpoint, region, credentials: config.credentials };
}

/** @throws OperatorError for what is no address of an API */
export function apiAddressOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '')
    return url.origin;
  throw new OperatorError(
    `--api '${text}' is no address of an API: use one such as https://bars.example.com`,
  );
}
