/** What a function gets of a request: the payload of format 2.0. */
import { pairsOf } from './canonical.ts';
import { type GatewayRequest, joined } from './message.ts';

export interface EventContext {
  readonly account: string;
  readonly apiId: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>> | undefined;
  readonly routeKey: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** Epoch ms. */
  readonly time: number;
  /** Whose signature it carries. @default nobody's: the route asks for none */
  readonly accessKeyId?: string;
}

/** Types whose bodies come as text; all others come as base64. */
const TEXT = /^(?:text\/|application\/(?:json|xml|javascript)\b)/i;

/** @throws URIError for a query that is not well encoded */
export function eventOf(request: GatewayRequest, context: EventContext): object {
  const { headers, query, path, body } = request;
  const cookies = headers.get('cookie')?.flatMap(value => value.split(/;\s*/));
  const others = [...headers].filter(([name]) => name !== 'cookie');
  const parameters = parametersOf(query);
  const isText = TEXT.test(joined(headers.get('content-type')) ?? '');
  const { stageVariables, parameters: pathParameters } = context;
  return {
    version: '2.0',
    routeKey: context.routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookies && { cookies }),
    headers: {
      ...Object.fromEntries(others.map(([name, values]) => [name, values.join(',')])),
      'x-forwarded-for': request.sourceIp,
      'x-forwarded-proto': 'http',
    },
    ...(parameters && { queryStringParameters: parameters }),
    requestContext: requestContextOf(request, context),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(stageVariables && { stageVariables }),
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Values of a name that comes several times are joined by commas. */
function parametersOf(query: string): Record<string, string> | undefined {
  const all = new Map<string, string>();
  for (const [name, value] of pairsOf(query.replaceAll('+', '%20'))) {
    const before = all.get(name);
    all.set(name, before === undefined ? value : `${before},${value}`);
  }
  return all.size === 0 ? undefined : Object.fromEntries(all);
}

function requestContextOf(request: GatewayRequest, context: EventContext): object {
  const { account, apiId, accessKeyId, time } = context;
  const host = joined(request.headers.get('host')) ?? '';
  const iam = {
    accessKey: accessKeyId,
    accountId: account,
    callerId: accessKeyId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: `arn:aws:iam::${account}:user/${accessKeyId}`,
    userId: accessKeyId,
  };
  return {
    accountId: account,
    apiId,
    ...(accessKeyId !== undefined && { authorizer: { iam } }),
    domainName: host,
    domainPrefix: host.split('.')[0] ?? host,
    http: {
      method: request.method,
      path: request.path,
      protocol: request.protocol,
      sourceIp: request.sourceIp,
      userAgent: joined(request.headers.get('user-agent')) ?? '',
    },
    requestId: context.requestId,
    routeKey: context.routeKey,
    stage: context.stage,
    time: timeText(time),
    timeEpoch: time,
  };
}

/** `20/Nov/2025:14:30:00 +0000`, as logs of web servers have it. */
export function timeText(ms: number): string {
  const [, day, month, year, time] = new Date(ms).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
